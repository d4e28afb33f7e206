"""Articles as HTML with the cited sentence marked."""

import re
from pathlib import Path

import pytest

from routes.document import document_html
from settings import ROOT

BODY = """First **bold** sentence. Second one.

## Steps
1. Come to the [station](https://example.org).
2. Bring the bicycle
   and the receipt.

- a point
"""


def marked(html: str) -> str:
    """The text inside the marks, without tags."""
    return re.sub(r"<[^>]+>", "", "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", html, re.DOTALL)))


def span(quote: str, body: str = BODY) -> tuple[int, int]:
    start = body.index(quote)
    return start, start + len(quote)


def test_blocks_become_elements() -> None:
    """Headings, numbered steps, points and paragraphs become their elements."""
    html = document_html(BODY)
    assert "<h2>Steps</h2>" in html
    assert html.count("<ol>") == html.count("<ul>") == 1
    assert "<p>First <strong>bold</strong> sentence. Second one.</p>" in html
    assert "<mark" not in html


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("Second one.", "Second one."),
        ("First **bold** sentence.", "First bold sentence."),
        ("1. Come to the [station](https://example.org).", "Come to the station."),
        ("2. Bring the bicycle\n   and the receipt.", "Bring the bicycle\nand the receipt."),
        ("- a point", "a point"),
        ("## Steps", "Steps"),
    ],
)
def test_exactly_the_sentence_is_marked(quote: str, shown: str) -> None:
    """What the offsets name is marked and nothing else, also in lists and across bold words."""
    assert marked(document_html(BODY, *span(quote))) == shown


def test_marks_stay_inside_elements() -> None:
    """A mark never crosses an element's border, and one place carries the id to jump to."""
    html = document_html(BODY, *span("First **bold** sentence."))
    assert html.count('id="quote"') == 1
    assert "<strong><mark>bold</mark></strong>" in html


def test_html_in_the_body_is_shown_as_text() -> None:
    """Script tags and unsafe links in a document come out as text."""
    html = document_html("<script>alert(1)</script> [x](javascript:alert(1)) ![i](/b.png)")
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert "<img" not in html


def test_offsets_beyond_the_body_mark_nothing() -> None:
    """Offsets from another version that lie beyond the end do no harm."""
    assert "<mark" not in document_html(BODY, 10_000, 10_050)


@pytest.mark.parametrize("path", sorted((ROOT / "knowledge_base" / "content" / "pl").glob("*.md"))[:5])
def test_each_block_of_real_articles_can_be_marked(path: Path) -> None:
    """Every line of the demonstration articles is marked with its own words."""
    body = path.read_text().split("---", 2)[2]
    for line in body.splitlines():
        start = body.index(line)
        words = re.findall(r"\w+", marked(document_html(body, start, start + len(line))))
        assert set(words) <= set(re.findall(r"\w+", line))
        assert bool(words) == bool(re.search(r"\w", line.lstrip("0123456789.) ")))

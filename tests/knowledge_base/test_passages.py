"""How an article is cut."""

from datetime import date
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.passages import cut, passages_of

ARTICLE = """# Bicycle marking

Marking is free.

It takes 15 minutes.

## How it works

Bring these:
1. The bicycle.
2. A receipt.

### Which bikes

All of them.

## Contacts
- 112

*Demonstration text.*
"""


def texts(body: str, title: str = "") -> list[tuple[str, str]]:
    return [(piece.heading, body[piece.start : piece.end]) for piece in cut(body, title)]


def test_one_passage_per_section_with_its_path() -> None:
    """The summary stands alone, sections carry their path, the closing note is no passage."""
    assert texts(ARTICLE, "Bicycle marking") == [
        ("", "Marking is free.\n\nIt takes 15 minutes."),
        ("How it works", "Bring these:\n1. The bicycle.\n2. A receipt."),
        ("How it works › Which bikes", "All of them."),
        ("Contacts", "- 112"),
    ]


def test_a_long_section_parts_at_paragraphs() -> None:
    """Paragraphs stay whole and passages stay near 200 words."""
    body = "\n\n".join("word " * 89 + "end." for _ in range(5))
    sizes = [len(text.split()) for _, text in texts(body)]
    assert sizes == [180, 180, 90]


def test_one_endless_paragraph_parts_at_sentences() -> None:
    """Text without paragraphs is parted where sentences end."""
    body = "Nine little words stand in this very short sentence. " * 120
    pieces = texts(body.strip())
    assert len(pieces) == 6
    assert all(text.endswith("sentence.") for _, text in pieces)


def test_a_numbered_list_is_never_cut() -> None:
    """A procedure of 600 words is one passage with the line that introduces it."""
    body = "filler " * 190 + "end.\n\nDo this:\n" + "\n".join(f"{n}. " + "word " * 50 for n in range(1, 13))
    assert texts(body)[-1][1].startswith("Do this:\n1. word")
    assert len(texts(body)) == 2


def test_passages_carry_their_article() -> None:
    """Dates, audience and translation come from the front matter, offsets from the body."""
    meta = {
        "translation_of": "b.pl",
        "valid_from": date(2026, 1, 1),
        "audience": "cyclists",
        "expires": "2027-01-01",
    }
    found = passages_of(ARTICLE, site="s", article="b.en", version=3, language="en", title="Bicycle marking", meta=meta)
    first = found[0]
    assert (first.id, first.version, first.article_group) == ("s:b.en:3:0", 3, "b.pl")
    assert (first.audience, first.updated, first.expires) == ("cyclists", date(2026, 1, 1), date(2027, 1, 1))
    assert all(ARTICLE[passage.start : passage.end] == passage.text for passage in found)


def test_demonstration_articles_are_cut_without_loss() -> None:
    """Every list and sentence of the site's articles lies in exactly one passage."""
    content = Path(__file__).parents[2] / "knowledge_base" / "content"
    for path in sorted(content.glob("*/*.md"))[:60]:
        body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
        pieces = cut(body)
        assert all(one.end <= other.start for one, other in pairwise(pieces))
        between = "".join(body[a.end : b.start] for a, b in pairwise(pieces))
        assert all(not line or line.startswith("#") for line in between.split("\n"))


@given(st.text(alphabet="ab1. \n-#:*|", max_size=120))
def test_pieces_never_overlap(text: str) -> None:
    """Whatever the text, pieces come in order, inside it, and are not blank."""
    last = 0
    for piece in cut(text):
        assert last <= piece.start < piece.end <= len(text)
        assert text[piece.start : piece.end].strip()
        last = piece.end

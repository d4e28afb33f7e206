"""Choosing a parser, text and Markdown."""

from pathlib import Path

import pytest

from knowledge_base.parsing import DocumentRefused, parse

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 4
POLISH = "Zgłoś kradzież na najbliższym komisariacie. Dzielnicowy przyjmuje w środę. " * 5


def written(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", PNG, "not a PDF"),
        ("a.docx", b"plain words", "not a DOCX"),
        ("a.md", PNG, "binary"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t ", "empty"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "without a password"),
        ("a.docx", b"PK\x03\x04broken", "damaged"),
        ("a.png", PNG, ".png"),
        ("a.md", "---\ntitle: [1, 2]\n---\nText", "title"),
        ("a.md", "---\nvalid_from: someday\n---\nText", "valid_from"),
        ("a.md", "---\nid: ../../etc\n---\nText", "id"),
        ("a.md", "---\n- a\n- b\n---\nText", "key: value"),
        ("a.md", "---\n: : :\n---\nText", "YAML"),
        ("a.md", "---\ntitle: A\n---\n\n", "no text"),
        ("a.html", "<html><body><script>x()</script></body></html>", "no main text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, name: str, content: bytes | str, reason: str
) -> None:
    """Each refusal says what is wrong."""
    with pytest.raises(DocumentRefused, match=reason):
        parse(written(tmp_path / name, content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    """Polish letters survive, whatever the editor wrote."""
    assert "najbliższym" in parse(written(tmp_path / "a.txt", POLISH.encode(encoding))).body


def test_paragraphs_and_headings_of_plain_text(tmp_path: Path) -> None:
    """A short first line is the title, a short line before prose a heading, each long line a paragraph."""
    first, second = "All about bicycles. " * 8, "What to do when it is stolen. " * 8
    text = f"Bicycle marking\n\n{first}\nHow it works\n{second}\n"
    document = parse(written(tmp_path / "a.txt", text))
    assert document.title == "Bicycle marking"
    assert document.body == f"{first.strip()}\n\n## How it works\n\n{second.strip()}"


def test_a_title_from_the_name(tmp_path: Path) -> None:
    """A file that starts with prose is called by its name."""
    assert parse(written(tmp_path / "lost_and-found.txt", "It was lost. " * 20)).title == "Lost and found"


def test_front_matter(tmp_path: Path) -> None:
    """Known keys are checked, unknown ones kept, dates as ISO text."""
    text = "---\r\ntitle: A\r\nlanguage: pl\r\nvalid_from: 2026-01-01\r\nward: 7\r\n---\r\n# A\r\n\r\nBody\r\n"
    document = parse(written(tmp_path / "a.md", text))
    assert (document.title, document.language) == ("A", "pl")
    assert document.meta["valid_from"] == "2026-01-01"
    assert document.meta["ward"] == 7
    assert document.body == "Body"


def test_markdown_without_front_matter_and_raw_html(tmp_path: Path) -> None:
    """The first heading is the title; tags and comments do not reach a reader."""
    document = parse(written(tmp_path / "a.md", "# Title\n\nBo<script>x</script>dy <!-- hidden -->end"))
    assert document.title == "Title"
    assert "<" not in document.body
    assert "hidden" not in document.body


def test_web_page(tmp_path: Path) -> None:
    """The main text with headings and lists, without navigation and scripts; the page names its language."""
    prose = "Bicycle marking is free for everyone who lives in the town. " * 6
    page = (
        "<!doctype html><html lang='en-GB'><head><title>Marking</title><script>evil()</script></head><body>"
        f"<nav><a href='/'>Home</a></nav><article><h1>Marking</h1><p>{prose}</p><h2>How</h2>"
        f"<ol><li>Bring the bicycle.</li><li>Bring a receipt.</li></ol><p>{prose}</p></article></body></html>"
    )
    for name in ("a.html", "a.txt"):
        document = parse(written(tmp_path / name, page))
        assert (document.title, document.language) == ("Marking", "en")
        assert "## How" in document.body
        assert "Bring a receipt." in document.body
        assert "evil" not in document.body
        assert "Home" not in document.body

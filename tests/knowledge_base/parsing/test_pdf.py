"""PDF files, read in a child process."""

import zlib
from pathlib import Path

import pypdf
import pytest

from knowledge_base.parsing import DocumentRefused, parse
from knowledge_base.parsing.pdf import MOST_PAGES, body_of, parse_pdf
from tests.knowledge_base.parsing.pdf_maker import write_pdf

PAGE = [
    "Town Police",
    "Bicycle marking",
    "Marking is free. The police mark bicycles every first Saturday of the",
    "month at the station, and a marked bicycle is harder to sell, com-",
    "pared with one that is not.",
    "1. Bring the bicycle and your identity document to the station on",
    "Lipowa.",
    "2. Sign the form.",
    "Page 1",
]


def test_lines_become_paragraphs_headings_and_steps(tmp_path: Path) -> None:
    """Wrapped lines join, running headers and page numbers go, steps stay steps."""
    pages = [PAGE, ["Town Police", "More text.", "Page 2"], ["Town Police", "And more.", "Page 3"]]
    document = parse(write_pdf(tmp_path / "a.pdf", pages, "Marking"))
    assert document.title == "Marking"
    assert document.body.split("\n\n") == [
        "## Bicycle marking",
        "Marking is free. The police mark bicycles every first Saturday of the month at the station, and a marked"
        " bicycle is harder to sell, compared with one that is not.",
        "1. Bring the bicycle and your identity document to the station on Lipowa.",
        "2. Sign the form.",
        "More text.",
        "And more.",
    ]


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    """The reason names the password."""
    writer = pypdf.PdfWriter(clone_from=write_pdf(tmp_path / "a.pdf", [PAGE]))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "b.pdf")
    with pytest.raises(DocumentRefused, match="encrypted"):
        parse(tmp_path / "b.pdf")


def test_a_truncated_file_is_read_or_refused(tmp_path: Path) -> None:
    """Half a file does no harm: what is left of it is no document."""
    whole = write_pdf(tmp_path / "a.pdf", [PAGE]).read_bytes()
    (tmp_path / "b.pdf").write_bytes(whole[:300])
    with pytest.raises(DocumentRefused, match="damaged"):
        parse(tmp_path / "b.pdf")


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    """The limit is named."""
    with pytest.raises(DocumentRefused, match=str(MOST_PAGES)):
        parse(write_pdf(tmp_path / "a.pdf", [["x"]] * (MOST_PAGES + 1)))


def test_pages_without_text_are_refused(tmp_path: Path) -> None:
    """A scan says that it needs text recognition."""
    with pytest.raises(DocumentRefused, match="OCR"):
        parse(write_pdf(tmp_path / "a.pdf", [[], []]))


def test_an_endless_file_is_stopped(tmp_path: Path) -> None:
    """A reader that takes too long is killed."""
    with pytest.raises(DocumentRefused, match="longer than"):
        parse_pdf(write_pdf(tmp_path / "a.pdf", [PAGE]), "a", seconds=0.001)


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    """A stream that unpacks to far more than the memory allowed does not take the machine with it."""
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(b" " * 10_000_000) for _ in range(40)), packer.flush()])
    path = write_pdf(tmp_path / "a.pdf", [["x"]])
    plain = path.read_bytes()
    start = plain.index(b"<< /Length")
    end = plain.index(b"endstream") + len(b"endstream")
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    path.write_bytes(plain[:start] + stream + plain[end:])
    with pytest.raises(DocumentRefused):
        parse_pdf(path, "a", memory=300_000_000)


def test_no_lines_no_body() -> None:
    """Empty pages give an empty body."""
    assert body_of([[], [""]]) == ""

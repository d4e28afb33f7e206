"""Word documents: headings, paragraphs and lists as light Markdown; macros and pictures are not read."""

import zipfile
from pathlib import Path
from xml.parsers.expat import ExpatError

import mammoth
from lxml import html as lxml_html

from knowledge_base.parsing.refused import DocumentRefused
from knowledge_base.parsing.text import title_of
from knowledge_base.types import Document

MOST_UNPACKED = 100_000_000
MOST_RATIO = 200
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}


def parse_docx(path: Path, name: str) -> Document:
    """Raises DocumentRefused for damaged, encrypted and bomb-like files."""
    _check_size(path)
    try:
        with path.open("rb") as file:
            page = mammoth.convert_to_html(file, convert_image=mammoth.images.img_element(lambda _: {"src": ""})).value
    except (zipfile.BadZipFile, KeyError, ValueError, ExpatError, OSError, RuntimeError) as error:
        raise DocumentRefused(f"the Word document is damaged or encrypted ({type(error).__name__})") from error
    root = lxml_html.fragment_fromstring(page, create_parent="div") if page.strip() else None
    blocks = [block for node in (root if root is not None else []) if (block := _block(node))]
    if not blocks:
        raise DocumentRefused("no text in the Word document")
    title = blocks[0][3:] if blocks[0].startswith("## ") else title_of(name)
    body = "\n\n".join(blocks[1:] if blocks[0].startswith("## ") and len(blocks) > 1 else blocks)
    return Document(title, body)


def _check_size(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(path.stat().st_size, 1):
            raise DocumentRefused("the archive unpacks to far more than its size (a zip bomb)")


def _block(node: lxml_html.HtmlElement) -> str:
    words = " ".join(node.text_content().split())
    if not words or node.tag not in _BLOCKS:
        return words
    if node.tag.startswith("h"):
        return f"{'#' * max(2, int(node.tag[1]))} {words}"
    if node.tag in ("ul", "ol"):
        items = [" ".join(item.text_content().split()) for item in node.findall("li")]
        return "\n".join(f"{f'{at}.' if node.tag == 'ol' else '-'} {item}" for at, item in enumerate(items, 1))
    if node.tag == "table":
        rows = [[" ".join(cell.text_content().split()) for cell in row.iter("td", "th")] for row in node.iter("tr")]
        return "\n".join(f"- {': '.join(cell for cell in row if cell)}" for row in rows if any(row))
    return words

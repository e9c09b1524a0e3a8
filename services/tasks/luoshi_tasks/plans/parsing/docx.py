"""Word documents 读取 .docx (E26, E40): paragraphs with their automatic numbers, tables as tab-divided rows."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from luoshi_tasks.plans.parsing.admission import ReadingLimits
from luoshi_tasks.plans.parsing.model import PlanUnreadable, TooLong
from luoshi_tasks.plans.parsing.numbering import Numbering

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, slots=True)
class WordText:
    """Word 文档内容: `text` is the body, `margins` headers and footers, where a secrecy mark may stand."""

    text: str
    margins: tuple[str, ...]


def read_docx(content: bytes, *, limits: ReadingLimits) -> WordText:
    """The text of a .docx. Raises PlanUnreadable if it is none, TooLong if it unpacks to more than the limit."""
    _refuse_bomb(content, limits)
    from docx import Document

    try:
        document = Document(io.BytesIO(content))
        numbering = Numbering(document)
        lines = [line for block in document.iter_inner_content() for line in _lines(block, numbering)]
        margins = [
            "\n".join(_text(paragraph._p) for paragraph in part.paragraphs)
            for section in document.sections
            for part in (section.header, section.first_page_header, section.footer)
        ]
    except (KeyError, ValueError, AttributeError, TypeError, SyntaxError, OSError, zipfile.BadZipFile) as broken:
        raise PlanUnreadable("Word 文档已损坏或不是 .docx，无法读取。") from broken
    return WordText("\n".join(lines) + "\n", tuple(margins))


def _refuse_bomb(content: bytes, limits: ReadingLimits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as broken:
        raise PlanUnreadable("压缩包已损坏，不是可读的 .docx 文件。") from broken
    if not any(info.filename == "word/document.xml" for info in infos):
        raise PlanUnreadable("这是压缩包或其他办公文件，目前只读取文本和 .docx 文件。")
    if sum(info.file_size for info in infos) > limits.max_unpacked_bytes:
        raise TooLong(f"Word 文档解开后超过上限{limits.max_unpacked_bytes}字节。")


def _lines(block: Any, numbering: Numbering) -> Iterator[str]:
    from docx.text.paragraph import Paragraph

    if isinstance(block, Paragraph):
        yield numbering.mark(block) + _text(block._p).replace("\t", " ")
        return
    for row in block.rows:
        yield "\t".join(_cells(row, numbering))


def _cells(row: Any, numbering: Numbering) -> Iterator[str]:
    before = None
    for cell in row.cells:
        # A cell merged across columns comes once per column; its text counts once.
        if cell._tc is before:
            yield ""
            continue
        before = cell._tc
        parts = [numbering.mark(part) + _text(part._p) for part in cell.paragraphs]
        yield " ".join(" ".join(parts).split())


def _text(element: Any) -> str:
    """The visible text of a paragraph with insertions, without deletions and the fallback of drawings."""
    parts: list[str] = []
    waiting = [element]
    while waiting:
        here = waiting.pop()
        if here.tag == f"{_W}t":
            parts.append(here.text or "")
        elif here.tag == f"{_W}tab":
            parts.append("\t" if here.getparent().tag == f"{_W}r" else "")
        elif here.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif here.tag != _FALLBACK and here.tag != f"{_W}del":
            waiting.extend(reversed(here))
    return "".join(parts)

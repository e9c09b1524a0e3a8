"""辨认: what a file is, read from its content and never from its name."""

import codecs
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import filetype

UNKNOWN: Final = "application/octet-stream"
PLAIN: Final = "text/plain"
CSV: Final = "text/csv"
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLIDES: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_MACROS: Final = "application/vnd.ms-office.vbaproject"

ENDINGS: Mapping[str, frozenset[str]] = {
    PLAIN: frozenset({"txt", "md", "log"}),
    CSV: frozenset({"csv", "txt"}),
    "application/pdf": frozenset({"pdf"}),
    _WORD: frozenset({"docx"}),
    _SHEET: frozenset({"xlsx"}),
    _SLIDES: frozenset({"pptx"}),
    "application/zip": frozenset({"zip"}),
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "image/png": frozenset({"png"}),
    "image/webp": frozenset({"webp"}),
    "video/mp4": frozenset({"mp4", "m4v"}),
}
"""Which name endings are honest for a type; a type that is not here may have any."""

_MAIN_PARTS: Mapping[str, str] = {
    "word/document.xml": _WORD,
    "xl/workbook.xml": _SHEET,
    "ppt/presentation.xml": _SLIDES,
}
_MARKUP: Mapping[str, re.Pattern[str]] = {
    "image/svg+xml": re.compile(r"\A\s*(?:<\?xml[^>]*>\s*)?<svg[\s>]", re.IGNORECASE),
    "text/html": re.compile(
        r"\A\s*<(?:!--|!doctype\s+html|html|head|body|script|iframe|style|meta|object|embed)[\s>/]", re.I
    ),
    "application/xml": re.compile(r"\A\s*<\?xml\s", re.IGNORECASE),
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SEPARATORS = ",;\t"
_PEEK = 65_536
_LINES_OF_TABLE = 20


def media_type_of(path: Path) -> str:
    """Say what the file is; `application/octet-stream` where nobody can tell."""
    if zipfile.is_zipfile(path):
        return _type_of_package(path)
    guess = filetype.guess(str(path))
    if guess is not None:
        return str(guess.mime)
    return _type_of_text(path)


def honest_name(name: str, *, media_type: str) -> bool:
    """Whether the ending of the name fits the type; a name without an ending claims nothing."""
    _, dot, ending = name.rpartition(".")
    return not dot or media_type not in ENDINGS or ending.lower() in ENDINGS[media_type]


def _type_of_package(path: Path) -> str:
    """Tell office documents apart from other archives by their parts; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = frozenset(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return UNKNOWN
    if any(part.lower().endswith("vbaproject.bin") for part in parts):
        return _MACROS
    if "[Content_Types].xml" in parts:
        for part, media_type in _MAIN_PARTS.items():
            if part in parts:
                return media_type
    with path.open("rb") as file:
        # An archive may hide behind another file; only one that begins as an archive is called so.
        return "application/zip" if file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"} else UNKNOWN


def _type_of_text(path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            head = ""
            for part in _decoded(path, encoding):
                if _CONTROL.search(part):
                    return UNKNOWN
                head = head or part
        except UnicodeDecodeError:
            continue
        return _kind_of_text(head)
    return UNKNOWN


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(_PEEK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)


def _kind_of_text(head: str) -> str:
    """A text that begins as markup is markup; one that merely speaks of it, in the middle, is a text."""
    for media_type, mark in _MARKUP.items():
        if mark.search(head):
            return media_type
    lines = [line for line in head.splitlines() if line.strip()][:_LINES_OF_TABLE]
    counts = [{line.count(separator) for line in lines} for separator in _SEPARATORS]
    table = len(lines) > 1 and any(len(count) == 1 and count != {0} for count in counts)
    return CSV if table else PLAIN

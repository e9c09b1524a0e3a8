"""Bytes → text 读取文件 (E39, E40, E43): UTF-8 and GB18030 text and .docx; other kinds are refused by content."""

from pathlib import PurePath

from luoshi_tasks.plans.parsing.admission import DEFAULT_LIMITS, ReadingLimits, admit, refuse_secrecy
from luoshi_tasks.plans.parsing.model import PlanUnreadable, TooLong

_ZIP = b"PK\x03\x04"
_OTHER_KINDS = {
    b"%PDF": "PDF",
    b"\xd0\xcf\x11\xe0": "旧版 Word（.doc）",
    b"{\\rtf": "RTF",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"BM": "图片",
    b"II*\x00": "图片",
    b"MM\x00*": "图片",
    b"\x7fELF": "程序",
    b"MZ": "程序",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
}
_WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml")
_TEXT_NAMES = {".txt", ".text", ".md", ".csv"}
_DOCX_NAMES = {".docx"}
_FEW_BROKEN = 2


def read_plan_file(content: bytes, *, name: str, limits: ReadingLimits = DEFAULT_LIMITS) -> str:
    """The text of a plan file, byte-order mark removed, line ends as they are.

    Raises PlanUnreadable for other kinds, for a name that says another kind than the content, and for broken text;
    TooLong, TooLittleChinese and SecrecyMark as `admit` does.
    """
    if len(content) > limits.max_bytes:
        raise TooLong(f"文件大小{len(content)}字节，超过上限{limits.max_bytes}字节。")
    suffix = PurePath(name).suffix.lower()
    if content.startswith(_ZIP):
        if suffix in _TEXT_NAMES:
            raise PlanUnreadable(f"文件名是{suffix}，内容却不是文本，请核对文件。")
        from luoshi_tasks.plans.parsing.docx import read_docx

        document = read_docx(content, limits=limits)
        for margin in document.margins:
            refuse_secrecy(margin)
        text = document.text
    else:
        if suffix in _DOCX_NAMES:
            raise PlanUnreadable("文件名是.docx，内容却不是 Word 文档，请核对文件。")
        text = _decoded(content)
    admit(text, limits=limits)
    return text


def _decoded(content: bytes) -> str:
    head = content[:64].lstrip().lower()
    for signature, kind in _OTHER_KINDS.items():
        if content.startswith(signature):
            raise PlanUnreadable(f"这是{kind}文件，目前只读取文本和 .docx 文件。")
    if head.removeprefix(b"\xef\xbb\xbf").startswith(_WEB_PAGE):
        raise PlanUnreadable("这是网页文件，目前只读取文本和 .docx 文件。")
    if b"\0" in content:
        raise PlanUnreadable("文件不是 UTF-8 或 GB18030 文本，无法读取。")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    return _nearly_utf8(content)


def _nearly_utf8(content: bytes) -> str:
    """Text with a few broken signs (a file cut inside a sign, E39); what is broken shows as U+FFFD and is a finding."""
    for encoding in ("utf-8", "gb18030"):
        text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
        if text.count("\ufffd") <= _FEW_BROKEN + len(text) // 100:
            return text
    raise PlanUnreadable("文件不是 UTF-8 或 GB18030 文本，无法读取。")

"""Titles 标题 (E15, E51) of the document and of its areas."""

import re

from luoshi_tasks.plans.parsing.clauses import LABEL
from luoshi_tasks.plans.parsing.marks import Mark
from luoshi_tasks.plans.parsing.quotes import first_stop
from luoshi_tasks.plans.parsing.source import Source

_KIND = re.compile("方案|意见|通知|要点")
_BOOK = re.compile("《[^《》\n]*》")
_DOCUMENT_NO = re.compile(r"[〔\[(][0-9]{4}[〕\])][0-9]{1,5}号")
_OPENING = 300
_LONGEST_LINE = 60


def document_title(source: Source, *, marks: list[Mark]) -> str:
    """The title: what the wrapper names, else the opening words up to 方案, 意见, 通知 or 要点, else the first line."""
    if source.wrapper_title:
        return source.wrapper_title
    end = min(marks[0].start if marks else len(source.norm), _OPENING)
    lines = [line for line in source.body[:end].splitlines() if line.strip() and not _DOCUMENT_NO.search(line)]
    opening = ""
    for line in lines:
        opening += "".join(line.split()) if len(line) <= _LONGEST_LINE else line.strip()
        plain = _BOOK.sub(lambda book: "\0" * len(book[0]), opening)
        kinds = list(_KIND.finditer(plain))
        if kinds:
            # A short line is the whole title (…实施方案的通知); words glued to the text end at the first kind.
            last = kinds[-1] if len(line.strip()) <= _LONGEST_LINE and len(lines) > 1 else kinds[0]
            return opening[: last.end()]
    return "".join(lines[0].split())[:_LONGEST_LINE] if lines else ""


def area_title(source: Source, mark: Mark, *, end: int) -> str:
    """The words of an area's heading up to its first 。, line break or role clause, at most to `end`."""
    limit = min(mark.end + _OPENING, end)
    stop = first_stop(source.norm, mark.end, limit)
    label = LABEL.search(source.norm, mark.end, stop)
    text = source.body[mark.end : label.start() if label else stop]
    return text.strip(" \t\r\n\u3000\u00a0。；;:：,，(（")

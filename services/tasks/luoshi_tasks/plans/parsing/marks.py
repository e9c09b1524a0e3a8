"""Number marks 序号 (E5, E9, E12–E15, E31, E37): where an entry, a heading or a section begins.

A number alone is no mark: it stands at the start of a line, or behind the end of a sentence as the next one expected.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from luoshi_tasks.plans.parsing.numerals import NUMERAL, read_numeral
from luoshi_tasks.plans.parsing.source import Source


class Level(IntEnum):
    """层级: the forms of numbering in their usual order, 一、 → (一) → 1. → (1) → ①."""

    SECTION = 1
    HEADING = 2
    NUMBER = 3
    BRACKETED = 4
    CIRCLED = 5


@dataclass(frozen=True, slots=True)
class Mark:
    """序号: body[start:end] is the mark as written; `odd` = written in another form than it is read."""

    level: Level
    no: int
    start: int
    end: int
    form: str
    own_line: bool
    odd: bool = False


_CIRCLED = {chr(0x2460 + i): i + 1 for i in range(20)} | {chr(0x3251 + i): i + 21 for i in range(15)}
_CIRCLED |= {chr(0x32B1 + i): i + 36 for i in range(15)}
_BRACKETED = {chr(0x2474 + i): i + 1 for i in range(20)}
_DOTTED = {chr(0x2488 + i): i + 1 for i in range(20)}
_HEADED = {chr(0x3220 + i): i + 1 for i in range(10)}
_SIGNS = "".join([*_CIRCLED, *_BRACKETED, *_DOTTED, *_HEADED])
_CANDIDATE = re.compile(
    rf"(?P<section>[{NUMERAL}]{{1,5}})[ ]{{0,2}}、"
    rf"|\([ ]?(?:(?P<heading>[{NUMERAL}]{{1,5}})|(?P<dash>[-—–ー―‐－_])|(?P<bracketed>[0-9]{{1,3}}))[ ]?\)"
    r"|(?<![0-9.])(?P<number>[0-9]{1,3})[ ]{0,2}[.、,](?!(?<=,)[0-9]{3})"
    r"|(?<![0-9])(?P<half>[0-9]{1,3})\)"
    rf"|(?P<sign>[{_SIGNS}])"
)
_ATTACHMENT = re.compile(r"(?:(?<=\n)|^)[ ]{0,20}附[ ]{0,4}件[ ]{0,4}[0-9]{0,3}[ ]{0,4}(?=[:\n])")
_BOUNDARY = frozenset('。)!?;:”"」》】…]')
_NEAR_SECTION = 40
_STEP = 3


@dataclass(slots=True)
class _Walk:
    """Where the walk through the text stands: the last number of each level, and what came since."""

    source: Source
    labels: list[int]
    accepted: list[Mark]
    last: dict[Level, int]
    fresh: bool = True
    section_end: int = 0

    def label_since_mark(self, at: int) -> bool:
        """Whether a role label stands between the last mark and `at`: the entry before is complete."""
        since = self.accepted[-1].end if self.accepted else 0
        return bisect_left(self.labels, since) < bisect_left(self.labels, at)

    def take(self, mark: Mark) -> None:
        """Accept a mark; the numbering below it starts anew."""
        self.accepted.append(mark)
        self.last[mark.level] = mark.no
        for level in Level:
            if level > mark.level and (level != Level.NUMBER):
                self.last[level] = 0
        if mark.level <= Level.HEADING:
            self.fresh = True
        elif mark.level is Level.NUMBER:
            self.fresh = False
        if mark.level is Level.SECTION:
            self.section_end = mark.end


def find_marks(source: Source, *, labels: list[int]) -> list[Mark]:
    """All marks of the body in reading order. `labels` are the places of role labels, ascending."""
    walk = _Walk(source, labels, [], dict.fromkeys(Level, 0))
    for candidate, boundary in _candidates(source):
        mark = candidate
        if boundary and _is_heading_in_digits(walk, mark):
            mark = replace(mark, level=Level.HEADING, odd=True)
        if _accept(walk, mark, boundary=boundary):
            if mark.level is Level.HEADING and mark.no == 2 and walk.last[Level.HEADING] == 0:
                _reread_first_heading(walk)
            walk.take(mark)
    return walk.accepted


def attachments(source: Source) -> list[int]:
    """The places where a line `附件…` begins: what follows is no part of the last entry."""
    return [found.start() for found in _ATTACHMENT.finditer(source.norm)]


def _candidates(source: Source) -> Iterator[tuple[Mark, bool]]:
    norm, body = source.norm, source.body
    for found in _CANDIDATE.finditer(norm):
        start, end = found.span()
        before = start - 1
        while before >= 0 and norm[before] == " " and start - before < 40:
            before -= 1
        own_line = before < 0 or norm[before] == "\n"
        boundary = own_line or norm[before] in _BOUNDARY
        level, no, odd = _meaning(found)
        if level is Level.NUMBER and not _opens_text(norm, end, own_line=own_line):
            continue
        form = level.name if found.lastgroup == "sign" else re.sub(r"\d+", "#", body[start:end])
        yield Mark(level, no, start, end, form, own_line, odd), boundary


def _meaning(found: re.Match[str]) -> tuple[Level, int, bool]:
    kind, text = found.lastgroup, found[found.lastgroup or 0]
    if kind == "sign":
        for level, signs in (
            (Level.CIRCLED, _CIRCLED),
            (Level.BRACKETED, _BRACKETED),
            (Level.NUMBER, _DOTTED),
            (Level.HEADING, _HEADED),
        ):
            if text in signs:
                return level, signs[text], False
    if kind == "dash":
        return Level.HEADING, 1, True
    level = {"section": Level.SECTION, "heading": Level.HEADING, "number": Level.NUMBER}.get(
        kind or "", Level.BRACKETED
    )
    return level, read_numeral(text) or 0, False


def _opens_text(norm: str, end: int, *, own_line: bool) -> bool:
    """Whether what follows `1.` begins an entry: not `3.5万`, though `3.5G网络` at a line's start may."""
    after = norm[end : end + 12]
    if not after or not after[0].isdigit() or norm[end - 1] != ".":
        return bool(after.strip())
    return own_line and after.lstrip("0123456789")[:1].isascii() and after.lstrip("0123456789")[:1].isalpha()


def _accept(walk: _Walk, mark: Mark, *, boundary: bool) -> bool:
    last = walk.last[mark.level]
    following = mark.no == last + 1
    if mark.no == 0:
        return False
    if mark.level is Level.SECTION:
        return boundary and (following or (mark.own_line and (mark.no == 1 or last < mark.no <= last + _STEP)))
    if mark.level is Level.HEADING:
        if mark.odd:
            return last == 0 and (boundary or _near_section(walk, mark))
        if boundary:
            return following or mark.no == 1 or last < mark.no <= last + _STEP or mark.own_line
        return (mark.no == 1 and last == 0 and _near_section(walk, mark)) or (
            following and walk.label_since_mark(mark.start)
        )
    if mark.level is Level.NUMBER:
        return _accept_number(walk, mark, boundary=boundary)
    if mark.level is Level.BRACKETED and mark.no == 1 and not last and _near_section(walk, mark):
        return True
    return (boundary and (following or mark.no == 1)) or mark.own_line or (following and mark.level is Level.CIRCLED)


def _accept_number(walk: _Walk, mark: Mark, *, boundary: bool) -> bool:
    last = walk.last[Level.NUMBER]
    following = mark.no == last + 1 or (mark.no == 1 and walk.fresh)
    if mark.own_line or (boundary and following):
        return True
    if not walk.label_since_mark(mark.start):
        return False
    return following or (boundary and last <= mark.no <= last + _STEP)


def _near_section(walk: _Walk, mark: Mark) -> bool:
    """Whether a heading stands right behind the words of its section, glued to them (E15): 二、总体目标(一)…"""
    between = walk.source.norm[walk.section_end : mark.start]
    return walk.section_end > 0 and len(between) <= _NEAR_SECTION and not re.search("[。;!?]", between)


def _is_heading_in_digits(walk: _Walk, mark: Mark) -> bool:
    """A `(2)` without a `(1)` behind a heading `(一)` was meant as `(二)` (E13)."""
    return mark.level is Level.BRACKETED and mark.no == walk.last[Level.HEADING] + 1 > 1 and not walk.last[mark.level]


def _reread_first_heading(walk: _Walk) -> None:
    """A lone `(1)` before `(二)` was meant as `(一)` (E13)."""
    for index in range(len(walk.accepted) - 1, -1, -1):
        mark = walk.accepted[index]
        if mark.level <= Level.HEADING:
            return
        if mark.level is Level.BRACKETED:
            if mark.no == 1:
                walk.accepted[index] = replace(mark, level=Level.HEADING, odd=True)
            return

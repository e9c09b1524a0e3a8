"""Quotation marks 引号 (E16, E51): what is quoted, and quotes that nobody closed."""

import re
from bisect import bisect_right
from itertools import zip_longest

from luoshi_tasks.plans.parsing.findings import FindingLog
from luoshi_tasks.plans.parsing.source import Source

_CLOSED = re.compile(r"“[^“”]*”|「[^「」]*」|『[^『』]*』|《[^《》]*》|‘[^‘’]*’|\"[^\"]*\"")
_STOP = re.compile("[。\n]")
_SIGN = re.compile("[“”]")
_SHOWN = 40


def first_stop(norm: str, start: int, end: int) -> int:
    """Where the first sentence or line of norm[start:end] ends: at 。 outside quotes, a line break, else `end`."""
    quoted = [found.span() for found in _CLOSED.finditer(norm, start, end)]
    at = 0
    for stop in _STOP.finditer(norm, start, end):
        while at < len(quoted) and quoted[at][1] <= stop.start():
            at += 1
        if at == len(quoted) or stop.start() < quoted[at][0]:
            return stop.start()
    return end


def note_unclosed(source: Source, *, starts: list[int], log: FindingLog) -> None:
    """Note every quote left open in its entry and every wrong closing; `starts`: where entries begin, ascending."""
    left: list[int] = []
    open_quotes: list[int] = []
    part = 0
    for sign in _SIGN.finditer(source.body):
        here = bisect_right(starts, sign.start())
        if here != part:
            left += open_quotes
            open_quotes, part = [], here
        if sign.group() == "“":
            open_quotes.append(sign.start())
        elif open_quotes:
            open_quotes.pop()
    _note(source, left + open_quotes, log)


def _note(source: Source, left: list[int], log: FindingLog) -> None:
    skip = sentence_end = -1
    for at, following in zip_longest(left, left[1:]):
        if at == skip:
            continue
        if sentence_end < at:
            stop = _STOP.search(source.norm, at)
            sentence_end = stop.start() if stop else len(source.body)
        if following is not None and following < sentence_end:
            # “A“ : the second sign was meant to close.
            skip = following
            log.add("quote_unclosed", at, following + 1, fix=source.body[at:following] + "”")
        else:
            end = min(sentence_end, at + _SHOWN)
            log.add("quote_unclosed", at, end)

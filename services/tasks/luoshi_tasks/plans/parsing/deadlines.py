"""Deadlines 完成时限 (E38, E49): a phrase and the plan's year give a date, or None for work without an end."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from luoshi_tasks.plans.parsing.numerals import NUMERAL, read_numeral

_N = rf"[0-9]{{1,2}}|[{NUMERAL}]{{1,3}}"
_YEAR = r"(?:(?P<year>(?:19|20)[0-9]{2})[ ]?年?[ ]?|(?P<next>明年|次年|翌年)|(?P<this>今年|本年度?|当年))?"
_BEFORE = r"(?:底|末|份底|份)?(?:之?前|以前)?"


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _number(found: re.Match[str], name: str) -> int:
    return read_numeral(found[name]) or 0


@dataclass(frozen=True, slots=True)
class _Phrase:
    """时限说法: how a deadline is written and the date it means. One more phrase is one more row."""

    pattern: re.Pattern[str]
    due: Callable[[re.Match[str], int], date]
    in_prose: re.Pattern[str]


def _phrase(pattern: str, due: Callable[[re.Match[str], int], date], prose_tail: str = "(?:之?前|以前)") -> _Phrase:
    return _Phrase(re.compile(_YEAR + pattern), due, re.compile(_YEAR + pattern + prose_tail))


_DONE = "(?=[^。;,]{0,4}(?:完成|建成|竣工|投用|开工|投产|实现|达到|全面|基本|到位))"
_TAIL = f"(?:之?前|以前|{_DONE})"
_PHRASES = (
    _Phrase(
        re.compile(r"(?P<year>(?:19|20)[0-9]{2})[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})(?![0-9])"),
        lambda found, _: date(int(found["year"]), int(found["month"]), int(found["day"])),
        re.compile(r"(?!)"),
    ),
    _phrase(
        rf"(?P<month>{_N})[ ]?月[ ]?(?P<day>{_N})[ ]?[日号]",
        lambda found, year: date(year, _number(found, "month"), _number(found, "day")),
        _TAIL,
    ),
    _phrase(
        rf"(?P<month>{_N})[ ]?月份?(?P<part>上旬|中旬)",
        lambda found, year: date(year, _number(found, "month"), 10 if found["part"] == "上旬" else 20),
        _TAIL,
    ),
    _phrase(
        rf"(?P<month>{_N})[ ]?月(?:份?[底末]|下旬|份)?(?!上旬|中旬|[ ]?(?:{_N})[ ]?[日号])",
        lambda found, year: _month_end(year, _number(found, "month")),
        _TAIL,
    ),
    _phrase(
        r"(?:第?(?P<quarter>[1-4一二三四])季度)[底末内]?",
        lambda found, year: _month_end(year, 3 * _number(found, "quarter")),
        _TAIL,
    ),
    _phrase("上半年[底末内]?", lambda _, year: date(year, 6, 30), _TAIL),
    _phrase(
        r"(?<![0-9一二三四五六七八九十两几半多])(?:年度?内|全年内|年[底末]|年终|下半年)",
        lambda _, year: date(year, 12, 31),
        "",
    ),
)
_WHOLE_YEAR = re.compile(r"^(?P<year>(?:19|20)[0-9]{2})[ ]?年?(?:度|[底末内])?(?:之?前|以前)?(?:完成)?$")
_YEAR_END = re.compile(rf"(?P<year>(?:19|20)[0-9]{{2}})[ ]?年(?:[底末](?:之?前|以前|{_DONE})|[底末]?(?:之?前|以前))")
_ENDLESS = re.compile("长期|全年|常年|持续|立行立改|常态化|每年|适时")
_ENDLESS_PROSE = re.compile("长期坚持|持续推进|常态化")


@dataclass(frozen=True, slots=True)
class Deadline:
    """完成时限: `on` is the last day (Asia/Shanghai), None for work without an end or a phrase not understood."""

    on: date | None
    endless: bool = False
    phrase: str = ""


def read_deadline(text: str, *, year: int | None) -> Deadline:
    """The deadline that the value of a label (or a part of a clause) writes, in matching form."""
    text = text.strip(" \n。,;")
    if whole := _WHOLE_YEAR.match(text):
        return Deadline(date(int(whole["year"]), 12, 31), phrase=text)
    dates = _dates(text, year=year, prose=False)
    if dates:
        return Deadline(max(dates), phrase=text)
    return Deadline(None, endless=_ENDLESS.search(text) is not None, phrase=text)


def deadline_in_prose(text: str, *, year: int | None) -> Deadline:
    """The last deadline named in running text; only phrases that say "before" or "by the end of" count."""
    dates = _dates(text, year=year, prose=True)
    return Deadline(max(dates) if dates else None, endless=_ENDLESS_PROSE.search(text) is not None)


def is_deadline(text: str) -> bool:
    """Whether a part of a clause is a time limit and not a list of units: `6月底前完成`, `长期坚持`."""
    text = text.strip(" \n。,;")
    if len(text) > 24:
        return False
    first = _ENDLESS.match(text) or _WHOLE_YEAR.match(text)
    return first is not None or any(phrase.pattern.match(text) for phrase in _PHRASES)


def _dates(text: str, *, year: int | None, prose: bool) -> list[date]:
    found_dates = []
    for phrase in _PHRASES:
        for found in (phrase.in_prose if prose else phrase.pattern).finditer(text):
            when = _year_of(found, year)
            if when is None:
                continue
            try:
                found_dates.append(phrase.due(found, when))
            except (ValueError, calendar.IllegalMonthError):
                continue
    found_dates += [date(int(found["year"]), 12, 31) for found in _YEAR_END.finditer(text)]
    return found_dates


def _year_of(found: re.Match[str], year: int | None) -> int | None:
    groups = found.groupdict()
    if groups.get("year"):
        return int(groups["year"])
    if groups.get("next"):
        return year + 1 if year is not None else None
    return year

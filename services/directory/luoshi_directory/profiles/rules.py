"""市情参数的规则: which overrides and calendar years may stand in the folder."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from luoshi_common.calendar.data import calendar_year, published_years
from luoshi_common.calendar.workdays import CalendarYear, CalendarYearInconsistent
from luoshi_common.policy.loader import BurdenRuleBroken, ProfileContradictory, ProfileMalformed, load_profile
from luoshi_directory.entries import Entry, Finding, doubled


class YearEntry(Entry):
    """年度日历 given by hand: rest days on weekdays, and weekend days worked in exchange (调休)."""

    year: int
    rest_days: tuple[date, ...] = ()
    working_days: tuple[date, ...] = ()


class CalendarEntry(Entry):
    """工作日历 as the folder has it: every published year from `published_from` on; `years` stand before those."""

    published_from: int | None = None
    years: tuple[YearEntry, ...] = ()


def find_in_profile(overrides: Mapping[str, Any]) -> Iterator[Finding]:
    """Find settings that are malformed, contradict each other, or break the burden rule, each with its path."""
    try:
        load_profile(overrides)
    except ProfileMalformed as problem:
        yield from _told("profile_malformed", problem.facts["problems"])
    except ProfileContradictory as problem:
        yield from _told("profile_contradictory", problem.facts["problems"])
    except BurdenRuleBroken as problem:
        yield from _told("burden_rule_broken", problem.facts["problems"])


def find_in_calendar(calendar: CalendarEntry) -> Iterator[Finding]:
    """Find years that stand twice, or name days that are not theirs."""
    twice = doubled(str(entry.year) for entry in calendar.years)
    for number, entry in enumerate(calendar.years):
        if str(entry.year) in twice:
            message = f"{entry.year}年的日历重复"
            yield Finding(code="duplicate_year", message=message, path=("calendar", "years", number))
        try:
            _year_of(entry)
        except CalendarYearInconsistent as problem:
            yield Finding(code="calendar_inconsistent", message=str(problem), path=("calendar", "years", number))


def years_of(calendar: CalendarEntry) -> list[CalendarYear]:
    """Give every year that the folder asks for, in order."""
    years: dict[int, CalendarYear] = {}
    if calendar.published_from is not None:
        years = {year: calendar_year(year) for year in published_years() if year >= calendar.published_from}
    years |= {entry.year: _year_of(entry) for entry in calendar.years}
    return [years[year] for year in sorted(years)]


def _year_of(entry: YearEntry) -> CalendarYear:
    return CalendarYear(
        year=entry.year, rest_days=frozenset(entry.rest_days), working_days=frozenset(entry.working_days)
    )


def _told(code: str, problems: object) -> Iterator[Finding]:
    assert isinstance(problems, tuple)
    for problem in problems:
        path, _, sentence = str(problem).partition(": ")
        yield Finding(code=code, message=f"{path}：{sentence}", path=("profile", *path.split(".")))

"""工作日: which days are worked, and in which hours; only years that were published are known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Self

from luoshi_common.clock import SHANGHAI
from luoshi_common.errors import Malformed, Refused

_DAY = timedelta(days=1)
_SATURDAY = 5


class CalendarYearMissing(Refused):
    """缺少年度日历: the working days of a year that is needed were not published yet; nothing stands in for them."""

    code = "calendar.year_missing"
    title = "尚未发布{year}年的工作日历，无法计算期限"


class CalendarYearInconsistent(Malformed):
    """年度日历有误: a day outside the year, or both a rest day and a moved working day."""

    code = "calendar.year_inconsistent"
    title = "{year}年的工作日历有误：{days}"


class ServiceHoursInconsistent(Malformed):
    """服务时间有误: no span, or spans that are empty or overlap."""

    code = "calendar.service_hours_inconsistent"
    title = "服务时间有误：{spans}"


class DayKind(StrEnum):
    """日别: what a day is in a published year."""

    WORKING = "working"
    MOVED_WORKING = "moved_working"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """年度日历: the published exceptions of one year; every other day is worked from Monday to Friday.

    `rest_days` are the days of the holidays, `working_days` the weekend days worked in exchange (调休).
    Raises CalendarYearInconsistent.
    """

    year: int
    rest_days: frozenset[date]
    working_days: frozenset[date]

    def __post_init__(self) -> None:
        listed = self.rest_days | self.working_days
        wrong = {day for day in listed if day.year != self.year} | (self.rest_days & self.working_days)
        if wrong:
            raise CalendarYearInconsistent(year=self.year, days=tuple(sorted(wrong)))

    def kind_of(self, day: date) -> DayKind:
        """Say what a day of this year is."""
        if day in self.rest_days:
            return DayKind.HOLIDAY
        if day in self.working_days:
            return DayKind.MOVED_WORKING
        return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKING


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """服务时间: spans of a working day by the clocks of Asia/Shanghai, in order. Raises ServiceHoursInconsistent."""

    spans: tuple[tuple[time, time], ...]

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ServiceHoursInconsistent(spans=tuple(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in self.spans))

    @property
    def opening(self) -> time:
        """First service minute of a day."""
        return self.spans[0][0]

    @property
    def closing(self) -> time:
        """Last service minute of a day."""
        return self.spans[-1][1]

    def joined_with(self, added: Self) -> "ServiceHours":
        """Give the hours served by either; spans that touch become one."""
        merged: list[tuple[time, time]] = []
        for opens, closes in sorted({*self.spans, *added.spans}):
            if merged and opens <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
            else:
                merged.append((opens, closes))
        return ServiceHours(tuple(merged))


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """工作日历: an immutable value. Days are dates of Asia/Shanghai; instants are aware and in UTC.

    Every question about a year that was not published raises CalendarYearMissing.
    """

    years: Mapping[int, CalendarYear]
    hours: ServiceHours
    added_days: frozenset[date] = frozenset()

    @classmethod
    def from_years(cls, years: Iterable[CalendarYear], hours: ServiceHours) -> Self:
        """Build the calendar of a city from its published years; of two documents for a year the later one counts."""
        return cls(years=MappingProxyType({year.year: year for year in years}), hours=hours)

    def with_unit_service(self, *, hours: ServiceHours | None = None, days: Iterable[date] = ()) -> "WorkCalendar":
        """Give the calendar of a unit that serves longer (延时错时, R43): hours and days are only added."""
        return replace(
            self,
            hours=self.hours.joined_with(hours) if hours else self.hours,
            added_days=self.added_days | frozenset(days),
        )

    def kind_of(self, day: date) -> DayKind:
        """Say what a day is."""
        year = self.years.get(day.year)
        if year is None:
            raise CalendarYearMissing(year=day.year)
        kind = year.kind_of(day)
        if day in self.added_days and kind in _REST:
            return DayKind.MOVED_WORKING
        return kind

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked."""
        return self.kind_of(day) not in _REST

    def rolled(self, day: date) -> date:
        """Give the day itself when it is worked, else the next one that is."""
        return day if self.is_working_day(day) else next(self.working_days_after(day))

    def working_days_after(self, day: date) -> Iterator[date]:
        """Walk the working days that follow a day, without end: the first unpublished year raises."""
        while True:
            day += _DAY
            if self.is_working_day(day):
                yield day

    def working_days_before(self, day: date) -> Iterator[date]:
        """Walk back over the working days that precede a day."""
        while True:
            day -= _DAY
            if self.is_working_day(day):
                yield day

    def add_working_days(self, day: date, days: int) -> date:
        """Give the N-th working day after a day (day 0, whatever it is), before it for a negative N; 0 is the day."""
        walk = self.working_days_after(day) if days > 0 else self.working_days_before(day)
        for _ in range(abs(days)):
            day = next(walk)
        return day

    def opening(self, day: date) -> datetime:
        """Give the first service minute of a day as an instant; a rest day has the same hours on paper."""
        return self._instant(day, self.hours.opening)

    def closing(self, day: date) -> datetime:
        """Give the last service minute of a day as an instant; a rest day has the same hours on paper."""
        return self._instant(day, self.hours.closing)

    def spans_of(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Give the service spans of a working day as instants; of a rest day none."""
        if not self.is_working_day(day):
            return ()
        return tuple((self._instant(day, opens), self._instant(day, closes)) for opens, closes in self.hours.spans)

    @cached_property
    def _at(self) -> dict[tuple[date, time], datetime]:
        return {}

    def _instant(self, day: date, at: time) -> datetime:
        known = self._at.get((day, at))
        if known is None:
            known = self._at[day, at] = datetime.combine(day, at, SHANGHAI).astimezone(UTC)
        return known


_REST = frozenset({DayKind.HOLIDAY, DayKind.WEEKEND})

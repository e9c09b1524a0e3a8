"""周期: months, two-months, quarters, half-years and years; half-open, by the dates of Asia/Shanghai."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Self

from luoshi_common.clock import SHANGHAI, shanghai_date
from luoshi_common.errors import Malformed

_MONTHS_A_YEAR = 12
_NUMERALS = "一二三四"


class PeriodMalformed(Malformed):
    """周期有误: a key that names no period, or a first day on which none begins."""

    code = "calendar.period_malformed"
    title = "无法识别的周期：{key}"


class PeriodKind(StrEnum):
    """周期种类: how long one period lasts."""

    MONTH = "month"
    TWO_MONTH = "two_month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def months(self) -> int:
        """Length in months."""
        return _MONTHS[self]


_MONTHS = {
    PeriodKind.MONTH: 1,
    PeriodKind.TWO_MONTH: 2,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF_YEAR: 6,
    PeriodKind.YEAR: 12,
}
_KEY = re.compile(r"(?P<year>\d{4})(?:-(?P<mark>[QHB]?)(?P<number>\d{1,2}))?")
_MARKS = {"": PeriodKind.MONTH, "B": PeriodKind.TWO_MONTH, "Q": PeriodKind.QUARTER, "H": PeriodKind.HALF_YEAR}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """周期: from its first day (inclusive) to the first day of the next one (exclusive).

    Two-months may begin in any month (the anchor is a setting, R69); the other kinds begin where the year divides.
    Raises PeriodMalformed.
    """

    first_day: date
    kind: PeriodKind

    def __post_init__(self) -> None:
        aligned = self.kind is PeriodKind.TWO_MONTH or (self.first_day.month - 1) % self.kind.months == 0
        if self.first_day.day != 1 or not aligned:
            raise PeriodMalformed(key=f"{self.kind.value} {self.first_day}")

    @classmethod
    def of_day(cls, day: date, *, kind: PeriodKind, anchor_month: int = 1) -> Self:
        """Give the period that holds a day; `anchor_month` is a month in which some two-month begins."""
        anchor = anchor_month - 1 if kind is PeriodKind.TWO_MONTH else 0
        months = _month_number(day)
        return cls(_first_day(months - (months - anchor) % kind.months), kind)

    @classmethod
    def at(cls, at: datetime, *, kind: PeriodKind, anchor_month: int = 1) -> Self:
        """Give the period that holds an aware instant."""
        return cls.of_day(shanghai_date(at), kind=kind, anchor_month=anchor_month)

    @classmethod
    def parse(cls, key: str) -> Self:
        """Read a key: 2026, 2026-03, 2026-Q1, 2026-H2, or 2026-B02 for the two months from February."""
        found = _KEY.fullmatch(key)
        if found is None or found["year"] == "0000":
            raise PeriodMalformed(key=key)
        if found["number"] is None:
            return cls(date(int(found["year"]), 1, 1), PeriodKind.YEAR)
        kind = _MARKS[found["mark"]]
        step = 1 if kind is PeriodKind.TWO_MONTH else kind.months
        month = (int(found["number"]) - 1) * step + 1
        if not 1 <= month <= _MONTHS_A_YEAR:
            raise PeriodMalformed(key=key)
        period = cls(date(int(found["year"]), month, 1), kind)
        if period.key != key:
            raise PeriodMalformed(key=key)
        return period

    @property
    def key(self) -> str:
        """Name of the period for machines; `parse` reads it back."""
        year, month = f"{self.first_day:%Y}", self.first_day.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year}-{month:02}"
            case PeriodKind.TWO_MONTH:
                return f"{year}-B{month:02}"
            case PeriodKind.QUARTER:
                return f"{year}-Q{month // 3 + 1}"
            case PeriodKind.HALF_YEAR:
                return f"{year}-H{month // 6 + 1}"
            case PeriodKind.YEAR:
                return year

    @property
    def label(self) -> str:
        """Name of the period for people, in Chinese."""
        year, month = f"{self.first_day.year}年", self.first_day.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year}{month}月"
            case PeriodKind.TWO_MONTH:
                last = self.first_day_of_next(-1)
                return f"{year}{month}月至{f'{last.year}年' if last.year != self.first_day.year else ''}{last.month}月"
            case PeriodKind.QUARTER:
                return f"{year}第{_NUMERALS[month // 3]}季度"
            case PeriodKind.HALF_YEAR:
                return f"{year}{'上' if month == 1 else '下'}半年"
            case PeriodKind.YEAR:
                return year

    @property
    def end_day(self) -> date:
        """First day that is no longer part of the period."""
        return self.first_day_of_next(0)

    @property
    def start_at(self) -> datetime:
        """First instant of the period, in UTC."""
        return datetime.combine(self.first_day, time(), SHANGHAI).astimezone(UTC)

    @property
    def end_at(self) -> datetime:
        """First instant after the period, in UTC."""
        return datetime.combine(self.end_day, time(), SHANGHAI).astimezone(UTC)

    def first_day_of_next(self, months: int) -> date:
        """Give the first day of the month that lies so many months after the period's end (negative: before it)."""
        return _first_day(_month_number(self.first_day) + self.kind.months + months)

    def moved(self, periods: int) -> "Period":
        """Give the period so many later (negative: earlier)."""
        return Period(_first_day(_month_number(self.first_day) + periods * self.kind.months), self.kind)

    def holds(self, at: datetime) -> bool:
        """Say whether an aware instant lies in the period."""
        return self.start_at <= at < self.end_at


def _month_number(day: date) -> int:
    return day.year * _MONTHS_A_YEAR + day.month - 1


def _first_day(months: int) -> date:
    return date(months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1, 1)

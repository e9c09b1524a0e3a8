"""时限: how long something may take, and by which clock that is counted."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Self

from luoshi_common.errors import Malformed

_TEXT = re.compile(r"([1-9]\d{0,4})(min|h|wh|wd|d)")


class LimitMalformed(Malformed):
    """时限有误: not a whole positive number with min, h, wh, wd or d."""

    code = "calendar.limit_malformed"
    title = "无法识别的时限：{limit}"


class LimitUnit(StrEnum):
    """时限单位: the measure of a limit, which also says which clock counts it."""

    MINUTES = "min"
    HOURS = "h"
    WORKING_HOURS = "wh"
    WORKING_DAYS = "wd"
    CALENDAR_DAYS = "d"

    @property
    def chinese(self) -> str:
        """Words for people."""
        return _CHINESE[self]


_CHINESE = {
    LimitUnit.MINUTES: "分钟",
    LimitUnit.HOURS: "小时",
    LimitUnit.WORKING_HOURS: "个工作小时",
    LimitUnit.WORKING_DAYS: "个工作日",
    LimitUnit.CALENDAR_DAYS: "日",
}
# Only for comparing limits of different measures: five working days are a week.
_NOMINAL_MINUTES = {
    LimitUnit.MINUTES: Fraction(1),
    LimitUnit.HOURS: Fraction(60),
    LimitUnit.WORKING_HOURS: Fraction(60),
    LimitUnit.WORKING_DAYS: Fraction(24 * 60 * 7, 5),
    LimitUnit.CALENDAR_DAYS: Fraction(24 * 60),
}


@dataclass(frozen=True, slots=True)
class Limit:
    """时限: written 15min, 24h (both 7×24), 2wh (service hours), 5wd (working days), 7d (calendar days)."""

    amount: int
    unit: LimitUnit

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the written form. Raises LimitMalformed."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise LimitMalformed(limit=text[:20])
        return cls(int(found[1]), LimitUnit(found[2]))

    def __str__(self) -> str:
        return f"{self.amount}{self.unit.value}"

    @property
    def label(self) -> str:
        """Words for people, in Chinese."""
        return f"{self.amount}{self.unit.chinese}"

    @property
    def in_days(self) -> bool:
        """Whether the limit ends at a closing, whatever the hour it began."""
        return self.unit in {LimitUnit.WORKING_DAYS, LimitUnit.CALENDAR_DAYS}

    @property
    def minutes(self) -> int:
        """Minutes on the limit's own clock; a limit in days has none (ValueError)."""
        if self.in_days:
            raise ValueError("a limit in days is not counted in minutes")
        return self.amount * (1 if self.unit is LimitUnit.MINUTES else 60)

    def exceeds(self, other: Self) -> bool:
        """Say whether this limit is nominally longer; used to find contradictions in a profile, never to count time."""
        return self.amount * _NOMINAL_MINUTES[self.unit] > other.amount * _NOMINAL_MINUTES[other.unit]

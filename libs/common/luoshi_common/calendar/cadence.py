"""常态节奏: a rule says how often something is owed; from it come the windows in which it is done and their due times.

The rules C1–C17 themselves are settings of the city profile (`cadences`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from luoshi_common.calendar.periods import Period, PeriodKind
from luoshi_common.calendar.workdays import WorkCalendar
from luoshi_common.clock import to_shanghai
from luoshi_common.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CadenceRule:
    """节奏规则: once in every period, or on an event only (`every` is None, R67).

    `due_day` None: by the closing of the period's last working day. A number: by the closing of that day of the month
    after the period, or of the next working day. `warn_days`: working days before the due day on which people are told.
    """

    code: str
    requirement: str
    every: PeriodKind | None
    anchor_month: int = 1
    due_day: int | None = None
    warn_days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DueWindow:
    """应办窗口: one occasion that a rule demands; it can be met from `opens_at` on, and is missed after `due_at`."""

    rule: str
    period: Period
    opens_at: datetime
    warn_at: datetime
    due_at: datetime
    because: tuple[Reason, ...]


def window(*, rule: CadenceRule, period: Period, calendar: WorkCalendar) -> DueWindow:
    """应办窗口: what the rule demands in one period. Raises CalendarYearMissing."""
    if rule.due_day is None:
        due_on = next(calendar.working_days_before(period.end_day))
        how = "周期最后一个工作日下班前"
    else:
        due_on = calendar.rolled(day_after(period=period, day=rule.due_day))
        how = f"周期结束后次月{rule.due_day}日下班前，遇休息日顺延"
    due_at = calendar.closing(due_on)
    text = f"{period.label}应办一次，{how}，截止{to_shanghai(due_at):%Y-%m-%d %H:%M}"
    return DueWindow(
        rule=rule.code,
        period=period,
        opens_at=period.start_at,
        warn_at=calendar.closing(calendar.add_working_days(due_on, -rule.warn_days)),
        due_at=due_at,
        because=(
            Reason(
                rule="calendar.cadence",
                requirement=rule.requirement,
                inputs={"rule": rule.code, "period": period.key},
                text=text,
            ),
        ),
    )


def windows(*, rule: CadenceRule, since: date, until: date, calendar: WorkCalendar) -> Iterator[DueWindow]:
    """应办窗口: those of every period that begins on `since` or later and before `until`; on-event rules have none.

    Lazy, so a caller that stops before an unpublished year is never refused for it. Raises CalendarYearMissing.
    """
    if rule.every is None:
        return
    period = Period.of_day(since, kind=rule.every, anchor_month=rule.anchor_month)
    if period.first_day < since:
        period = period.moved(1)
    while period.first_day < until:
        yield window(rule=rule, period=period, calendar=calendar)
        period = period.moved(1)


def day_after(*, period: Period, day: int) -> date:
    """Give a day of the month that follows a period, as reports and freezes are dated (`reports.due_day`)."""
    return period.end_day.replace(day=day)

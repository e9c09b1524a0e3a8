"""期限计算: when a limit ends, and why; instants are aware and in UTC, days are those of Asia/Shanghai.

* 7×24 limits (minutes, hours) are elapsed time; they need no calendar year.
* Working-hour limits run in service hours only; one that ends exactly at a closing ends there.
* Working-day limits: the day of the start is day 0 whatever the hour; due at the closing of the N-th working day.
* Calendar-day limits: day 0 likewise; due at the closing of the N-th day, or of the next working day.
* Pauses (from inclusive, to exclusive) stop the unit's clock: hour limits leave out the paused time, day limits leave
  out a day whose closing lies inside one. Who computes the enterprise's clock passes no pauses.

Every answer is a `Due`: the instant and the lines that explain it. Raises CalendarYearMissing where a needed year was
not published.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from luoshi_common.calendar.explained import Explanation
from luoshi_common.calendar.limits import Limit, LimitUnit
from luoshi_common.calendar.workdays import WorkCalendar
from luoshi_common.clock import shanghai_date
from luoshi_common.errors import Malformed, Refused
from luoshi_common.reasons import Reason

_DAY = timedelta(days=1)
_NOTHING = timedelta()


class PauseMalformed(Malformed):
    """暂停有误: a pause must end after it began."""

    code = "calendar.pause_malformed"
    title = "暂停的结束时间必须晚于开始时间：{start} 至 {end}"


class ExtensionNotLater(Refused):
    """延期无效: the new date's closing is not after the present due time."""

    code = "calendar.extension_not_later"
    title = "延期后的期限（{to}）必须晚于原期限（{due}）"


class ExtensionBeyondMaximum(Refused):
    """延期超限: the new date's closing lies after the latest one the class allows."""

    code = "calendar.extension_beyond_maximum"
    title = "延期后的期限（{to}）不得晚于最长期限（{latest}）"


@dataclass(frozen=True, slots=True, order=True)
class Pause:
    """暂停: the unit's clock stands from `start` (inclusive) to `end` (exclusive). Raises PauseMalformed."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise PauseMalformed(start=self.start, end=self.end)

    def holds(self, at: datetime) -> bool:
        """Say whether the clock stands at an instant."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDueRule:
    """临期规则: short limits warn when `share` of them has run, limits of N days max(1, ⌈days_share·N⌉) days before.

    Both are shares between 0 and 1.
    """

    share: Decimal
    days_share: Decimal

    def days_before(self, days: int) -> int:
        """Give how many days before the due day people are warned."""
        before = int((self.days_share * days).to_integral_value(ROUND_CEILING))
        return max(1, min(before, days - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """期限: the instant (aware, UTC) and the lines that explain it, in Chinese."""

    at: datetime
    because: tuple[Reason, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Give the explanation as plain lines."""
        return tuple(reason.text for reason in self.because)


def due(*, start: datetime, limit: Limit, calendar: WorkCalendar, pauses: Iterable[Pause] = ()) -> Due:
    """期限: count a limit from an instant."""
    standing = _merged(pauses)
    said = Explanation(calendar)
    said.began(start, limit)
    if limit.in_days:
        counted = _CountedDays(start=start, limit=limit, calendar=calendar, pauses=standing)
        last = counted.day(limit.amount)
        day = calendar.rolled(last) if limit.unit is LimitUnit.CALENDAR_DAYS else last
        said.passed(shanghai_date(start), day, counted.paused_days, limit)
        said.rolled(last, day)
        at = calendar.closing(day)
    else:
        at = _after(
            start=start, length=timedelta(minutes=limit.minutes), limit=limit, calendar=calendar, pauses=standing
        )
        said.waited(start, at, limit)
    said.stood([(pause.start, pause.end) for pause in standing if pause.start < at and pause.end > start])
    said.ends(at)
    return Due(at=at, because=said.reasons)


def near_due(
    *, start: datetime, limit: Limit, calendar: WorkCalendar, rule: NearDueRule, pauses: Iterable[Pause] = ()
) -> datetime:
    """临期: when to warn that a limit counted from an instant (and not moved since) is about to end."""
    standing = _merged(pauses)
    if not limit.in_days:
        length = timedelta(minutes=limit.minutes) * float(rule.share)
        return _after(start=start, length=length, limit=limit, calendar=calendar, pauses=standing)
    counted = _CountedDays(start=start, limit=limit, calendar=calendar, pauses=standing)
    if limit.unit is LimitUnit.CALENDAR_DAYS:
        return _counted_back(calendar.rolled(counted.day(limit.amount)), limit=limit, calendar=calendar, rule=rule)
    if limit.amount == 1:
        return calendar.opening(counted.day(1))
    return calendar.closing(counted.day(limit.amount - rule.days_before(limit.amount)))


def near_moved_due(*, due_at: datetime, limit: Limit, calendar: WorkCalendar, rule: NearDueRule) -> datetime:
    """延期后的临期: when to warn before a due time that was moved; counted back from it, by the limit of the class."""
    if limit.in_days:
        return _counted_back(shanghai_date(due_at), limit=limit, calendar=calendar, rule=rule)
    rest = timedelta(minutes=limit.minutes) * float(1 - rule.share)
    return due_at - rest if limit.unit is not LimitUnit.WORKING_HOURS else _before(due_at, rest, calendar)


def extended(
    *,
    first: Due,
    to: date,
    routed_at: datetime,
    limit: Limit,
    maximum: Limit | None,
    calendar: WorkCalendar,
    pauses: Iterable[Pause] = (),
) -> Due:
    """延期: move the unit's due time to the closing of an approved date; the enterprise's due time stays where it is.

    The latest closing is that of the class maximum, counted like the limit itself from the first routing; a class
    without one takes at most its own limit more, counted from the due time. Raises ExtensionNotLater,
    ExtensionBeyondMaximum.
    """
    at = calendar.closing(to)
    if at <= first.at:
        raise ExtensionNotLater(to=at, due=first.at)
    latest = (
        due(start=routed_at, limit=maximum, calendar=calendar, pauses=pauses)
        if maximum
        else due(start=first.at, limit=limit, calendar=calendar)
    )
    if at > latest.at:
        raise ExtensionBeyondMaximum(to=at, latest=latest.at)
    said = Explanation(calendar)
    said.moved(first.at, at, latest.at, maximum)
    return Due(at=at, because=(*first.because, *said.reasons))


class _CountedDays:
    """The days that a day limit counts, one after another; those at whose closing the clock stood are put aside."""

    def __init__(self, *, start: datetime, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause]) -> None:
        self._calendar = calendar
        self._pauses = pauses
        self.paused_days: list[date] = []
        self._days: list[date] = []
        first = shanghai_date(start)
        self._walk = calendar.working_days_after(first) if limit.unit is LimitUnit.WORKING_DAYS else _days_after(first)

    def day(self, number: int) -> date:
        while len(self._days) < number:
            day = next(self._walk)
            closing = self._calendar.closing(day)
            paused = any(pause.holds(closing) for pause in self._pauses)
            (self.paused_days if paused else self._days).append(day)
        return self._days[number - 1]


def _counted_back(day: date, *, limit: Limit, calendar: WorkCalendar, rule: NearDueRule) -> datetime:
    if limit.amount == 1:
        return calendar.opening(day)
    return calendar.closing(calendar.add_working_days(day, -rule.days_before(limit.amount)))


def _after(
    *, start: datetime, length: timedelta, limit: Limit, calendar: WorkCalendar, pauses: Sequence[Pause]
) -> datetime:
    """Let so much time run from `start`: elapsed or service time, without what was paused."""
    runs = _service_from(start, calendar) if limit.unit is LimitUnit.WORKING_HOURS else iter([(start, _FOREVER)])
    for opens, closes in _without(runs, pauses):
        if length <= closes - opens:
            return opens + length
        length -= closes - opens
    raise AssertionError("time runs on without end")


def _before(end: datetime, length: timedelta, calendar: WorkCalendar) -> datetime:
    """Count service time back from an instant."""
    day = shanghai_date(end)
    while True:
        for opens, closes in reversed(calendar.spans_of(day)):
            room = max(_NOTHING, min(end, closes) - opens)
            if length <= room:
                return min(end, closes) - length
            length -= room
        day -= _DAY


def _service_from(start: datetime, calendar: WorkCalendar) -> Iterator[tuple[datetime, datetime]]:
    day = shanghai_date(start)
    while True:
        for opens, closes in calendar.spans_of(day):
            if closes > start:
                yield max(opens, start), closes
        day += _DAY


def _without(runs: Iterator[tuple[datetime, datetime]], pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime]]:
    """Cut the pauses (in order, apart from each other) out of the runs."""
    for opens, closes in runs:
        for pause in pauses:
            if pause.end <= opens or pause.start >= closes:
                continue
            if pause.start > opens:
                yield opens, pause.start
            opens = pause.end
        if opens < closes:
            yield opens, closes


def _merged(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    merged: list[Pause] = []
    for pause in sorted(pauses):
        if merged and pause.start <= merged[-1].end:
            merged[-1] = Pause(merged[-1].start, max(merged[-1].end, pause.end))
        else:
            merged.append(pause)
    return tuple(merged)


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day


_FOREVER = datetime.max.replace(tzinfo=UTC)

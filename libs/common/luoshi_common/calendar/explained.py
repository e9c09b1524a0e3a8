"""期限说明: the lines in which a due time explains itself (start, rule, days left out and why, pauses, extension)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from luoshi_common.calendar.limits import Limit, LimitUnit
from luoshi_common.calendar.workdays import DayKind, WorkCalendar
from luoshi_common.clock import shanghai_date, to_shanghai
from luoshi_common.reasons import Reason

_DAY = timedelta(days=1)
_WEEKDAYS = "一二三四五六日"
_REST = {DayKind.HOLIDAY: "法定节假日", DayKind.WEEKEND: "周末"}
_RULES = {
    LimitUnit.MINUTES: "7×24 小时连续计时",
    LimitUnit.HOURS: "7×24 小时连续计时",
    LimitUnit.WORKING_HOURS: "只计服务时间",
    LimitUnit.WORKING_DAYS: "起算当日为第0日，第{amount}个工作日{closing}截止",
    LimitUnit.CALENDAR_DAYS: "起算当日为第0日，第{amount}日{closing}截止，遇休息日顺延至下一工作日",
}


class Explanation:
    """期限说明: collects the lines while a due time is computed."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._reasons: list[Reason] = []

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Lines so far, in order."""
        return tuple(self._reasons)

    def began(self, start: datetime, limit: Limit) -> None:
        """Say from when and by which rule is counted."""
        closing = f"{self._calendar.hours.closing:%H:%M}"
        rule = _RULES[limit.unit].format(amount=limit.amount, closing=closing)
        self._say("start", f"起算：{_instant(start)}", at=start)
        self._say("limit", f"时限：{limit.label}；{rule}", limit=str(limit))

    def passed(self, start: date, end: date, paused: Sequence[date], limit: Limit) -> None:
        """Say which days up to the due day were left out, or were worked although they look like rest days."""
        length = (end - start).days if limit.unit is LimitUnit.WORKING_DAYS else 0
        days = [start + _DAY * number for number in range(1, length + 1)]
        for kind, run in _runs((day, self._calendar.kind_of(day)) for day in days):
            if kind is DayKind.MOVED_WORKING:
                self._say("moved_working_day", f"照常计算：{_days(run)}为调休上班日", days=_days(run))
            elif kind in _REST:
                self._say("rest_day", f"不计：{_days(run)}为{_REST[kind]}", days=_days(run))
        for _, run in _runs((day, DayKind.WORKING) for day in paused):
            self._say("paused_day", f"不计：{_days(run)}下班时处于暂停", days=_days(run))

    def rolled(self, last: date, day: date) -> None:
        """Say that the last day was a rest day and the next working day counts."""
        if day != last:
            kind = _REST[self._calendar.kind_of(last)]
            self._say("rolled", f"顺延：{_days([last])}为{kind}，顺延至{_days([day])}", days=_days([last, day]))

    def waited(self, start: datetime, end: datetime, limit: Limit) -> None:
        """Say which days a limit in service hours passed over, and that a start outside them waits for the opening."""
        if limit.unit is not LimitUnit.WORKING_HOURS:
            return
        first = shanghai_date(start)
        if not any(opens <= start < closes for opens, closes in self._calendar.spans_of(first)):
            self._say("outside_hours", "起算时不在服务时间内，自下一服务时段起计", at=start)
        self.passed(first - _DAY, shanghai_date(end), (), Limit(limit.amount, LimitUnit.WORKING_DAYS))

    def stood(self, pauses: Iterable[tuple[datetime, datetime]]) -> None:
        """Say when the clock stood."""
        for start, end in pauses:
            self._say("pause", f"暂停：{_instant(start)}至{_instant(end)}", start=start, end=end)

    def moved(self, first: datetime, at: datetime, latest: datetime, maximum: Limit | None) -> None:
        """Say that an extension moved the due time, and how far it may go."""
        bound = f"最长{maximum.label}" if maximum else "无最长期限，延长不超过原时限"
        self._say("extension", f"延期：由{_instant(first)}延至{_instant(at)}（{bound}，至{_instant(latest)}）", at=at)

    def ends(self, at: datetime) -> None:
        """Say the result."""
        self._say("due", f"截止：{_instant(at)}", at=at)

    def _say(self, rule: str, text: str, **inputs: str | datetime) -> None:
        plain = {name: value if isinstance(value, str) else value.isoformat() for name, value in inputs.items()}
        self._reasons.append(Reason(rule=f"calendar.{rule}", text=text, inputs=plain))


def _runs(days: Iterable[tuple[date, DayKind]]) -> Iterable[tuple[DayKind, list[date]]]:
    """Gather neighbouring days of one kind."""
    for (kind, _), run in groupby(days, key=lambda entry: (entry[1], entry[0].year)):
        chain: list[date] = []
        for day, _ in run:
            if chain and day - chain[-1] != _DAY:
                yield kind, chain
                chain = []
            chain.append(day)
        yield kind, chain


def _days(days: Sequence[date]) -> str:
    first, last = days[0], days[-1]
    if first == last:
        return f"{_day(first)}（周{_WEEKDAYS[first.weekday()]}）"
    return f"{_day(first)}至{_day(last)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _instant(at: datetime) -> str:
    local = to_shanghai(at)
    seconds = f":{local:%S}" if local.second else ""
    return f"{local:%Y-%m-%d %H:%M}{seconds}（周{_WEEKDAYS[local.weekday()]}）"

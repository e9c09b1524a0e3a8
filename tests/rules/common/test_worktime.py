"""Clock arithmetic: tables worked out by hand, properties, and an independent oracle that counts minute by minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.calendar.data import calendar_year
from luoshi_common.calendar.limits import Limit, LimitMalformed
from luoshi_common.calendar.workdays import CalendarYearMissing, ServiceHours, WorkCalendar
from luoshi_common.calendar.worktime import (
    ExtensionBeyondMaximum,
    ExtensionNotLater,
    NearDueRule,
    Pause,
    PauseMalformed,
    due,
    extended,
    near_due,
    near_moved_due,
)
from luoshi_common.clock import SHANGHAI, shanghai_date

HOURS = ServiceHours(((time(8, 30), time(12)), (time(14), time(17, 30))))
CALENDAR = WorkCalendar.from_years([calendar_year(2025), calendar_year(2026)], HOURS)
RULE = NearDueRule(share=Decimal("0.8"), days_share=Decimal("0.2"))
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(text: str) -> datetime:
    """Read MM-DD HH:MM of 2026 on the clocks of Shanghai."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def pause(start: str, end: str) -> Pause:
    return Pause(at(start), at(end))


class TestDue:
    @pytest.mark.parametrize(
        ("start", "limit", "expected"),
        [
            ("03-07 23:50", "15min", "03-08 00:05"),
            ("09-30 16:00", "24h", "10-01 16:00"),
            ("03-10 09:00", "2wh", "03-10 11:00"),
            ("03-10 11:00", "2wh", "03-10 15:00"),
            ("03-10 10:00", "2wh", "03-10 12:00"),
            ("03-10 15:30", "2wh", "03-10 17:30"),
            ("03-10 12:30", "2wh", "03-10 16:00"),
            ("03-10 03:00", "2wh", "03-10 10:30"),
            ("03-13 17:00", "2wh", "03-16 10:00"),
            ("02-13 17:30", "2wh", "02-14 10:30"),
            ("03-10 00:01", "1wd", "03-11 17:30"),
            ("03-10 23:59", "1wd", "03-11 17:30"),
            ("03-14 10:00", "1wd", "03-16 17:30"),
            ("02-13 10:00", "1wd", "02-14 17:30"),
            ("02-14 10:00", "1wd", "02-24 17:30"),
            ("09-30 16:00", "5wd", "10-13 17:30"),
            ("03-10 10:00", "7d", "03-17 17:30"),
            ("03-07 10:00", "7d", "03-16 17:30"),
            ("02-08 10:00", "7d", "02-24 17:30"),
            ("02-07 10:00", "7d", "02-14 17:30"),
        ],
    )
    def test_follows_the_table(self, start: str, limit: str, expected: str) -> None:
        """The meaning of every kind of limit, over lunch, nights, weekends, moved days and two long holidays."""
        assert due(start=at(start), limit=Limit.parse(limit), calendar=CALENDAR).at == at(expected)

    @pytest.mark.parametrize(
        ("start", "limit", "paused", "expected"),
        [
            ("03-10 09:00", "24h", [("03-10 12:00", "03-10 18:00")], "03-11 15:00"),
            ("03-10 09:00", "2h", [("03-10 11:00", "03-12 09:00")], "03-10 11:00"),
            ("03-10 09:00", "2h", [("03-10 08:00", "03-10 10:00")], "03-10 12:00"),
            ("03-10 09:00", "2h", [("03-10 09:30", "03-10 10:00"), ("03-10 09:45", "03-10 10:30")], "03-10 12:00"),
            ("03-10 11:00", "2wh", [("03-10 11:30", "03-10 14:30")], "03-10 16:00"),
            ("03-10 11:00", "2wh", [("03-10 12:00", "03-10 14:00")], "03-10 15:00"),
            ("03-10 09:00", "1wd", [("03-11 17:30", "03-11 17:31")], "03-12 17:30"),
            ("03-10 09:00", "1wd", [("03-11 09:00", "03-11 17:30")], "03-11 17:30"),
            ("03-10 09:00", "1wd", [("03-10 10:00", "03-11 10:00")], "03-11 17:30"),
            ("03-10 09:00", "5wd", [("03-11 09:00", "03-13 09:00")], "03-19 17:30"),
            ("03-10 09:00", "7d", [("03-11 09:00", "03-13 09:00")], "03-19 17:30"),
            ("03-10 09:00", "3d", [("03-11 09:00", "03-12 09:00"), ("03-16 09:00", "03-17 09:00")], "03-16 17:30"),
        ],
        ids=[
            "elapsed",
            "ends as the pause begins",
            "starts paused",
            "overlapping pauses count once",
            "service time only",
            "pause over lunch costs nothing",
            "closing is the first minute of a pause",
            "closing is the end of a pause",
            "pause that meets no closing",
            "two closings",
            "calendar days",
            "rolls without a second look",
        ],
    )
    def test_leaves_out_what_was_paused(
        self, start: str, limit: str, paused: list[tuple[str, str]], expected: str
    ) -> None:
        pauses = [pause(*each) for each in paused]

        assert due(start=at(start), limit=Limit.parse(limit), calendar=CALENDAR, pauses=pauses).at == at(expected)

    def test_explains_itself_line_by_line(self) -> None:
        found = due(
            start=at("09-30 16:00"),
            limit=Limit.parse("5wd"),
            calendar=CALENDAR,
            pauses=[pause("10-08 12:00", "10-09 18:00")],
        )

        assert found.lines == (
            "起算：2026-09-30 16:00（周三）",
            "时限：5个工作日；起算当日为第0日，第5个工作日17:30截止",
            "不计：10月1日至10月7日为法定节假日",
            "照常计算：10月10日（周六）为调休上班日",
            "不计：10月11日（周日）为周末",
            "不计：10月8日至10月9日下班时处于暂停",
            "暂停：2026-10-08 12:00（周四）至2026-10-09 18:00（周五）",
            "截止：2026-10-15 17:30（周四）",
        )

    def test_says_that_it_rolled(self) -> None:
        found = due(start=at("09-18 10:00"), limit=Limit.parse("7d"), calendar=CALENDAR)

        assert "顺延：9月25日（周五）为法定节假日，顺延至9月28日（周一）" in found.lines

    @pytest.mark.parametrize("limit", ["1wd", "2wh"])
    def test_refuses_to_count_into_an_unpublished_year(self, limit: str) -> None:
        with pytest.raises(CalendarYearMissing, match="2027"):
            due(start=at("12-31 17:00"), limit=Limit.parse(limit), calendar=CALENDAR)

    def test_elapsed_time_needs_no_calendar(self) -> None:
        nothing = WorkCalendar.from_years([], HOURS)

        assert due(start=at("03-10 09:00"), limit=Limit.parse("24h"), calendar=nothing).at == at("03-11 09:00")

    def test_refuses_a_pause_that_ends_before_it_began(self) -> None:
        with pytest.raises(PauseMalformed):
            pause("03-10 10:00", "03-10 10:00")

    @pytest.mark.parametrize("text", ["", "0wd", "5", "wd", "-1h", "5 wd", "1.5h", "100000d", "５wd", "5weeks"])
    def test_refuses_limits_it_cannot_read(self, text: str) -> None:
        with pytest.raises(LimitMalformed):
            Limit.parse(text)


class TestNearDue:
    @pytest.mark.parametrize(
        ("start", "limit", "expected"),
        [
            ("03-10 09:00", "15min", "03-10 09:12"),
            ("03-10 09:00", "24h", "03-11 04:12"),
            ("03-10 11:00", "2wh", "03-10 14:36"),
            ("03-10 09:00", "1wd", "03-11 08:30"),
            ("03-10 09:00", "2wd", "03-11 17:30"),
            ("03-10 09:00", "5wd", "03-16 17:30"),
            ("03-10 09:00", "15wd", "03-26 17:30"),
            ("03-10 09:00", "7d", "03-13 17:30"),
            ("03-09 09:00", "1d", "03-10 08:30"),
            ("03-06 09:00", "1d", "03-09 08:30"),
        ],
    )
    def test_follows_the_table(self, start: str, limit: str, expected: str) -> None:
        """80 % of a short limit; day N − max(1, ⌈0.2·N⌉); calendar days count working days back from the due day."""
        found = near_due(start=at(start), limit=Limit.parse(limit), calendar=CALENDAR, rule=RULE)

        assert found == at(expected)

    def test_counts_only_the_days_the_limit_counts(self) -> None:
        found = near_due(
            start=at("03-10 09:00"),
            limit=Limit.parse("5wd"),
            calendar=CALENDAR,
            rule=RULE,
            pauses=[pause("03-11 09:00", "03-13 09:00")],
        )

        assert found == at("03-18 17:30")

    @pytest.mark.parametrize(
        ("moved_to", "limit", "expected"),
        [
            ("03-20 17:30", "5wd", "03-19 17:30"),
            ("03-20 17:30", "15wd", "03-17 17:30"),
            ("03-20 17:30", "1wd", "03-20 08:30"),
            ("03-20 17:30", "24h", "03-20 12:42"),
            ("03-20 17:30", "20wh", "03-20 11:30"),
            ("03-20 17:30", "40wh", "03-19 16:30"),
        ],
    )
    def test_of_a_moved_due_time_counts_back_from_itself(self, moved_to: str, limit: str, expected: str) -> None:
        """Days by working days; hours by a fifth of the limit: of 20 service hours 3.5 after lunch and 0.5 before."""
        found = near_moved_due(due_at=at(moved_to), limit=Limit.parse(limit), calendar=CALENDAR, rule=RULE)

        assert found == at(expected)


class TestExtension:
    def extend(self, *, to: str, limit: str, maximum: str | None) -> datetime:
        routed_at = at("03-10 09:00")
        first = due(start=routed_at, limit=Limit.parse(limit), calendar=CALENDAR)
        moved = extended(
            first=first,
            to=shanghai_date(at(f"{to} 00:00")),
            routed_at=routed_at,
            limit=Limit.parse(limit),
            maximum=Limit.parse(maximum) if maximum else None,
            calendar=CALENDAR,
        )
        assert moved.because[: len(first.because)] == first.because
        assert moved.lines[-1].startswith("延期：由")
        return moved.at

    def test_moves_the_due_time_to_the_closing_of_the_approved_date(self) -> None:
        assert self.extend(to="04-10", limit="15wd", maximum="30wd") == at("04-10 17:30")

    def test_may_reach_the_maximum_but_not_pass_it(self) -> None:
        assert self.extend(to="04-22", limit="15wd", maximum="30wd") == at("04-22 17:30")
        with pytest.raises(ExtensionBeyondMaximum):
            self.extend(to="04-23", limit="15wd", maximum="30wd")

    def test_without_a_maximum_takes_at_most_the_limit_again(self) -> None:
        """5 working days from 10 March end on the 17th; 5 more on the 24th."""
        assert self.extend(to="03-24", limit="5wd", maximum=None) == at("03-24 17:30")
        with pytest.raises(ExtensionBeyondMaximum):
            self.extend(to="03-25", limit="5wd", maximum=None)

    @pytest.mark.parametrize("to", ["03-17", "03-10"])
    def test_must_be_later_than_what_it_moves(self, to: str) -> None:
        with pytest.raises(ExtensionNotLater):
            self.extend(to=to, limit="5wd", maximum=None)


FIRST = datetime(2025, 6, 1, tzinfo=SHANGHAI)
STARTS = st.integers(0, 425 * 24 * 60).map(lambda minutes: (FIRST + minutes * MINUTE).astimezone(UTC))
PAUSES = st.lists(
    st.tuples(st.integers(-500, 20_000), st.integers(1, 6_000)).map(
        lambda pair: (timedelta(minutes=pair[0]), timedelta(minutes=pair[1]))
    ),
    max_size=3,
)


def pauses_from(start: datetime, drawn: Sequence[tuple[timedelta, timedelta]]) -> list[Pause]:
    return [Pause(start + after, start + after + length) for after, length in drawn]


def _served() -> frozenset[int]:
    """Every served minute of 500 days, numbered from FIRST."""
    mornings, afternoons = range(8 * 60 + 30, 12 * 60), range(14 * 60, 17 * 60 + 30)
    worked = [number for number in range(500) if chinese_calendar.is_workday(FIRST.date() + number * DAY)]
    return frozenset(number * 24 * 60 + minute for number in worked for minute in (*mornings, *afternoons))


SERVED = _served()


def oracle_minutes(start: datetime, minutes: int, pauses: Sequence[Pause], *, service_only: bool) -> datetime:
    """Walk minute by minute; a minute counts if it is served and not paused."""
    now = (start - FIRST) // MINUTE
    stands = [range((each.start - FIRST) // MINUTE, (each.end - FIRST) // MINUTE) for each in pauses]
    while minutes:
        if (not service_only or now in SERVED) and not any(now in stand for stand in stands):
            minutes -= 1
        now += 1
    return FIRST + now * MINUTE


def oracle_days(start: datetime, days: int, pauses: Sequence[Pause], *, working: bool) -> datetime:
    """Walk day by day over the library's own answers."""

    def closing(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 17, 30, tzinfo=SHANGHAI)

    day = start.astimezone(SHANGHAI).date()
    while days:
        day += DAY
        paused = any(each.start <= closing(day) < each.end for each in pauses)
        if not paused and (chinese_calendar.is_workday(day) or not working):
            days -= 1
    while not chinese_calendar.is_workday(day):
        day += DAY
    return closing(day)


class TestAgainstTheOracle:
    @given(start=STARTS, hours=st.integers(1, 12), drawn=PAUSES)
    def test_working_hours(self, start: datetime, hours: int, drawn: list[tuple[timedelta, timedelta]]) -> None:
        pauses = pauses_from(start, drawn)

        found = due(start=start, limit=Limit.parse(f"{hours}wh"), calendar=CALENDAR, pauses=pauses)

        assert found.at == oracle_minutes(start, hours * 60, pauses, service_only=True)

    @given(start=STARTS, minutes=st.integers(1, 1500), drawn=PAUSES)
    def test_elapsed_time(self, start: datetime, minutes: int, drawn: list[tuple[timedelta, timedelta]]) -> None:
        pauses = pauses_from(start, drawn)

        found = due(start=start, limit=Limit.parse(f"{minutes}min"), calendar=CALENDAR, pauses=pauses)

        assert found.at == oracle_minutes(start, minutes, pauses, service_only=False)

    @given(start=STARTS, days=st.integers(1, 40), drawn=PAUSES, unit=st.sampled_from(["wd", "d"]))
    def test_days(self, start: datetime, days: int, drawn: list[tuple[timedelta, timedelta]], unit: str) -> None:
        pauses = pauses_from(start, drawn)

        found = due(start=start, limit=Limit.parse(f"{days}{unit}"), calendar=CALENDAR, pauses=pauses)

        assert found.at == oracle_days(start, days, pauses, working=unit == "wd")


class TestProperties:
    @given(
        start=STARTS, later=st.integers(0, 5_000), limit=st.sampled_from(["15min", "24h", "2wh", "1wd", "15wd", "7d"])
    )
    def test_a_later_start_is_never_due_earlier(self, start: datetime, later: int, limit: str) -> None:
        first = due(start=start, limit=Limit.parse(limit), calendar=CALENDAR)
        second = due(start=start + later * MINUTE, limit=Limit.parse(limit), calendar=CALENDAR)

        assert first.at <= second.at

    @given(start=STARTS, drawn=PAUSES, limit=st.sampled_from(["15min", "24h", "2wh", "1wd", "5wd", "15wd", "1d", "7d"]))
    def test_a_pause_never_shortens_and_the_warning_lies_before_the_end(
        self, start: datetime, drawn: list[tuple[timedelta, timedelta]], limit: str
    ) -> None:
        pauses = pauses_from(start, drawn)

        plain = due(start=start, limit=Limit.parse(limit), calendar=CALENDAR)
        paused = due(start=start, limit=Limit.parse(limit), calendar=CALENDAR, pauses=pauses)
        warned = near_due(start=start, limit=Limit.parse(limit), calendar=CALENDAR, rule=RULE, pauses=pauses)

        assert plain.at <= paused.at
        assert warned < paused.at

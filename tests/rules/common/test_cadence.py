"""Cadences: who owes what by when, from the rules C1 to C17."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.calendar.cadence import day_after, window, windows
from luoshi_common.calendar.data import calendar_year
from luoshi_common.calendar.periods import Period
from luoshi_common.calendar.workdays import CalendarYearMissing, ServiceHours, WorkCalendar
from luoshi_common.clock import SHANGHAI, shanghai_date
from luoshi_common.policy.loader import load_profile

HOURS = ServiceHours(((time(8, 30), time(12)), (time(14), time(17, 30))))
CALENDAR = WorkCalendar.from_years([calendar_year(2025), calendar_year(2026)], HOURS)
CADENCES = load_profile().cadences
YEAR = (date(2025, 1, 1), date(2026, 1, 1))


def closing(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 17, 30, tzinfo=SHANGHAI)


class TestCadence:
    @pytest.mark.parametrize(
        ("code", "times"),
        [
            *((code, 12) for code in ("C1", "C5", "C11", "C15", "C17")),
            ("C2", 6),
            *((code, 4) for code in ("C3", "C4", "C6", "C7", "C16")),
            *((code, 2) for code in ("C8", "C12", "C13", "C14")),
            ("C9", 1),
            ("C10", 0),
        ],
    )
    def test_demands_as_often_as_the_plan_says(self, code: str, times: int) -> None:
        """R49-R56, R67-R70, R83, R84, R86, R88: the cadence table, a whole year."""
        rule = CADENCES[code].rule(code=code)

        found = list(windows(rule=rule, since=YEAR[0], until=YEAR[1], calendar=CALENDAR))

        assert len(found) == times
        assert all(window.opens_at <= window.warn_at < window.due_at for window in found)

    def test_is_due_on_the_last_working_day_of_the_period(self) -> None:
        """R56: the linked leader's dispatch of the first quarter; 31 March 2026 is a Tuesday."""
        rule = CADENCES["C4"].rule(code="C4")

        first = window(rule=rule, period=Period.parse("2026-Q1"), calendar=CALENDAR)

        assert first.due_at == closing(3, 31)
        assert first.warn_at == closing(3, 17)
        assert first.because[0].requirement == "R56"
        assert first.because[0].text == "2026年第一季度应办一次，周期最后一个工作日下班前，截止2026-03-31 17:30"

    def test_is_due_before_a_month_that_ends_in_rest_days(self) -> None:
        """May 2026 ends on a Sunday: the month's dispatch (R68) is due on Friday the 29th."""
        rule = CADENCES["C1"].rule(code="C1")

        assert window(rule=rule, period=Period.parse("2026-05"), calendar=CALENDAR).due_at == closing(5, 29)

    @pytest.mark.parametrize(
        ("month", "due"), [("2026-02", closing(3, 5)), ("2026-03", closing(4, 7)), ("2026-09", closing(10, 8))]
    )
    def test_a_report_is_due_on_a_day_of_the_next_month_or_the_next_working_day(
        self, month: str, due: datetime
    ) -> None:
        """The 5th of April 2026 is Qingming, the 5th of October lies in the National Day week."""
        rule = CADENCES["C17"].rule(code="C17")

        assert window(rule=rule, period=Period.parse(month), calendar=CALENDAR).due_at == due

    def test_an_unpublished_year_is_refused_only_when_it_is_reached(self) -> None:
        rule = CADENCES["C17"].rule(code="C17")
        found = windows(rule=rule, since=date(2026, 11, 1), until=date(2027, 3, 1), calendar=CALENDAR)

        assert next(found).period.key == "2026-11"
        with pytest.raises(CalendarYearMissing, match="2027"):
            next(found)

    def test_the_freeze_follows_the_report(self) -> None:
        reports = load_profile().reports
        month = Period.parse("2026-03")

        assert day_after(period=month, day=reports.due_day) == date(2026, 4, 5)
        assert day_after(period=month, day=reports.freeze_day) == date(2026, 4, 10)

    @given(since=st.dates(date(2025, 1, 1), date(2026, 3, 1)), code=st.sampled_from(sorted(CADENCES)))
    def test_windows_follow_each_other_and_end_on_working_days(self, since: date, code: str) -> None:
        rule = CADENCES[code].rule(code=code)

        found = list(windows(rule=rule, since=since, until=date(2026, 6, 1), calendar=CALENDAR))

        assert all(CALENDAR.is_working_day(shanghai_date(window.due_at)) for window in found)
        assert [later.period for later in found[1:]] == [earlier.period.moved(1) for earlier in found[:-1]]

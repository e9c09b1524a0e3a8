"""Working days and periods: the published year, and nothing in its place when it is missing."""

from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.calendar.data import calendar_year, published_years
from luoshi_common.calendar.periods import Period, PeriodKind, PeriodMalformed
from luoshi_common.calendar.workdays import (
    CalendarYear,
    CalendarYearInconsistent,
    CalendarYearMissing,
    DayKind,
    ServiceHours,
    ServiceHoursInconsistent,
    WorkCalendar,
)
from luoshi_common.clock import SHANGHAI

HOURS = ServiceHours(((time(8, 30), time(12)), (time(14), time(17, 30))))
CALENDAR = WorkCalendar.from_years([calendar_year(year) for year in (2024, 2025, 2026)], HOURS)
DAYS = st.dates(date(2024, 4, 1), date(2026, 6, 30))
MOVED_2026 = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20)} | {
    date(2026, 10, 10)
}


class TestPublishedYear:
    def test_holds_the_notice_for_2026(self) -> None:
        """Spring festival of 2026: nine days of rest, the Saturdays around them are worked."""
        year = calendar_year(2026)

        assert {date(2026, 2, 15) + timedelta(days=number) for number in range(9)} <= year.rest_days
        assert year.working_days == MOVED_2026
        assert len(year.rest_days) == 33

    @pytest.mark.parametrize(
        ("day", "kind"),
        [
            (date(2026, 2, 13), DayKind.WORKING),
            (date(2026, 2, 14), DayKind.MOVED_WORKING),
            (date(2026, 2, 15), DayKind.HOLIDAY),
            (date(2026, 2, 23), DayKind.HOLIDAY),
            (date(2026, 2, 28), DayKind.MOVED_WORKING),
            (date(2026, 3, 1), DayKind.WEEKEND),
            (date(2026, 10, 7), DayKind.HOLIDAY),
            (date(2026, 10, 10), DayKind.MOVED_WORKING),
        ],
    )
    def test_says_what_a_day_is(self, day: date, kind: DayKind) -> None:
        assert CALENDAR.kind_of(day) is kind

    def test_agrees_with_the_library_on_every_day(self) -> None:
        days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366 + 365 + 365)]

        assert all(CALENDAR.is_working_day(day) is chinese_calendar.is_workday(day) for day in days)

    def test_is_missing_when_the_library_has_no_notice(self) -> None:
        unpublished = published_years()[-1] + 1

        with pytest.raises(CalendarYearMissing) as refusal:
            calendar_year(unpublished)

        assert refusal.value.facts == {"year": unpublished}

    def test_refuses_days_outside_it_and_days_of_both_kinds(self) -> None:
        with pytest.raises(CalendarYearInconsistent):
            CalendarYear(year=2026, rest_days=frozenset({date(2025, 12, 31)}), working_days=frozenset())
        both = frozenset({date(2026, 1, 1)})
        with pytest.raises(CalendarYearInconsistent):
            CalendarYear(year=2026, rest_days=both, working_days=both)


class TestWorkCalendar:
    @pytest.mark.parametrize("ask", ["kind_of", "is_working_day", "rolled", "spans_of"])
    def test_never_answers_for_a_missing_year(self, ask: str) -> None:
        with pytest.raises(CalendarYearMissing) as refusal:
            getattr(CALENDAR, ask)(date(2027, 3, 1))

        assert refusal.value.code == "calendar.year_missing"
        assert refusal.value.status == 409
        assert str(refusal.value) == "尚未发布2027年的工作日历，无法计算期限"

    def test_refuses_to_walk_over_a_missing_year(self) -> None:
        gap = WorkCalendar.from_years([calendar_year(2024), calendar_year(2026)], HOURS)

        with pytest.raises(CalendarYearMissing, match="2025"):
            gap.add_working_days(date(2024, 12, 31), 300)

    @given(day=DAYS, fewer=st.integers(0, 30), more=st.integers(0, 30))
    def test_adding_working_days_is_monotone_and_lands_on_working_days(self, day: date, fewer: int, more: int) -> None:
        near, far = CALENDAR.add_working_days(day, fewer), CALENDAR.add_working_days(day, fewer + more)

        assert near <= far
        assert (near < far) is (more > 0)
        assert fewer == 0 or CALENDAR.is_working_day(near)

    @given(day=DAYS, number=st.integers(1, 40))
    def test_counting_back_undoes_counting_forward(self, day: date, number: int) -> None:
        start = CALENDAR.rolled(day)

        assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, number), -number) == start

    @given(day=DAYS, number=st.integers(1, 40))
    def test_exactly_n_working_days_are_passed(self, day: date, number: int) -> None:
        """Oracle: count the worked days in between with the library."""
        end = CALENDAR.add_working_days(day, number)

        assert len(chinese_calendar.get_workdays(day + timedelta(days=1), end)) == number

    def test_a_unit_may_serve_longer_but_never_shorter(self) -> None:
        """延时错时 (R43): Saturday mornings and evenings are added to the city's hours."""
        saturday = date(2026, 3, 7)
        unit = CALENDAR.with_unit_service(
            hours=ServiceHours(((time(12), time(13)), (time(17), time(19)))), days=[saturday]
        )

        assert unit.hours.spans == ((time(8, 30), time(13)), (time(14), time(19)))
        assert unit.is_working_day(saturday)
        assert not CALENDAR.is_working_day(saturday)
        assert unit.closing(saturday) == datetime(2026, 3, 7, 19, tzinfo=SHANGHAI)

    def test_closing_is_the_last_service_minute_in_shanghai(self) -> None:
        assert CALENDAR.closing(date(2026, 3, 10)) == datetime(2026, 3, 10, 9, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        "spans",
        [
            (),
            ((time(9), time(9)),),
            ((time(14), time(17)), (time(8), time(12))),
            ((time(8), time(12)), (time(11), time(17))),
        ],
    )
    def test_refuses_service_hours_that_are_out_of_order(self, spans: tuple[tuple[time, time], ...]) -> None:
        with pytest.raises(ServiceHoursInconsistent):
            ServiceHours(spans)


class TestPeriod:
    @pytest.mark.parametrize(
        ("kind", "key", "label"),
        [
            (PeriodKind.MONTH, "2026-03", "2026年3月"),
            (PeriodKind.TWO_MONTH, "2026-B03", "2026年3月至4月"),
            (PeriodKind.QUARTER, "2026-Q1", "2026年第一季度"),
            (PeriodKind.HALF_YEAR, "2026-H1", "2026年上半年"),
            (PeriodKind.YEAR, "2026", "2026年"),
        ],
    )
    def test_has_a_key_and_a_label(self, kind: PeriodKind, key: str, label: str) -> None:
        period = Period.of_day(date(2026, 3, 10), kind=kind)

        assert (period.key, period.label) == (key, label)
        assert Period.parse(key) == period

    def test_is_half_open_by_the_clocks_of_shanghai(self) -> None:
        march = Period.parse("2026-03")

        assert march.start_at == datetime(2026, 2, 28, 16, tzinfo=UTC)
        assert march.holds(march.start_at)
        assert not march.holds(march.end_at)
        assert Period.at(march.end_at, kind=PeriodKind.MONTH).key == "2026-04"

    def test_two_months_may_begin_in_an_even_month_and_cross_the_year(self) -> None:
        """The anchor month of the comprehensive dispatch is a setting (R69)."""
        period = Period.of_day(date(2027, 1, 5), kind=PeriodKind.TWO_MONTH, anchor_month=2)

        assert period.key == "2026-B12"
        assert period.label == "2026年12月至2027年1月"
        assert period.moved(1).key == "2027-B02"

    @given(day=DAYS, kind=st.sampled_from(PeriodKind), anchor=st.integers(1, 12), steps=st.integers(-20, 20))
    def test_neighbours_touch_and_every_day_lies_in_exactly_one(
        self, day: date, kind: PeriodKind, anchor: int, steps: int
    ) -> None:
        period = Period.of_day(day, kind=kind, anchor_month=anchor)

        assert period.first_day <= day < period.end_day
        assert period.moved(1).first_day == period.end_day
        assert period.moved(steps).moved(-steps) == period
        assert Period.parse(period.key) == period

    @pytest.mark.parametrize(
        "key", ["", "2026-13", "2026-Q5", "2026-H3", "2026-3", "2026-B13", "26", "2026-Q1 ", "0000"]
    )
    def test_refuses_keys_that_name_none(self, key: str) -> None:
        with pytest.raises(PeriodMalformed):
            Period.parse(key)

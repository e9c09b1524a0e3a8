"""公布的放假安排: the State Council's yearly notices, as the library `chinesecalendar` carries them.

Only who publishes calendar years needs this; everybody else is given `CalendarYear` documents.
"""

from datetime import date

from chinese_calendar import constants

from luoshi_common.calendar.workdays import CalendarYear, CalendarYearMissing


def calendar_year(year: int) -> CalendarYear:
    """Give the published calendar of one year. Raises CalendarYearMissing when the library has no notice for it."""
    # A notice may touch the days around its year; only one that reaches the National Day is that year's own.
    if date(year, 10, 1) not in constants.holidays:
        raise CalendarYearMissing(year=year)
    return CalendarYear(
        year=year,
        rest_days=frozenset(day for day in constants.holidays if day.year == year),
        working_days=frozenset(day for day in constants.workdays if day.year == year),
    )


def published_years() -> tuple[int, ...]:
    """Name the years for which the library holds a notice, in order."""
    return tuple(sorted({day.year for day in constants.holidays if (day.month, day.day) == (10, 1)}))

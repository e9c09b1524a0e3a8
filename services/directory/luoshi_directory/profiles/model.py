"""市情参数、年度日历: the tables."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from luoshi_directory.record import DirectoryRecord


class ProfileVersion(DirectoryRecord):
    """市情参数版本: overrides as they were given, and the whole document with the defaults of that day."""

    __tablename__ = "profile_version"
    entity = "profiles"

    number: Mapped[int] = mapped_column(unique=True)
    overrides: Mapped[dict[str, Any]] = mapped_column()
    document: Mapped[dict[str, Any]] = mapped_column()


class CalendarYear(DirectoryRecord):
    """年度日历: rest days and moved working days of one year, as ISO dates in order."""

    __tablename__ = "calendar_year"
    entity = "calendar_years"

    year: Mapped[int] = mapped_column(unique=True)
    rest_days: Mapped[list[Any]] = mapped_column()
    working_days: Mapped[list[Any]] = mapped_column()

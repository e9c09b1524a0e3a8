"""业务时间: the tables."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from luoshi_directory.record import DirectoryRecord


class Clock(DirectoryRecord):
    """业务时间: the one row that says how far business time is ahead of the machine."""

    __tablename__ = "clock"
    entity = "clocks"

    step: Mapped[int] = mapped_column()
    offset: Mapped[timedelta] = mapped_column()
    until: Mapped[datetime | None] = mapped_column()


class ClockAdvance(DirectoryRecord):
    """推进: one move of business time. Silent: each of its steps is told as a fact of the clock."""

    __tablename__ = "clock_advance"
    entity = "clock_advances"
    silent = True

    to: Mapped[datetime] = mapped_column()
    until: Mapped[datetime] = mapped_column()
    step: Mapped[int] = mapped_column()
    awaited: Mapped[list[Any]] = mapped_column()
    answers: Mapped[dict[str, Any]] = mapped_column()
    previous: Mapped[dict[str, Any] | None] = mapped_column()
    requested_by: Mapped[UUID | None] = mapped_column()
    completed_at: Mapped[datetime | None] = mapped_column()

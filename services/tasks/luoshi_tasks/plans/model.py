"""方案的表: plans, their readings, and what a person has to look at."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_common.auth.policy import Guarded
from luoshi_tasks.plans.rules import FindingFacts, FindingState, PlanState
from luoshi_tasks.record import TasksRecord, word


class Plan(TasksRecord):
    """方案: a decision of the city for one year; `reading` is the number of its newest reading."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("year", "title"),)
    entity = "plans"

    title: Mapped[str]
    year: Mapped[int]
    state: Mapped[PlanState] = mapped_column(word(PlanState))
    reading: Mapped[int]
    imported_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    def guarded(self) -> Guarded:
        """A plan belongs to no unit."""
        return Guarded(kind=self.entity, id=str(self.id))


class Reading(TasksRecord):
    """读取结果: one document as it was read; `text` is the decoded source, to which the offsets of findings belong."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("plan_id", "number"), Index("ix_reading_document", "year", "sha256"))
    owner = "plan_id"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    number: Mapped[int]
    year: Mapped[int]
    sha256: Mapped[str]
    name: Mapped[str]
    size: Mapped[int]
    imported_by: Mapped[UUID]
    imported_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    areas: Mapped[list[Any]]
    tasks: Mapped[list[Any]]


class Finding(TasksRecord):
    """问题: a place of the source that a person should look at (E41); `no` counts from 1 inside a reading."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("reading_id", "no"),
        Index("ix_finding_open", "reading_id", "level", postgresql_where="state = 'open'"),
    )
    owner = "plan_id"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    reading_id: Mapped[UUID] = mapped_column(ForeignKey("reading.id"))
    no: Mapped[int]
    code: Mapped[str]
    level: Mapped[str]
    message: Mapped[str]
    offset: Mapped[int]
    quote: Mapped[str]
    fix: Mapped[str | None]
    task_no: Mapped[int | None]
    state: Mapped[FindingState] = mapped_column(word(FindingState))
    accepted_by: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None]

    @property
    def facts(self) -> FindingFacts:
        """What the rules look at."""
        return FindingFacts(no=self.no, code=self.code, level=self.level, task_no=self.task_no, state=self.state)

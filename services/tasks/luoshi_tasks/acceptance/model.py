"""销号的表: applications, the checks of their parts, evidence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from luoshi_tasks.acceptance.rules import ApplicationState
from luoshi_tasks.items.rules import ItemState
from luoshi_tasks.record import TasksRecord, word


class StrikeOffApplication(TasksRecord):
    """销号申请: the lead unit says the item is done and asks to strike its number off (R62).

    `round` counts the applications of an item from 1; `state_before` is where a return leads back to; `waiting` counts
    the parts not yet decided; `due_because` are the lines that explain `due_at`.
    """

    __tablename__ = "strike_off_application"
    __table_args__ = (
        UniqueConstraint("item_id", "round"),
        Index("uq_strike_off_application_open", "item_id", unique=True, postgresql_where="state = 'open'"),
    )
    entity = "strike_off_applications"
    owner = "item_id"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    round: Mapped[int]
    summary: Mapped[str]
    state: Mapped[ApplicationState] = mapped_column(word(ApplicationState))
    state_before: Mapped[ItemState] = mapped_column(word(ItemState))
    applied_by: Mapped[UUID]
    applied_at: Mapped[datetime]
    due_at: Mapped[datetime]
    due_because: Mapped[list[Any]]
    overdue_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    waiting: Mapped[int]

    checks: Mapped[list["PartCheck"]] = relationship(
        lazy="raise", order_by="PartCheck.position", cascade="all, delete-orphan"
    )
    evidence: Mapped[list["Evidence"]] = relationship(lazy="raise", order_by="Evidence.id")

    @property
    def decisions(self) -> dict[UUID, bool | None]:
        """The parts it covers, and what was decided of each."""
        return {check.part_id: check.passed for check in self.checks}


class PartCheck(TasksRecord):
    """核验: the acceptor's decision on one part; `passed` is None until there is one."""

    __tablename__ = "part_check"
    __table_args__ = (UniqueConstraint("application_id", "part_id"),)
    owner = "item_id"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("strike_off_application.id"), index=True)
    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    part_id: Mapped[UUID] = mapped_column(ForeignKey("part.id"), index=True)
    position: Mapped[int]
    unit_name: Mapped[str]
    passed: Mapped[bool | None]
    reason: Mapped[str]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(index=True)


class Evidence(TasksRecord):
    """佐证材料: a file that shows that something was done; private to the item's units until it is applied with."""

    __tablename__ = "evidence"
    entity = "evidence"
    silent = True

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id"), index=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("strike_off_application.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime]

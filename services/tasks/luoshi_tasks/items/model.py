"""清单事项的表: items and the parts of their units."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from luoshi_common.auth.policy import Guarded
from luoshi_tasks.items.rules import FourMajor, ItemFacts, ItemState, PartFacts, PartState, UnitRole
from luoshi_tasks.record import TasksRecord, word


class Item(TasksRecord):
    """事项: an entry of the responsibility list (R60, R61).

    `task_no` is the number in the document; `named` are the units as the document names them ({role, name}),
    `unplaced` those the directory does not know; `open_errors` codes of the plan's errors that nobody has accepted.
    """

    __tablename__ = "item"
    __table_args__ = (UniqueConstraint("plan_id", "no"), Index("ix_item_year", "year", "no"))
    entity = "items"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("plan.id"), index=True)
    year: Mapped[int]
    no: Mapped[int]
    task_no: Mapped[int]
    area_no: Mapped[int]
    area_title: Mapped[str]
    title: Mapped[str]
    short_title: Mapped[str]
    text: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")
    four_major: Mapped[FourMajor | None] = mapped_column(word(FourMajor))
    state: Mapped[ItemState] = mapped_column(word(ItemState), index=True)
    indicators: Mapped[list[Any]]
    named: Mapped[list[Any]]
    unplaced: Mapped[list[Any]]
    open_errors: Mapped[list[Any]]
    leader_id: Mapped[UUID | None]
    acceptor_id: Mapped[UUID | None]
    deadline: Mapped[date | None]
    continuing: Mapped[bool]
    issued_at: Mapped[datetime | None]
    struck_off_at: Mapped[datetime | None]
    returns: Mapped[int]

    parts: Mapped[list["Part"]] = relationship(
        lazy="raise", order_by="Part.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def facts(self) -> ItemFacts:
        """What the rules look at."""
        return ItemFacts(
            no=self.no,
            state=self.state,
            parts=tuple(part.facts for part in self.parts),
            reference=self.reference,
            unplaced=tuple(named["name"] for named in self.unplaced),
            open_errors=tuple(self.open_errors),
            leader_id=self.leader_id,
            acceptor_id=self.acceptor_id,
            deadline=self.deadline,
            continuing=self.continuing,
        )

    def guarded(self) -> Guarded:
        """Lead units, units with a part, and the acceptor."""
        facts = self.facts
        return Guarded(
            kind=self.entity,
            id=str(self.id),
            lead_units=frozenset(u for part in facts.parts if part.role is UnitRole.LEAD for u in part.units),
            units=facts.units,
            persons=frozenset({self.acceptor_id} if self.acceptor_id else ()),
        )


class Part(TasksRecord):
    """分工: what one unit, or one group as a whole, owes in an item (6.6); `members` are {id, name} at issue."""

    __tablename__ = "part"
    __table_args__ = (
        Index("ix_part_members", "members", postgresql_using="gin", postgresql_ops={"members": "jsonb_path_ops"}),
    )
    owner = "item_id"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    role: Mapped[UnitRole] = mapped_column(word(UnitRole))
    unit_id: Mapped[UUID] = mapped_column(index=True)
    unit_name: Mapped[str]
    collective: Mapped[bool]
    members: Mapped[list[Any]]
    state: Mapped[PartState] = mapped_column(word(PartState))

    @property
    def facts(self) -> PartFacts:
        """What the rules look at."""
        members = frozenset(UUID(member["id"]) for member in self.members)
        units = members if self.collective else frozenset({self.unit_id})
        return PartFacts(id=self.id, role=self.role, state=self.state, units=units, name=self.unit_name)

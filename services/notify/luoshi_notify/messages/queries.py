"""What this feature asks of the database; persons and roles come from the mirror."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_common.auth.roles import Role
from luoshi_common.errors import NotFound
from luoshi_common.mirror import queries as mirror
from luoshi_notify.messages.model import Matter, Message
from luoshi_notify.messages.rules import Audience, Member

_HEADS_AND_LIAISONS = {
    Audience.LEAD_HEADS: Role.UNIT_HEAD,
    Audience.LEAD_LIAISONS: Role.UNIT_LIAISON,
    Audience.RESPONSIBLE_HEADS: Role.UNIT_HEAD,
    Audience.RESPONSIBLE_LIAISONS: Role.UNIT_LIAISON,
}
_OPEN: tuple[ColumnElement[bool], ...] = (Message.duty.is_not(None), Message.done_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """有关各方: who has to do with a matter, by id."""

    lead_units: frozenset[UUID] = frozenset()
    responsible_units: frozenset[UUID] = frozenset()
    leader_id: UUID | None = None
    acceptor_id: UUID | None = None


async def knows_the_city(session: AsyncSession) -> bool:
    """Whether the whole city has arrived in the mirror; before that nobody could be told."""
    return bool((await mirror.city_now(session)).name)


async def get_matter_for_update(session: AsyncSession, matter_id: UUID) -> Matter:
    """The matter, locked; made when it is asked for the first time."""
    first = insert(Matter).values(id=matter_id, version=1, settled=[]).on_conflict_do_nothing()
    await session.execute(first)
    return (await session.execute(select(Matter).where(Matter.id == matter_id).with_for_update())).scalar_one()


async def list_asking(session: AsyncSession, *, matter_id: UUID) -> Sequence[Message]:
    """Every entry about a matter that asks or asked for an act."""
    statement = select(Message).where(Message.matter_id == matter_id, Message.duty.is_not(None)).order_by(Message.id)
    return (await session.scalars(statement.with_for_update())).all()


async def persons_told(session: AsyncSession, *, event_id: UUID) -> set[UUID]:
    """Who already has an entry for a fact."""
    return set(await session.scalars(select(Message.person_id).where(Message.event_id == event_id)))


async def members_of(session: AsyncSession, *, audience: Audience, concerned: Concerned) -> list[Member]:
    """The active persons of an audience."""
    match audience:
        case Audience.ACCEPTOR:
            return await _named(session, concerned.acceptor_id)
        case Audience.LEADER:
            return await _named(session, concerned.leader_id)
        case Audience.OFFICE:
            return [Member(person_id=person.id) for person in await mirror.holders_of(session, Role.OFFICE)]
        case Audience.LEAD_HEADS | Audience.LEAD_LIAISONS:
            return await _staff(session, concerned.lead_units, audience)
        case Audience.RESPONSIBLE_HEADS | Audience.RESPONSIBLE_LIAISONS:
            return await _staff(session, concerned.responsible_units, audience)


async def _named(session: AsyncSession, person_id: UUID | None) -> list[Member]:
    person = await mirror.find_person(session, person_id) if person_id else None
    return [Member(person_id=person.id)] if person is not None and person.active else []


async def _staff(session: AsyncSession, units: Collection[UUID], audience: Audience) -> list[Member]:
    staff = await mirror.staff_of(session, units=units, roles=(_HEADS_AND_LIAISONS[audience],)) if units else ()
    return [Member(person_id=person.id, unit_id=person.unit_id) for person in staff]


async def get_for_update(session: AsyncSession, message_id: UUID) -> Message:
    """One entry, locked.

    Raises:
        NotFound: there is none.
    """
    message = (await session.scalars(select(Message).where(Message.id == message_id).with_for_update())).one_or_none()
    if message is None:
        raise NotFound
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """选取: which of a person's entries: unread ones, ones that still ask for an act, or all."""

    person_id: UUID
    unread: bool = False
    must_act: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        wanted: list[ColumnElement[bool]] = [Message.person_id == self.person_id]
        if self.unread:
            wanted.append(Message.read_at.is_(None))
        if self.must_act:
            wanted.extend(_OPEN)
        return wanted


async def list_inbox(
    session: AsyncSession, *, selection: Selection, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Message]:
    """Entries, newest fact first."""
    statement = select(Message).where(*selection.conditions())
    if after is not None:
        statement = statement.where(tuple_(Message.at, Message.id) < after)
    return (await session.scalars(statement.order_by(Message.at.desc(), Message.id.desc()).limit(limit))).all()


async def count_inbox(session: AsyncSession, *, selection: Selection, most: int) -> int:
    """How many entries, counted no further than one above `most`."""
    some = select(Message.id).where(*selection.conditions()).limit(most + 1).subquery()
    return (await session.execute(select(func.count()).select_from(some))).scalar_one()

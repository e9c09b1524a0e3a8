"""What this feature asks of the database."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_common.auth.roles import Role
from luoshi_common.errors import NotFound
from luoshi_directory.people.model import Person


async def people_by_code(session: AsyncSession) -> dict[str, Person]:
    """Everybody, also those who left."""
    return {person.code: person for person in await session.scalars(select(Person).order_by(Person.code))}


async def list_people(
    session: AsyncSession, *, unit_id: UUID | None, role: Role | None, q: str | None, after: str | None, limit: int
) -> Sequence[Person]:
    """Active people by code; `q` is a part of the name."""
    statement = select(Person).where(Person.active).order_by(Person.code).limit(limit)
    if unit_id is not None:
        statement = statement.where(Person.unit_id == unit_id)
    if role is not None:
        statement = statement.where(Person.roles.contains([role.value]))
    if q is not None:
        statement = statement.where(Person.name.contains(q, autoescape=True))
    if after is not None:
        statement = statement.where(Person.code > after)
    return (await session.scalars(statement)).all()


async def list_personas(session: AsyncSession) -> Sequence[Person]:
    """Those who have a card on the sign-in page of a development city, by code."""
    statement = select(Person).where(Person.active, Person.persona).order_by(Person.code)
    return (await session.scalars(statement)).all()


async def find_active(session: AsyncSession, *, person_id: UUID) -> Person | None:
    """A person who still works here."""
    return (await session.scalars(select(Person).where(Person.id == person_id, Person.active))).one_or_none()


async def get_person(session: AsyncSession, *, person_id: UUID) -> Person:
    """One person. Raises NotFound."""
    person = await session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


async def names_by_id(session: AsyncSession, *, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Names of several people, for showing."""
    rows = await session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}

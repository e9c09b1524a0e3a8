"""Reading the mirror: units at a date, members of a group at a date, who a person is, what holds for the city."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from luoshi_common.auth.actor import Actor
from luoshi_common.auth.roles import Role
from luoshi_common.calendar.workdays import CalendarYear
from luoshi_common.mirror import model

type Reader = AsyncConnection | AsyncSession

_KNOWN_ROLES = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorUnit:
    """单位 as the directory has it now."""

    id: UUID
    code: str
    name: str
    full_name: str
    type: str
    names: frozenset[str]
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorGroup:
    """单位组 with its members at one date."""

    id: UUID
    code: str
    name: str
    names: frozenset[str]
    members: tuple[UUID, ...]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorPerson:
    """人员: name and duty name for showing, roles for deciding."""

    id: UUID
    name: str
    title: str
    unit_id: UUID | None
    roles: frozenset[Role]
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CityNow:
    """城市现状: which profile and calendar are in force, and where business time stands; before any event, zero."""

    name: str = ""
    profile_number: int = 0
    calendar_number: int = 0
    clock_step: int = 0
    clock_offset: timedelta = timedelta()
    clock_until: datetime | None = None


async def city_now(reader: Reader) -> CityNow:
    """What holds for the whole city at this moment."""
    city = model.city.c
    statement = select(
        city.name, city.profile_number, city.calendar_number, city.clock_step, city.clock_offset_seconds,
        city.clock_until,
    )  # fmt: skip
    row = (await reader.execute(statement)).one_or_none()
    if row is None:
        return CityNow()
    return CityNow(
        name=row.name, profile_number=row.profile_number, calendar_number=row.calendar_number,
        clock_step=row.clock_step, clock_offset=timedelta(seconds=row.clock_offset_seconds),
        clock_until=row.clock_until,
    )  # fmt: skip


async def profile_document(reader: Reader) -> dict[str, Any] | None:
    """The stored form of the profile in force; None before one was activated."""
    document: dict[str, Any] | None = (await reader.execute(select(model.city.c.profile))).scalar_one_or_none()
    return document


async def calendar_years(reader: Reader) -> list[CalendarYear]:
    """Every published calendar year."""
    return [
        CalendarYear(
            year=row.year,
            rest_days=frozenset(date.fromisoformat(day) for day in row.rest_days),
            working_days=frozenset(date.fromisoformat(day) for day in row.working_days),
        )
        for row in await reader.execute(select(model.calendar_year).order_by(model.calendar_year.c.year))
    ]


async def find_actor(reader: Reader, person_id: UUID) -> Actor | None:
    """The person with roles, posts and unit of this moment; None for a stranger or someone who left."""
    rows = (
        await reader.execute(
            select(model.person, model.post.c.id.label("post_id"))
            .outerjoin(model.post, model.post.c.person_id == model.person.c.id)
            .where(model.person.c.id == person_id, model.person.c.active)
        )
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Actor.person(
        person_id=person_id,
        unit_id=first.unit_id,
        roles=_roles(first.roles),
        posts=frozenset(row.post_id for row in rows if row.post_id),
        name=first.name,
    )


async def list_units(reader: Reader, *, on: date) -> list[MirrorUnit]:
    """Every unit with the names it has at a date."""
    return [
        MirrorUnit(
            id=row.id, code=row.code, name=row.name, full_name=row.full_name, type=row.type, active=row.active,
            names=frozenset({row.name, row.full_name} | {a["name"] for a in row.aliases if _holds(a, on)}),
        )
        for row in await reader.execute(select(model.unit).order_by(model.unit.c.code))
    ]  # fmt: skip


async def list_groups(reader: Reader, *, on: date) -> list[MirrorGroup]:
    """Every group with the members it has at a date."""
    return [
        MirrorGroup(
            id=row.id, code=row.code, name=row.name, names=frozenset({row.name, *row.aliases}), open=row.open,
            members=tuple(UUID(m["unit_id"]) for m in row.members if _holds(m, on)),
        )
        for row in await reader.execute(select(model.unit_group).order_by(model.unit_group.c.code))
    ]  # fmt: skip


async def find_person(reader: Reader, person_id: UUID) -> MirrorPerson | None:
    """One person, also one who left."""
    row = (await reader.execute(select(model.person).where(model.person.c.id == person_id))).one_or_none()
    return None if row is None else _person(row)


async def persons_by_id(reader: Reader, ids: Collection[UUID]) -> dict[UUID, MirrorPerson]:
    """Several persons at once, for showing."""
    rows = await reader.execute(select(model.person).where(model.person.c.id.in_(ids)))
    return {row.id: _person(row) for row in rows}


async def staff_of(reader: Reader, *, units: Collection[UUID], roles: Collection[Role]) -> Sequence[MirrorPerson]:
    """Active persons of these units who hold one of these roles."""
    statement = (
        select(model.person)
        .where(model.person.c.active, model.person.c.unit_id.in_(units))
        .where(model.person.c.roles.has_any(_array(roles)))
        .order_by(model.person.c.id)
    )
    return [_person(row) for row in await reader.execute(statement)]


async def holders_of(reader: Reader, role: Role) -> Sequence[MirrorPerson]:
    """Active persons who hold a role."""
    statement = select(model.person).where(model.person.c.active, model.person.c.roles.has_any(_array([role])))
    return [_person(row) for row in await reader.execute(statement.order_by(model.person.c.id))]


def _array(roles: Collection[Role]) -> ColumnElement[Any]:
    return cast(sorted(role.value for role in roles), ARRAY(Text()))


def _person(row: Any) -> MirrorPerson:
    return MirrorPerson(
        id=row.id, name=row.name, title=row.title, unit_id=row.unit_id, roles=_roles(row.roles), active=row.active
    )


def _roles(names: Collection[str]) -> frozenset[Role]:
    return frozenset(_KNOWN_ROLES[name] for name in names if name in _KNOWN_ROLES)


def _holds(dated: dict[str, Any], on: date) -> bool:
    begins = date.fromisoformat(dated["from_on"]) if dated.get("from_on") else date.min
    ends = date.fromisoformat(dated["to_on"]) if dated.get("to_on") else date.max
    return begins <= on < ends

"""What this feature asks of the database."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_common.errors import NotFound
from luoshi_directory.units.model import Unit, UnitGroup


async def units_by_code(session: AsyncSession) -> dict[str, Unit]:
    """Every unit, also those that are no longer active."""
    return {unit.code: unit for unit in await session.scalars(select(Unit).order_by(Unit.code))}


async def groups_by_code(session: AsyncSession) -> dict[str, UnitGroup]:
    """Every group."""
    return {group.code: group for group in await session.scalars(select(UnitGroup).order_by(UnitGroup.code))}


async def list_units(
    session: AsyncSession, *, type: str | None, q: str | None, after: str | None, limit: int
) -> Sequence[Unit]:
    """Units by code; `q` is a part of a name."""
    statement = select(Unit).order_by(Unit.code).limit(limit)
    if type is not None:
        statement = statement.where(Unit.type == type)
    if q is not None:
        statement = statement.where(
            or_(Unit.name.contains(q, autoescape=True), Unit.full_name.contains(q, autoescape=True))
        )
    if after is not None:
        statement = statement.where(Unit.code > after)
    return (await session.scalars(statement)).all()


async def get_unit(session: AsyncSession, *, unit_id: UUID) -> Unit:
    """One unit. Raises NotFound."""
    unit = await session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return unit


async def units_by_id(session: AsyncSession, *, ids: Collection[UUID]) -> Mapping[UUID, Unit]:
    """Several units at once."""
    return {unit.id: unit for unit in await session.scalars(select(Unit).where(Unit.id.in_(ids)))}


async def list_groups(session: AsyncSession) -> Sequence[UnitGroup]:
    """Every group by code; there are few."""
    return (await session.scalars(select(UnitGroup).order_by(UnitGroup.code))).all()


async def get_group(session: AsyncSession, *, group_id: UUID) -> UnitGroup:
    """One group. Raises NotFound."""
    group = await session.get(UnitGroup, group_id)
    if group is None:
        raise NotFound
    return group

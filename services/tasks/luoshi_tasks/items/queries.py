"""What this feature asks of the database: items with their parts, and the directory's names at a date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from luoshi_common.errors import NotFound
from luoshi_common.mirror import queries as mirror
from luoshi_tasks.items.model import Item, Part
from luoshi_tasks.items.rules import ItemState, NamedUnit, matching_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFilter:
    """筛选: each one that is set narrows the list; `unit_id` also finds members of a group's part."""

    state: ItemState | None = None
    unit_id: UUID | None = None
    area_no: int | None = None
    plan_id: UUID | None = None
    year: int | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedTogether:
    """一次下达: the items of one plan that were issued at one moment; one of them stands for all."""

    at: datetime
    count: int
    item_id: UUID


async def get(session: AsyncSession, *, item_id: UUID) -> Item:
    """One item with its parts. Raises NotFound."""
    item = (await session.scalars(_with_parts().where(Item.id == item_id))).one_or_none()
    if item is None:
        raise NotFound
    return item


async def get_for_update(session: AsyncSession, *, item_id: UUID, expected_version: int | None = None) -> Item:
    """One item with its parts, locked. Raises NotFound, StaleVersion."""
    item = (await session.scalars(_locked().where(Item.id == item_id))).one_or_none()
    if item is None:
        raise NotFound
    item.expect(expected_version)
    return item


async def list_of_plan_for_update(session: AsyncSession, *, plan_id: UUID) -> Sequence[Item]:
    """Every item of a plan in the order of the list, locked."""
    return (await session.scalars(_locked().where(Item.plan_id == plan_id).order_by(Item.no))).all()


async def list_items(
    session: AsyncSession, *, only: ItemFilter, after: tuple[int, int, UUID] | None, limit: int
) -> Sequence[Item]:
    """A page of the list: the newest year first, then by number. `after` is the `list_key` of the last one shown."""
    statement = _narrowed(_with_parts(), only).order_by(Item.year.desc(), Item.no, Item.id).limit(limit)
    if after is not None:
        year, no, item_id = after
        statement = statement.where(tuple_(-Item.year, Item.no, Item.id) > tuple_(-year, no, item_id))
    return (await session.scalars(statement)).all()


def list_key(item: Item) -> tuple[int, int, UUID]:
    """Where an item stands in the list."""
    return item.year, item.no, item.id


async def list_of_year(session: AsyncSession, *, year: int) -> Sequence[Item]:
    """The whole list of a year in its order."""
    return (await session.scalars(_with_parts().where(Item.year == year).order_by(Item.no, Item.id))).all()


async def find_latest_year(session: AsyncSession, *, until: int) -> int | None:
    """The newest year up to `until` that has items, else the oldest after it; None without items."""
    passed = select(func.max(Item.year)).where(Item.year <= until)
    coming = select(func.min(Item.year)).where(Item.year > until)
    statement = select(func.coalesce(passed.scalar_subquery(), coming.scalar_subquery()))
    newest: int | None = (await session.scalars(statement)).one()
    return newest


async def list_latest_issued(session: AsyncSession, *, year: int, limit: int) -> Sequence[IssuedTogether]:
    """The latest moments of issuing in a year's list."""
    first = func.array_agg(Item.id).label("ids")
    statement = (
        select(Item.issued_at, func.count().label("items"), first)
        .where(Item.year == year, Item.issued_at.is_not(None))
        .group_by(Item.plan_id, Item.issued_at)
        .order_by(Item.issued_at.desc())
        .limit(limit)
    )
    return [
        IssuedTogether(at=row.issued_at, count=row.items, item_id=min(row.ids))
        for row in await session.execute(statement)
    ]


async def names_known(session: AsyncSession, *, on: date) -> dict[str, NamedUnit]:
    """Every unit and group by each name it has at a date; a name that two bear is nobody's (E29)."""
    units = [unit for unit in await mirror.list_units(session, on=on) if unit.active]
    names = {unit.id: unit.name for unit in units}
    bearers: dict[str, list[NamedUnit]] = defaultdict(list)
    for unit in units:
        for name in {matching_name(name) for name in unit.names}:
            bearers[name].append(NamedUnit(id=unit.id, name=unit.name))
    for group in await mirror.list_groups(session, on=on):
        members = tuple((member, names[member]) for member in group.members if member in names)
        named = NamedUnit(id=group.id, name=group.name, collective=True, members=members)
        for name in {matching_name(name) for name in group.names}:
            bearers[name].append(named)
    return {name: named[0] for name, named in bearers.items() if len(named) == 1}


def _with_parts() -> Select[Item]:
    return select(Item).options(selectinload(Item.parts))


def _locked() -> Select[Item]:
    # What the session may have read before it got the lock is read again.
    return _with_parts().with_for_update(of=Item).execution_options(populate_existing=True)


def _narrowed(statement: Select[Item], only: ItemFilter) -> Select[Item]:
    plain = {
        Item.state: only.state, Item.area_no: only.area_no, Item.plan_id: only.plan_id, Item.year: only.year,
    }  # fmt: skip
    for column, value in plain.items():
        if value is not None:
            statement = statement.where(column == value)
    if only.unit_id is not None:
        member = Part.members.contains([{"id": str(only.unit_id)}])
        taking = select(Part.item_id).where(or_(Part.unit_id == only.unit_id, member))
        statement = statement.where(Item.id.in_(taking))
    if only.q:
        statement = statement.where(
            or_(Item.title.icontains(only.q, autoescape=True), Item.text.icontains(only.q, autoescape=True))
        )
    return statement

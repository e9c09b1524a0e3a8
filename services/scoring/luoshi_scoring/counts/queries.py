"""What this feature asks of the database: the units of the mirror, and the lines of a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_common.mirror import model
from luoshi_scoring.counts.rules import COUNTING, NoSuchUnit, ReceiptId
from luoshi_scoring.facts import queries as facts
from luoshi_scoring.facts.queries import FactRow, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """单位: as the directory calls it now."""

    id: UUID
    code: str
    name: str


_UNIT = select(model.unit.c.id, model.unit.c.code, model.unit.c.name)


async def list_units(session: AsyncSession, *, after: str | None, limit: int) -> Sequence[UnitRow]:
    """Units by code, also those that no longer exist: what they did still counts."""
    statement = _UNIT.order_by(model.unit.c.code).limit(limit)
    if after is not None:
        statement = statement.where(model.unit.c.code > after)
    return [UnitRow(**row._mapping) for row in await session.execute(statement)]


async def get_unit(session: AsyncSession, unit_id: UUID) -> UnitRow:
    """One unit.

    Raises:
        NoSuchUnit: the mirror has none of this id.
    """
    row = (await session.execute(_UNIT.where(model.unit.c.id == unit_id))).one_or_none()
    if row is None:
        raise NoSuchUnit
    return UnitRow(**row._mapping)


async def list_lines(
    session: AsyncSession, *, receipt: ReceiptId, after: tuple[datetime, UUID] | None, limit: int
) -> list[FactRow]:
    """The facts behind a number, newest first."""
    rule, window = COUNTING[receipt.kind], Window(after=after, limit=limit)
    if rule.returns:
        return await facts.list_returns(session, unit_id=receipt.unit_id, role=rule.role, window=window)
    return await facts.list_since_in_states(
        session, unit_id=receipt.unit_id, role=rule.role, states=rule.states, window=window
    )

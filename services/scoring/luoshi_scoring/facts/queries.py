"""What this feature asks of the database, and the upserts of its projection."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from luoshi_common.events.registry import event_type_of
from luoshi_common.events.tasks import ItemReturned
from luoshi_scoring.facts.model import item_fact, item_state
from luoshi_scoring.facts.rules import Tally, UnitRole

RETURNED = event_type_of(ItemReturned).name


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """事实行: one fact about an item as a receipt shows it; `at` is business time, UTC."""

    event_id: UUID
    type: str
    at: datetime
    item_id: UUID
    no: int
    title: str
    version: int


async def keep_facts(connection: AsyncConnection, *, rows: Sequence[dict[str, Any]]) -> None:
    """Keep facts; one that is already there stays as it is."""
    await connection.execute(insert(item_fact).values(rows).on_conflict_do_nothing())


async def keep_states(connection: AsyncConnection, *, rows: Sequence[dict[str, Any]]) -> None:
    """Let the newest state of each item give way to a higher version."""
    upsert = insert(item_state).values(rows)
    await connection.execute(
        upsert.on_conflict_do_update(
            index_elements=["item_id"],
            set_={name: upsert.excluded[name] for name in rows[0] if name != "item_id"},
            where=item_state.c.version < upsert.excluded.version,
        )
    )


_BY_UNIT = """
SELECT unit_id, role, state, count(*) AS items, sum(returns) AS returns
FROM {items} AS item, LATERAL (
  SELECT unnest(item.lead) AS unit_id, 'lead' AS role UNION ALL SELECT unnest(item.responsible), 'responsible'
) AS part
GROUP BY unit_id, role, state
"""
_CONCERNING = """
(SELECT * FROM item_state
 WHERE lead && CAST(:units AS uuid[]) OR responsible && CAST(:units AS uuid[]))
"""
_FROM_FACTS = """
(SELECT DISTINCT ON (item_id) state, lead, responsible,
   count(*) FILTER (WHERE type = :returned) OVER (PARTITION BY item_id) AS returns
 FROM item_fact ORDER BY item_id, version DESC)
"""
_KEPT_AND_RECOUNTED = text(
    f"SELECT true AS kept, * FROM ({_BY_UNIT.format(items='item_state')}) AS a "  # noqa: S608 (our own text)
    f"UNION ALL SELECT false, * FROM ({_BY_UNIT.format(items=_FROM_FACTS)}) AS b"
)
_TALLIES_OF = text(f"SELECT * FROM ({_BY_UNIT.format(items=_CONCERNING)}) AS t WHERE unit_id = ANY(:units)")  # noqa: S608


async def tallies_of(session: AsyncSession, *, units: Collection[UUID]) -> list[Tally]:
    """Tallies of these units from the newest states."""
    return [_tally(row) for row in await session.execute(_TALLIES_OF, {"units": list(units)})]


async def kept_and_recounted(session: AsyncSession) -> tuple[list[Tally], list[Tally]]:
    """Tallies of all units from the newest states, and again from all facts; both at the same moment."""
    rows = (await session.execute(_KEPT_AND_RECOUNTED, {"returned": RETURNED})).all()
    return [_tally(row) for row in rows if row.kept], [_tally(row) for row in rows if not row.kept]


async def count_facts(session: AsyncSession) -> int:
    """How many facts are kept."""
    return int((await session.execute(text("SELECT count(*) FROM item_fact"))).scalar_one())


_LINES = """
SELECT fact.event_id, fact.type, fact.at, fact.item_id, fact.no, fact.title, fact.version
FROM item_state AS item, LATERAL ({facts}) AS fact
WHERE item.{role} @> ARRAY[CAST(:unit_id AS uuid)] AND ({which})
  AND (CAST(:at AS timestamptz) IS NULL OR (fact.at, fact.event_id) < (:at, CAST(:event_id AS uuid)))
ORDER BY fact.at DESC, fact.event_id DESC LIMIT :limit
"""
# The fact since which the item has been in these states without a break.
_SINCE = """
SELECT * FROM item_fact AS f
WHERE f.item_id = item.item_id AND f.version > coalesce(
  (SELECT max(g.version) FROM item_fact AS g WHERE g.item_id = item.item_id AND NOT g.state = ANY(:states)), 0)
ORDER BY f.version LIMIT 1
"""
_SENT_BACK = "SELECT * FROM item_fact AS f WHERE f.item_id = item.item_id AND f.type = :returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which lines: older than the last one shown (None = from the newest), and how many."""

    after: tuple[datetime, UUID] | None
    limit: int


async def list_since_in_states(
    session: AsyncSession, *, unit_id: UUID, role: UnitRole, states: Collection[str], window: Window
) -> list[FactRow]:
    """For each item in one of the states the fact since which it is, newest first."""
    statement = text(_LINES.format(facts=_SINCE, role=role.value, which="item.state = ANY(:states)"))
    return await _lines(session, statement, unit_id, window, states=list(states))


async def list_returns(session: AsyncSession, *, unit_id: UUID, role: UnitRole, window: Window) -> list[FactRow]:
    """Every fact that sent back an item of the unit, newest first."""
    statement = text(_LINES.format(facts=_SENT_BACK, role=role.value, which="true"))
    return await _lines(session, statement, unit_id, window, returned=RETURNED)


async def _lines(session: AsyncSession, statement: Any, unit_id: UUID, window: Window, **more: Any) -> list[FactRow]:
    at, event_id = window.after or (None, None)
    given = {"unit_id": unit_id, "at": at, "event_id": event_id, "limit": window.limit, **more}
    return [FactRow(**row._mapping) for row in await session.execute(statement, given)]


def _tally(row: Row[Any]) -> Tally:
    return Tally(
        unit_id=row.unit_id, role=UnitRole(row.role), state=row.state, items=row.items, returns=int(row.returns)
    )

"""The projection that keeps the mirror: each fact applies only over an older version."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, and_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.events.directory import (
    CalendarPublished,
    CityLoaded,
    ClockAdvanced,
    GroupChanged,
    PersonChanged,
    PostChanged,
    ProfileActivated,
    UnitChanged,
)
from luoshi_common.events.registry import Payload
from luoshi_common.messaging.subscriber import Received, latest, projection
from luoshi_common.mirror import model

type Row = dict[str, Any]

_TABLES: dict[type[Payload], Table] = {
    UnitChanged: model.unit,
    GroupChanged: model.unit_group,
    PersonChanged: model.person,
    PostChanged: model.post,
    CalendarPublished: model.calendar_year,
}


@projection(
    "mirror",
    UnitChanged,
    GroupChanged,
    PersonChanged,
    PostChanged,
    ProfileActivated,
    CalendarPublished,
    CityLoaded,
    ClockAdvanced,
)
async def mirror(connection: AsyncConnection, events: Sequence[Received]) -> None:
    """Take directory facts into the mirror (units, groups, persons, posts, profile, calendar, clock)."""
    for payload, table in _TABLES.items():
        rows = [
            {**event.payload.model_dump(mode="json"), "version": event.entity_version}
            for event in latest([event for event in events if isinstance(event.payload, payload)])
        ]
        if rows:
            await _upsert(connection, table, rows)
    if any(isinstance(event.payload, CalendarPublished) for event in events):
        await _hold(connection, calendar_number=1)
    for event in events:
        await _apply_to_city(connection, event)


async def _upsert(connection: AsyncConnection, table: Table, rows: list[Row]) -> None:
    key = next(iter(table.primary_key.columns)).name
    known = [{name: row[name] for name in row if name in table.c} for row in rows]
    statement = insert(table).values(known)
    changes = {name: statement.excluded[name] for name in known[0] if name != key}
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[key], set_=changes, where=table.c.version < statement.excluded.version
        )
    )


async def _apply_to_city(connection: AsyncConnection, event: Received) -> None:
    fact = event.payload
    if isinstance(fact, ProfileActivated):
        await _hold(connection, profile=fact.document, profile_number=fact.number)
    elif isinstance(fact, ClockAdvanced):
        await _hold(connection, clock_step=fact.step, clock_offset_seconds=fact.offset_seconds, clock_until=fact.until)
    elif isinstance(fact, CityLoaded):
        await _hold(connection, name=fact.name, name_version=event.entity_version)


async def _hold(connection: AsyncConnection, **values: Any) -> None:
    """Set values of the one city row; numbered ones only rise, the calendar's number counts publications."""
    city = model.city
    statement = insert(city).values(id=1, **values)
    changes: dict[str, Any] = {name: statement.excluded[name] for name in values}
    guards = []
    if "calendar_number" in values:
        changes["calendar_number"] = city.c.calendar_number + 1
    for number in ("name_version", "profile_number", "clock_step"):
        if number in values:
            guards.append(city.c[number] < statement.excluded[number])
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changes, where=and_(*guards) if guards else None)
    )

"""发件箱: the rows of facts that still have to reach the stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.db.mechanism import outbox


@dataclass(frozen=True, slots=True)
class Unpublished:
    """One fact on its way to the stream."""

    position: int
    event_id: UUID
    bus_subject: str
    envelope: str


async def claim(connection: AsyncConnection, *, limit: int) -> list[Unpublished]:
    """Take the oldest unpublished rows. Never by a high-water mark: positions do not commit in order."""
    rows = await connection.execute(
        select(outbox.c.position, outbox.c.event_id, outbox.c.bus_subject, outbox.c.envelope)
        .where(outbox.c.published_at.is_(None))
        .order_by(outbox.c.position)
        .limit(limit)
    )
    return [Unpublished(*row) for row in rows]


async def mark(connection: AsyncConnection, *, positions: Sequence[int], at: datetime) -> None:
    """Say that these rows are in the stream (machine time)."""
    await connection.execute(update(outbox).where(outbox.c.position.in_(positions)).values(published_at=at))


async def oldest_unpublished(connection: AsyncConnection) -> datetime | None:
    """Machine time at which the oldest waiting row was written: the backlog is its age."""
    return (
        await connection.execute(
            select(outbox.c.recorded_at).where(outbox.c.published_at.is_(None)).order_by(outbox.c.position).limit(1)
        )
    ).scalar_one_or_none()


async def count_unpublished(connection: AsyncConnection) -> int:
    """How many rows wait."""
    statement = select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None))
    return (await connection.execute(statement)).scalar_one()


async def republish(connection: AsyncConnection, *, since: datetime) -> int:
    """Send everything recorded since `since` (machine time) again; consumers skip it by inbox. Returns how many."""
    done = await connection.execute(
        update(outbox)
        .where(outbox.c.recorded_at >= since, outbox.c.published_at.is_not(None))
        .values(published_at=None)
    )
    return done.rowcount

"""搁置消息: facts that a consumer could not take in; visible, and retried or discarded by command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.db.mechanism import parked_message
from luoshi_common.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """One parked message."""

    id: UUID
    consumer: str
    event_id: str
    bus_subject: str
    body: bytes
    error: str
    deliveries: int
    parked_at: datetime


async def park(
    connection: AsyncConnection, *, consumer: str, event_id: str, bus_subject: str, body: bytes, error: str,
    deliveries: int,
) -> None:  # fmt: skip
    """Put a message aside; parking it again only renews the error."""
    row = insert(parked_message).values(
        id=new_id(), consumer=consumer, event_id=event_id, bus_subject=bus_subject, body=body,
        error=error.replace("\x00", "")[:2000], deliveries=deliveries,
    )  # fmt: skip
    await connection.execute(
        row.on_conflict_do_update(
            index_elements=["consumer", "event_id"],
            set_={"error": row.excluded.error, "deliveries": row.excluded.deliveries},
        )
    )


async def list_parked(connection: AsyncConnection, *, limit: int) -> Sequence[Parked]:
    """The oldest parked messages."""
    rows = await connection.execute(select(parked_message).order_by(parked_message.c.parked_at).limit(limit))
    return [Parked(**row._mapping) for row in rows]


async def find_parked(connection: AsyncConnection, parked_id: UUID) -> Parked | None:
    """One parked message, locked."""
    statement = select(parked_message).where(parked_message.c.id == parked_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Parked(**row._mapping)


async def remove(connection: AsyncConnection, parked_id: UUID) -> None:
    """Take it out of the list: it was taken in, or given up."""
    await connection.execute(delete(parked_message).where(parked_message.c.id == parked_id))

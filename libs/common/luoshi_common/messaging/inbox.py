"""收件箱: which facts a consumer has already taken in. Keyed by event id, never by stream sequence: a restored stream
renumbers.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

_ENTER = """
INSERT INTO inbox (consumer, event_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id
"""


async def enter(connection: AsyncConnection, *, consumer: str, event_ids: Sequence[UUID]) -> set[UUID]:
    """Enter facts; returns those that were new. A twin in another transaction is waited for."""
    rows = await connection.exec_driver_sql(_ENTER, (consumer, list(event_ids)))
    return {UUID(str(row[0])) for row in rows}

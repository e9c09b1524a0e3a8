"""审计封存: once a day (machine time) the heads that moved are bound into a root that also binds the previous root."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.audit.chain import GENESIS, root_of
from luoshi_common.db.mechanism import audit_head, audit_seal

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('luoshi.audit.seal'), hashtext(current_schema()))"


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal just made."""

    number: int
    root: bytes
    heads: int


async def last_sealed_at(connection: AsyncConnection) -> datetime | None:
    """Machine time of the newest seal."""
    newest: datetime | None = (await connection.execute(select(func.max(audit_seal.c.sealed_at)))).scalar_one()
    return newest


async def seal(connection: AsyncConnection, *, at: datetime) -> Seal | None:
    """Bind all heads that moved since the last seal; None when nothing moved. `at` is machine time."""
    await connection.exec_driver_sql(_LOCK)
    moved = [
        (row.subject, row.seq, row.hash.hex())
        for row in await connection.execute(
            select(audit_head.c.subject, audit_head.c.seq, audit_head.c.hash)
            .where(audit_head.c.seq > audit_head.c.sealed_seq)
            .order_by(audit_head.c.subject)
            .with_for_update()
        )
    ]
    if not moved:
        return None
    newest = select(audit_seal.c.number, audit_seal.c.root).order_by(audit_seal.c.number.desc()).limit(1)
    last = (await connection.execute(newest)).one_or_none()
    number, previous = (last.number + 1, last.root) if last else (1, GENESIS)
    root = root_of(previous, moved)
    await connection.execute(
        insert(audit_seal).values(
            number=number, sealed_at=at, previous=previous, root=root, heads=[list(head) for head in moved]
        )
    )
    await connection.execute(
        update(audit_head)
        .where(audit_head.c.subject.in_([subject for subject, _, _ in moved]))
        .values(sealed_seq=audit_head.c.seq)
    )
    return Seal(number, root, len(moved))

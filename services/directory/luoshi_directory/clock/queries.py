"""What this feature asks of the database."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_common.errors import NotFound
from luoshi_directory.clock.model import Clock, ClockAdvance

_ONLY = UUID(int=1)


async def get_clock_for_update(session: AsyncSession) -> Clock:
    """The clock, locked; made when it is asked for the first time."""
    first = insert(Clock).values(id=_ONLY, version=1, step=0, offset=timedelta()).on_conflict_do_nothing()
    await session.execute(first)
    return (await session.scalars(select(Clock).with_for_update())).one()


async def find_clock(session: AsyncSession) -> Clock | None:
    """The clock, unless business time was never set."""
    return (await session.scalars(select(Clock))).one_or_none()


async def find_running_advance(session: AsyncSession) -> ClockAdvance | None:
    """The advance that has not reached its end."""
    return (await session.scalars(select(ClockAdvance).where(ClockAdvance.completed_at.is_(None)))).one_or_none()


async def get_advance(session: AsyncSession, *, advance_id: UUID) -> ClockAdvance:
    """One advance. Raises NotFound."""
    advance = await session.get(ClockAdvance, advance_id)
    if advance is None:
        raise NotFound
    return advance

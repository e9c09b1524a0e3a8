"""定时器: fires due rows in the order of their due times, each in its own unit of work.

Times are business time (UTC). A timer is deleted in the transaction in which its handler runs: it fires once or, after
a crash, again from the start. A handler that fails is tried again later and does not hold up the others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from luoshi_common.clock import machine_now
from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.db.mechanism import timer
from luoshi_common.db.unit_of_work import UnitOfWork

log = structlog.get_logger()

POLL_SECONDS = 1.0
RETRY_SECONDS = 30
MAX_RETRY_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Due:
    """到期: a timer that is being fired."""

    kind: str
    subject: str
    due_at: datetime
    payload: Mapping[str, str]

    @property
    def subject_id(self) -> UUID:
        """The id behind `items/<id>`."""
        return UUID(self.subject.rsplit("/", 1)[1])


type TimerHandler = Callable[[UnitOfWork, Due], Awaitable[None]]


@dataclass
class Poller:
    """Fires one service's timers."""

    engine: AsyncEngine
    handlers: Mapping[str, TimerHandler]
    unit_of_work: Callable[[str], AbstractAsyncContextManager[UnitOfWork]]
    business_now: Callable[[], Awaitable[datetime]]

    def __post_init__(self) -> None:
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """Look again now: business time was moved."""
        self._awake.set()

    async def run(self) -> None:
        """Fire what becomes due until cancelled."""
        while True:
            self._awake.clear()
            try:
                await self.fire_due(await self.business_now())
            except DATABASE_ERRORS as failure:
                log.warning("timers.database_away", error=str(failure)[:200])
            try:
                await asyncio.wait_for(self._awake.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def fire_due(self, until: datetime) -> int:
        """Fire every timer due at or before `until`, in order; returns how many fired."""
        fired = 0
        while await self._fire_next(until):
            fired += 1
        return fired

    async def _fire_next(self, until: datetime) -> bool:
        due: Due | None = None
        try:
            async with self.unit_of_work("timer") as uow:
                due = await _take_next(await uow.session.connection(), until)
                uow.as_system(f"timer {due.kind}" if due else "no timer due")
                if due is None:
                    return False
                await self.handlers[due.kind](uow, due)
        except Exception:
            if due is None:
                raise
            log.exception("timers.failed", kind=due.kind, subject=due.subject)
            await self._postpone(due)
        return True

    async def _postpone(self, due: Due) -> None:
        wait = timedelta(seconds=RETRY_SECONDS)
        async with self.engine.begin() as connection:
            await connection.execute(
                update(timer)
                .where(timer.c.kind == due.kind, timer.c.subject == due.subject)
                .values(
                    failures=timer.c.failures + 1,
                    retry_at=machine_now()
                    + func.least(timer.c.failures + 1, MAX_RETRY_SECONDS // RETRY_SECONDS) * wait,
                )
            )


async def _take_next(connection: AsyncConnection, until: datetime) -> Due | None:
    rested = or_(timer.c.retry_at.is_(None), timer.c.retry_at <= machine_now())
    row = (
        await connection.execute(
            select(timer)
            .where(timer.c.due_at <= until, rested)
            .order_by(timer.c.due_at, timer.c.kind, timer.c.subject)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    ).one_or_none()
    if row is None:
        return None
    await connection.execute(delete(timer).where(timer.c.kind == row.kind, timer.c.subject == row.subject))
    return Due(kind=row.kind, subject=row.subject, due_at=row.due_at, payload=row.payload)


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Business time of the earliest pending timer."""
    earliest: datetime | None = (await connection.execute(select(func.min(timer.c.due_at)))).scalar_one()
    return earliest

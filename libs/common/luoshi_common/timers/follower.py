"""业务时间跟随: development only; answers each step of business time once everything due by then has happened.

A service says `clock.reached(step)` when it has mirrored the step, fired every timer due, published its outbox and
finished what its consumers had; then the next step may come.
"""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select

from luoshi_common.db import service_state
from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.db.service_state import ServiceState
from luoshi_common.events.every_service import REACHED
from luoshi_common.messaging import outbox
from luoshi_common.mirror import model
from luoshi_common.timers.poller import next_due

if TYPE_CHECKING:
    from luoshi_common.runtime import ServiceRuntime

log = structlog.get_logger()

DRAIN_SECONDS = 0.02
WATCH_SECONDS = 1.0


class Follower:
    """Follows the steps of `directory.clock.advanced` for one service."""

    def __init__(self, *, runtime: "ServiceRuntime") -> None:
        self._runtime = runtime

    async def run(self) -> None:
        """Answer new steps until cancelled."""
        while True:
            try:
                step, until, answered = await self._position()
                if until is not None and step > answered:
                    await self._reach(step, until)
                    continue
            except DATABASE_ERRORS as failure:
                log.warning("clock.waiting", service=self._runtime.service_name, error=str(failure)[:200])
            try:
                async with asyncio.timeout(WATCH_SECONDS), self._runtime.changed:
                    await self._runtime.changed.wait()
            except TimeoutError:
                continue

    async def _position(self) -> tuple[int, datetime | None, int]:
        async with self._runtime.engine.connect() as connection:
            step = (await connection.execute(select(model.city.c.clock_step, model.city.c.clock_until))).one_or_none()
            answered = (await connection.execute(select(ServiceState.clock_step))).scalar_one_or_none()
        return (step.clock_step, step.clock_until, answered or 0) if step else (0, None, 0)

    async def _reach(self, step: int, until: datetime) -> None:
        runtime = self._runtime
        await runtime.poller.fire_due(until)
        while await self._busy():
            await asyncio.sleep(DRAIN_SECONDS)
            await runtime.poller.fire_due(until)
        async with runtime.system_unit_of_work(f"clock step {step}") as uow:
            record = await service_state.get_for_update(uow.session)
            record.clock_step = step
            due = await next_due(await uow.session.connection())
            uow.emit(REACHED[runtime.service_name](step=step, next_due=due), record=record)

    async def _busy(self) -> bool:
        async with self._runtime.engine.connect() as connection:
            if await outbox.count_unpublished(connection):
                return True
        return bool(await self._runtime.pending())

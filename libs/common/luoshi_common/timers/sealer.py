"""封存定时: seals the audit chains once a day, by machine time (profile `audit.seal_at`), and publishes the root."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from luoshi_common.audit import seal as audit
from luoshi_common.clock import SHANGHAI, machine_now
from luoshi_common.db import service_state
from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.events.every_service import SEALED

if TYPE_CHECKING:
    from luoshi_common.runtime import ServiceRuntime

log = structlog.get_logger()

WATCH_SECONDS = 60.0


class Sealer:
    """Seals one service's chains."""

    def __init__(self, *, runtime: "ServiceRuntime") -> None:
        self._runtime = runtime

    async def run(self) -> None:
        """Watch for the hour of sealing until cancelled."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._seal_when_due()
            except DATABASE_ERRORS as failure:
                log.warning("audit.seal_postponed", service=self._runtime.service_name, error=str(failure)[:200])

    async def _seal_when_due(self) -> None:
        now = machine_now()
        async with self._runtime.system_unit_of_work("audit seal") as uow:
            hour = uow.profile.audit.seal_at
            last = await audit.last_sealed_at(await uow.session.connection())
        local = now.astimezone(SHANGHAI)
        due = datetime.combine(local.date(), hour, SHANGHAI)
        due = due if due <= local else due - timedelta(days=1)
        if last is None or last < due:
            await self.seal()

    async def seal(self) -> audit.Seal | None:
        """Seal now; returns the seal, or None when no chain has moved."""
        async with self._runtime.system_unit_of_work("audit seal") as uow:
            at = machine_now()
            made = await audit.seal(await uow.session.connection(), at=at)
            if made is not None:
                state = await service_state.get_for_update(uow.session)
                fact = SEALED[self._runtime.service_name](
                    number=made.number, root=made.root.hex(), heads=made.heads, sealed_at=at
                )
                uow.emit(fact, record=state)
        return made

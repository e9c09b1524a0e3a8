"""值守: measures what is behind (outbox, consumers, parked messages, timers), asks whether what must always hold
does, and forgets what was kept long enough.
"""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from nats.js import JetStreamContext
from sqlalchemy import delete, func, select

from luoshi_common.clock import machine_now
from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.db.mechanism import idempotency_key, parked_message
from luoshi_common.messaging import outbox
from luoshi_common.messaging.streams import pending_of
from luoshi_common.observability import invariants
from luoshi_common.timers.poller import next_due

if TYPE_CHECKING:
    from luoshi_common.runtime import ServiceRuntime

log = structlog.get_logger()

LOOK_SECONDS = 5.0
LOOKS_BETWEEN_ROUNDS = 120


class Watch:
    """Keeps the gauges of one service true."""

    def __init__(self, *, runtime: "ServiceRuntime") -> None:
        self._runtime = runtime

    async def run(self) -> None:
        """Look every few seconds until cancelled."""
        looks = 0
        while True:
            try:
                await self.look()
                if looks % LOOKS_BETWEEN_ROUNDS == 0:
                    await self.forget()
                    await self.hold_invariants()
            except DATABASE_ERRORS as failure:
                log.warning("watch.interrupted", service=self._runtime.service_name, error=str(failure)[:200])
            looks += 1
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Measure once."""
        runtime, metrics = self._runtime, self._runtime.metrics
        async with runtime.engine.connect() as connection:
            oldest = await outbox.oldest_unpublished(connection)
            metrics.outbox_age_seconds.set((machine_now() - oldest).total_seconds() if oldest else 0)
            metrics.outbox_unpublished.set(await outbox.count_unpublished(connection))
            metrics.parked.set(
                (await connection.execute(select(func.count()).select_from(parked_message))).scalar_one()
            )
            due = await next_due(connection)
        late = (await runtime.business_now() - due).total_seconds() if due else 0.0
        metrics.timers_late_seconds.set(max(0.0, late))
        if runtime.client is not None and runtime.client.is_connected:
            jetstream = JetStreamContext(runtime.client)
            for durable, consumer in runtime.consumers.items():
                lag = await pending_of(jetstream, stream=consumer.stream, durable=durable)
                metrics.consumer_lag.labels(durable).set(lag)

    async def hold_invariants(self) -> None:
        """Run the service's invariants; each that is broken is an error in the log."""
        async with self._runtime.engine.connect() as connection:
            broken = await invariants.run(self._runtime.service.invariants, connection)
        self._runtime.metrics.invariants_broken.set(len(broken))
        for violation in broken:
            log.error("invariant.broken", service=self._runtime.service_name, invariant=violation.invariant.name)

    async def forget(self) -> None:
        """Drop stored answers that are older than the profile's `http.idempotency_hours` (machine time)."""
        async with self._runtime.system_unit_of_work("forget stored answers") as uow:
            kept = timedelta(hours=uow.profile.http.idempotency_hours)
            connection = await uow.session.connection()
            await connection.execute(
                delete(idempotency_key).where(idempotency_key.c.recorded_at < machine_now() - kept)
            )

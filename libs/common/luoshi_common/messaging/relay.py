"""中继: moves facts from the outbox to the stream, in order, at least once.

One active relay per service database holds an advisory lock, a standby waits for it. It wakes when a commit in this
process says so, when another process notifies, and every half second.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from luoshi_common.clock import machine_now
from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.ids import new_id
from luoshi_common.messaging import outbox
from luoshi_common.messaging.outbox import Unpublished
from luoshi_common.observability.metrics import Metrics

log = structlog.get_logger()

BATCH = 500
ATOMIC_FROM = 100
POLL_SECONDS = 0.5
PUBLISH_SECONDS = 5.0
DEBOUNCE_SECONDS = 0.005
_LOCK = "SELECT pg_try_advisory_lock(hashtext('luoshi.relay'), hashtext(current_schema()))"


class Interrupted(Exception):
    """A publish that failed; the rows before it are in the stream."""

    def __init__(self, done: int) -> None:
        super().__init__(done)
        self.done = done


@dataclass
class Relay:
    """The relay of one service in one process."""

    engine: AsyncEngine
    client: Client
    stream: str
    channel: str
    metrics: Metrics

    def __post_init__(self) -> None:
        self._awake = asyncio.Event()
        self._leads = False
        self._poke: asyncio.Task[None] | None = None
        self._jetstream = JetStreamContext(self.client, publish_async_max_pending=BATCH)

    def wake(self) -> None:
        """Called after each commit that has facts."""
        self._awake.set()
        if not self._leads and (self._poke is None or self._poke.done()):
            self._poke = asyncio.create_task(self._notify())

    async def _notify(self) -> None:
        """Tell the relay of another process, at most once in 5 ms, outside any command's transaction."""
        await asyncio.sleep(DEBOUNCE_SECONDS)
        try:
            async with self.engine.connect() as connection:
                await connection.exec_driver_sql("SELECT pg_notify($1, '')", (self.channel,))
                await connection.commit()
        except DATABASE_ERRORS:
            return  # The other relay polls.

    async def run(self) -> None:
        """Lead or stand by until cancelled; a lost database or bus is waited for."""
        while True:
            try:
                async with self.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    await self._lead(connection)
            except DATABASE_ERRORS as failure:
                log.warning("relay.database_away", error=str(failure)[:200])
            finally:
                self._leads = False
                self.metrics.relay_leader.set(0)
            await asyncio.sleep(POLL_SECONDS)

    async def _lead(self, connection: AsyncConnection) -> None:
        if not (await connection.exec_driver_sql(_LOCK)).scalar_one():
            return  # Another process leads; `run` asks again.
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await raw.add_listener(self.channel, self._on_notify)
        self._leads = True
        self.metrics.relay_leader.set(1)
        while True:
            self._awake.clear()
            moved = await self._move(connection)
            if moved < BATCH:
                try:
                    await asyncio.wait_for(self._awake.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue

    def _on_notify(self, *_: Any) -> None:
        self._awake.set()

    async def _move(self, connection: AsyncConnection) -> int:
        if not self.client.is_connected:
            return 0
        rows = await outbox.claim(connection, limit=BATCH)
        if not rows:
            return 0
        try:
            await self._publish(rows)
            done = len(rows)
        except Interrupted as broken:
            done = broken.done
            log.warning("relay.interrupted", stream=self.stream, done=done, waiting=len(rows) - done)
        if done:
            await outbox.mark(connection, positions=[row.position for row in rows[:done]], at=machine_now())
            self.metrics.relay_published.inc(done)
        if done < len(rows):
            await asyncio.sleep(POLL_SECONDS)
        return done

    async def _publish(self, rows: Sequence[Unpublished]) -> None:
        if len(rows) >= ATOMIC_FROM:
            try:
                await self._publish_atomically(rows)
            except APIError as refused:
                # A member that the stream already knows refuses the whole batch: send them one by one.
                log.info("relay.batch_refused", stream=self.stream, error=str(refused.description))
            except (NatsError, TimeoutError, OSError) as failure:
                raise Interrupted(0) from failure
            else:
                return
        await self._publish_each(rows)

    async def _publish_each(self, rows: Sequence[Unpublished]) -> None:
        """Send all, then count the acknowledged prefix: what follows a failure is sent again, in order."""
        try:
            pending = [
                await self._jetstream.publish_async(
                    row.bus_subject,
                    row.envelope.encode(),
                    stream=self.stream,
                    headers=_headers(row),
                    wait_stall=PUBLISH_SECONDS,
                )
                for row in rows
            ]
        except (NatsError, TimeoutError, OSError) as failure:
            self._jetstream = JetStreamContext(self.client, publish_async_max_pending=BATCH)
            raise Interrupted(0) from failure
        await asyncio.wait(pending, timeout=PUBLISH_SECONDS)
        for done, future in enumerate(pending):
            if not future.done() or future.cancelled() or future.exception() is not None:
                # Futures in flight on a broken connection never finish and keep their permits.
                self._jetstream = JetStreamContext(self.client, publish_async_max_pending=BATCH)
                raise Interrupted(done)

    async def _publish_atomically(self, rows: Sequence[Unpublished]) -> None:
        batch = new_id().hex
        for sequence, row in enumerate(rows, start=1):
            headers = {**_headers(row), "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(sequence)}
            headers["Nats-Expected-Stream"] = self.stream
            if sequence < len(rows):
                await self.client.publish(row.bus_subject, row.envelope.encode(), headers=headers)
                continue
            headers["Nats-Batch-Commit"] = "1"
            answer = await self.client.request(
                row.bus_subject, row.envelope.encode(), timeout=PUBLISH_SECONDS, headers=headers
            )
            _raise_refusal(answer.data)


def _headers(row: Unpublished) -> dict[str, str]:
    return {"Nats-Msg-Id": str(row.event_id)}


def _raise_refusal(body: bytes) -> None:
    answer = orjson.loads(body)
    if "error" in answer:
        APIError.from_error(answer["error"])

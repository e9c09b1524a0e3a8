"""消费: pulls facts of one durable consumer and hands them to its subscriber.

Ack after commit. A fact that cannot be read is parked at once; one that fails again and again is parked at its third
delivery; a batch with a poisoned member is bisected until only the culprit waits. Trouble of the engines is not the
fact's fault: while the database is away nothing is asked for, since each delivery counts and the bus forgets a message
after its last one; then the batch is handed back with a delay and nothing is parked.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import asyncpg
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from luoshi_common.db.engine import DATABASE_ERRORS
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.errors import TryLater
from luoshi_common.events.envelope import MalformedEvent, decode
from luoshi_common.messaging import inbox, parked
from luoshi_common.messaging.streams import MAX_DELIVER
from luoshi_common.messaging.subscriber import Received, Subscriber
from luoshi_common.observability.metrics import Metrics
from luoshi_common.observability.tracing import continued

log = structlog.get_logger()

BATCH = 200
EXPIRES_SECONDS = 5.0
RETRY_SECONDS = 1.0
HAND_BACK_SECONDS = 2.0
TRIES = 3

_ENGINE_TROUBLE = (OperationalError, PoolTimeout, OSError, asyncpg.InterfaceError, TimeoutError, TryLater)
_ENGINE_STATES = ("08", "28", "40", "53", "55", "57")
"""SQLSTATE classes: connection, sign-in, rolled back, resources, not possible now, operator."""


@dataclass(frozen=True)
class Delivery:
    """A message with the fact read from it."""

    message: Msg
    event: Received


@dataclass
class Consumer:
    """One subscriber's durable consumer on one stream."""

    engine: AsyncEngine
    client: Client
    subscriber: Subscriber
    durable: str
    stream: str
    react_in: Callable[[Received, str], AbstractAsyncContextManager[UnitOfWork]]
    applied: Callable[[Subscriber, Sequence[Received]], Awaitable[None]]
    metrics: Metrics

    async def run(self) -> None:
        """Pull until cancelled; a lost bus or database is waited for."""
        while True:
            try:
                await self._pull()
            except (NatsError, *DATABASE_ERRORS) as failure:
                log.warning(
                    "consumer.interrupted", consumer=self.durable, error=f"{type(failure).__name__}: {failure}"[:200]
                )
            await asyncio.sleep(RETRY_SECONDS)

    async def _pull(self) -> None:
        mailbox = self.client.new_inbox()
        subscription = await self.client.subscribe(mailbox)
        ask = json.dumps({"batch": BATCH, "expires": int(EXPIRES_SECONDS * 1e9)}).encode()
        outstanding = 0
        try:
            while True:
                if outstanding <= 0:
                    outstanding = BATCH
                    await self.client.publish(f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.durable}", ask, mailbox)
                try:
                    messages = [await subscription.next_msg(timeout=EXPIRES_SECONDS + 1)]
                except NatsTimeout:
                    outstanding = 0
                    continue
                while len(messages) < BATCH and subscription.pending_msgs:
                    messages.append(await subscription.next_msg(timeout=RETRY_SECONDS))
                facts = [message for message in messages if message.reply]
                outstanding = 0 if len(facts) < len(messages) else outstanding - len(facts)
                if facts:
                    await self.take(facts)
        finally:
            if self.client.is_connected:
                await subscription.unsubscribe()

    async def take(self, messages: Sequence[Msg]) -> None:
        """Take in what can be taken in, park what cannot, acknowledge what is settled."""
        deliveries = []
        for message in messages:
            try:
                deliveries.append(Delivery(message, decode(message.data)))
            except MalformedEvent as problem:
                await self._park(message, event_id=_message_id(message), error=str(problem))
        if self.subscriber.kind == "projection":
            await self._project(deliveries)
            return
        for delivery in deliveries:
            await self._react(delivery)

    async def _project(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        try:
            await self.project([delivery.event for delivery in deliveries])
        except Exception as failure:
            if _is_engine_trouble(failure):
                await self._hand_back(deliveries, failure)
            elif len(deliveries) == 1:
                await self._blame(deliveries[0], failure)
            else:
                middle = len(deliveries) // 2
                await self._project(deliveries[:middle])
                await self._project(deliveries[middle:])
            return
        for delivery in deliveries:
            await self._acknowledge(delivery)

    async def project(self, events: Sequence[Received]) -> None:
        """Apply a batch to a projection in one transaction; facts already entered are skipped."""
        assert self.subscriber.project is not None
        async with self.engine.begin() as connection:
            fresh = await inbox.enter(connection, consumer=self.durable, event_ids=[event.id for event in events])
            new = [event for event in {event.id: event for event in events}.values() if event.id in fresh]
            if new:
                await self.subscriber.project(connection, new)
        if new:
            await self.applied(self.subscriber, new)

    async def _react(self, delivery: Delivery) -> None:
        try:
            await self.react(delivery.event)
        except Exception as failure:
            if _is_engine_trouble(failure):
                await self._hand_back([delivery], failure)
            else:
                await self._blame(delivery, failure)
            return
        await self._acknowledge(delivery)

    async def _acknowledge(self, delivery: Delivery) -> None:
        await delivery.message.ack()
        self._count("taken_in")

    def _count(self, outcome: str) -> None:
        self.metrics.consumed.labels(self.durable, outcome).inc()

    async def react(self, event: Received) -> None:
        """Run the reaction to one fact in one unit of work; one already entered does nothing."""
        assert self.subscriber.react is not None
        headers = {"traceparent": event.traceparent} if event.traceparent else {}
        with continued(f"react {self.durable}", headers=headers, service=self.durable.split("-", 1)[0]):
            async with self.react_in(event, self.durable) as uow:
                connection = await uow.session.connection()
                if await inbox.enter(connection, consumer=self.durable, event_ids=[event.id]):
                    await self.subscriber.react(uow, event)
        await self.applied(self.subscriber, [event])

    async def _hand_back(self, deliveries: Sequence[Delivery], failure: Exception) -> None:
        log.warning("consumer.handed_back", consumer=self.durable, count=len(deliveries), error=str(failure)[:200])
        await self._until_the_database_answers()
        for delivery in deliveries:
            if delivery.message.metadata.num_delivered >= MAX_DELIVER - 1:
                # The next delivery would be the last: keep it in sight instead of letting it leave in silence.
                await self._blame(delivery, failure)
            else:
                await delivery.message.nak(delay=HAND_BACK_SECONDS)
                self._count("handed_back")

    async def _until_the_database_answers(self) -> None:
        while True:
            try:
                async with self.engine.connect() as connection:
                    await connection.exec_driver_sql("SELECT 1")
            except DATABASE_ERRORS:
                await asyncio.sleep(HAND_BACK_SECONDS)
            else:
                return

    async def _blame(self, delivery: Delivery, failure: Exception) -> None:
        error = f"{type(failure).__name__}: {failure}"
        log.error("consumer.failed", consumer=self.durable, event_id=str(delivery.event.id), error=error[:500])
        if delivery.message.metadata.num_delivered < TRIES:
            await delivery.message.nak(delay=HAND_BACK_SECONDS * delivery.message.metadata.num_delivered)
            self._count("failed")
        else:
            await self._park(delivery.message, event_id=str(delivery.event.id), error=error)

    async def _park(self, message: Msg, *, event_id: str, error: str) -> None:
        async with self.engine.begin() as connection:
            await parked.park(
                connection, consumer=self.durable, event_id=event_id, bus_subject=message.subject, body=message.data,
                error=error, deliveries=message.metadata.num_delivered,
            )  # fmt: skip
        await message.term()
        self._count("parked")

    async def retry(self, message: parked.Parked) -> None:
        """Try a parked message again, at once; what it raises goes to the caller, and the message stays parked."""
        event = decode(message.body)
        if self.subscriber.kind == "projection":
            await self.project([event])
        else:
            await self.react(event)


def _message_id(message: Msg) -> str:
    known = (message.headers or {}).get("Nats-Msg-Id")
    return known or f"{message.metadata.stream}#{message.metadata.sequence.stream}"


def _is_engine_trouble(failure: Exception) -> bool:
    if isinstance(failure, DBAPIError):
        state = getattr(failure.orig, "sqlstate", None) or ""
        return failure.connection_invalidated or state.startswith(_ENGINE_STATES)
    if isinstance(failure, asyncpg.PostgresError):
        return (getattr(failure, "sqlstate", "") or "").startswith(_ENGINE_STATES)
    return isinstance(failure, _ENGINE_TROUBLE)

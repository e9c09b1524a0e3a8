"""运行时: one running service: its pool, its bus connection, its relay, consumers, timers and seal; and the one edge
through which HTTP requests, messages, timers and the command line enter a unit of work.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from luoshi_common.auth.actor import Actor
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import TokenVerifier, key_set
from luoshi_common.clock import machine_now
from luoshi_common.db.engine import DATABASE_ERRORS, create_engine
from luoshi_common.db.mechanism import idempotency_key
from luoshi_common.db.unit_of_work import Circumstances, Database, UnitOfWork, UnitSession
from luoshi_common.errors import Unauthenticated
from luoshi_common.files.store import FileStore
from luoshi_common.idempotency import IdempotencyClaim, StoredAnswer
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.consumer import Consumer
from luoshi_common.messaging.relay import Relay
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_common.messaging.streams import pending_of, stream_of
from luoshi_common.messaging.subscriber import Received, Subscriber
from luoshi_common.mirror import queries
from luoshi_common.mirror.standing import CityStanding
from luoshi_common.mirror.subscribers import mirror
from luoshi_common.observability.metrics import Metrics
from luoshi_common.policy.profile import Profile
from luoshi_common.service import Service
from luoshi_common.settings import ServiceSettings
from luoshi_common.timers.follower import Follower
from luoshi_common.timers.poller import Poller
from luoshi_common.timers.sealer import Sealer
from luoshi_common.watch import Watch

log = structlog.get_logger()

CATCH_UP = "catch-up"
CATCH_UP_SECONDS = 0.1


class ServiceRuntime:
    """One service of one city, started and stopped as a whole."""

    def __init__(self, *, service: Service, settings: ServiceSettings) -> None:
        self.service = service
        self.settings = settings
        self.service_name = service.name
        self.city = settings.city
        self.mode = settings.mode
        self.verifier = TokenVerifier(
            city=settings.city, issuers={name: key_set(keys) for name, keys in settings.issuers.items()}
        )
        self.metrics = Metrics(service=service.name, city=settings.city)
        self.files = FileStore(settings.files_folder)
        self.engine = create_engine(settings.database_url.get_secret_value(), application=f"luoshi-{service.name}")
        self.database = Database(
            sessions=async_sessionmaker(self.engine, expire_on_commit=False, sync_session_class=UnitSession),
            wake=self._wake_relay,
        )
        self.changed = asyncio.Condition()
        self.client: Client | None = None
        self.consumers: dict[str, Consumer] = {}
        self._relay: Relay | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._caught_up = False
        self._standing = CityStanding()
        self.poller = Poller(
            engine=self.engine, handlers=service.timers, unit_of_work=self.system_unit_of_work,
            business_now=self.business_now,
        )  # fmt: skip

    # -- life ---------------------------------------------------------------------------------------------------

    async def start(self, *, on_bus_closed: Callable[[], None] | None = None) -> None:
        """Join the bus and start working; returns at once, `ready()` tells when the mirror has caught up."""
        self.client = await connect(
            url=self.settings.bus_url,
            seed=self.settings.bus_seed.get_secret_value(),
            name=f"luoshi-{self.service_name}",
            inbox_prefix=inbox_prefix_of(BusUser(self.service_name)),
            on_closed=on_bus_closed,
        )  # fmt: skip
        self._relay = Relay(
            engine=self.engine, client=self.client, stream=stream_of(self.service_name, self.city),
            channel=f"luoshi_outbox_{self.service_name}", metrics=self.metrics,
        )  # fmt: skip
        for subscriber in self.service.listeners:
            for publisher in subscriber.subjects(self.city):
                self._add_consumer(subscriber, publisher)
        self._spawn("relay", self._relay.run())
        for durable, consumer in self.consumers.items():
            if consumer.subscriber is mirror:
                self._spawn(durable, consumer.run())
        self._spawn("watch", Watch(runtime=self).run())
        self._spawn(CATCH_UP, self._begin_when_caught_up())

    async def stop(self) -> None:
        """Stop fetching, let running transactions end or roll back, leave the bus, close the pool; all bounded."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self.client is not None:
            await leave(self.client)
        await self.engine.dispose()

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=f"{self.service_name}:{name}")
        task.add_done_callback(_report_death)
        self._tasks.append(task)

    def _add_consumer(self, subscriber: Subscriber, publisher: str) -> None:
        assert self.client is not None
        durable = subscriber.durable(self.service_name, publisher)
        self.consumers[durable] = Consumer(
            engine=self.engine, client=self.client, subscriber=subscriber, durable=durable,
            stream=stream_of(publisher, self.city), react_in=self._react_in, applied=self._applied,
            metrics=self.metrics,
        )  # fmt: skip

    async def wait_until_ready(self) -> None:
        """Return when `ready()` has no reason left; the caller bounds the wait."""
        while self.ready():
            async with self.changed:
                await self.changed.wait()

    async def _begin_when_caught_up(self) -> None:
        """Reactions, timers and the clock need units, profile and calendar: they begin when the mirror has them."""
        while not await self._mirror_stands():  # noqa: ASYNC110 - the bus and the database are asked, they do not call
            await asyncio.sleep(CATCH_UP_SECONDS)
        for durable, consumer in self.consumers.items():
            if consumer.subscriber is not mirror:
                self._spawn(durable, consumer.run())
        self._spawn("clock", Follower(runtime=self).run())
        self._spawn("timers", self.poller.run())
        self._spawn("seal", Sealer(runtime=self).run())
        self._caught_up = True
        await self._announce()

    async def _mirror_stands(self) -> bool:
        try:
            if not (await self._city_now()).profile_number or await self.pending(mirror.name):
                return False
            await self._read_standing()
            return True
        except DATABASE_ERRORS as failure:
            log.warning("runtime.catching_up", service=self.service_name, error=str(failure)[:200])
            return False

    def ready(self) -> list[str]:
        """Why requests cannot be served yet; empty = ready."""
        reasons = [] if self._caught_up else ["the directory mirror has not caught up"]
        dead = [
            task.get_name()
            for task in self._tasks
            if task.done() and task.get_name() != f"{self.service_name}:{CATCH_UP}"
        ]
        return reasons + [f"{name} has stopped" for name in dead]

    async def pending(self, subscriber: str = "") -> int:
        """How many facts its consumers (or those of one subscriber) have not finished."""
        assert self.client is not None
        jetstream = JetStreamContext(self.client)
        return sum(
            [
                await pending_of(jetstream, stream=consumer.stream, durable=durable)
                for durable, consumer in self.consumers.items()
                if subscriber in ("", consumer.subscriber.name)
            ]
        )

    # -- the edge -----------------------------------------------------------------------------------------------

    async def actor_of(self, person_id: UUID) -> Actor:
        """The person as the directory has them now.

        Raises:
            Unauthenticated: the directory does not know the person, or they left.
        """
        async with self.engine.connect() as connection:
            actor = await queries.find_actor(connection, person_id)
        if actor is None:
            raise Unauthenticated
        return actor

    @property
    def profile(self) -> Profile:
        """The city's profile as last read: the edge takes its limits from it before it opens a unit of work."""
        return self._standing.profile

    async def business_now(self) -> datetime:
        """Business time, UTC."""
        return self._moved((await self._city_now()).clock_offset)

    def _moved(self, offset: timedelta) -> datetime:
        """Business time is the machine's outside development, whatever a demonstration did to it before."""
        return machine_now() + (offset if self.mode is Mode.DEVELOPMENT else timedelta())

    @asynccontextmanager
    async def unit_of_work(
        self,
        actor: Actor,
        *,
        correlation_id: str | None = None,
        causation_id: str | None = None,
        idempotency: IdempotencyClaim | None = None,
        read_only: bool = False,
    ) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work with clock, profile and calendar of this moment."""

        async def around(session: AsyncSession) -> Circumstances:
            now = await self._standing.read(session)
            return Circumstances(
                city=self.city, mode=self.mode, now=self._moved(now.city.clock_offset), profile=now.profile,
                calendar=now.calendar, correlation_id=correlation_id, causation_id=causation_id, claim=idempotency,
            )  # fmt: skip

        async with self.database.unit_of_work(actor=actor, around=around, read_only=read_only) as uow:
            yield uow

    @asynccontextmanager
    async def system_unit_of_work(self, reason: str) -> AsyncIterator[UnitOfWork]:
        """A unit of work without a person."""
        async with self.unit_of_work(Actor.system(reason)) as uow:
            uow.as_system(reason)
            yield uow

    @asynccontextmanager
    async def _react_in(self, event: Received, durable: str) -> AsyncIterator[UnitOfWork]:
        reason = f"reaction {durable}"
        async with self.unit_of_work(
            Actor.system(reason), correlation_id=event.correlation_id, causation_id=str(event.id)
        ) as uow:
            uow.as_system(reason)
            yield uow

    async def find_answer(self, claim: IdempotencyClaim) -> StoredAnswer | None:
        """The stored answer to this claim's key, whatever its body was."""
        table = idempotency_key
        statement = select(table).where(
            table.c.actor == claim.actor_id, table.c.method == claim.method, table.c.path == claim.path,
            table.c.key == claim.key,
        )  # fmt: skip
        async with self.engine.connect() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            return None
        return StoredAnswer(status=row.status, headers=row.headers, body=row.body, body_sha256=row.body_sha256)

    async def _city_now(self) -> queries.CityNow:
        async with self.engine.connect() as connection:
            return await queries.city_now(connection)

    async def _read_standing(self) -> None:
        async with self.engine.connect() as connection:
            await self._standing.read(connection)

    # -- what moves ---------------------------------------------------------------------------------------------

    def _wake_relay(self) -> None:
        if self._relay is not None:
            self._relay.wake()

    async def _applied(self, subscriber: Subscriber, _events: Sequence[Received]) -> None:
        if subscriber is mirror:
            self._standing.forget()
            with contextlib.suppress(*DATABASE_ERRORS):  # Else the next unit of work reads it.
                await self._read_standing()
        await self._announce()

    async def _announce(self) -> None:
        async with self.changed:
            self.changed.notify_all()


def _report_death(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("runtime.task_died", task=task.get_name(), error=repr(task.exception()))

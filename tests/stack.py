"""A whole city for tests: services on a database and a city code of their own, and people to act in it.

Fixture `stack` (one per test module): all services in this process, the reference city loaded. In a test::

    office = stack.as_person("office")                       # httpx client of a person of the city folder
    answer = await office.post("/api/tasks/v1/plans", ...)
    fact = await stack.published(ItemIssued, lambda e: e.payload.item.no == 1)     # awaits the stream
    await stack.settled()                                    # every outbox empty, every consumer done
    await stack.advance(days=3)                              # business time, through the public API
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from nats.aio.client import Client
from nats.aio.msg import Msg
from sqlalchemy import insert

from luoshi.bus import consumers_of, declare_city
from luoshi.host import Host
from luoshi_common.audit.verify import verify
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import TokenMinter, new_key, public_keys
from luoshi_common.events.envelope import Envelope, decode
from luoshi_common.events.registry import Payload
from luoshi_common.messaging import outbox
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_common.mirror import model
from luoshi_common.observability import invariants
from luoshi_common.policy.loader import load_profile
from luoshi_common.service import Service
from luoshi_common.settings import ServiceSettings
from tests.engines import Engines

PATIENCE_SECONDS = 20.0
BETWEEN_LOOKS_SECONDS = 0.02
STREAM_BYTES = 16 * 1024**2
ISSUER = "luoshi-tests"


@dataclass
class Stack:
    """Services of one city, running."""

    engines: Engines
    city: str
    database: str
    host: Host
    minter: TokenMinter
    heard: list[Envelope[Payload]] = field(default_factory=list)
    people: dict[str, UUID] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(self, person_id: UUID | None = None, **headers: str) -> httpx.AsyncClient:
        """An HTTP client of a person (anonymous without one), straight into the city's application."""
        if person_id is not None:
            headers = {"Authorization": f"Bearer {self.minter.mint(person_id)}", **headers}
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.host, raise_app_exceptions=False),
            base_url="http://luoshi",
            headers=headers,
            timeout=PATIENCE_SECONDS,
        )
        self._clients.append(client)
        return client

    def as_person(self, code: str, **headers: str) -> httpx.AsyncClient:
        """The client of a person by their code in the city folder."""
        return self.client(self.people[code], **headers)

    async def published[P: Payload](
        self, payload: type[P], where: Callable[[Envelope[P]], bool] = lambda _: True
    ) -> Envelope[P]:
        """Await the first such fact on the stream, past or future."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            while True:
                for event in self.heard:
                    if isinstance(event.payload, payload) and where(event):  # type: ignore[arg-type]
                        return event  # type: ignore[return-value]
                await self._news.wait()

    async def settled(self) -> None:
        """Await the end of all movement: outboxes empty, consumers done."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._moving():  # noqa: ASYNC110 - engines are asked, they do not call
                await asyncio.sleep(BETWEEN_LOOKS_SECONDS)

    @contextmanager
    def database_away(self, *, service: str) -> Iterator[None]:
        """Throw a service out of its database, and let nobody new in until the end of the block."""
        thrown_out = f"datname = '{self.database}' AND application_name = 'luoshi-{service}'"
        self.engines.postgres.execute(
            f"ALTER DATABASE {self.database} CONNECTION LIMIT 0",
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {thrown_out}",
        )
        try:
            yield
        finally:
            self.engines.postgres.execute(f"ALTER DATABASE {self.database} CONNECTION LIMIT -1")

    async def _moving(self) -> bool:
        for runtime in self.host.runtimes.values():
            async with runtime.engine.connect() as connection:
                if await outbox.count_unpublished(connection):
                    return True
        try:
            return any([await runtime.pending() for runtime in self.host.runtimes.values()])
        except ConnectionError:
            return True  # The bus takes in the city of another test and does not answer for a moment.

    async def advance(self, **by: object) -> None:
        """Move business time through the public API: `days=3` or `to="2026-03-10T00:00:00Z"`."""
        client = self.as_person("office", **{"Idempotency-Key": f"advance-{len(self.heard)}-{len(self._clients)}"})
        answer = await client.post("/api/directory/v1/clock/advances", json=by)
        assert answer.status_code in (200, 201), answer.text

    async def check(self) -> None:
        """Hold every service's invariants and audit chains."""
        for name, runtime in self.host.runtimes.items():
            async with runtime.engine.connect() as connection:
                broken = await invariants.run(runtime.service.invariants, connection)
                assert not broken, f"{name}: {broken}"
                report = await verify(connection)
                assert not report.faults, f"{name}: {report.faults}"

    async def _hear(self, message: Msg) -> None:
        async with self._news:
            self.heard.append(decode(message.data))
            self._news.notify_all()


def settings_for(
    engines: Engines,
    *,
    services: Iterable[Service],
    city: str,
    database: str,
    issuers: dict[str, object],
    files: Path,
    mode: Mode,
) -> dict[str, ServiceSettings]:
    """Settings of each service on the engines of the run."""
    names = [service.name for service in services]
    return {
        name: ServiceSettings(
            city=city,
            mode=mode,
            bus_url=engines.nats_url,
            services=tuple(names),
            issuers=issuers,
            database_url=_async_url(engines.postgres.ensure_service(name, database=database)),
            bus_seed=engines.nats.seed_of(BusUser(name), city=city),
            files_folder=files / name,
        )
        for name in names
    }


def _async_url(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


@asynccontextmanager
async def running(
    engines: Engines,
    *,
    services: Sequence[Service],
    files: Path,
    stream_bytes: int = STREAM_BYTES,
    profile: Mapping[str, Any] | None = None,
    mode: Mode = Mode.DEVELOPMENT,
) -> AsyncIterator[Stack]:
    """Start services on an empty migrated database and a fresh city code; stop and drop them at the end.

    Whatever the tests did, at the end everything comes to rest, and every invariant and audit chain holds.

    `profile` are settings that differ from the defaults, for services without a directory beside them.
    """
    city, database = engines.new_city(), engines.create_database()
    engines.nats.ensure_city(city, consumers=consumers_of(services, city=city))
    key = new_key()
    settings = settings_for(
        engines,
        services=services,
        city=city,
        database=database,
        issuers={ISSUER: public_keys(key)},
        files=files,
        mode=mode,
    )
    host = Host(services=services, settings=settings)
    await host.migrate()
    seed = engines.nats.seed_of(BusUser.MIGRATION, city=city)
    await declare_city(url=engines.nats_url, seed=seed, city=city, services=services, max_bytes=stream_bytes)
    listener = await _listen(engines, city)
    stack = Stack(engines, city, database, host, TokenMinter(issuer=ISSUER, city=city, key=key))
    await listener.subscribe(f"ev.{city}.>", cb=stack._hear)
    if "directory" not in host.runtimes:
        await _stand_in_for_directory(host, profile=profile)
    await host.start()
    try:
        yield stack
        await stack.settled()
        await stack.check()
    finally:
        await host.stop()
        for client in stack._clients:
            await client.aclose()
        await leave(listener)
        engines.drop_database(database)


async def _stand_in_for_directory(host: Host, *, profile: Mapping[str, Any] | None) -> None:
    """Services without a directory beside them find a profile in their mirror, as if it had been told."""
    document = load_profile(profile).model_dump(mode="json")
    for runtime in host.runtimes.values():
        async with runtime.engine.begin() as connection:
            await connection.execute(insert(model.city).values(id=1, profile=document, profile_number=1))


async def _listen(engines: Engines, city: str) -> Client:
    return await connect(
        url=engines.nats_url,
        seed=engines.nats.seed_of(BusUser.CONSOLE, city=city),
        name="tests",
        inbox_prefix=inbox_prefix_of(BusUser.CONSOLE),
    )

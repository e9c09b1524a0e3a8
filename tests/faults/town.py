"""A city of real processes: each service is a `luoshi serve` of its own, on engines that may be killed.

The data folder is laid out as `luoshi up` does, so that the operator's commands work on it as well.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from nats.aio.client import Client
from nats.js.api import ConsumerConfig
from pydantic import SecretStr

from luoshi.demo.city import CITY, load_demo_city
from luoshi.embedded.engine import free_port
from luoshi.place import CONSOLE_ISSUER, DATABASE, Place
from luoshi.services import NAMES, load
from luoshi.up import prepare
from luoshi_common.audit.verify import verify
from luoshi_common.auth.tokens import TokenMinter, load_or_make_key
from luoshi_common.db.engine import create_engine
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_common.messaging.streams import consumer_config, stream_of
from luoshi_common.observability import invariants
from luoshi_common.settings import ServiceSettings
from luoshi_directory.people.queries import people_by_code
from tests.engines import ROOT, own_folder
from tests.faults import crashing

PATIENCE_SECONDS = 120.0
BETWEEN_LOOKS_SECONDS = 0.05
REDELIVERY_SECONDS = 3.0
ISSUER = "http://127.0.0.1:1/api/directory/dev/oidc"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.crashing", *(f"luoshi_{name}.app" for name in NAMES)])


class Command(subprocess.Popen[bytes]):
    """A command with the words of `multiprocessing.Process`."""

    @property
    def exitcode(self) -> int | None:
        """How it ended, None while it runs."""
        return self.poll()

    def join(self, timeout: float | None = None) -> None:
        """Await its end."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(timeout)


@dataclass
class Town:
    """One city; `people` by their code in the city folder."""

    place: Place
    settings: Mapping[str, ServiceSettings]
    people: Mapping[str, UUID]
    minter: TokenMinter
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in NAMES})
    running: dict[str, "BaseProcess | Command"] = field(default_factory=dict)

    # -- processes ----------------------------------------------------------------------------------------------

    def spawn(self, service: str) -> None:
        """Start a service: the directory by the command `luoshi serve`, the others so that they can be told to die.

        Those are forked off one process that has imported everything, so that a restart costs no imports.
        """
        log, port = self.place.folder / f"{service}.log", self.ports[service]
        environment = _environment(self.settings[service])
        if service == "directory":
            with log.open("ab") as said:
                command = [sys.executable, "-m", "luoshi", "serve", service, "--port", str(port)]
                self.running[service] = Command(
                    command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=said,
                    stderr=said,
                )  # fmt: skip
            return
        how = {"port": port, "environment": environment, "log": log, "order": self._order(service)}
        process = FORKS.Process(target=crashing.serve, args=(service,), kwargs=how, daemon=True)
        process.start()
        self.running[service] = process

    async def start(self, *services: str) -> None:
        """Start services and await that they are ready."""
        for service in services:
            self.spawn(service)
        for service in services:
            await self.ready(service)

    def let_die(self, service: str, *, at: str) -> None:
        """Let a running service die by kill -9 the next time it comes to a crash point."""
        draft = self._order(service).with_suffix(".new")
        draft.write_text(at)
        draft.replace(self._order(service))

    def _order(self, service: str) -> Path:
        return self.place.folder / f"{service}.dies-at"

    async def ready(self, service: str) -> None:
        """Await that a service says it is ready."""
        said = "nothing"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), httpx.AsyncClient() as client:
                while True:
                    assert self.running[service].exitcode is None, self.log_of(service)
                    with contextlib.suppress(httpx.TransportError):
                        answer = await client.get(f"{self.url(service)}/readyz")
                        if answer.status_code == httpx.codes.OK:
                            return
                        said = answer.text
                    await asyncio.sleep(BETWEEN_LOOKS_SECONDS)
        except TimeoutError:
            raise AssertionError(f"{service} is not ready: {said}\n{self.log_of(service)}") from None

    async def died(self, service: str) -> int | None:
        """Await the end of a service; returns minus the signal that ended it."""
        process = self.running.pop(service)
        await asyncio.to_thread(process.join, PATIENCE_SECONDS)
        return process.exitcode

    def stop(self, *services: str) -> None:
        """Stop services as an orchestrator does."""
        processes = [self.running.pop(service) for service in services if service in self.running]
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(PATIENCE_SECONDS)
            if process.exitcode is None:
                process.kill()
                process.join()

    def log_of(self, service: str) -> str:
        """The end of what a service said."""
        return (self.place.folder / f"{service}.log").read_text(encoding="utf-8", errors="replace")[-4000:]

    # -- requests -----------------------------------------------------------------------------------------------

    def url(self, service: str) -> str:
        """Address of a service."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def token(self, person: str) -> dict[str, str]:
        """The header that proves a person."""
        return {"Authorization": f"Bearer {self.minter.mint(self.people[person])}"}

    def client(self, service: str, *, person: str = "office", **options: Any) -> httpx.AsyncClient:
        """A person's client of a service, over the network; close it."""
        return httpx.AsyncClient(
            base_url=f"{self.url(service)}/v1", headers=self.token(person), timeout=PATIENCE_SECONDS, **options
        )

    # -- looking at engines ------------------------------------------------------------------------------------

    def rows(self, statement: str) -> list[Any]:
        """Ask the database as its administrator."""
        return self.place.postgres.execute(statement, database=DATABASE)

    def unpublished(self, service: str) -> int:
        """Facts that wait in a service's outbox."""
        found: int = self.rows(f"SELECT count(*) FROM {service}.outbox WHERE published_at IS NULL")[0][0]
        return found

    @asynccontextmanager
    async def bus(self) -> AsyncIterator[Client]:
        """A connection of the user who declares streams."""
        client = await connect(
            url=self.place.nats.url, seed=self.place.nats.seed_of(BusUser.MIGRATION, city=CITY), name="faults",
            inbox_prefix=inbox_prefix_of(BusUser.MIGRATION),
        )  # fmt: skip
        try:
            yield client
        finally:
            await leave(client)

    async def stream(self, service: str) -> list[dict[str, Any]]:
        """Every fact of a service's stream, in its order."""
        async with self.bus() as client:
            jetstream, stream = client.jetstream(), stream_of(service, CITY)
            wanted = (await jetstream.stream_info(stream)).state.messages
            reader = await jetstream.pull_subscribe("", stream=stream, config=ConsumerConfig(inactive_threshold=60))
            found: list[dict[str, Any]] = []
            while wanted > 0:
                messages = await reader.fetch(min(500, wanted), timeout=PATIENCE_SECONDS)
                wanted -= len(messages)
                found += [json.loads(message.data) for message in messages if message.data.startswith(b"{")]
            return found

    async def settled(self) -> None:
        """Await that outboxes are empty and that the consumers of running services have finished."""
        async with asyncio.timeout(PATIENCE_SECONDS), self.bus() as client:
            while any(self.unpublished(name) for name in NAMES) or await self._behind(client):  # noqa: ASYNC110
                await asyncio.sleep(BETWEEN_LOOKS_SECONDS)

    async def _behind(self, client: Client) -> bool:
        jetstream = client.jetstream()
        for service in load(tuple(self.running)):
            for listener in service.listeners:
                for publisher in listener.subjects(CITY):
                    durable = listener.durable(service.name, publisher)
                    try:
                        info = await jetstream.consumer_info(stream_of(publisher, CITY), durable)
                    except TimeoutError:
                        return True
                    if info.num_pending or info.num_ack_pending:
                        return True
        return False

    async def told_once(self, service: str) -> None:
        """Every fact of the outbox stands in the stream exactly once, each subject's in the order of its versions."""
        published = self._told(service, "published_at IS NOT NULL")
        heard = await self.stream(service)
        times = Counter(fact["id"] for fact in heard)
        # In between the town may have told more of itself: the daily seal of the audit trail.
        assert published <= times.keys() <= self._told(service)
        assert {fact: count for fact, count in times.items() if count > 1} == {}
        versions: dict[str, int] = {}
        for fact in heard:
            assert fact["entityversion"] > versions.get(fact["subject"], 0), fact
            versions[fact["subject"]] = fact["entityversion"]

    def _told(self, service: str, only: str = "true") -> set[str]:
        return {str(row["event_id"]) for row in self.rows(f"SELECT event_id FROM {service}.outbox WHERE {only}")}

    async def check(self) -> None:
        """Hold every service's invariants and audit chains."""
        for service in load():
            url = self.settings[service.name].database_url.get_secret_value()
            engine = create_engine(url, application="faults", pool=1)
            async with engine.connect() as connection:
                broken = await invariants.run(service.invariants, connection)
                assert not broken, f"{service.name}: {broken}"
                report = await verify(connection)
                assert not report.faults, f"{service.name}: {report.faults}"
            await engine.dispose()

    def counted_once(self) -> None:
        """What scoring and notify made of the facts of tasks equals what tasks holds."""
        items = {tuple(row) for row in self.rows("SELECT id, version, state FROM tasks.item")}
        assert {tuple(row) for row in self.rows("SELECT item_id, version, state FROM scoring.item_state")} == items
        facts = self.rows("SELECT item_id, version, count(*) FROM scoring.item_fact GROUP BY 1, 2 HAVING count(*) > 1")
        assert facts == []
        about_items = "SELECT count(*) FROM tasks.outbox WHERE envelope::jsonb->'data' ? 'item'"
        assert self.rows("SELECT count(*) FROM scoring.item_fact")[0][0] == self.rows(about_items)[0][0]
        doubled = "SELECT event_id, person_id FROM notify.message GROUP BY 1, 2 HAVING count(*) > 1"
        assert self.rows(doubled) == []


def _environment(settings: ServiceSettings) -> dict[str, str]:
    """Settings as an operator gives them: `LUOSHI_*`."""
    shared = {"city", "mode", "bus_url", "services", "issuers"}
    found = {}
    for name, value in settings:
        key = f"LUOSHI_{name}" if name in shared else f"LUOSHI_{_service_of(settings)}_{name}"
        if isinstance(value, SecretStr):
            value = value.get_secret_value()
        if value is not None:
            found[key.upper()] = json.dumps(value) if isinstance(value, tuple | dict) else str(value)
    return found


def _service_of(settings: ServiceSettings) -> str:
    return settings.files_folder.name


async def _redeliver_soon(place: Place) -> None:
    """What a dead consumer had not acknowledged comes again after seconds, not after half a minute."""
    client = await connect(
        url=place.nats.url, seed=place.nats.seed_of(BusUser.MIGRATION, city=CITY), name="faults",
        inbox_prefix=inbox_prefix_of(BusUser.MIGRATION),
    )  # fmt: skip
    for service in load():
        for listener in service.listeners:
            for publisher, subjects in listener.subjects(CITY).items():
                config = consumer_config(durable=listener.durable(service.name, publisher), subjects=subjects)
                config.ack_wait = REDELIVERY_SECONDS
                config.backoff = [REDELIVERY_SECONDS] * len(config.backoff or ())
                await client.jetstream().add_consumer(stream_of(publisher, CITY), config)
    await leave(client)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = own_folder("faults")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def founded() -> AsyncIterator[Town]:
    """A migrated city with its people, on engines of production's settings; its services are not started yet."""
    with _folder() as folder:
        place = Place.at(folder)
        place.start_engines()
        town: Town | None = None
        try:
            services = load()
            host = await prepare(place, services=services, issuer=ISSUER)
            await _redeliver_soon(place)
            directory = host.runtimes["directory"]
            await load_demo_city(directory)
            async with directory.system_unit_of_work("who lives here") as uow:
                people = {code: person.id for code, person in (await people_by_code(uow.session)).items()}
            await host.stop()
            key = load_or_make_key(folder / "keys" / "console.jwk")
            town = Town(place, host.settings, people, TokenMinter(issuer=CONSOLE_ISSUER, city=CITY, key=key))
            yield town
        finally:
            if town is not None:
                town.stop(*town.running)
            place.nats.stop()
            place.postgres.discard()

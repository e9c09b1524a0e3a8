"""Rights on a real bus: what each user needs works, what it does not need is refused."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import nats
import pytest
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StreamConfig

from luoshi_common.messaging.rights import BusUser, ConsumerRef, ThirdParty, inbox_prefix_of
from tests.engines import Engines

ITEM = "tasks.item.issued.v1"
CLOSED = "tasks.activity.held.v1"


@dataclass
class Member:
    """One connected user and what the server refused it."""

    client: Client
    refused: list[str] = field(default_factory=list)

    async def _answered(self) -> None:
        # The client's first ping may overtake what still waits in its buffer; the second cannot.
        await self.client.flush()
        await self.client.flush()

    async def is_refused(self, subject: str, *, body: bytes = b"{}") -> bool:
        """Send and learn from the server whether that was allowed."""
        self.refused.clear()
        await self.client.publish(subject, body, reply=self.client.new_inbox())
        await self._answered()
        return any("permissions violation for publish" in text.lower() for text in self.refused)

    async def is_deaf_to(self, subject: str) -> bool:
        """Subscribe and learn from the server whether that was allowed."""
        self.refused.clear()
        await self.client.subscribe(subject)
        await self._answered()
        return any("permissions violation for subscription" in text.lower() for text in self.refused)


@dataclass
class Bus:
    """A city on the bus with two streams, one consumer of scoring and one third party."""

    engines: Engines
    city: str
    stack: contextlib.AsyncExitStack
    secret: str
    neighbour: ThirdParty

    async def join(self, user: BusUser | ThirdParty, *, closed: asyncio.Event | None = None) -> Member:
        seed = self.secret if isinstance(user, ThirdParty) else self.engines.nats.seed_of(user, city=self.city)
        member = Member(Client())

        async def refused(error: Exception) -> None:
            member.refused.append(str(error))

        async def ended() -> None:
            if closed:
                closed.set()

        prefix = inbox_prefix_of(user).encode()
        await member.client.connect(
            self.engines.nats_url,
            nkeys_seed_str=seed,
            inbox_prefix=prefix,
            error_cb=refused,
            closed_cb=ended,
            allow_reconnect=False,
        )
        self.stack.push_async_callback(member.client.close)
        return member


@pytest.fixture
async def bus(engines: Engines) -> AsyncIterator[Bus]:
    city = engines.new_city()
    facts = ConsumerRef(f"TASKS-{city}", "scoring-facts-tasks")
    neighbour = ThirdParty("acme", (f"ev.{city}.{ITEM}", f"ev.{city}.directory.unit.changed.v1"))
    engines.nats.ensure_city(city, consumers={BusUser.SCORING: [facts]})
    secret = engines.nats.add_subscriber(neighbour, city=city)
    async with contextlib.AsyncExitStack() as stack:
        bus = Bus(engines, city, stack, secret, neighbour)
        jetstream = (await bus.join(BusUser.MIGRATION)).client.jetstream()
        for service in ("directory", "tasks"):
            await jetstream.add_stream(
                StreamConfig(name=f"{service.upper()}-{city}", subjects=[f"ev.{city}.{service}.>"], allow_direct=True)
            )
        wanted = {facts: (f"ev.{city}.tasks.>",), **neighbour.consumers(city=city)}
        for consumer, subjects in wanted.items():
            config = ConsumerConfig(
                durable_name=consumer.durable,
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.EXPLICIT,
                filter_subjects=list(subjects),
            )
            await jetstream.add_consumer(consumer.stream, config)
        yield bus


async def is_turned_away(engines: Engines, **credentials: str) -> bool:
    """Try to connect."""
    client = Client()
    try:
        await client.connect(engines.nats_url, allow_reconnect=False, **credentials)  # type: ignore[arg-type]
    except (NatsError, OSError):
        return True
    finally:
        await client.close()
    return False


async def read(member: Member, *, durable: str, stream: str) -> list[str]:
    """Take and acknowledge everything a consumer has; return the subjects."""
    subscription = await member.client.jetstream().pull_subscribe_bind(durable, stream)
    found: list[str] = []
    with contextlib.suppress(TimeoutError):
        while True:
            for message in await subscription.fetch(100, timeout=0.5):
                found.append(message.subject)
                await message.ack_sync()
    await subscription.unsubscribe()
    return found


class TestService:
    async def test_publishes_its_facts_and_another_reads_them(self, bus: Bus) -> None:
        tasks, scoring = await bus.join(BusUser.TASKS), await bus.join(BusUser.SCORING)

        await tasks.client.jetstream().publish(f"ev.{bus.city}.{ITEM}", b"{}")

        read_by_scoring = await read(scoring, durable="scoring-facts-tasks", stream=f"TASKS-{bus.city}")
        assert read_by_scoring == [f"ev.{bus.city}.{ITEM}"]

    async def test_is_refused_what_is_another_services(self, bus: Bus) -> None:
        tasks, stream = await bus.join(BusUser.TASKS), f"TASKS-{bus.city}"

        assert await tasks.is_refused(f"ev.{bus.city}.directory.unit.changed.v1")
        assert await tasks.is_refused(f"ev.999999.{ITEM}")
        assert await tasks.is_refused(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.scoring-facts-tasks")
        assert await tasks.is_refused(f"$JS.ACK.{stream}.scoring-facts-tasks.1.1.1.1.1")
        assert await tasks.is_refused(f"$JS.API.CONSUMER.CREATE.{stream}.own")
        assert await tasks.is_refused(f"$JS.API.STREAM.DELETE.{stream}")
        assert await tasks.is_refused(f"$JS.API.DIRECT.GET.{stream}")
        assert await tasks.is_deaf_to("_INBOX.scoring.>")
        assert await tasks.is_deaf_to("_INBOX.>")
        assert await tasks.is_deaf_to(f"ev.{bus.city}.>")


class TestConsole:
    async def test_hears_facts_and_is_refused_every_word(self, bus: Bus) -> None:
        console, tasks = await bus.join(BusUser.CONSOLE), await bus.join(BusUser.TASKS)
        heard = await console.client.subscribe(f"ev.{bus.city}.>")
        await console.client.flush()

        await tasks.client.jetstream().publish(f"ev.{bus.city}.{ITEM}", b"{}")

        assert (await heard.next_msg(timeout=5)).subject == f"ev.{bus.city}.{ITEM}"
        assert await console.is_refused(f"ev.{bus.city}.{ITEM}")
        assert await console.is_refused(f"$JS.API.STREAM.INFO.TASKS-{bus.city}")


class TestMigration:
    async def test_is_refused_facts_and_the_removal_of_streams(self, bus: Bus) -> None:
        migration = await bus.join(BusUser.MIGRATION)

        assert await migration.is_refused(f"ev.{bus.city}.{ITEM}")
        assert await migration.is_refused(f"$JS.API.STREAM.DELETE.TASKS-{bus.city}")
        assert await migration.is_refused(f"$JS.API.STREAM.PURGE.TASKS-{bus.city}")


class TestThirdParty:
    async def test_reads_from_the_first_message_as_often_as_it_likes(self, bus: Bus) -> None:
        tasks, neighbour = await bus.join(BusUser.TASKS), await bus.join(bus.neighbour)
        stream, durable = f"TASKS-{bus.city}", "subscriber-acme-tasks"
        for subject in (ITEM, CLOSED, ITEM):
            await tasks.client.jetstream().publish(f"ev.{bus.city}.{subject}", b"{}")

        first = await read(neighbour, durable=durable, stream=stream)
        nothing_new = await read(neighbour, durable=durable, stream=stream)
        rewind = f"$JS.API.CONSUMER.RESET.{stream}.{durable}"
        answer = json.loads((await neighbour.client.request(rewind, b'{"seq":1}', timeout=5)).data)
        again = await read(neighbour, durable=durable, stream=stream)

        assert first == [f"ev.{bus.city}.{ITEM}"] * 2
        assert nothing_new == []
        assert "error" not in answer
        assert again == first

    async def test_is_refused_whatever_would_show_or_change_more(self, bus: Bus) -> None:
        neighbour, stream = await bus.join(bus.neighbour), f"TASKS-{bus.city}"

        assert await neighbour.is_refused(f"ev.{bus.city}.{ITEM}")
        assert await neighbour.is_refused(f"$JS.API.CONSUMER.CREATE.{stream}.subscriber-acme-tasks")
        assert await neighbour.is_refused(f"$JS.API.CONSUMER.CREATE.{stream}.other.ev.{bus.city}.{CLOSED}")
        assert await neighbour.is_refused(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.scoring-facts-tasks")
        assert await neighbour.is_refused(f"$JS.API.CONSUMER.RESET.{stream}.scoring-facts-tasks")
        assert await neighbour.is_refused(f"$JS.API.STREAM.MSG.GET.{stream}")
        assert await neighbour.is_refused(f"$JS.API.DIRECT.GET.{stream}")
        assert await neighbour.is_deaf_to(f"ev.{bus.city}.{CLOSED}")
        assert await neighbour.is_deaf_to("_INBOX.scoring.>")

    async def test_loses_its_open_connection_with_its_rights(self, bus: Bus) -> None:
        closed = asyncio.Event()
        neighbour = await bus.join(bus.neighbour, closed=closed)

        known = bus.engines.nats.remove_subscriber("acme", city=bus.city)

        await asyncio.wait_for(closed.wait(), 10)
        assert known
        assert not neighbour.client.is_connected
        assert await is_turned_away(bus.engines, nkeys_seed_str=bus.secret)


class TestAccounts:
    async def test_keep_cities_apart(self, bus: Bus, engines: Engines) -> None:
        other = engines.new_city()
        seed = engines.nats.seed_of(BusUser.CONSOLE, city=other)
        stranger = await nats.connect(engines.nats_url, nkeys_seed_str=seed, inbox_prefix=b"_INBOX.console")
        heard = await stranger.subscribe(f"ev.{other}.>")
        tasks = await bus.join(BusUser.TASKS)

        await tasks.client.jetstream().publish(f"ev.{bus.city}.{ITEM}", b"{}")

        with pytest.raises(NatsTimeout):
            await heard.next_msg(timeout=0.3)
        await stranger.close()

    async def test_admit_nobody_without_a_key(self, engines: Engines) -> None:
        assert await is_turned_away(engines)

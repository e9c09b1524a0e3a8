"""Open pages follow the facts: real bus, real templates; after any fact a page equals a fresh one."""

import asyncio
import dataclasses
import re
from collections.abc import AsyncIterator, Mapping

import pytest
from nats.aio.client import Client

from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_console import live as live_pages
from luoshi_console import render, samples
from luoshi_console.live import Live
from luoshi_console.pages.wall import WallView
from luoshi_console.views import Sign
from tests.engines import Engines

PARTIAL = re.compile(r'<hx-partial hx-target="#([\w-]+)" hx-swap="outerMorph">(.*?)</hx-partial>', re.S)
SECONDS = 10


class Board:
    """A wall whose view a test changes, as the services would."""

    def __init__(self) -> None:
        self.view: WallView = samples.wall()
        self.builds = 0
        self.built = asyncio.Event()

    async def build(self) -> Mapping[str, str]:
        """Draw the regions of the wall as it is now."""
        self.builds += 1
        self.built.set()
        return self.fresh()

    def fresh(self) -> Mapping[str, str]:
        """Give what a reload would show."""
        return render.whole("wall.html", frame=samples.frame("/wall", person=None), view=self.view)[1]

    def strike_off(self, no: int) -> None:
        """Let an item be struck off: its tile and the totals change."""
        rows = tuple(
            tuple(
                dataclasses.replace(
                    area,
                    tiles=tuple(
                        dataclasses.replace(tile, sign=Sign.STRUCK_OFF) if tile.no == no else tile
                        for tile in area.tiles
                    ),
                )
                for area in row
            )
            for row in self.view.rows
        )
        totals = dataclasses.replace(self.view.totals, struck_off=self.view.totals.struck_off + 1)
        self.view = dataclasses.replace(self.view, rows=rows, totals=totals)


class Screen:
    """A browser that keeps what it was sent."""

    def __init__(self, stream: AsyncIterator[dict[str, str]]) -> None:
        self._stream = stream
        self.regions: dict[str, str] = {}
        self.messages = 0

    async def reads(self) -> set[str]:
        """Read until a message with regions, and say which came."""
        async with asyncio.timeout(SECONDS):
            async for message in self._stream:
                if "event" in message:
                    continue
                self.messages += 1
                sent = dict(PARTIAL.findall(message["data"]))
                self.regions |= sent
                return set(sent)
        raise AssertionError("the stream has ended")


@dataclasses.dataclass
class Bus:
    """A city with a service that speaks, and the console's pages that listen."""

    city: str
    speaker: Client
    live: Live

    async def say(self, fact: str) -> None:
        """Publish a fact."""
        await self.speaker.publish(f"ev.{self.city}.{fact}.v1", b"{}", headers={"Nats-Msg-Id": "1"})


@pytest.fixture
async def bus(engines: Engines) -> AsyncIterator[Bus]:
    """Given open pages that listen to a city."""
    city = engines.new_city()
    live = Live(city=city, on_fact=lambda _: None)
    clients = [
        await connect(
            url=engines.nats_url,
            seed=engines.nats.seed_of(user, city=city),
            name=f"test-{user.value}",
            inbox_prefix=inbox_prefix_of(user),
            on_rejoined=live.wake_all,
        )
        for user in (BusUser.TASKS, BusUser.CONSOLE)
    ]
    await live.start(clients[1])
    yield Bus(city, clients[0], live)
    live.stop()
    for client in clients:
        await leave(client)


class TestAnOpenWall:
    async def test_equals_a_fresh_one_after_a_fact(self, bus: Bus) -> None:
        """R82: tile, area head and totals change together, and nothing else is sent."""
        board = Board()
        screen = Screen(bus.live.stream(("wall",), board.build))
        assert await screen.reads() == set(board.fresh())

        board.strike_off(3)
        await bus.say("tasks.item.struck_off")

        assert await screen.reads() == {"map", "kpis"}
        assert screen.regions == board.fresh()

    async def test_catches_what_is_counted_a_moment_later(self, bus: Bus) -> None:
        """R82: a service that counts after the fact publishes none of its own."""
        board = Board()
        screen = Screen(bus.live.stream(("wall",), board.build))
        await screen.reads()
        board.built.clear()

        await bus.say("tasks.item.struck_off")
        async with asyncio.timeout(SECONDS):
            await board.built.wait()
        board.view = dataclasses.replace(board.view, units=board.view.units[:3])

        assert await screen.reads() == {"units"}

    async def test_costs_one_build_for_many_screens(self, bus: Bus) -> None:
        """R82."""
        board = Board()
        screens = [Screen(bus.live.stream(("wall",), board.build)) for _ in range(20)]
        await asyncio.gather(*(screen.reads() for screen in screens))
        joined = board.builds

        board.strike_off(3)
        for _ in range(50):
            await bus.say("tasks.item.struck_off")
        await asyncio.gather(*(screen.reads() for screen in screens))

        assert all(screen.regions == board.fresh() for screen in screens)
        assert board.builds - joined <= 3

    async def test_outlives_a_build_that_fails(self, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
        """R82: a service that is away for a moment leaves no dead page behind."""
        monkeypatch.setattr(live_pages, "RETRY", 0.05)
        board, fails = Board(), 0

        async def build() -> Mapping[str, str]:
            nonlocal fails
            if 0 < fails < 5:
                fails += 1
                raise OSError("the database is away")
            return await board.build()

        screen = Screen(bus.live.stream(("wall",), build))
        await screen.reads()
        fails = 1
        board.strike_off(3)
        await bus.say("tasks.item.struck_off")

        assert await screen.reads() == {"map", "kpis"}
        assert screen.regions == board.fresh()

    async def test_ends_when_the_person_signs_out(self, bus: Bus) -> None:
        """R91: a session that is gone builds no page."""
        signed_in = True

        async def build() -> Mapping[str, str] | None:
            return {"menu": '<div id="menu"></div>'} if signed_in else None

        stream = bus.live.stream(("person",), build)
        await Screen(stream).reads()

        signed_in = False
        await bus.say("tasks.item.issued")

        async with asyncio.timeout(SECONDS):
            assert [message async for message in stream if "event" not in message] == []

    async def test_lets_a_slow_screen_go_and_keeps_the_others(self, bus: Bus) -> None:
        """R82: what does not read must not fill the memory."""
        board = Board()
        slow, quick = bus.live.stream(("wall",), board.build), Screen(bus.live.stream(("wall",), board.build))
        await anext(slow)
        await quick.reads()

        for turn in range(80):
            board.view = dataclasses.replace(board.view, year_passed=turn, plan=f"第{turn}次", units=())
            board.strike_off(1 + turn % 30)
            bus.live.wake_all()
            if turn < 3:
                await quick.reads()

        assert set(quick.regions) == set(board.fresh())

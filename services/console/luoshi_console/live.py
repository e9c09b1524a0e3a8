"""实时: facts on the bus tell open pages that they are old; a page is built anew and the regions that differ are sent.

A region is sent exactly as a fresh page would show it, so after any fact the open page equals a reload. Channels are
shared: a hundred screens with the same wall cost one build. Facts only wake; what is shown comes from the services.
Some services count a moment after the fact, so a page looks again after it; the wall looks every minute anyway.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from html import escape

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from luoshi_console.problems import TROUBLES

log = structlog.get_logger("luoshi.console")

type Build = Callable[[], Awaitable[Mapping[str, str] | None]]

SETTLE = (0.12, 0.6, 2.0)
"""Seconds after a fact at which a page looks: at once (many facts come together), then for those who count later."""
REFETCH = 60.0
RETRY = 3.0
BEAT = 15.0
WAITING_MESSAGES = 64


class Channel:
    """频道: one page as one person sees it, kept fresh while somebody looks at it."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._regions: Mapping[str, str] = {}
        self._event_id = ""
        self._dirty = asyncio.Event()
        self._screens: set[asyncio.Queue[dict[str, str] | None]] = set()
        self._joining = 0
        self._task: asyncio.Task[None] | None = None

    def wake(self, event_id: str) -> None:
        """Tell the channel that something has happened."""
        self._event_id = event_id
        self._dirty.set()

    async def join(self) -> asyncio.Queue[dict[str, str] | None]:
        """Add a screen; its first message is the whole page as it is now, so that no fact before it is missed."""
        screen: asyncio.Queue[dict[str, str] | None] = asyncio.Queue(WAITING_MESSAGES)
        self._joining += 1
        try:
            await self._look()
        finally:
            self._joining -= 1
        self._screens.add(screen)
        _put(screen, self._message(self._regions) if self._regions else None)
        if self._task is None:
            self._task = asyncio.create_task(self._keep_fresh(), name="console:channel")
        return screen

    def leave(self, screen: asyncio.Queue[dict[str, str] | None]) -> bool:
        """Remove a screen; True when nobody looks any more and nobody is about to."""
        self._screens.discard(screen)
        alone = not self._screens and not self._joining
        if alone:
            self.close()
        return alone

    def close(self) -> None:
        """End all its streams."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for screen in self._screens:
            _put(screen, None)

    async def _keep_fresh(self) -> None:
        now = asyncio.get_running_loop().time
        due = [now() + REFETCH]
        while True:
            try:
                await asyncio.wait_for(self._dirty.wait(), max(0.0, due[0] - now()))
            except TimeoutError:
                due.pop(0)
                if not await self._look():
                    due.append(now() + RETRY)
                due = sorted(due) or [now() + REFETCH]
            else:
                self._dirty.clear()
                # A look that is already near stays where it is: an endless run of facts cannot put it off.
                due = sorted({min(due[0], now() + SETTLE[0]), *(now() + pause for pause in SETTLE[1:])})

    async def _look(self) -> bool:
        """Build the page anew and send what differs; False when it could not be built now."""
        try:
            fresh = await self._build()
        except TROUBLES as trouble:
            log.info("live.unavailable", code=trouble.code)
            return False
        except Exception as failure:  # a channel outlives whatever befalls one build
            log.warning("live.failed", error=repr(failure))
            return False
        if fresh is None:
            self.close()
            return True
        changed = {name: html for name, html in fresh.items() if self._regions.get(name) != html}
        self._regions = fresh
        if changed:
            for screen in self._screens:
                _put(screen, self._message(changed))
        return True

    def _message(self, regions: Mapping[str, str]) -> dict[str, str]:
        data = "".join(
            f'<hx-partial hx-target="#{escape(name)}" hx-swap="outerMorph">{html}</hx-partial>'
            for name, html in regions.items()
        )
        return {"data": data, **({"id": self._event_id} if self._event_id else {})}


class Live:
    """实时: hears the bus once for all open pages of this process."""

    def __init__(self, *, city: str, on_fact: Callable[[str], None]) -> None:
        self._city = city
        self._on_fact = on_fact
        self._channels: dict[tuple[str, ...], Channel] = {}

    async def start(self, bus: Client) -> None:
        """Listen to every fact of the city. What is said while the bus is away is not heard: rejoining wakes all."""
        await bus.subscribe(f"ev.{self._city}.>", cb=self._heard)
        await bus.flush()

    def wake_all(self, event_id: str = "") -> None:
        """Make every open page look again."""
        for channel in self._channels.values():
            channel.wake(event_id)

    def stop(self) -> None:
        """End all streams."""
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    async def stream(self, key: tuple[str, ...], build: Build) -> AsyncIterator[dict[str, str]]:
        """Yield the messages of one page to one screen: partial updates, and a beat that proves the stream alive."""
        channel = self._channels.setdefault(key, Channel(build))
        screen = await channel.join()
        try:
            yield {"event": "beat", "data": "1"}
            while True:
                try:
                    message = await asyncio.wait_for(screen.get(), BEAT)
                except TimeoutError:
                    yield {"event": "beat", "data": "1"}
                    continue
                if message is None:
                    return
                yield message
        finally:
            if channel.leave(screen) and self._channels.get(key) is channel:
                del self._channels[key]

    async def _heard(self, message: Msg) -> None:
        self._on_fact(message.subject)
        self.wake_all((message.headers or {}).get("Nats-Msg-Id", ""))


def _put(screen: asyncio.Queue[dict[str, str] | None], message: dict[str, str] | None) -> None:
    """A screen that reads too slowly is let go: it joins again and gets the whole page."""
    if screen.full():
        while not screen.empty():
            screen.get_nowait()
        message = None
    screen.put_nowait(message)

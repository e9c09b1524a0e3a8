"""The connection of one service to the bus."""

import asyncio
from collections.abc import Callable

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nkeys import NkeysError

log = structlog.get_logger()

START_SECONDS = 20.0
ATTEMPT_SECONDS = 2
PING_SECONDS = 5


class BusUnreachable(RuntimeError):
    """The bus cannot be joined at start: wrong address, wrong key, or no server. Says which."""


async def connect(
    *,
    url: str,
    seed: str,
    name: str,
    inbox_prefix: str,
    on_closed: Callable[[], None] | None = None,
    on_rejoined: Callable[[], None] | None = None,
) -> Client:
    """Join the bus, or fail with one clear sentence.

    The client would retry a wrong key in silence, so the first connection has an own deadline; after it,
    reconnecting is endless: each time it succeeds `on_rejoined` is called; a client closed for good calls `on_closed`.

    Raises:
        BusUnreachable: not joined within the deadline.
    """
    refused = ""

    async def on_error(error: Exception) -> None:
        nonlocal refused
        refused = str(error) or type(error).__name__
        log.warning("bus.error", client=name, error=refused)

    async def closed() -> None:
        if on_closed is not None:
            on_closed()

    async def rejoined() -> None:
        if on_rejoined is not None:
            on_rejoined()

    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while True:
        client = Client()
        try:
            await client.connect(
                url, name=name, nkeys_seed_str=seed, inbox_prefix=inbox_prefix.encode(), error_cb=on_error,
                closed_cb=closed, reconnected_cb=rejoined, max_reconnect_attempts=1, connect_timeout=ATTEMPT_SECONDS,
                reconnect_time_wait=0, ping_interval=PING_SECONDS, allow_reconnect=True,
            )  # fmt: skip
        except NkeysError as failure:
            raise BusUnreachable(f"{name} cannot join the bus at {url}: its key is no nkey seed") from failure
        except (NoServersError, NatsError, OSError, TimeoutError) as failure:
            reason = refused or str(failure) or type(failure).__name__
            if "authorization" in reason.lower() or asyncio.get_running_loop().time() > deadline:
                raise BusUnreachable(f"{name} cannot join the bus at {url}: {reason}") from failure
            await asyncio.sleep(0.2)
            continue
        client.options["max_reconnect_attempts"] = -1
        client.options["reconnect_time_wait"] = 0.5
        return client


async def leave(client: Client) -> None:
    """Close in bounded time; draining is only possible while connected."""
    try:
        if client.is_connected:
            await asyncio.wait_for(client.drain(), 5)
        else:
            await asyncio.wait_for(client.close(), 5)
    except (NatsError, TimeoutError, OSError):
        await client.close()

"""`luoshi serve` and `luoshi migrate`: one service on external engines, set up by `LUOSHI_*` alone."""

import asyncio
import importlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from joserfc.errors import JoseError
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp

from luoshi.embedded.engine import EngineFailed, refuse_taken_port
from luoshi.host import migrations_of
from luoshi.services import NAMES, load
from luoshi_common.auth.tokens import TokenMinter, key_of
from luoshi_common.db.migrations import migrate
from luoshi_common.http.app import create_app
from luoshi_common.messaging.connection import BusUnreachable, connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_common.observability import logs
from luoshi_common.runtime import ServiceRuntime
from luoshi_common.settings import ServiceSettings
from luoshi_console.session import migrate as migrate_console

GRACE_SECONDS = 10
REQUEST_SECONDS = 30
CONSOLE = "console"


class ServeFailed(Exception):
    """A service cannot run; the message is one sentence."""


def serve_service(name: str, *, host: str, port: int) -> None:
    """Serve until told to stop.

    Raises:
        ServeFailed: unknown service, a setting is missing or wrong, the port is taken, or the bus cannot be joined.
    """
    app = _console() if name == CONSOLE else _service(name)
    try:
        refuse_taken_port(port, engine=f"luoshi serve {name}", host=host)
    except EngineFailed as taken:
        raise ServeFailed(str(taken)) from taken
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        raise ServeFailed(f"{name}未能启动，详见上方日志。")


def _service(name: str) -> ASGIApp:
    settings = _settings(name)
    logs.configure(city=settings.city)
    (service,) = load([name])
    asyncio.run(_join_once(name, settings))
    try:
        runtime = ServiceRuntime(service=service, settings=settings)
    except (OSError, LookupError, TypeError, ValueError, JoseError, SQLAlchemyError) as wrong:
        raise ServeFailed(f"设置有误（{type(wrong).__name__}）：{wrong}") from wrong

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # Closed for good means rotated credentials: only a new process can help.
        await runtime.start(on_bus_closed=lambda: os.kill(os.getpid(), signal.SIGTERM))
        yield
        await runtime.stop()

    return create_app(service, runtime, lifespan=lifespan)


async def _join_once(name: str, settings: ServiceSettings) -> None:
    """Ask the bus before anything is served: what it refuses is then one sentence, not the end of a server."""
    user = BusUser(name)
    try:
        client = await connect(
            url=settings.bus_url, seed=settings.bus_seed.get_secret_value(), name=f"luoshi-{name}",
            inbox_prefix=inbox_prefix_of(user),
        )  # fmt: skip
    except BusUnreachable as away:
        raise ServeFailed(str(away)) from away
    await leave(client)


def _console() -> ASGIApp:
    from luoshi_console.app import create_console
    from luoshi_console.services import services_for
    from luoshi_console.settings import ConsoleSettings

    try:
        settings = ConsoleSettings()
    except ValidationError as wrong:
        raise ServeFailed(_sentence(wrong, CONSOLE)) from wrong
    logs.configure(city=settings.city)
    client = httpx.AsyncClient(base_url=settings.services_url, timeout=REQUEST_SECONDS)
    minter = TokenMinter(
        issuer=settings.token_issuer, city=settings.city, key=key_of(settings.signing_key.get_secret_value())
    )
    return create_console(settings, services_for(client, minter=minter))


async def migrate_service(name: str) -> None:
    """Bring one service's schema to its newest version.

    Raises:
        ServeFailed: unknown service or a setting is missing.
    """
    if name == CONSOLE:
        url = os.environ.get("LUOSHI_CONSOLE_DATABASE_URL", "")
        if not url:
            raise ServeFailed("缺少设置：LUOSHI_CONSOLE_DATABASE_URL")
        await migrate_console(url)
        return
    url = _settings(name).database_url.get_secret_value()
    (service,) = load([name])
    await migrate(url, migrations=migrations_of(service), application=f"luoshi-migrate-{name}")


def _settings(name: str) -> ServiceSettings:
    if name not in NAMES:
        raise ServeFailed(f"没有名为 {name} 的服务；有：{'、'.join((*NAMES, CONSOLE))}")
    module: Any = importlib.import_module(f"luoshi_{name}.settings")
    kind: type[ServiceSettings] = getattr(module, f"{name.capitalize()}Settings")
    try:
        return kind()
    except ValidationError as wrong:
        raise ServeFailed(_sentence(wrong, name)) from wrong


def _sentence(wrong: ValidationError, service: str) -> str:
    """Name the variables of the environment, not the fields of a class."""

    def variable(place: tuple[int | str, ...]) -> str:
        name = ".".join(str(step) for step in place)
        return name if name.startswith("LUOSHI_") else f"LUOSHI_{service}_{name}".upper()

    return "设置有误：" + "；".join(f"{variable(error['loc'])}：{error['msg']}" for error in wrong.errors())

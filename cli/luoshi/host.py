"""城市进程: services of one city in one process, each with its own pool, role, schema, bus user and application."""

import asyncio
import importlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from luoshi_client.session import local_client
from luoshi_common.auth.tokens import TokenMinter, key_of
from luoshi_common.db.migrations import migrate
from luoshi_common.http.app import create_app
from luoshi_common.runtime import ServiceRuntime
from luoshi_common.service import Service
from luoshi_common.settings import ServiceSettings
from luoshi_console.settings import ConsoleSettings

READY_SECONDS = 60.0


class NotReady(RuntimeError):
    """A service did not become ready in time; says which and why."""


class Host:
    """Migrates, starts and stops services, and gives one ASGI application with `/api/<service>` for each."""

    def __init__(
        self,
        *,
        services: Sequence[Service],
        settings: Mapping[str, ServiceSettings],
        console_settings: ConsoleSettings | None = None,
        on_bus_closed: Callable[[], None] | None = None,
    ) -> None:
        self.services = tuple(services)
        self.settings = settings
        self.runtimes = {s.name: ServiceRuntime(service=s, settings=settings[s.name]) for s in self.services}
        self.apps: dict[str, FastAPI] = {s.name: create_app(s, self.runtimes[s.name]) for s in self.services}
        self.console = self._console(console_settings) if console_settings else None
        self._on_bus_closed = on_bus_closed

    def _console(self, settings: ConsoleSettings) -> ASGIApp:
        """The console reaches the services and the development issuer through this very application."""
        from luoshi_console.app import create_console
        from luoshi_console.services import services_for

        minter = TokenMinter(
            issuer=settings.token_issuer, city=settings.city, key=key_of(settings.signing_key.get_secret_value())
        )
        return create_console(
            settings,
            services_for(local_client(self), minter=minter),
            issuer_transport=httpx.ASGITransport(app=self),
        )

    async def migrate(self) -> None:
        """Bring every schema to its newest version."""
        for service in self.services:
            settings = self.settings[service.name]
            await migrate(
                settings.database_url.get_secret_value(),
                migrations=migrations_of(service),
                application=f"luoshi-migrate-{service.name}",
            )

    async def start(self) -> None:
        """Start every service; streams and consumers must have been declared."""
        for runtime in self.runtimes.values():
            await runtime.start(on_bus_closed=self._on_bus_closed)

    async def wait_until_ready(self, *, seconds: float = READY_SECONDS) -> None:
        """Return when every service is ready.

        Raises:
            NotReady: one is not, after so many seconds.
        """
        try:
            async with asyncio.timeout(seconds):
                for runtime in self.runtimes.values():
                    await runtime.wait_until_ready()
        except TimeoutError:
            waiting = {name: runtime.ready() for name, runtime in self.runtimes.items() if runtime.ready()}
            raise NotReady(f"not ready after {seconds:.0f} s: {waiting}") from None

    async def stop(self) -> None:
        """Stop every service, the last started first."""
        for runtime in reversed(self.runtimes.values()):
            await runtime.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route `/api/<service>/…` to the service, everything else to the console."""
        if scope["type"] == "lifespan":
            if self.console is not None:
                await self.console(scope, receive, send)
            return
        parts = scope["path"].split("/", 3)
        app = self.apps.get(parts[2]) if len(parts) > 2 and parts[1] == "api" else None
        if app is not None:
            root = f"{scope.get('root_path', '')}/api/{parts[2]}"
            await app({**scope, "root_path": root}, receive, send)
        elif self.console is not None:
            await self.console(scope, receive, send)
        else:
            await next(iter(self.apps.values()))(scope, receive, send)


def migrations_of(service: Service) -> Path:
    """The folder of a service's migration scripts."""
    package = importlib.import_module(service.package)
    assert package.__file__ is not None
    return Path(package.__file__).parent / "migrations"

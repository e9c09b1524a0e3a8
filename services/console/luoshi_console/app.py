"""控制台应用: wires pages, acts, sign-in and live streams into one application; holds no rule and no domain data."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from nats.aio.client import Client
from sqlalchemy.ext.asyncio import AsyncEngine
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from luoshi_common.auth.tokens import key_of
from luoshi_common.db.engine import create_engine
from luoshi_common.errors import NotFound, Problem
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_console.assets import check_assets
from luoshi_console.guard import Guard
from luoshi_console.live import Live
from luoshi_console.pages import catalogue, evidence, login
from luoshi_console.reception import Reception, path_of
from luoshi_console.reference import Reference
from luoshi_console.services import ServicesFor
from luoshi_console.session import Sessions, migrate
from luoshi_console.settings import ConsoleSettings
from luoshi_console.signin import SignIn
from luoshi_console.visit import Act, Page

STATIC = Path(__file__).parent / "static"


class Console:
    """控制台: one running console of one city; an ASGI application."""

    def __init__(
        self,
        settings: ConsoleSettings,
        services_for: ServicesFor,
        *,
        issuer_transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.settings = settings
        self.engine: AsyncEngine = create_engine(settings.database_url.get_secret_value(), application="luoshi-console")
        self.reference = Reference()
        self.live = Live(city=settings.city, on_fact=self.reference.heard)
        self.sign_in = SignIn(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None,
            key=key_of(settings.signing_key.get_secret_value()),
            life=timedelta(seconds=settings.sign_in_seconds),
            transport=issuer_transport,
        )
        self.reception = Reception(
            settings=settings,
            sessions=Sessions(self.engine, life=timedelta(hours=settings.session_hours)),
            services_for=services_for,
            reference=self.reference,
        )
        self._bus: Client | None = None
        self._app = Guard(
            Starlette(routes=self.routes(), lifespan=self._lifespan, exception_handlers={HTTPException: self.on_lost})
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as an ASGI application."""
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def migrate(self) -> None:
        """Bring the console's schema to its newest version."""
        await migrate(self.settings.database_url.get_secret_value())

    async def start(self) -> None:
        """Join the bus; pages work before it, only without news."""
        self._bus = await connect(
            url=self.settings.bus_url,
            seed=self.settings.bus_seed.get_secret_value(),
            name="luoshi-console",
            inbox_prefix=inbox_prefix_of(BusUser.CONSOLE),
            on_rejoined=self.live.wake_all,
        )
        await self.live.start(self._bus)

    async def stop(self) -> None:
        """End the streams, leave the bus, close the pool."""
        self.live.stop()
        if self._bus is not None:
            await leave(self._bus)
        await self.engine.dispose()

    def routes(self) -> list[Route | Mount]:
        """List every address of the console."""
        development = self.settings.development
        return [
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
            Route("/healthz", _alive),
            Route("/readyz", self._ready),
            Route("/live", self._stream),
            *login.routes(self.reception, self.sign_in),
            *evidence.routes(self.reception),
            *(Route(page.path, self._shows(page)) for page in catalogue.pages(development=development)),
            *(Route(a.path, self._does(a), methods=["POST"]) for a in catalogue.acts(development=development)),
            *(Route(a.path, _page_behind(a)) for a in catalogue.acts(development=development)),
        ]

    def _shows(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            return await self.reception.show(request, page)

        return show

    def _does(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def do(request: Request) -> Response:
            return await self.reception.carry_out(request, act)

        return do

    async def _ready(self, _request: Request) -> Response:
        joined = self._bus is not None and self._bus.is_connected
        return PlainTextResponse("ready" if joined else "the bus is away", status_code=200 if joined else 503)

    async def _stream(self, request: Request) -> Response:
        """The live stream of one page, as the person of this session sees it."""
        address = urlsplit(request.query_params.get("page", ""))
        found = self._page_at(address.path)
        if found is None:
            return await self._refuse(request, NotFound())
        page, params = found
        shown = _as_page(request, address.path, address.query, params)
        visit = await self.reception.visit(shown)
        if visit.session is None and not page.public:
            return PlainTextResponse("", status_code=401)

        async def build() -> Mapping[str, str] | None:
            now = await self.reception.visit(shown)
            if (now.session is None) != (visit.session is None):
                return None
            return (await self.reception.render(now, page))[1]

        session = visit.session.key if visit.session else ""
        key = (address.path, address.query, session, visit.language, visit.theme)
        return EventSourceResponse(self.live.stream(key, build), ping=3600)

    def _page_at(self, path: str) -> tuple[Page, Mapping[str, str]] | None:
        for page in catalogue.pages(development=self.settings.development):
            match, scope = Route(page.path, _alive).matches({"type": "http", "path": path, "method": "GET"})
            if match is Match.FULL and page.live:
                return page, scope["path_params"]
        return None

    async def _refuse(self, request: Request, problem: Problem) -> Response:
        return await self.reception.refuse(await self.reception.visit(request), problem)

    async def on_lost(self, request: Request, error: Exception) -> Response:
        """Answer an address that does not exist."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        if status != NotFound.status:
            return PlainTextResponse(str(status), status_code=status)
        return await self._refuse(request, NotFound())


def create_console(
    settings: ConsoleSettings,
    services_for: ServicesFor,
    *,
    issuer_transport: httpx.AsyncBaseTransport | None = None,
) -> Console:
    """Build the console: an ASGI application that its host starts and stops (alone, its lifespan does).

    `issuer_transport` reaches an issuer in this process.

    Raises:
        AssetsMissing: the scripts of the pages have not been fetched.
    """
    check_assets()
    return Console(settings, services_for, issuer_transport=issuer_transport)


def _as_page(request: Request, path: str, query: str, params: Mapping[str, str]) -> Request:
    """The request as if the page itself were asked for: same cookies, the page's address."""
    scope = {
        **request.scope,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "path_params": dict(params),
    }
    return Request(scope)


def _page_behind(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """A refused form leaves its address in the browser: opened again, it leads to the page of the form."""

    async def lead(request: Request) -> Response:
        params = {name: str(value) for name, value in request.path_params.items()}
        return RedirectResponse(path_of(act, params), status_code=303)

    return lead


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("alive")

"""门: the outermost layer of a service, plain ASGI. Nothing gets in unseen and nothing leaves in another form.

Request id, language, token, rate, overload and body limit on the way in; security headers, problem+json,
log line and latency on the way out.
"""

import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from luoshi_common.auth.tokens import TokenVerifier
from luoshi_common.errors import Overloaded, Problem, TooManyRequests
from luoshi_common.http.arrival import Arrival, path_of, remember
from luoshi_common.http.edge import VERSION
from luoshi_common.http.language import language_of
from luoshi_common.http.limits import Buckets, EdgeLimits, LimitsInForce
from luoshi_common.http.problems import Unexpected, Unreadable, problem_of, response_of
from luoshi_common.ids import new_id
from luoshi_common.observability.logs import bound
from luoshi_common.observability.metrics import Metrics

SECURITY: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept-Language, Authorization",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ALWAYS_OPEN = frozenset({"/healthz", "/metrics", "/readyz"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_log = structlog.get_logger("luoshi.http")


class Gate:
    """门: stands before one service's application."""

    def __init__(
        self, app: ASGIApp, *, service: str, verifier: TokenVerifier, limits: LimitsInForce, metrics: Metrics
    ) -> None:
        self._app = app
        self._service = service
        self._verifier = verifier
        self._limits = limits
        self._metrics = metrics
        self._buckets = Buckets(remembered=limits().callers_remembered)
        self._in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        arrival = Arrival(
            request_id=_request_id_of(headers),
            language=language_of(headers.get("accept-language", "")),
            instance=scope["path"].replace("\x00", ""),
        )
        remember(scope, arrival)
        limits = self._limits()
        way_out = _WayOut(send=send, scope=scope, receive=receive, arrival=arrival, limits=limits)
        begun = time.perf_counter()
        with bound(service=self._service, request_id=arrival.request_id):
            try:
                await self._walk(scope, receive, way_out, headers, limits)
            finally:
                self._observe(scope, way_out.status, time.perf_counter() - begun)

    async def _walk(
        self, scope: Scope, receive: Receive, way_out: "_WayOut", headers: Headers, limits: EdgeLimits
    ) -> None:
        open_door = path_of(scope) in ALWAYS_OPEN
        self._in_flight += 1
        self._metrics.http_in_flight.set(self._in_flight)
        try:
            if not open_door:
                self._admit(scope, way_out.arrival, headers, limits)
            upload = headers.get("content-type", "").startswith("multipart/form-data")
            most = limits.upload_bytes if upload else limits.body_bytes
            await RequestBodyLimitMiddleware(self._app, most)(scope, receive, way_out.send)
        except Problem as problem:
            await way_out.refuse(problem)
        except Exception:
            # The application has answered and logged it already; here it only must not reach the server.
            if not way_out.started:
                _log.exception("unexpected")
                await way_out.refuse(Unexpected(request_id=way_out.arrival.request_id))
        finally:
            self._in_flight -= 1

    def _admit(self, scope: Scope, arrival: Arrival, headers: Headers, limits: EdgeLimits) -> None:
        if self._in_flight > limits.in_flight:
            raise Overloaded(retry_after=limits.retry_after)
        if "\x00" in scope["path"] or b"\x00" in unquote_to_bytes(scope["query_string"]):
            raise Unreadable([{"type": "nul", "loc": ("path",)}])
        scheme, _, token = headers.get("authorization", "").partition(" ")
        address = (scope.get("client") or ("",))[0]
        if scheme.lower() == "bearer":
            try:
                arrival.claims = self._verifier.verify(token.strip())
            except Problem:
                self._count(f"address:{address}", limits.anonymous_requests_per_minute)
                raise
        if arrival.claims is None:
            self._count(f"address:{address}", limits.anonymous_requests_per_minute)
        else:
            self._count(f"person:{arrival.claims.person_id}", limits.requests_per_minute)

    def _count(self, caller: str, per_minute: int) -> None:
        if wait := self._buckets.wait_for(caller, per_minute=per_minute):
            raise TooManyRequests(retry_after=wait)

    def _observe(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route_of(scope)
        self._metrics.http_seconds.labels(scope["method"], route, str(status)).observe(seconds)
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self._metrics.operational.inc()
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._metrics.unexpected.inc()
        _log.info("answered", method=scope["method"], route=route, status=status, milliseconds=round(seconds * 1000, 1))


class _WayOut:
    """Sees every message of the answer: adds headers, and turns the framework's plain texts into problems."""

    def __init__(self, *, send: Send, scope: Scope, receive: Receive, arrival: Arrival, limits: EdgeLimits) -> None:
        self._send = send
        self._scope = scope
        self._receive = receive
        self._limits = limits
        self._replaced = False
        self.arrival = arrival
        self.started = False
        self.status = 500

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if _is_frameworks(message):
                self._replaced = True
                request_id, retry_after = self.arrival.request_id, self._limits.retry_after
                await self.refuse(problem_of(message["status"], request_id=request_id, retry_after=retry_after))
                return
            self.started = True
            self.status = message["status"]
            self._dress(message)
        elif self._replaced:
            return
        await self._send(message)

    async def refuse(self, problem: Problem) -> None:
        """Answer with a problem, if nothing has been answered yet."""
        if self.started:
            return
        arrival = self.arrival
        response = response_of(
            problem, language=arrival.language, instance=arrival.instance, request_id=arrival.request_id
        )

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.started = True
                self.status = message["status"]
                self._dress(message)
            await self._send(message)

        await response(self._scope, self._receive, send)

    def _dress(self, message: Message) -> None:
        headers = MutableHeaders(raw=message["headers"])
        for name, value in SECURITY.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Language", self.arrival.language)
        headers["X-Request-Id"] = self.arrival.request_id


def _is_frameworks(message: Message) -> bool:
    kind = Headers(raw=message["headers"]).get("content-type", "text/plain")
    return message["status"] >= HTTPStatus.BAD_REQUEST and kind.startswith("text/plain")


def _route_of(scope: Scope) -> str:
    """The template of the path (`/v1/items/{item_id}`); a router that was included knows only its own part of it."""
    own: str | None = getattr(scope.get("route"), "path", None)
    if own is None:
        return "-"
    return own if own.startswith(VERSION) or not path_of(scope).startswith(f"{VERSION}/") else VERSION + own


def _request_id_of(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else str(new_id())

"""应用: makes the HTTP application of one service."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from luoshi_common.errors import Problem
from luoshi_common.http import health, operations
from luoshi_common.http.arrival import arrival_of
from luoshi_common.http.edge import VERSION, EdgeRuntime
from luoshi_common.http.gate import Gate
from luoshi_common.http.idempotency import Replayed
from luoshi_common.http.limits import LimitsInForce
from luoshi_common.http.operational import is_operational, unstorable
from luoshi_common.http.problems import MEDIA_TYPE, Unavailable, Unexpected, Unreadable, problem_of, response_of
from luoshi_common.observability import tracing

_log = structlog.get_logger("luoshi.http")
_REFUSALS: Mapping[int, str] = {
    401: "Not signed in",
    403: "Not permitted; says who is",
    404: "Not found",
    405: "No such operation here",
    409: "Refused by a rule",
    412: "Somebody else changed it first",
    413: "Too large",
    415: "Media type not accepted",
    422: "Malformed",
    428: "If-Match is missing",
    429: "Too many requests",
    503: "Away for now",
}


class HasRouters(Protocol):
    """What the edge needs of a service's definition."""

    @property
    def name(self) -> str: ...
    @property
    def routers(self) -> Sequence[APIRouter]: ...
    @property
    def router_factories(self) -> Sequence[Callable[[Any], APIRouter]]: ...


class ServiceApp(FastAPI):
    """服务应用: FastAPI behind the gate, with problem documents in its OpenAPI."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the gate outermost, before the framework's own layers."""
        runtime: EdgeRuntime = self.state.runtime
        return Gate(
            super().build_middleware_stack(),
            service=runtime.service_name,
            verifier=runtime.verifier,
            limits=self.state.limits,
            metrics=runtime.metrics,
        )

    def openapi(self) -> dict[str, Any]:
        """Describe the API; every refusal is a Problem."""
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", _PROBLEM)
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        return document


def create_app(
    service: HasRouters,
    runtime: EdgeRuntime,
    *,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> ServiceApp:
    """Make the application of a service: its routers below /v1, those made by its factories where they say.

    Its limits are those of the profile in force, at each request.
    `lifespan` starts and stops what runs beside it.
    """
    app = ServiceApp(
        title=f"Luoshi {service.name}",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={status: _refusal(text) for status, text in _REFUSALS.items()},
        telemetry={
            "tracer_provider": tracing.provider,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
        },
    )
    app.state.runtime = runtime
    app.state.limits = LimitsInForce(lambda: runtime.profile)
    app.include_router(health.router)
    app.include_router(operations.router, prefix=VERSION)
    for router in service.routers:
        app.include_router(router, prefix=VERSION)
    for factory in service.router_factories:
        app.include_router(factory(runtime))
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_framework)
    app.add_exception_handler(Replayed, _on_replayed)
    app.add_exception_handler(Exception, _on_unexpected)
    return app


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    runtime: EdgeRuntime = request.app.state.runtime
    runtime.metrics.refused.labels(error.code).inc()
    return _answer(request, error)


async def _on_malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return await _on_problem(request, Unreadable(error.errors()))


async def _on_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    request_id = arrival_of(request.scope).request_id
    problem = problem_of(error.status_code, request_id=request_id, retry_after=request.app.state.limits().retry_after)
    response = await _on_problem(request, problem)
    response.headers.update(error.headers or {})
    return response


async def _on_replayed(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Replayed)
    return error.response()


async def _on_unexpected(request: Request, error: Exception) -> Response:
    """What no rule foresaw: a value the database cannot hold, a part that is away, or a fault of ours."""
    if kind := unstorable(error):
        return _answer(request, Unreadable([{"type": kind, "loc": ("body",)}]))
    if is_operational(error):
        _log.warning("unavailable", error=type(error).__name__)
        return _answer(request, Unavailable(retry_after=request.app.state.limits().retry_after))
    _log.error("unexpected", exc_info=error)
    return _answer(request, Unexpected(request_id=arrival_of(request.scope).request_id))


def _answer(request: Request, problem: Problem) -> Response:
    arrival = arrival_of(request.scope)
    return response_of(problem, language=arrival.language, instance=arrival.instance, request_id=arrival.request_id)


def _refusal(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


_PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "问题: RFC 9457; the facts of the refusal stand beside these fields.",
    "required": ["type", "title", "status", "detail", "code", "instance", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}

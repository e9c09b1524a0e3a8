"""OpenAPI documents of the services, and what a new one takes away from the callers of the old."""

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from luoshi_common.auth.mode import Mode
from luoshi_common.http.app import create_app
from luoshi_common.runtime import ServiceRuntime
from luoshi_common.service import Service
from luoshi_common.settings import ServiceSettings
from tools.compatibility import incompatibilities as schema_incompatibilities

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("get", "put", "post", "patch", "delete")

Document = Mapping[str, Any]


def services() -> list[str]:
    """Name the services that have a public API: those with an app.py, without the console."""
    found = (path.parent.name.removeprefix("luoshi_") for path in ROOT.glob("services/*/luoshi_*/app.py"))
    return sorted(name for name in found if name != "console")


def document_of(service: str) -> dict[str, Any]:
    """Make the OpenAPI document of a service from its routes; no engine is started."""
    module = importlib.import_module(f"luoshi_{service}.app")
    definitions = [value for value in vars(module).values() if isinstance(value, Service)]
    if len(definitions) != 1:
        raise LookupError(f"luoshi_{service}.app must hold one Service, not {len(definitions)}")
    return describe(definitions[0])


def describe(service: Service) -> dict[str, Any]:
    """Make the OpenAPI document of a service's definition."""
    settings = ServiceSettings(
        city="000000",
        mode=Mode.DEVELOPMENT,
        database_url=SecretStr("postgresql+asyncpg://nowhere/nothing"),
        bus_seed=SecretStr(""),
        files_folder=Path("nowhere"),
    )
    return create_app(service, ServiceRuntime(service=service, settings=settings)).openapi()


def incompatibilities(old: Document, new: Document) -> list[str]:
    """Name what callers lose: a route, a parameter, a field of an answer, or a looser request."""
    return sorted(set(_compare(old, new)))


def _compare(old: Document, new: Document) -> Iterator[str]:
    for path, method, was in _operations(old):
        name = f"{method.upper()} {path}"
        becomes = new.get("paths", {}).get(path, {}).get(method)
        if becomes is None:
            yield f"{name}: removed"
            continue
        yield from (f"{name}: {broken}" for broken in _operation(was, becomes, old, new))


def _operation(was: Document, becomes: Document, old: Document, new: Document) -> Iterator[str]:
    had, has = _parameters(was), _parameters(becomes)
    yield from (f"parameter {name} removed" for name in had.keys() - has.keys())
    for name, parameter in has.items():
        if parameter.get("required") and not had.get(name, {}).get("required"):
            yield f"parameter {name} newly required"
    yield from _contents("request", was.get("requestBody", {}), becomes.get("requestBody", {}), old, new)
    for status, answer in was.get("responses", {}).items():
        if status not in becomes.get("responses", {}):
            yield f"answer {status} removed"
        else:
            yield from _contents(f"answer {status}", answer, becomes["responses"][status], old, new)


def _contents(what: str, was: Document, becomes: Document, old: Document, new: Document) -> Iterator[str]:
    for media, content in was.get("content", {}).items():
        other = becomes.get("content", {}).get(media)
        if other is None:
            yield f"{what} {media} removed"
            continue
        before = {**old, **content.get("schema", {})}
        after = {**new, **other.get("schema", {})}
        yield from (f"{what} {broken}" for broken in schema_incompatibilities(before, after))


def _parameters(operation: Document) -> dict[str, Document]:
    return {f"{one['in']} {one['name']}": one for one in operation.get("parameters", ())}


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, operations in document.get("paths", {}).items():
        for method in METHODS:
            if method in operations:
                yield path, method, operations[method]

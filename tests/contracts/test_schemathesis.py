"""Whatever a caller sends, a service answers as its public description says: never a fault of ours (5xx but 503)."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from luoshi_common.events.every_service import REACHED
from luoshi_directory.app import SERVICE as DIRECTORY
from luoshi_notify.app import SERVICE as NOTIFY
from luoshi_scoring.app import SERVICE as SCORING
from luoshi_tasks.app import SERVICE as TASKS
from tests.engines import Engines
from tests.services.directory.conftest import load, reference_city
from tests.services.tasks.conftest import Tasks
from tests.stack import Stack, running
from tools.snapshots import OPENAPI

pytestmark = pytest.mark.anyio

EXAMPLES = {"tasks": 12, "directory": 6, "scoring": 6, "notify": 6}
"""Of each kind, for each operation."""
BESIDES = {"POST /v1/clock/advances"}
"""Moves the business time of the whole city: tests/services/directory/test_clock.py."""
METHODS = {"get", "put", "post", "patch", "delete"}
SECONDS = 20
PATIENT: dict[str, Any] = {"http": {"requests_per_minute": 100_000, "anonymous_requests_per_minute": 100_000}}


def _described(service: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((OPENAPI / f"{service}.json").read_text(encoding="utf-8"))
    return document


def _operations() -> Iterator[Any]:
    for service in EXAMPLES:
        for path, item in _described(service)["paths"].items():
            for method in sorted(METHODS & item.keys()):
                if f"{method.upper()} {path}" not in BESIDES:
                    yield pytest.param(service, method, path, id=f"{service} {method.upper()} {path}")


@pytest.fixture(scope="module")
async def town(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given a city with all its services whose callers may ask as often as they like."""
    files = tmp_path_factory.mktemp("files")
    async with running(engines, services=(DIRECTORY, TASKS, SCORING, NOTIFY), files=files) as stack:
        city = reference_city(stack.city)
        await load(stack, city.model_copy(update={"profile": {**city.profile, **PATIENT}}))
        for name in stack.host.runtimes:
            await stack.published(REACHED[name])
        await stack.host.wait_until_ready()
        await stack.settled()
        yield stack


@pytest.fixture(scope="module")
async def known(town: Stack) -> Mapping[str, Any]:
    """Given something of each kind that an operation can be about, by the name of its path parameter."""
    tasks = Tasks(town, title="活动演示方案")
    plan = await tasks.confirmed_plan()
    item = await tasks.issued(3)
    evidence = await tasks.evidence(item, by="highways_liaison")
    application = await tasks.applied(item, by="highways_liaison")
    units = (await tasks.by("office").get("/api/directory/v1/units")).json()["items"]
    return {
        "plan_id": plan["id"], "item_id": item["id"], "application_id": application["id"], "no": 1,
        "evidence_id": evidence["id"], "unit_id": units[0]["id"], "kind": "items", "subject_id": item["id"],
        "versions": [1, 2, 3, item["version"], item["version"] + 1, application["version"], plan["version"]],
    }  # fmt: skip


def _cases(service: str, method: str, path: str, known: Mapping[str, Any]) -> st.SearchStrategy[Case]:
    """Well-formed, well-formed about what exists, malformed, and malformed behind the right door."""
    operation = schemathesis.openapi.from_dict(_described(service))[path][method]
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    about = st.builds(partial(_about, known), st.one_of(good, bad), st.uuids(), st.sampled_from(known["versions"]))
    return st.one_of(good, bad, about, about)


def _about(known: Mapping[str, Any], case: Case, key: UUID, version: int) -> Case:
    """About what exists, with a key and a version that let the request in."""
    case.path_parameters = {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}
    case.headers = {**(case.headers or {}), "Idempotency-Key": key.hex, "If-Match": f'"{version}"'}
    return case


@pytest.mark.parametrize(("service", "method", "path"), list(_operations()))
class TestAnOperation:
    async def test_never_fails(
        self, town: Stack, known: Mapping[str, Any], service: str, method: str, path: str
    ) -> None:
        """Hypothesis works in a thread, the city in this loop."""
        loop = asyncio.get_running_loop()
        clients = [town.as_person(person) for person in ("office", "operator", "acceptor")]

        @settings(
            max_examples=4 * EXAMPLES[service], deadline=None, derandomize=True, database=None,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=_cases(service, method, path, known), client=st.sampled_from(clients))
        def ask(case: Case, client: httpx.AsyncClient) -> None:
            request = _request(case, service)
            asked = asyncio.run_coroutine_threadsafe(client.request(**request), loop)
            _judge(asked.result(SECONDS), request)

        await asyncio.to_thread(ask)


def _request(case: Case, service: str) -> dict[str, Any]:
    """The case as bytes on the way, in the name of the client's person."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url=f"http://luoshi/api/{service}")).prepare()
    headers = {name: value for name, value in prepared.headers.items() if name.lower() != "authorization"}
    return {"method": prepared.method, "url": prepared.url, "headers": headers, "content": prepared.body or b""}


def _judge(answer: httpx.Response, request: Mapping[str, Any]) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, f"{request}: {answer.text}"
    if answer.is_error:
        assert answer.headers["content-type"] == "application/problem+json", f"{request}: {answer.headers}"
        assert answer.json()["status"] == answer.status_code

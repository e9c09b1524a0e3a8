"""A house of one service, the notebook, on real engines; and how its refusals look."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr
from sqlalchemy import insert, select, text

from luoshi_common.auth.mode import Mode
from luoshi_common.http.app import ServiceApp, create_app
from luoshi_common.mirror import model
from luoshi_common.runtime import ServiceRuntime
from luoshi_common.service import Service
from luoshi_common.settings import ServiceSettings
from tests.engines import Engines
from tests.stack import Stack, running
from tests.toy.notebook import NOTEBOOK, Memo, Pace

CLERK, STRANGER = uuid4(), uuid4()
SMALL: Mapping[str, Any] = {
    "http": {"max_body_bytes": 2_000, "page_size": 2, "page_size_max": 3, "retry_after_seconds": 1},
    "files": {"max_bytes": 198_000},
    "plans": {"max_characters": 40_000},
}


@dataclass
class House:
    """A running service and a way to speak to it."""

    stack: Stack
    app: ServiceApp
    pace: Pace = field(default_factory=Pace)

    @property
    def runtime(self) -> ServiceRuntime:
        return self.stack.host.runtimes["tasks"]

    def token(self, person: UUID = CLERK) -> str:
        return self.stack.minter.mint(person)

    async def ask(self, method: str, path: str, *, signed_in: bool = True, **rest: Any) -> httpx.Response:
        headers = dict(rest.pop("headers", {}))
        if signed_in:
            headers.setdefault("Authorization", f"Bearer {self.token()}")
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://notes") as client:
            return await client.request(method, path, headers=headers, **rest)

    async def write(self, text: str = "一条记录", *, key: str | None = None, **rest: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key or uuid4().hex} | rest.pop("headers", {})
        return await self.ask("POST", "/v1/notes", json={"text": text}, headers=headers, **rest)

    async def notes(self) -> dict[int, tuple[int, str]]:
        """Number → version and text, as the database has them."""
        async with self.runtime.engine.connect() as connection:
            rows = await connection.execute(select(Memo.number, Memo.version, Memo.text))
            return {row.number: (row.version, row.text) for row in rows}


@asynccontextmanager
async def notebook(engines: Engines, *, files: Path, profile: Mapping[str, Any] = SMALL) -> AsyncIterator[Stack]:
    """Given the notebook in a city with one clerk and small limits."""
    async with running(engines, services=(NOTEBOOK,), files=files, profile=profile) as stack:
        clerk = {
            "id": CLERK, "name": "示例", "unit_id": uuid4(), "title": "", "roles": ["office"], "active": True,
            "demo": True, "version": 1,
        }  # fmt: skip
        async with stack.host.runtimes["tasks"].engine.begin() as connection:
            await connection.execute(insert(model.person).values(clerk))
        await stack.host.wait_until_ready()
        yield stack


async def house_in(stack: Stack) -> House:
    """An empty notebook behind an edge that has seen nobody yet."""
    runtime = stack.host.runtimes["tasks"]
    async with runtime.engine.begin() as connection:
        await connection.execute(text("TRUNCATE memo, idempotency_key RESTART IDENTITY"))
    house = House(stack=stack, app=create_app(NOTEBOOK, runtime))
    house.app.state.pace = house.pace
    return house


def idle_runtime(service: Service, *, city: str = "360600", files: Path) -> ServiceRuntime:
    """A service that was not started: it knows neither database nor bus."""
    return ServiceRuntime(
        service=service,
        settings=ServiceSettings(
            city=city,
            mode=Mode.DEVELOPMENT,
            database_url=SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/none"),
            bus_seed=SecretStr("none"),
            files_folder=files,
        ),
    )


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Every refusal is a problem document, in full."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code
    assert document["type"] == f"urn:luoshi:problem:{code}"
    assert document["status"] == status
    assert document["request_id"] == response.headers["x-request-id"]
    assert {"title", "detail", "instance"} <= document.keys()
    return document

"""A city that is served for real: the doors of a demonstration are not there."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from luoshi_common.auth.mode import Mode
from luoshi_common.auth.tokens import new_key
from luoshi_common.clock import machine_now
from luoshi_common.http.app import create_app
from luoshi_common.mirror import model
from luoshi_common.runtime import ServiceRuntime
from luoshi_directory.app import SERVICE
from luoshi_directory.city.rules import BeginsInProduction
from luoshi_directory.settings import DirectorySettings
from luoshi_tasks.app import SERVICE as TASKS
from tests.engines import Engines
from tests.notes import problem
from tests.services.directory.conftest import key, load, reference_city
from tests.stack import Stack, running


@pytest.fixture(scope="module")
async def production(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given the reference city in production, with the machine's time."""
    files = tmp_path_factory.mktemp("files")
    async with running(engines, services=(SERVICE, TASKS), files=files, mode=Mode.PRODUCTION) as stack:
        document = reference_city(stack.city)
        await load(stack, document.model_copy(update={"city": document.city.model_copy(update={"begin": None})}))
        await stack.host.wait_until_ready()
        yield stack


class TestProduction:
    async def test_shows_no_persona_cards(self, production: Stack) -> None:
        problem(await production.client().get("/api/directory/v1/personas"), 401, "unauthenticated")
        problem(await production.as_person("office").get("/api/directory/v1/personas"), 403, "forbidden")

    async def test_shows_the_wall_to_nobody_who_has_not_signed_in(self, production: Stack) -> None:
        problem(await production.client().get("/api/tasks/v1/wall"), 401, "unauthenticated")

        assert (await production.as_person("office").get("/api/tasks/v1/wall")).status_code == 200

    @pytest.mark.parametrize("person", ["office", "operator"])
    async def test_moves_no_time(self, production: Stack, person: str) -> None:
        office = production.as_person(person)

        moved = await office.post("/api/directory/v1/clock/advances", json={"days": 1}, headers=key(f"move-{person}"))

        refused = problem(moved, 403, "forbidden")
        assert refused["who"] == ["当前运行模式下无人"]
        assert (await office.get("/api/directory/v1/clock")).json()["offset_seconds"] == 0

    async def test_takes_no_city_whose_time_begins_elsewhere(self, production: Stack) -> None:
        with pytest.raises(BeginsInProduction):
            await load(production, reference_city(production.city))

    async def test_has_the_machines_time_even_after_a_demonstration(self, production: Stack) -> None:
        """A database that was moved in development keeps its offset; production does not follow it."""
        for runtime in production.host.runtimes.values():
            async with runtime.engine.begin() as connection:
                await connection.execute(update(model.city).values(clock_offset_seconds=86_400 * 30))
            runtime._standing.forget()

        now = datetime.fromisoformat((await production.client().get("/api/directory/v1/clock")).json()["now"])

        assert abs(now - machine_now()) < timedelta(minutes=1)

    @pytest.mark.parametrize(("mode", "status"), [(Mode.DEVELOPMENT, 200), (Mode.PRODUCTION, 404)])
    async def test_has_no_issuer_that_believes_everybody_whatever_its_settings_say(
        self, tmp_path: Path, mode: Mode, status: int
    ) -> None:
        settings = DirectorySettings(
            city="360600",
            mode=mode,
            database_url=SecretStr("postgresql+asyncpg://nobody@127.0.0.1:1/none"),
            bus_seed=SecretStr("none"),
            files_folder=tmp_path,
            issuer="http://luoshi/dev/oidc",
            issuer_key=SecretStr(json.dumps(new_key().as_dict(private=True))),
        )
        app = create_app(SERVICE, ServiceRuntime(service=SERVICE, settings=settings))

        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://luoshi") as browser:
            answer = await browser.get("/dev/oidc/jwks")

        assert answer.status_code == status

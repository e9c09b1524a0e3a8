"""Two toy services on real engines, with one person who may do everything the toys ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from luoshi_common.ids import new_id
from luoshi_common.mirror import model
from tests.engines import Engines
from tests.notes import House, house_in, notebook
from tests.stack import Stack, running
from tests.toy import services as toy


@pytest.fixture
async def toys(engines: Engines, tmp_path: Path) -> AsyncIterator[Stack]:
    """Given a city of the two toy services."""
    async with running(engines, services=(toy.TASKS, toy.SCORING), files=tmp_path) as stack:
        stack.people["office"] = new_id()
        person = {
            "id": stack.people["office"], "name": "示例", "unit_id": None, "title": "", "roles": ["office", "operator"],
            "active": True, "demo": True, "version": 1,
        }  # fmt: skip
        for runtime in stack.host.runtimes.values():
            async with runtime.engine.begin() as connection:
                await connection.execute(insert(model.person).values(person))
        yield stack
        await stack.settled()
        await stack.check()


@pytest.fixture(scope="module")
async def small_town(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given the notebook, running."""
    async with notebook(engines, files=tmp_path_factory.mktemp("files")) as stack:
        yield stack


@pytest.fixture
async def house(small_town: Stack) -> House:
    """Given an empty notebook."""
    return await house_in(small_town)

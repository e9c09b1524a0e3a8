"""Notify in a small town."""

from collections.abc import AsyncIterator

import pytest

from tests.engines import Engines
from tests.factories.town import Town, a_town


@pytest.fixture(scope="module")
async def built(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """The town, built once for all tests of a module."""
    async with a_town(engines, tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture
async def town(built: Town) -> AsyncIterator[Town]:
    """Given a town in which nothing has happened yet; what must always hold is asked at the end."""
    await built.forget()
    yield built
    await built.stack.settled()
    await built.stack.check()

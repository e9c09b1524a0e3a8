"""Ground of all tests: the engines of the run. What they are and how to use them stands in tests/engines.py."""

from collections.abc import Iterator

import pytest

from luoshi_common.observability import logs
from tests.engines import Engines, shared_engines, started_engines


@pytest.fixture(scope="session", autouse=True)
def _plain_logs() -> None:
    """Logs as in production: without it every failure paints a picture of all local variables."""
    logs.configure(city="000000", level="ERROR")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Tests that are coroutines run on asyncio, as the services do."""
    return "asyncio"


@pytest.fixture(scope="session")
def engines() -> Engines:
    """PostgreSQL and NATS of this run, shared with all other tests: take a city and a database of your own."""
    return shared_engines()


@pytest.fixture
def own_engines() -> Iterator[Engines]:
    """PostgreSQL and NATS for this test alone, with production's settings: stop, kill, restart them as you need."""
    with started_engines() as engines:
        yield engines

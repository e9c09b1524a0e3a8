"""The console's own database and an account on the bus."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from luoshi_common.db.engine import create_engine
from luoshi_console.session import migrate
from tests.engines import Engines


@pytest.fixture
async def console_url(engines: Engines) -> AsyncIterator[str]:
    """Address of a migrated database of the console."""
    with engines.database() as database:
        dsn = engines.postgres.ensure_service("console", database=database)
        url = dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
        await migrate(url)
        yield url


@pytest.fixture
async def console_engine(console_url: str) -> AsyncIterator[AsyncEngine]:
    """A pool on it."""
    engine = create_engine(console_url, application="luoshi-console-test")
    yield engine
    await engine.dispose()

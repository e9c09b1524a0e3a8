"""Migrations: from nothing to exactly the tables that the code has, once, however often and by however many at once."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, inspect, text

from luoshi.host import migrations_of
from luoshi.services import NAMES, load
from luoshi_common.db.engine import create_engine
from luoshi_common.db.migrations import MECHANISM, migrate
from luoshi_console import session
from tests.engines import Engines
from tools.migration import branch_of, difference

pytestmark = pytest.mark.anyio

HOUSES = (*NAMES, "console")
NOTES = {"mechanism_version", "service_version"}
"""Where Alembic writes down how far it is."""


@pytest.fixture
async def url(engines: Engines, house: str) -> AsyncIterator[str]:
    """Given an empty schema of a service's own role."""
    with engines.database() as database:
        dsn = engines.postgres.ensure_service(house, database=database)
        yield dsn.replace("postgresql://", "postgresql+asyncpg://", 1)


async def _migrate(url: str, house: str) -> None:
    if house == "console":
        await session.migrate(url)
        return
    (service,) = load([house])
    await migrate(url, migrations=migrations_of(service), application="luoshi-test")


async def _ask(url: str, question: Any) -> Any:
    engine = create_engine(url, application="luoshi-test", pool=1)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


def _tables_of(house: str) -> list[MetaData]:
    """What the code says: the console keeps its one table, every other house the mechanism's and its own."""
    if house == "console":
        return [session.metadata]
    return [branch_of("mechanism")[0], branch_of(house)[0]]


def _lacking(metadata: MetaData) -> Any:
    def ask(connection: Connection) -> list[Any]:
        _context, script = difference(connection, metadata)
        return [] if script.upgrade_ops is None else script.upgrade_ops.as_diffs()

    return ask


def _shape(connection: Connection) -> Any:
    """Everything that a migration could have changed, and the versions it noted."""
    columns = "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns"
    mine = f"{columns} WHERE table_schema = current_schema() ORDER BY 1, 2"
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1, 2"
    versions = [
        (table, connection.execute(text(f"SELECT version_num FROM {table}")).scalars().all())
        for table in sorted(inspect(connection).get_table_names())
        if table in NOTES
    ]
    return connection.execute(text(mine)).all(), connection.execute(text(indexes)).all(), versions


@pytest.mark.parametrize("house", HOUSES)
class TestAnEmptySchema:
    async def test_becomes_exactly_what_the_code_says(self, url: str, house: str) -> None:
        await _migrate(url, house)

        for metadata in _tables_of(house):
            assert await _ask(url, _lacking(metadata)) == []
        known = {name for metadata in _tables_of(house) for name in metadata.tables}
        tables = set(await _ask(url, lambda connection: inspect(connection).get_table_names()))
        assert tables - NOTES == known

    async def test_is_migrated_by_two_at_once_and_again_without_a_change(self, url: str, house: str) -> None:
        """Two replicas start at the same moment; a third comes later."""
        await asyncio.gather(_migrate(url, house), _migrate(url, house))
        once = await _ask(url, _shape)

        await _migrate(url, house)

        assert await _ask(url, _shape) == once


def _folder_of(house: str) -> Path:
    return Path(str(importlib.import_module(f"luoshi_{house}").__file__)).parent / "migrations"


class TestScripts:
    @pytest.mark.parametrize("branch", ["mechanism", *HOUSES])
    def test_follow_each_other_in_one_line(self, branch: str) -> None:
        folder = MECHANISM if branch == "mechanism" else _folder_of(branch)

        scripts = sorted((folder / "versions").glob("[0-9]*.py"))

        assert [path.name[:4] for path in scripts] == [f"{number:04d}" for number in range(1, len(scripts) + 1)]
        assert scripts

"""Who is signed in: opened once, found by the cookie, gone at once."""

from datetime import timedelta

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from luoshi_common.ids import new_id
from luoshi_console.session import Sessions, metadata, migrate

HOUR = timedelta(hours=1)


class TestSessions:
    async def test_know_the_person_by_the_cookie(self, console_engine: AsyncEngine) -> None:
        """R91."""
        sessions, person = Sessions(console_engine, life=HOUR), new_id()

        secret = await sessions.open(person)

        found = await sessions.find(secret)
        assert found is not None
        assert found.person_id == person
        assert found.proves(found.csrf)
        assert not found.proves("")
        assert secret not in (found.csrf, found.key)

    async def test_end_at_once_on_sign_out(self, console_engine: AsyncEngine) -> None:
        """R91."""
        sessions = Sessions(console_engine, life=HOUR)
        secret, other = await sessions.open(new_id()), await sessions.open(new_id())

        await sessions.close(secret)

        assert await sessions.find(secret) is None
        assert await sessions.find(other) is not None

    async def test_end_when_their_time_is_over(self, console_engine: AsyncEngine) -> None:
        """R91: and the row is cleared when the next person signs in."""
        over = Sessions(console_engine, life=timedelta())
        secret = await over.open(new_id())

        assert await over.find(secret) is None
        await over.open(new_id())
        async with console_engine.connect() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM session")) == 1

    async def test_keep_no_secret_in_the_table(self, console_engine: AsyncEngine) -> None:
        """R91: who reads the table cannot sign in as anybody."""
        sessions = Sessions(console_engine, life=HOUR)

        secret = await sessions.open(new_id())

        async with console_engine.connect() as connection:
            row = (await connection.execute(text("SELECT * FROM session"))).one()
        assert all(secret.encode() not in bytes(value) for value in row if isinstance(value, bytes))
        found = await sessions.find(secret)
        assert found is not None
        assert await sessions.find(found.key) is None

    async def test_refuse_what_was_never_a_secret(self, console_engine: AsyncEngine) -> None:
        """R91."""
        sessions = Sessions(console_engine, life=HOUR)

        assert await sessions.find("") is None
        assert await sessions.find("' OR 1=1 --") is None
        assert await sessions.find("\x00é" * 4096) is None


class TestSchema:
    async def test_holds_one_table_and_equals_the_code(self, console_engine: AsyncEngine) -> None:
        """R91: the console keeps no domain data."""
        async with console_engine.connect() as connection:
            tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
            columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("session"))

        assert set(tables) == {"session", "service_version"}
        assert {column["name"] for column in columns} == set(metadata.tables["session"].columns.keys())

    async def test_is_migrated_twice_without_a_change(self, console_url: str) -> None:
        """R91."""
        await migrate(console_url)

"""Life of the embedded engines: whatever happened before, a start keeps the data or says in a sentence why not."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from luoshi.embedded.engine import LOOPBACK, EngineFailed
from luoshi.embedded.nats import EmbeddedNats
from luoshi.embedded.postgres import EmbeddedPostgres
from tests.engines import own_folder

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: another user, or a disk of its own")

# A luoshi that starts an engine, says so and is then killed: its engine is left behind.
LEAVES_BEHIND = """
import os, signal, sys
from pathlib import Path
from luoshi.embedded.{module} import {engine}
engine = {engine}(Path(sys.argv[1]))
engine.start()
print(engine.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in which no engine was ever started."""
    folder = own_folder("test")
    yield folder / "postgres"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def used_folder() -> Iterator[Path]:
    """A folder whose cluster is made once: most of a test's time would go into making it."""
    folder = own_folder("test")
    yield folder / "postgres"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(used_folder: Path) -> Iterator[EmbeddedPostgres]:
    engine = EmbeddedPostgres(used_folder)
    yield engine
    engine.stop()


@contextlib.contextmanager
def missing(path: Path) -> Iterator[None]:
    """Take a file away and put it back."""
    away = path.with_name(f"{path.name}.away")
    path.rename(away)
    yield
    away.rename(path)


@pytest.fixture
def nats(folder: Path) -> Iterator[EmbeddedNats]:
    engine = EmbeddedNats(folder.with_name("nats"))
    yield engine
    engine.stop()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        yield other.getsockname()[1]


def write(postgres: EmbeddedPostgres, text: str) -> None:
    postgres.execute(
        "DROP TABLE IF EXISTS kept", "CREATE TABLE kept (text text)", f"INSERT INTO kept VALUES ('{text}')"
    )


def kept(postgres: EmbeddedPostgres) -> list[str]:
    return [row["text"] for row in postgres.execute("SELECT text FROM kept ORDER BY text")]


def sentence(failure: pytest.ExceptionInfo[EngineFailed]) -> str:
    text = str(failure.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def leave_behind(folder: Path, *, module: str, engine: str) -> psutil.Process:
    """Start an engine under a luoshi that is killed at once; return the engine's process, which goes on."""
    script = LEAVES_BEHIND.format(module=module, engine=engine)
    run = subprocess.run([sys.executable, "-c", script, folder], stdout=subprocess.PIPE, text=True, check=False)
    assert run.returncode == -signal.SIGKILL
    return psutil.Process(int(run.stdout))


class TestPostgresStart:
    def test_keeps_the_data_of_the_start_before(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        write(postgres, "before")

        postgres.restart()

        assert kept(postgres) == ["before"]

    def test_speaks_utf8_by_a_fixed_locale_and_listens_on_this_machine_only(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()

        facts = postgres.execute(
            "SELECT datlocale, pg_encoding_to_char(encoding) AS encoding,"
            " current_setting('listen_addresses') AS listens, current_setting('jit') AS jit,"
            " current_setting('fsync') AS fsync, current_setting('TimeZone') AS zone"
            " FROM pg_database WHERE datname = 'postgres'"
        )[0]

        assert dict(facts) == {
            "datlocale": "C.UTF-8",
            "encoding": "UTF8",
            "listens": LOOPBACK,
            "jit": "off",
            "fsync": "on",
            "zone": "UTC",
        }

    def test_keeps_what_was_committed_before_a_power_cut(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        write(postgres, "committed")

        postgres.kill()
        postgres.start()

        assert kept(postgres) == ["committed"]

    def test_stops_the_server_of_a_luoshi_that_was_killed(self, used_folder: Path, postgres: EmbeddedPostgres) -> None:
        left = leave_behind(used_folder, module="postgres", engine="EmbeddedPostgres")
        assert left.status() != psutil.STATUS_ZOMBIE

        postgres.start()
        write(postgres, "after")

        assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
        assert kept(postgres) == ["after"]

    def test_is_not_misled_by_a_process_id_that_another_program_has_now(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        data = Path(postgres.execute("SHOW data_directory")[0]["data_directory"])
        status = (data / "postmaster.pid").read_text()
        pid = str(postgres.pid)
        postgres.kill()
        (data / "postmaster.pid").write_text(status.replace(pid, str(os.getpid()), 1))

        postgres.start()

        assert postgres.pid

    def test_begins_again_after_an_interrupted_initdb(self, folder: Path) -> None:
        half = folder / "cluster" / "data.new"
        (half / "global").mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")

        with EmbeddedPostgres(folder) as postgres:
            write(postgres, "begun")

        assert not half.exists()

    def test_refuses_a_half_copied_folder_and_leaves_it(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        data = Path(postgres.execute("SHOW data_directory")[0]["data_directory"])
        postgres.stop()

        with missing(data / "global" / "pg_control"):
            before = sorted(data.rglob("*"))
            with pytest.raises(EngineFailed) as failure:
                postgres.start()
            after = sorted(data.rglob("*"))

        assert "damaged or half copied" in sentence(failure)
        assert after == before

    def test_refuses_the_folder_of_another_major_version(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        data = Path(postgres.execute("SHOW data_directory")[0]["data_directory"])
        postgres.stop()

        with missing(data / "PG_VERSION"):
            (data / "PG_VERSION").write_text("17\n")
            with pytest.raises(EngineFailed) as failure:
                postgres.start()

        assert "was made by PostgreSQL 17" in sentence(failure)

    def test_refuses_a_taken_port(self, folder: Path, taken_port: int) -> None:
        with pytest.raises(EngineFailed) as failure:
            EmbeddedPostgres(folder, port=taken_port).start()

        assert f"port {taken_port}" in sentence(failure)

    def test_refuses_a_folder_that_is_in_use(self, used_folder: Path, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        write(postgres, "first")

        with pytest.raises(EngineFailed) as failure:
            EmbeddedPostgres(used_folder).start()

        assert f"process {os.getpid()}" in sentence(failure)
        assert kept(postgres) == ["first"]

    def test_keeps_passwords_where_only_their_owner_reads(self, used_folder: Path, postgres: EmbeddedPostgres) -> None:
        postgres.start()

        assert (used_folder / "secrets.json").stat().st_mode & 0o777 == 0o600
        assert postgres.password_of("tasks") == EmbeddedPostgres(used_folder).password_of("tasks")


class TestServiceRoles:
    async def test_may_not_enter_each_others_schema(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        postgres.ensure_database("city")
        tasks = await asyncpg.connect(postgres.ensure_service("tasks", database="city"))
        scoring = await asyncpg.connect(postgres.ensure_service("scoring", database="city"))
        await tasks.execute("CREATE TABLE secret (text text)")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scoring.fetch("SELECT * FROM tasks.secret")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await scoring.execute("CREATE TABLE public.anything (text text)")

        await tasks.close()
        await scoring.close()

    async def test_may_not_enter_with_another_password_or_database(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()
        postgres.ensure_database("city")
        postgres.ensure_database("neighbour")
        address = postgres.ensure_service("tasks", database="city")

        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(address, password="guessed")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(address.replace("/city", "/neighbour"))


@ROOT_ONLY
class TestPostgresAsRoot:
    def test_works_as_another_user(self, postgres: EmbeddedPostgres) -> None:
        postgres.start()

        assert psutil.Process(postgres.pid).uids().real != 0

    def test_finds_a_place_when_its_user_cannot_reach_the_folder(self, folder: Path) -> None:
        closed, elsewhere = folder.parent / "home", folder.parent / "elsewhere"
        closed.mkdir(mode=0o700)

        with EmbeddedPostgres(closed / "data", elsewhere=elsewhere) as postgres:
            write(postgres, "kept")
        with EmbeddedPostgres(closed / "data", elsewhere=elsewhere) as again:
            found = kept(again)

        assert found == ["kept"]
        assert closed.stat().st_mode & 0o777 == 0o700
        assert closed.stat().st_uid == 0
        assert len(list(elsewhere.iterdir())) == 1
        again.discard()
        assert list(elsewhere.iterdir()) == []
        assert not (closed / "data").exists()

    def test_changes_the_rights_of_no_folder_it_did_not_make(self, folder: Path) -> None:
        folder.mkdir(mode=0o755)
        (folder / "other").mkdir(mode=0o750)

        with EmbeddedPostgres(folder):
            pass

        assert [path.stat().st_uid for path in (folder, folder / "other", folder / "cluster")] == [0, 0, 0]
        assert [path.stat().st_mode & 0o777 for path in (folder, folder / "other")] == [0o755, 0o750]


@ROOT_ONLY
class TestFullDisk:
    @pytest.fixture
    def small_disk(self, folder: Path) -> Iterator[Path]:
        disk = folder.parent / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=110m,mode=755", "tmpfs", disk], check=False)
        if mounted.returncode:
            pytest.skip("this machine does not let us mount a small disk")
        yield disk
        subprocess.run(["umount", "--lazy", disk], check=True)

    def fill(self, disk: Path, *, leaving: int) -> Path:
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - leaving))
        return ballast

    @pytest.mark.parametrize("leaving", [0, 10_000_000, 60_000_000])
    def test_is_told_in_a_sentence_and_a_later_start_works(self, small_disk: Path, leaving: int) -> None:
        ballast = self.fill(small_disk, leaving=leaving)

        with pytest.raises(EngineFailed) as failure:
            EmbeddedPostgres(small_disk / "data").start()

        assert "full" in sentence(failure)
        ballast.unlink()
        with EmbeddedPostgres(small_disk / "data") as postgres:
            assert postgres.pid

    def test_loses_nothing_that_was_written_before(self, small_disk: Path) -> None:
        with EmbeddedPostgres(small_disk / "data") as postgres:
            write(postgres, "before")
        ballast = self.fill(small_disk, leaving=0)

        with pytest.raises(EngineFailed) as failure:
            EmbeddedPostgres(small_disk / "data").start()

        assert "full" in sentence(failure)
        ballast.unlink()
        with EmbeddedPostgres(small_disk / "data") as postgres:
            assert kept(postgres) == ["before"]

    def test_is_told_by_the_bus_too(self, small_disk: Path) -> None:
        ballast = self.fill(small_disk, leaving=0)

        with pytest.raises(EngineFailed) as failure:
            EmbeddedNats(small_disk / "nats").start()

        assert "full" in sentence(failure)
        ballast.unlink()
        with EmbeddedNats(small_disk / "nats") as nats:
            assert nats.pid


class TestNatsStart:
    def test_keeps_port_and_keys_of_the_start_before(self, nats: EmbeddedNats) -> None:
        nats.start()
        nats.ensure_city("360600")
        before = (nats.url, (nats.folder / "nats.conf").read_text())

        nats.restart()

        assert (nats.url, (nats.folder / "nats.conf").read_text()) == before

    def test_stops_the_server_of_a_luoshi_that_was_killed(self, nats: EmbeddedNats) -> None:
        left = leave_behind(nats.folder, module="nats", engine="EmbeddedNats")

        nats.start()

        assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE
        assert nats.pid

    def test_refuses_a_taken_port(self, nats: EmbeddedNats, taken_port: int) -> None:
        with pytest.raises(EngineFailed) as failure:
            EmbeddedNats(nats.folder, port=taken_port).start()

        assert f"port {taken_port}" in sentence(failure)

    def test_refuses_a_folder_that_is_in_use(self, nats: EmbeddedNats) -> None:
        nats.start()

        with pytest.raises(EngineFailed) as failure:
            EmbeddedNats(nats.folder).start()

        assert "in use by another luoshi" in sentence(failure)

    def test_refuses_damaged_keys_and_leaves_them(self, nats: EmbeddedNats) -> None:
        nats.start()
        nats.stop()
        (nats.folder / "accounts.json").write_text('{"cities": ')

        with pytest.raises(EngineFailed) as failure:
            nats.start()

        assert "accounts.json is damaged" in sentence(failure)
        assert (nats.folder / "accounts.json").read_text() == '{"cities": '

    def test_answers_while_an_event_loop_runs(self, nats: EmbeddedNats) -> None:
        async def start() -> None:
            nats.start()

        asyncio.run(start())

        assert nats.pid

"""One PostgreSQL and one NATS per test run, shared by all workers; a keeper process of their own holds them.

The first worker that asks starts the keeper; the keeper stops the engines when the pytest that began the run has ended,
however it ended. A worker that dies changes nothing for the others, and a run without database tests starts nothing.

Use in a test (fixture ``engines``)::

    city = engines.new_city()                              # a code and a bus account that no other test uses
    engines.nats.ensure_city(city, consumers={BusUser.SCORING: [ConsumerRef(stream, durable)]})
    client = await connect(url=engines.nats.url, seed=engines.nats.seed_of(BusUser.TASKS, city=city), ...,
                           inbox_prefix=inbox_prefix_of(BusUser.TASKS))

    template = engines.template("tasks", build=migrate)    # built once per run: migrate(name of an empty database)
    with engines.database(template=template) as name:      # a copy, dropped at the end
        dsn = engines.postgres.ensure_service("tasks", database=name)   # role, schema, address; idempotent

Durability is not tested here (fsync is off): tests of faults start engines of their own by the fixture ``own_engines``.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from luoshi.embedded.engine import KeptFile, wait_until_gone
from luoshi.embedded.nats import EmbeddedNats
from luoshi.embedded.postgres import EmbeddedPostgres

ROOT = Path(__file__).parent.parent
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "400"}
FIRST_CITY = 390001
_keepers: list[subprocess.Popen[str]] = []


@dataclass(frozen=True)
class Engines:
    """Handles on two running engines; they are not ours to stop unless they came from ``own_engines``."""

    folder: Path
    postgres: EmbeddedPostgres
    nats: EmbeddedNats

    @property
    def nats_url(self) -> str:
        """Address of the bus."""
        return self.nats.url

    def new_city(self) -> str:
        """Return a city code of six digits with a bus account, used by nobody else in this run."""
        with KeptFile(self.folder / "cities.json").change() as cities:
            cities["last"] = cities.get("last", FIRST_CITY - 1) + 1
            code = str(cities["last"])
        self.nats.ensure_city(code)
        return code

    def template(self, name: str, *, build: Callable[[str], None]) -> str:
        """Return the database ``template_<name>``, filled by ``build(database)`` once per run whoever asks first.

        ``build`` must close its connections; a build that fails leaves nothing behind.
        """
        database = f"template_{name}"
        with _alone(self.folder / f"{database}.lock"):
            if database not in {row["datname"] for row in self.postgres.execute("SELECT datname FROM pg_database")}:
                self.postgres.ensure_database(database)
                try:
                    build(database)
                except BaseException:
                    self.drop_database(database)
                    raise
                self.postgres.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        return database

    def create_database(self, *, template: str | None = None) -> str:
        """Make a database, empty or as a copy of a template, and return its name."""
        name = f"test_{secrets.token_hex(6)}"
        if template:
            # Rights on a database are not copied with it.
            copy = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
            services = self.postgres.execute("SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper")
            grants = [f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {row['rolname']}" for row in services]
            self.postgres.execute(copy, f"REVOKE ALL ON DATABASE {name} FROM PUBLIC", *grants)
        else:
            self.postgres.ensure_database(name)
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database, also from under connections that were forgotten."""
        self.postgres.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextlib.contextmanager
    def database(self, *, template: str | None = None) -> Iterator[str]:
        """Yield the name of a database that is dropped at the end."""
        name = self.create_database(template=template)
        try:
            yield name
        finally:
            self.drop_database(name)


def shared_engines() -> Engines:
    """Return this run's engines, starting them when nobody did yet."""
    run, pytest_pid = os.environ.get("PYTEST_XDIST_TESTRUNUID"), os.getppid()
    if run is None:
        run, pytest_pid = secrets.token_hex(8), os.getpid()
    folder = _folder(f"luoshi-run-{run}")
    ready = folder / "ready.json"
    with _alone(folder / "starting"):
        if not ready.exists():
            _start_keeper(folder, pytest_pid)
    return _engines(folder, port=json.loads(ready.read_text())["postgres_port"])


@contextlib.contextmanager
def started_engines() -> Iterator[Engines]:
    """Yield engines of one's own with production's settings, free to be stopped, killed and restarted."""
    folder = own_folder("own")
    engines = _engines(folder, port=None)
    try:
        engines.postgres.start()
        engines.nats.start()
        yield engines
    finally:
        engines.nats.stop()
        engines.postgres.discard()
        shutil.rmtree(folder, ignore_errors=True)


def _engines(folder: Path, *, port: int | None, settings: dict[str, str] | None = None) -> Engines:
    postgres = EmbeddedPostgres(folder / "postgres", port=port, settings=settings)
    return Engines(folder=folder, postgres=postgres, nats=EmbeddedNats(folder / "nats"))


def own_folder(kind: str) -> Path:
    """Make a new folder of ours that PostgreSQL's unprivileged user may pass; pytest's own are closed to it."""
    return _folder(f"luoshi-{kind}-{secrets.token_hex(8)}")


def _folder(name: str) -> Path:
    folder = Path(tempfile.gettempdir()) / name
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        folder.chmod(0o711)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} is not ours")
    return folder


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start_keeper(folder: Path, pytest_pid: int) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.engines", folder, str(pytest_pid)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _keepers.append(keeper)
    assert keeper.stdout is not None
    if keeper.stdout.readline().strip() != "ready":
        raise RuntimeError(f"the engines of the test run did not start (exit {keeper.wait()})")


def _keep(folder: Path, pytest_pid: int) -> None:
    """Start the engines, say so, wait until the run has ended, stop and clear away."""
    engines = _engines(folder, port=None, settings=FAST)
    try:
        engines.postgres.start()
        engines.nats.start()
        (folder / "ready.json").write_text(json.dumps({"postgres_port": engines.postgres.port}))
        print("ready", flush=True)
        with contextlib.suppress(psutil.NoSuchProcess):
            run = psutil.Process(pytest_pid)
            while wait_until_gone([run], patience=60):
                pass
    finally:
        engines.nats.stop()
        engines.postgres.discard()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), int(sys.argv[2]))

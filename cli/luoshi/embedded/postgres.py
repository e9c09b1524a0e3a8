"""PostgreSQL of the embedded engines: initdb once, then the server, as an unprivileged user where we are root."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import asyncpg
import psutil

from luoshi.embedded.cluster import ADMIN, ENVIRONMENT, UNPRIVILEGED, Cluster, end_leftovers, may_enter
from luoshi.embedded.engine import (
    LOOPBACK,
    EngineFailed,
    EngineProcess,
    FolderLock,
    KeptFile,
    free_port,
    refuse_taken_port,
    told_plainly,
    until,
    wait_until_gone,
)

ELSEWHERE = Path("/var/lib/luoshi")
START_SECONDS = 60.0
STOP_SECONDS = 30.0
SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "200",
    "jit": "off",
    "random_page_cost": "1.1",
    "idle_in_transaction_session_timeout": "10s",
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class EmbeddedPostgres:
    """One PostgreSQL cluster in a folder: ``start()``, use ``dsn()``, ``stop()``; starting again keeps the data.

    The folder holds the lock, the passwords (0600), the log and the cluster. As root the cluster belongs to an
    unprivileged user; where that user cannot reach the folder (a home of mode 0700) the cluster lies under
    ``elsewhere`` and the file ``place`` in the folder says where. Methods block, none needs an event loop, all raise
    EngineFailed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        elsewhere: Path = ELSEWHERE,
    ) -> None:
        """Name the folder; without a port a free one is taken at the first start; settings go over our own."""
        self.folder = folder.absolute()
        self.port = port
        self._settings = {**SETTINGS, **(settings or {})}
        self._elsewhere = elsewhere
        self._lock = FolderLock(self.folder)
        self._secrets = KeptFile(self.folder / "secrets.json")
        self._process = EngineProcess("PostgreSQL", self.folder / "postgres.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid

    @property
    def admin_dsn(self) -> str:
        """Address of the maintenance database as administrator."""
        return self.dsn(role=ADMIN, database="postgres")

    def dsn(self, *, role: str, database: str) -> str:
        """Return the address of a database for a role, with the role's kept password."""
        return f"postgresql://{role}:{self.password_of(role)}@{LOOPBACK}:{self.port}/{database}"

    def password_of(self, role: str) -> str:
        """Return the kept password of a role, made at the first call."""
        return self._secrets.secret(_plain(role))

    def start(self) -> None:
        """Start the server and return when it answers; whatever a killed predecessor left is put in order first."""
        if self.pid:
            return
        with told_plainly(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            try:
                cluster = Cluster(self._home(), self._process)
                end_leftovers(cluster.data)
                if self.port:
                    refuse_taken_port(self.port, engine="PostgreSQL")
                cluster.prepare(password=self.password_of(ADMIN))
                self._serve(cluster)
            except BaseException:
                self._process.end(signal.SIGINT, patience=STOP_SECONDS)
                self._lock.release()
                raise

    def stop(self) -> None:
        """Stop cleanly: open transactions are rolled back, what was committed is on disk."""
        self._process.end(signal.SIGINT, signal.SIGQUIT, patience=STOP_SECONDS)
        self._lock.release()

    def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """End the server and all its children at once, as a power cut would: for tests of faults."""
        children = psutil.Process(self.pid).children(recursive=True) if self.pid else []
        self._process.end(signal.SIGKILL, patience=STOP_SECONDS)
        wait_until_gone(children, patience=STOP_SECONDS)
        self._lock.release()

    def discard(self) -> None:
        """Stop and remove folder and cluster, wherever the cluster lies: for databases made to be thrown away."""
        self.stop()
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree((self.folder / "place").read_text(encoding="utf-8").strip(), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ensure_role(self, name: str, password: str | None = None) -> str:
        """Make a role that may sign in and nothing else, or set its password; return the password."""
        word = password or self.password_of(name)
        role = _plain(name)
        self.execute(
            f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD {_quoted(word)}",
            f"ALTER ROLE {role} SET search_path = {role}",
        )
        return word

    def ensure_database(self, name: str) -> None:
        """Make a database that nobody but invited roles may enter."""
        if _plain(name) not in {row["datname"] for row in self.execute("SELECT datname FROM pg_database")}:
            self.execute(f"CREATE DATABASE {name}")
        self.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        self.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC", database=name)

    def ensure_service(self, service: str, *, database: str) -> str:
        """Make role and schema of a service in a database and return its address; no other role may enter."""
        self.ensure_role(service)
        self.execute(
            f"GRANT CONNECT, TEMPORARY ON DATABASE {_plain(database)} TO {service}",
            f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {service}",
            database=database,
        )
        return self.dsn(role=service, database=database)

    def execute(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements as administrator, each for itself, and return the rows of the last one."""

        async def run() -> list[Any]:
            connection = await asyncpg.connect(self.dsn(role=ADMIN, database=_plain(database)), timeout=10)
            rows: list[Any] = []
            try:
                for statement in statements:
                    rows = await connection.fetch(statement)
            finally:
                await connection.close()
            return rows

        # A thread of its own, so that callers may or may not run an event loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, run()).result()

    def _home(self) -> Path:
        """Return the folder of the cluster: in the data folder, or elsewhere when the server's user cannot go there."""
        note = self.folder / "place"
        if note.exists():
            home = Path(note.read_text(encoding="utf-8").strip())
            if not home.is_dir():
                raise EngineFailed(
                    f"{note} says that the database lies in {home}, but that is gone: put it back from a backup, "
                    f"or remove {self.folder} to begin with an empty one"
                )
            return home
        home = self.folder / "cluster"
        if os.geteuid() != 0 or home.exists() or may_enter(self.folder):
            home.mkdir(exist_ok=True)
            return home
        home = self._elsewhere / secrets.token_hex(8)
        home.mkdir(parents=True, mode=0o755)
        home.chmod(0o755)
        if not may_enter(home):
            home.rmdir()
            raise EngineFailed(
                f"the user {UNPRIVILEGED}, who runs PostgreSQL because you are root, can reach neither {self.folder} "
                f"nor {self._elsewhere}: choose another data folder"
            )
        note.write_text(f"{home}\n", encoding="utf-8")
        return home

    def _serve(self, cluster: Cluster) -> None:
        port = self.port or free_port()
        settings = {**self._settings, "port": str(port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [cluster.program("postgres"), "-D", cluster.data, *options]
        self._process.spawn(command, environment=ENVIRONMENT, user=cluster.user)
        status = cluster.data / "postmaster.pid"
        for _ in until(time.monotonic() + START_SECONDS):
            if self._process.pid is None:
                raise self._process.failure(folder=self.folder, port=port)
            with contextlib.suppress(OSError, IndexError):
                lines = status.read_text().splitlines()
                if int(lines[0]) == self._process.pid and lines[7].strip() == "ready":
                    self.port = port
                    return
        raise EngineFailed(f"PostgreSQL did not answer within {START_SECONDS:.0f} s (log: {self._process.log})")


def _plain(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise EngineFailed(f"{name!r} cannot be the name of a role or database: use a-z, 0-9 and _")
    return name


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

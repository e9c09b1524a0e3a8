"""What both embedded engines need: one owner per folder, kept secrets, a port, and the life of one process."""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

LOOPBACK = "127.0.0.1"
LOG_KEPT_BYTES = 16 * 1024 * 1024
POLL_SECONDS = 0.02


class EngineFailed(Exception):
    """An embedded engine cannot start or go on; the message is one sentence for the person at the terminal."""


class FolderInUse(EngineFailed):
    """Another luoshi holds the data folder."""


class FolderLock:
    """One owner per data folder, held by the operating system: it ends with the process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the folder; raises EngineFailed naming the process that holds it."""
        if self._descriptor is not None:
            return
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        except BlockingIOError:
            owner = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise FolderInUse(
                f"the folder {self.path.parent} is in use by another luoshi (process {owner}): stop that one first, "
                "or choose another data folder"
            ) from None
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the folder free; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class KeptFile:
    """A small JSON document readable by its owner only, changed under a lock and replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """Return the document, empty when there is none; raises EngineFailed when it cannot be understood."""
        try:
            document: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as damage:
            raise EngineFailed(f"the file {self.path} is damaged ({damage}): put it back from a backup") from None
        return document

    @contextlib.contextmanager
    def change(self) -> Iterator[dict[str, Any]]:
        """Yield the document to be changed; it is written when the block ends well, by one process at a time."""
        with self.path.with_suffix(".lock").open("a", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            document = self.read()
            before = json.dumps(document)
            yield document
            if json.dumps(document) != before:
                replace_file(self.path, json.dumps(document, indent=1, sort_keys=True))

    def secret(self, name: str) -> str:
        """Return the password kept under a name, made once from the machine's random source."""
        with self.change() as document:
            kept: str = document.setdefault(name, secrets.token_urlsafe(24))
        return kept


def replace_file(path: Path, text: str) -> None:
    """Write a file as a whole, mode 0600: after a power cut there is the old text or the new one, never a part."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Make the renames inside a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def refuse_taken_port(port: int, *, engine: str, host: str = LOOPBACK) -> None:
    """Raise EngineFailed when another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            raise EngineFailed(_port_sentence(port, engine=engine, reason=refusal.strerror or str(refusal))) from None


def _port_sentence(port: int, *, engine: str, reason: str) -> str:
    return f"{engine} cannot listen on port {port} ({reason}): another program has it, choose another port"


@contextlib.contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses about a folder into one sentence; nothing is removed."""
    try:
        yield
    except OSError as trouble:
        reasons = {
            errno.ENOSPC: "the disk is full: make room and start again",
            errno.EDQUOT: "your share of the disk is used up: make room and start again",
            errno.EACCES: "this user may not write there: choose another data folder",
            errno.EPERM: "this user may not write there: choose another data folder",
            errno.EROFS: "the disk is read-only: choose another data folder",
        }
        # shutil.Error carries many refusals and no number of its own.
        number = errno.ENOSPC if os.strerror(errno.ENOSPC) in str(trouble) else trouble.errno
        reason = reasons.get(number or 0, str(trouble))
        raise EngineFailed(f"the folder {folder} cannot be used, {reason}; nothing was lost") from trouble


class EngineProcess:
    """One running engine: started in a session of its own, so that Ctrl-C reaches us first and we stop it in order."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def spawn(
        self, command: Sequence[str | Path], *, environment: Mapping[str, str], user: Mapping[str, Any] | None = None
    ) -> None:
        """Start the program with its output appended to the log."""
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self._log_start = out.tell()
            self._process = subprocess.Popen(
                [os.fspath(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd="/",
                start_new_session=True,
                **(user or {}),
            )

    def wait(self) -> int:
        """Wait for a program that ends by itself and return its exit code."""
        if self._process is None:
            raise EngineFailed(f"{self.name} was not started")
        code = self._process.wait()
        self._process = None
        return code

    def end(self, *signals: signal.Signals, patience: float) -> None:
        """Send one signal after another, each with so many seconds of patience, until the process has ended."""
        process = self._process
        if process is None:
            return
        for number in (*signals, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(number)
            try:
                process.wait(patience)
                break
            except subprocess.TimeoutExpired:
                continue
        self._process = None

    def said(self) -> str:
        """Return what it has written to its log since this start, at most the last 4,000 bytes."""
        try:
            with self.log.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(self._log_start, size - 4000))
                return log.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def failure(self, *, folder: Path, port: int) -> EngineFailed:
        """Explain in one sentence why it did not start, from what it said."""
        said = self.said()
        if "address already in use" in said.lower():
            return EngineFailed(_port_sentence(port, engine=self.name, reason="address already in use"))
        if "no space left on device" in said.lower():
            return EngineFailed(f"the disk of {folder} is full: make room and start again; nothing was lost")
        lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
        telling = [line for line in lines if any(mark in line for mark in ("FATAL", "[FTL]", "error: "))]
        words = (telling or lines)[-1]
        return EngineFailed(f"{self.name} did not start: {words} (log: {self.log})")


def wait_until_gone(processes: Sequence[psutil.Process], *, patience: float) -> list[psutil.Process]:
    """Wait for processes that may be nobody's children any more; return those still there after so many seconds."""
    left = [process for process in processes if _works(process)]
    for _ in until(time.monotonic() + patience):
        left = [process for process in left if _works(process)]
        if not left:
            break
    return left


def _works(process: psutil.Process) -> bool:
    """A zombie has ended, though its parent (in a container nobody may feel responsible) has not asked for it yet."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def until(deadline: float) -> Iterator[None]:
    """Yield every few milliseconds until the monotonic deadline has passed, for readiness told by a file."""
    while time.monotonic() < deadline:
        yield
        time.sleep(POLL_SECONDS)

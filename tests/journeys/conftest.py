"""A whole city as a person meets it: `luoshi up` in a process of its own, and a real browser in front of it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from luoshi.place import Place
from tests.journeys.people import City
from tools.browser import provide

STOP_SECONDS = 30


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def living_city(folder: Path, *options: str) -> Iterator[str]:
    """Run `luoshi up` until the block ends, and yield the address that it prints last."""
    command = [sys.executable, "-m", "luoshi", "up", "--data", str(folder), "--port", str(_free_port()), *options]
    errors = (folder.parent / "up.log").open("w")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        address = next((line.strip() for line in process.stdout if line.startswith("http")), "")
        assert address, f"luoshi up has ended: {(folder.parent / 'up.log').read_text()[-2000:]}"
        yield address.rstrip("/")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGINT)
        process.wait(STOP_SECONDS)
        errors.close()
        Place.at(folder).postgres.discard()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a city whose story has been told, up to 10 March."""
    with living_city(tmp_path_factory.mktemp("city") / "data") as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(provide()), args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def city(address: str, browser: Browser) -> Iterator[City]:
    """People at browsers in front of the city; every page they open is watched for errors."""
    with City(address, browser) as found:
        yield found
        assert found.complaints == []


@pytest.fixture
def empty_city(tmp_path: Path, browser: Browser) -> Iterator[City]:
    """A city of its own in which nothing has happened yet."""
    with living_city(tmp_path / "data", "--no-story") as address, City(address, browser) as found:
        yield found

"""A third party that knows docs/events.md and a credential holds the same list as the API (acceptance 5)."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.client import Client
from nats.errors import TimeoutError as NatsTimeout

from luoshi.operate import make_credential
from luoshi_common.events.every_service import REACHED
from luoshi_directory.app import SERVICE as DIRECTORY
from luoshi_tasks.app import SERVICE as TASKS
from tests.engines import ROOT, Engines
from tests.services.directory.conftest import load, reference_city
from tests.services.tasks.conftest import Tasks
from tests.stack import Stack, running

pytestmark = pytest.mark.anyio

SECONDS = 60
VIEWERS = {"version", "leader", "acceptor"}
"""What the API adds to the facts: the version for If-Match, and names of persons."""


@pytest.fixture(scope="module")
async def town(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given a city of directory and tasks in which every kind of fact about an item has happened."""
    async with running(engines, services=(DIRECTORY, TASKS), files=tmp_path_factory.mktemp("files")) as stack:
        await load(stack, reference_city(stack.city))
        for name in stack.host.runtimes:
            await stack.published(REACHED[name])
        await stack.host.wait_until_ready()
        await _tell_a_story(Tasks(stack, title="活动演示方案"))
        await stack.settled()
        yield stack


async def _tell_a_story(tasks: Tasks) -> None:
    """Imported, confirmed, arranged, issued, applied for, returned, applied for again, struck off; one goes on."""
    await tasks.confirmed_plan()
    item = await tasks.issued(3, four_major="project")
    application = await tasks.applied(item, by="highways_liaison")
    first, *others = [check["part_id"] for check in application["checks"]]
    verdicts = [{"part_id": first, "verdict": "return", "reason": "缺少竣工验收报告"}]
    verdicts += [{"part_id": part, "verdict": "pass"} for part in others]
    await tasks.checked(application, *verdicts)
    await tasks.checked(await tasks.applied(await tasks.item(3), by="highways_liaison"))
    await tasks.arranged(30, deadline=None, continuing=True)
    assert (await tasks.item(3))["state"] == "struck_off"


@pytest.fixture
async def credential(town: Stack, tmp_path: Path) -> Path:
    """Given what `luoshi bus add-subscriber` prints, kept in a file."""
    return _kept(await make_credential(town.engines.nats, name="neighbour", city=town.city), tmp_path)


def _kept(credential: dict[str, Any], folder: Path) -> Path:
    path = folder / "credential.json"
    path.write_text(json.dumps(credential))
    return path


async def _rebuilt(credential: Path) -> dict[str, Any]:
    """What the third party knows; Python keeps the house's own packages from its script."""
    script = ROOT / "tests/contracts/rebuild_items.py"
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-I", script, credential], capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class TestAThirdParty:
    async def test_rebuilds_the_item_list_field_by_field(self, town: Stack, credential: Path) -> None:
        page = await town.as_person("office").get("/api/tasks/v1/items", params={"limit": 200})
        shown = [{name: value for name, value in item.items() if name not in VIEWERS} for item in page.json()["items"]]

        first, again = await _rebuilt(credential), await _rebuilt(credential)

        assert len(shown) == 30
        assert first["items"] == shown
        assert again == first

    async def test_knows_every_unit_that_an_item_names(self, town: Stack, credential: Path) -> None:
        units, after = {}, None
        while True:
            params = {"limit": 200} | ({"after": after} if after else {})
            page = (await town.as_person("office").get("/api/directory/v1/units", params=params)).json()
            units |= {unit["id"]: unit["name"] for unit in page["items"]}
            if (after := page["next"]) is None:
                break

        known = (await _rebuilt(credential))["units"]

        assert {unit["id"]: unit["name"] for unit in known.values()} == units

    async def test_learns_no_persons_name(self, town: Stack, credential: Path) -> None:
        people = (await town.as_person("office").get("/api/directory/v1/people", params={"limit": 200})).json()["items"]

        told = json.dumps(await _rebuilt(credential), ensure_ascii=False)

        assert people
        assert [person["name"] for person in people if person["name"] in told] == []

    async def test_is_refused_everything_else(self, town: Stack) -> None:
        """Facts that are not for third parties, speaking, and making or changing consumers."""
        refusals: asyncio.Queue[str] = asyncio.Queue()

        async def refused(error: Exception) -> None:
            await refusals.put(str(error))

        mine = await make_credential(town.engines.nats, name="neighbour", city=town.city)
        bus = await nats.connect(
            mine["url"], nkeys_seed_str=mine["nkey_seed"], inbox_prefix=mine["inbox_prefix"].encode(), error_cb=refused
        )
        stream, own = f"TASKS-{town.city}", f"ev.{town.city}.tasks"
        for subject in (
            f"{own}.item.issued.v1",
            f"$JS.API.CONSUMER.CREATE.{stream}.mine",
            f"$JS.API.CONSUMER.CREATE.{stream}.subscriber-neighbour-tasks",
            f"$JS.API.CONSUMER.DELETE.{stream}.subscriber-neighbour-tasks",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.tasks-mirror-directory",
            f"$JS.API.STREAM.MSG.GET.{stream}",
        ):
            await bus.publish(subject, b"{}")
            assert subject.lower() in (await asyncio.wait_for(refusals.get(), SECONDS)).lower()
        for subject in (f"{own}.clock.reached.v1", f"ev.{town.city}.directory.person.changed.v1", "ev.>"):
            await bus.subscribe(subject)
            assert subject.lower() in (await asyncio.wait_for(refusals.get(), SECONDS)).lower()
        await _hears(bus, f"{own}.item.issued.v1")
        await bus.close()


async def _last_arranged(town: Stack) -> str:
    page = await town.as_person("office").get("/api/tasks/v1/items", params={"limit": 200})
    return next(str(item["id"]) for item in page.json()["items"] if item["no"] == 30)


async def _hears(bus: Client, subject: str) -> None:
    """What it may know it may also hear as it happens."""
    subscription = await bus.subscribe(subject)
    await bus.flush()
    with pytest.raises(NatsTimeout):
        await subscription.next_msg(timeout=0.05)


class TestTheExample:
    async def test_says_what_happens_as_it_happens(self, town: Stack, tmp_path: Path) -> None:
        """docs/examples/subscribe.py, ten lines of Python."""
        credential = _kept(await make_credential(town.engines.nats, name="listener", city=town.city), tmp_path)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", ROOT / "docs/examples/subscribe.py", credential, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None

        async def until(kind: str) -> list[str]:
            lines: list[str] = []
            async with asyncio.timeout(SECONDS / 2):
                while kind not in "".join(lines[-1:]):
                    lines.append((await process.stdout.readline()).decode())
            return lines

        try:
            history = await until("luoshi.tasks.item.arranged.v1 items/" + (await _last_arranged(town)))
            await Tasks(town, title="演示方案二").import_plan()
            news = await until("luoshi.tasks.plan.imported.v1")
        finally:
            process.kill()
            await process.communicate()

        assert history[0].split()[1] == "luoshi.tasks.plan.imported.v1"
        assert len(history) > 31
        assert len(news) == 1

    def test_stands_in_the_page_about_events(self) -> None:
        example = (ROOT / "docs/examples/subscribe.py").read_text(encoding="utf-8")

        assert example.split("import asyncio", 1)[1].strip() in (ROOT / "docs/events.md").read_text(encoding="utf-8")

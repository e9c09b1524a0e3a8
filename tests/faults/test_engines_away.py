"""Engines that go away for a while, or come back with less than they had."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from luoshi_common.clock import machine_now
from tests.engines import ROOT
from tests.faults.office import Office, is_problem, key
from tests.faults.town import Town

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400), pytest.mark.xdist_group("faults")]


class TestABusThatIsAway:
    async def test_holds_up_no_command_and_loses_no_fact(self, town: Town) -> None:
        office = Office(town)
        town.place.nats.stop()
        try:
            plan = await office.confirmed_plan(title="总线离线时确认的方案")
            listed = await office.as_person("office").get("/items", params={"plan": plan["id"], "limit": 200})
            waiting = town.unpublished("tasks")
        finally:
            town.place.nats.start()
        await office.close()

        assert len(listed.json()["items"]) == 30
        assert waiting > 31
        await town.settled()
        heard = [fact for fact in await town.stream("tasks") if plan["id"] in str(fact["data"])]
        assert len(heard) == waiting

    async def test_killed_with_damage_is_made_whole_by_publishing_again(self, town: Town) -> None:
        """Facts that a consumer had not seen yet are lost with the stream's end, and come back from the outbox."""
        office, since = Office(town), machine_now() - timedelta(hours=1)
        town.stop("scoring")
        lost = await office.confirmed_plan(title="消息流受损前确认的方案")
        await town.settled()
        before = await town.stream("tasks")

        town.place.nats.kill()
        _cut_off_the_end(town.place.nats.folder, stream="TASKS-360600")
        town.place.nats.start()
        damaged = await town.stream("tasks")
        told = await _command(town, "relay", "republish", "--since", since.isoformat())
        await town.start("scoring")
        after = await office.confirmed_plan(title="消息流恢复后确认的方案")
        await office.close()

        assert len(damaged) < len(before)
        assert "tasks" in told
        await town.settled()
        whole = await town.stream("tasks")
        assert {fact["id"] for fact in before} < {fact["id"] for fact in whole}
        for plan in (lost, after):
            items = f"SELECT id FROM tasks.item WHERE plan_id = '{plan['id']}'"
            assert town.rows(f"SELECT count(*) FROM scoring.item_state WHERE item_id IN ({items})")[0][0] == 30
            assert town.rows(f"SELECT count(*) FROM notify.message WHERE matter_id = '{plan['id']}'")[0][0] > 0


class TestADatabaseThatIsRestarted:
    async def test_is_a_matter_of_trying_again(self, town: Town) -> None:
        """In between requests are answered 503 with Retry-After; what was answered 201 stays, the rest is repeated."""
        office = Office(town)
        keys = {f"数据库重启时导入的方案{number}": key() for number in range(12)}

        async with _asking(office) as answers:
            await asyncio.to_thread(town.place.postgres.stop)
            refused = [await office.import_plan(title=title, headers=once) for title, once in keys.items()][:6]
            await asyncio.to_thread(town.place.postgres.start)
            made = [await _until_made(office, title, once) for title, once in keys.items()]
        await office.close()

        for answer in refused:
            is_problem(answer, 503, "unavailable")
            assert int(answer.headers["Retry-After"]) > 0
        assert {answer.status_code for answer in answers} == {200, 503}
        assert len({answer.json()["id"] for answer in made}) == 12
        assert town.rows("SELECT count(*) FROM tasks.plan WHERE title LIKE '%数据库重启时导入%'")[0][0] == 12


@asynccontextmanager
async def _asking(office: Office) -> AsyncIterator[list[httpx.Response]]:
    """Somebody asks without a pause for as long as this lasts."""
    answers: list[httpx.Response] = []

    async def ask() -> None:
        while True:
            answers.append(await office.as_person("acceptor").get("/items", params={"limit": 1}))

    task = asyncio.create_task(ask())
    yield answers
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def _until_made(office: Office, title: str, once: dict[str, str]) -> httpx.Response:
    """Repeat a request with its own key until it is answered."""
    async with asyncio.timeout(60):
        while True:
            answer = await office.import_plan(title=title, headers=once)
            if answer.is_success:
                return answer
            is_problem(answer, 503)


def _cut_off_the_end(folder: Path, *, stream: str) -> None:
    """What a power cut leaves of a last block: its first two thirds, and no index."""
    (messages,) = folder.glob(f"store/**/{stream}/msgs")
    last = max(messages.glob("*.blk"), key=lambda block: int(block.stem))
    with last.open("r+b") as block:
        block.truncate(last.stat().st_size * 2 // 3)
    (messages / "index.db").unlink(missing_ok=True)


async def _command(town: Town, *words: str) -> str:
    """Run the operator's command on the town's data folder."""
    command = [sys.executable, "-W", "ignore", "-m", "luoshi", *words, "--data", str(town.place.folder)]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

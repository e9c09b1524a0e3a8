"""Processes that die by kill -9 between any two steps of the way of a fact: nothing lost, nothing twice."""

import contextlib
import signal

import httpx
import pytest

from tests.faults.office import Office, key, on
from tests.faults.town import Town

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400), pytest.mark.xdist_group("faults")]


class TestADeathBetweenCommitAndPublish:
    async def test_makes_a_fact_late_and_no_more(self, town: Town) -> None:
        office, once = Office(town), key()
        town.let_die("tasks", at="publish")

        try:
            first: httpx.Response | None = await office.import_plan(title="提交后断电的方案", headers=once)
        except httpx.TransportError:
            first = None
        assert await town.died("tasks") == -signal.SIGKILL
        assert town.unpublished("tasks") > 0
        await town.start("tasks")
        await office.close()
        again = await office.import_plan(title="提交后断电的方案", headers=once)
        await office.close()

        assert again.status_code == 201, again.text
        assert first is None or first.json() == again.json()
        assert town.rows("SELECT count(*) FROM tasks.plan WHERE title LIKE '%提交后断电的方案'")[0][0] == 1
        await town.settled()
        imported = [fact for fact in await town.stream("tasks") if fact["data"].get("id") == again.json()["id"]]
        assert [fact["type"] for fact in imported] == ["luoshi.tasks.plan.imported.v1"]


class TestADeathBetweenPublishAndMark:
    async def test_sends_again_what_the_stream_already_knows(self, town: Town) -> None:
        office = Office(town)
        plan = await office.read_plan(title="标记前断电的方案")
        await town.settled()
        once = key() | on(plan)
        town.let_die("tasks", at="mark")

        with contextlib.suppress(httpx.TransportError):
            await office.confirm(plan, headers=once)
        assert await town.died("tasks") == -signal.SIGKILL
        waiting = town.unpublished("tasks")
        already = len(await town.stream("tasks"))
        await town.start("tasks")
        await office.close()
        again = await office.confirm(plan, headers=once)
        await office.close()

        assert waiting == 31
        assert again.status_code == 200, again.text
        await town.settled()
        assert len(await town.stream("tasks")) == already
        assert town.rows(f"SELECT count(*) FROM tasks.item WHERE plan_id = '{plan['id']}'")[0][0] == 30


class TestADeathBetweenCommitAndAcknowledgement:
    async def test_of_a_projection_brings_its_batch_again_and_counts_it_once(self, town: Town) -> None:
        office = Office(town)
        plan = await office.read_plan(title="投影确认收讫前断电的方案")
        await town.settled()
        facts = "SELECT count(*) FROM scoring.item_fact"
        before = town.rows(facts)[0][0]
        town.let_die("scoring", at="ack")

        confirmed = await office.confirm(plan)
        await office.close()
        ended = await town.died("scoring")
        committed = town.rows(facts)[0][0] - before
        await town.start("scoring")

        assert (confirmed.status_code, ended) == (200, -signal.SIGKILL)
        assert committed > 0
        await town.settled()
        assert town.rows(facts)[0][0] - before == 30

    async def test_of_a_reaction_tells_nobody_twice(self, town: Town) -> None:
        office = Office(town)
        town.let_die("notify", at="ack")

        plan = (await office.import_plan(title="通知确认收讫前断电的方案")).json()
        await office.close()
        ended = await town.died("notify")
        told = f"SELECT person_id, event_id FROM notify.message WHERE matter_id = '{plan['id']}' ORDER BY 1"
        before = town.rows(told)
        await town.start("notify")

        assert ended == -signal.SIGKILL
        assert before
        await town.settled()
        assert town.rows(told) == before

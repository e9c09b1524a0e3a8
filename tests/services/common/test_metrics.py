"""What Prometheus reads of a running service is what happened."""

from uuid import uuid4

from sqlalchemy import text

from luoshi_common.watch import Watch
from tests.notes import House
from tests.stack import Stack

NOTES = "/api/tasks/v1/notes"


async def gauges(stack: Stack, service: str) -> dict[str, float]:
    """Name with labels → value."""
    exposed = (await stack.client().get(f"/api/{service}/metrics")).text
    lines = (line.rsplit(" ", 1) for line in exposed.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in lines}


class TestMetrics:
    async def test_follow_a_fact_from_the_relay_to_its_consumers(self, toys: Stack) -> None:
        office = toys.as_person("office")

        await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": uuid4().hex})
        await toys.settled()

        tasks, scoring = await gauges(toys, "tasks"), await gauges(toys, "scoring")
        assert tasks["luoshi_relay_leader"] == 1
        assert tasks["luoshi_relay_published_total"] == 1
        for consumer in ("scoring-notes-tasks", "scoring-tell-tasks"):
            assert scoring[f'luoshi_consumed_total{{consumer="{consumer}",outcome="taken_in"}}'] == 1

    async def test_show_an_invariant_that_does_not_hold(self, house: House) -> None:
        watch = Watch(runtime=house.runtime)
        await house.write()
        await watch.hold_invariants()
        before = (await gauges(house.stack, "tasks"))["luoshi_invariants_broken"]

        async with house.runtime.engine.begin() as connection:
            await connection.execute(text("UPDATE memo SET text = ''"))
        await watch.hold_invariants()
        broken = (await gauges(house.stack, "tasks"))["luoshi_invariants_broken"]
        async with house.runtime.engine.begin() as connection:
            await connection.execute(text("TRUNCATE memo"))

        assert (before, broken) == (0, 1)

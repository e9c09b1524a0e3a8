"""A small town that scoring and notify know from the mirror, and whose tasks service tells what a test has it tell."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from luoshi_common.db.mechanism import Rows, inbox, write
from luoshi_common.events.tasks import PlanConfirmed, PlanImported
from luoshi_common.events.values import UnitRef
from luoshi_common.ids import new_id
from luoshi_common.messaging.subscriber import Received
from luoshi_common.mirror import model
from luoshi_notify.app import SERVICE as NOTIFY
from luoshi_scoring.app import SERVICE as SCORING
from tests.engines import Engines
from tests.factories import facts
from tests.factories.facts import Course
from tests.stack import Stack, running
from tests.toy import services as toy

UNITS = {"water": "市水利局", "parks": "市城管局", "hills": "月湖区政府"}


@dataclass
class Town:
    """The town: its units, and by code its people (`office`, `leader`, `acceptor`, `water_head`, `water_liaison` …)."""

    stack: Stack
    units: dict[str, UnitRef]

    def course(
        self, *, no: int = 1, lead: Sequence[str] = ("water",), responsible: Sequence[str] = ("parks",)
    ) -> Course:
        """The course of an item of these units."""
        people = self.stack.people
        return Course(
            facts.item(
                no=no, lead=[self.units[code] for code in lead], responsible=[self.units[code] for code in responsible],
                leader_id=people["leader"], acceptor_id=people["acceptor"],
            )
        )  # fmt: skip

    def told(self, *courses: Course) -> list[Received]:
        """The facts of the courses as the town's tasks service tells them."""
        return [fact for course in courses for fact in course.received(city=self.stack.city)]

    def plan(self) -> list[Received]:
        """A plan is read, read anew with a corrected document, and confirmed."""
        imported = PlanImported.example
        story = [
            PlanImported.model_validate(imported),
            PlanImported.model_validate({**imported, "reading": 2}),
            PlanConfirmed.model_validate(PlanConfirmed.example),
        ]
        return facts.received(story, entity=f"plans/{new_id()}", city=self.stack.city)

    async def tell(self, *told: Received) -> None:
        """Put facts into the outbox of tasks, and await that they were taken in."""
        runtime = self.stack.host.runtimes["tasks"]
        events = [(fact.id, fact.kind.subject(self.stack.city), fact.encode()) for fact in told]
        async with runtime.engine.begin() as connection:
            await write(connection, Rows(events=events))
        runtime._wake_relay()
        await self.stack.settled()

    async def tell_again(self, *told: Received) -> None:
        """Bring facts once more, long after the bus has forgotten that it had them."""
        client = self.stack.host.runtimes["tasks"].client
        assert client is not None
        for fact in told:
            await client.publish(fact.kind.subject(self.stack.city), fact.encode().encode())
        await client.flush()
        await self.stack.settled()

    async def forget(self) -> None:
        """Begin anew: no item was ever told of."""
        await self.stack.settled()
        self.stack.heard.clear()
        for name in ("scoring", "notify"):
            runtime = self.stack.host.runtimes[name]
            async with runtime.engine.begin() as connection:
                for table in (inbox, *runtime.service.metadata.sorted_tables):
                    await connection.execute(table.delete())


@asynccontextmanager
async def a_town(engines: Engines, files: Path) -> AsyncIterator[Town]:
    """Scoring and notify beside a tasks service that tells what it is given."""
    async with running(engines, services=(toy.TASKS, SCORING, NOTIFY), files=files) as stack:
        town = Town(stack, {code: facts.unit(name) for code, name in UNITS.items()})
        people = [("office", None, ["office"]), ("leader", None, ["leader"]), ("acceptor", None, ["acceptor"])]
        people += [(f"{code}_head", code, ["unit_head"]) for code in UNITS]
        people += [(f"{code}_liaison", code, ["unit_liaison"]) for code in UNITS if code != "hills"]
        stack.people.update({code: new_id() for code, _, _ in people})
        rows = [_person(town, code, unit, roles) for code, unit, roles in people]
        for name in ("scoring", "notify"):
            async with stack.host.runtimes[name].engine.begin() as connection:
                await connection.execute(insert(model.unit), [_unit(code, unit) for code, unit in town.units.items()])
                await connection.execute(insert(model.person), rows)
                await connection.execute(update(model.city).values(name="示例市"))
        yield town


def _unit(code: str, unit: UnitRef) -> dict[str, Any]:
    return {
        "id": unit.id, "code": code, "name": unit.name, "full_name": unit.name, "type": "department", "aliases": [],
        "parent_id": None, "demo": True, "active": True, "version": 1,
    }  # fmt: skip


def _person(town: Town, code: str, unit: str | None, roles: list[str]) -> dict[str, Any]:
    return {
        "id": town.stack.people[code], "name": f"示例{code}", "unit_id": town.units[unit].id if unit else None,
        "title": "", "roles": roles, "active": True, "demo": True, "version": 1,
    }  # fmt: skip

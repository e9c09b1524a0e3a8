"""The way of an item as units and persons see it: counts and inboxes, through the typed clients, all services real."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from luoshi_client.notify import Message, Notify
from luoshi_client.scoring import LONGEST_PAGE, Scoring, UnitCounts
from luoshi_client.session import Refusal, ServiceSession
from luoshi_common.events.envelope import Envelope
from luoshi_common.events.every_service import REACHED
from luoshi_common.events.registry import Payload
from luoshi_common.events.tasks import ItemFact
from luoshi_directory.app import SERVICE as DIRECTORY
from luoshi_notify.app import SERVICE as NOTIFY
from luoshi_scoring.app import SERVICE as SCORING
from luoshi_tasks.app import SERVICE as TASKS
from tests.engines import Engines
from tests.services.directory.conftest import load, reference_city
from tests.services.tasks.conftest import Tasks
from tests.stack import Stack, running

pytestmark = pytest.mark.anyio

LEAD = "highways_liaison"
"""Liaison of the unit that leads item 3 of the demo plan."""


@pytest.fixture(scope="module")
async def town(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given the demo city with all its services; one for the tests of this module."""
    files = tmp_path_factory.mktemp("files")
    async with running(engines, services=(DIRECTORY, TASKS, SCORING, NOTIFY), files=files) as stack:
        await load(stack, reference_city(stack.city))
        for name in stack.host.runtimes:
            await stack.published(REACHED[name])
        await stack.host.wait_until_ready()
        await stack.settled()
        yield stack


@pytest.fixture
async def tasks(town: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Tasks]:
    """Given a plan of this test's own; afterwards every invariant and audit chain must hold."""
    yield Tasks(town, title=f"活动{len(request.node.name)}方案")
    await town.settled()
    await town.check()


def scoring(tasks: Tasks, person: str) -> Scoring:
    """The scoring service in a person's hands."""
    return Scoring(ServiceSession(tasks.by(person), root="/api/scoring"))


async def entries(tasks: Tasks, person: str, *, must_act: bool = False, limit: int | None = None) -> list[Message]:
    """The first page of a person's inbox."""
    page = await Notify(ServiceSession(tasks.by(person), root="/api/notify")).inbox(must_act=must_act, limit=limit)
    return list(page.items)


async def asked(tasks: Tasks, person: str) -> list[str]:
    """What a person is asked for."""
    await tasks.stack.settled()
    return [entry.text_key for entry in await entries(tasks, person, must_act=True)]


async def lead_counts(tasks: Tasks, item: dict[str, Any]) -> UnitCounts:
    """The counts of the unit that leads an item, when all facts have arrived."""
    await tasks.stack.settled()
    return await scoring(tasks, "office").unit_counts(item["lead"][0]["id"])


def _is_about_item(event: Envelope[Payload]) -> bool:
    return isinstance(event.payload, ItemFact)


class TestTheWayOfAnItem:
    """From the document to its strike-off, in every inbox and every count."""

    async def test_is_found_in_inboxes_and_counts(self, tasks: Tasks) -> None:
        """R8, R61, R62."""
        await tasks.confirmed_plan()
        assert await asked(tasks, "office") == []
        assert {entry.text_key for entry in await entries(tasks, "office")} == {"plan_imported"}

        item = await tasks.issued(3)
        assert await asked(tasks, LEAD) == ["item_issued"]
        assert (await lead_counts(tasks, item)).lead.open.number == 1

        application = await tasks.applied(item, by=LEAD)
        assert (await asked(tasks, LEAD), await asked(tasks, "acceptor")) == ([], ["strike_off_applied"])

        first, *others = [check["part_id"] for check in application["checks"]]
        verdicts = [{"part_id": first, "verdict": "return", "reason": "缺少竣工验收报告"}]
        await tasks.checked(application, *verdicts, *({"part_id": part, "verdict": "pass"} for part in others))
        assert (await asked(tasks, LEAD), await asked(tasks, "acceptor")) == (["item_returned"], [])
        (why,) = [entry for entry in await entries(tasks, LEAD) if entry.text_key == "part_returned"]
        assert why.facts["reason"] == "缺少竣工验收报告"

        await tasks.checked(await tasks.applied(await tasks.item(3), by=LEAD))
        assert (await asked(tasks, LEAD), await asked(tasks, "acceptor")) == ([], [])
        assert (await entries(tasks, LEAD))[0].text_key == "item_struck_off"
        await self._counts_stand(tasks, await tasks.item(3))

    async def _counts_stand(self, tasks: Tasks, item: dict[str, Any]) -> None:
        counted = await lead_counts(tasks, item)
        lead = counted.lead
        assert (lead.open.number, lead.struck_off.number, lead.returned.number) == (0, 1, 1)
        receipt = await scoring(tasks, "office").receipt(lead.struck_off.receipt)
        assert [(line.type, line.item_no, line.version) for line in receipt.events] == [
            ("tasks.item.struck_off", 3, item["version"])
        ]
        responsible = {part["unit"]["id"] for part in item["parts"] if part["role"] == "responsible"}
        struck_off = {
            str(unit.unit_id) for unit in await scoring(tasks, "office").counts() if unit.responsible.struck_off.number
        }
        collective = {part["unit"]["id"] for part in item["parts"] if part["collective"]}
        assert struck_off == responsible - collective
        recount = await scoring(tasks, "office").recount()
        assert (recount.differences, recount.facts) == ((), len([e for e in tasks.stack.heard if _is_about_item(e)]))

    async def test_of_issuing_all_at_once_reaches_everybody_once(self, tasks: Tasks) -> None:
        """R61: all that is ready is issued in one act."""
        await tasks.confirmed_plan()
        for item in await tasks.items():
            if item["lead"]:
                await tasks.arranged(item["no"])
        before = {unit.unit_id: unit.lead.open.number for unit in await scoring(tasks, "office").counts()}

        plan = await tasks.get(f"/plans/{tasks.plan['id']}")
        await tasks.send("POST", f"/plans/{plan['id']}/issues", on=plan)
        await tasks.stack.settled()

        issued = {UUID(item["id"]): item for item in await tasks.items() if item["state"] == "issued"}
        assert len(issued) == len([item for item in await tasks.items() if item["lead"]])
        told = [entry.about_id for entry in await entries(tasks, "executive_vice_mayor", limit=LONGEST_PAGE)]
        assert sorted(item_id for item_id in told if item_id in issued) == sorted(issued)
        after = {unit.unit_id: unit.lead.open.number for unit in await scoring(tasks, "office").counts()}
        leads = Counter(UUID(unit["id"]) for item in issued.values() for unit in item["lead"])
        assert {unit: after[unit] - before[unit] for unit in after if after[unit] != before[unit]} == leads

    async def test_is_not_recounted_by_just_anybody(self, tasks: Tasks) -> None:
        with pytest.raises(Refusal) as refusal:
            await scoring(tasks, LEAD).recount()

        assert refusal.value.status == 403

"""The way of an item from a document to its strike-off, through the public API."""

import pytest

from luoshi_common.events.tasks import (
    ItemDrafted,
    ItemIssued,
    ItemReturned,
    ItemStruckOff,
    PlanConfirmed,
    StrikeOffApplied,
    StrikeOffChecked,
)
from tests.services.tasks.conftest import Tasks

pytestmark = pytest.mark.anyio

LEAD_OF_THREE = "highways_liaison"


class TestTheWayOfAnItem:
    async def test_leads_from_the_document_to_its_strike_off(self, tasks: Tasks) -> None:
        """R1, R8, R60, R61, R62."""
        plan = await tasks.confirmed_plan()
        assert (plan["state"], plan["area_count"], plan["task_count"]) == ("confirmed", 10, 30)
        assert (await tasks.stack.published(PlanConfirmed)).payload.items == 30
        await tasks.stack.published(ItemDrafted, lambda fact: fact.payload.item.no == 30)

        item = await tasks.issued(3)
        assert item["state"] == "issued"
        assert item["waits_for"] == []
        assert (await tasks.stack.published(ItemIssued)).payload.item.no == 3

        application = await tasks.applied(item, by=LEAD_OF_THREE)
        assert application["round"] == 1
        await tasks.stack.published(StrikeOffApplied)
        first, *others = [check["part_id"] for check in application["checks"]]
        returned = {"part_id": first, "verdict": "return", "reason": "缺少竣工验收报告"}
        application = await tasks.checked(application, returned)
        application = await tasks.checked(application, *({"part_id": part, "verdict": "pass"} for part in others))
        assert application["state"] == "returned"
        assert (await tasks.stack.published(ItemReturned)).payload.item.returns == 1

        item = await tasks.item(3)
        assert item["state"] == "issued"
        application = await tasks.applied(item, by=LEAD_OF_THREE)
        assert [check["part_id"] for check in application["checks"]] == [first]
        application = await tasks.checked(application)
        assert application["state"] == "passed"

        item = await tasks.item(3)
        assert (item["state"], item["returns"]) == ("struck_off", 1)
        assert {part["state"] for part in item["parts"]} == {"passed"}
        fact = await tasks.stack.published(ItemStruckOff)
        assert fact.entity_version == item["version"]
        assert (await tasks.stack.published(StrikeOffChecked, lambda f: not f.payload.passed)).payload.reason

        wall = await tasks.get("/wall")
        assert wall["totals"]["struck_off"] == 1
        assert wall["facts"][0]["kind"] == "struck_off"

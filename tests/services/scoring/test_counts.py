"""Counts of units over HTTP, from facts on the stream (R8, R62)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from luoshi_common.ids import new_id
from tests.factories.facts import Course
from tests.factories.town import Town

pytestmark = pytest.mark.anyio

API = "/api/scoring/v1"


async def counts(town: Town, unit: str, *, person: str = "water_head") -> dict[str, Any]:
    """The counts of a unit, as numbers."""
    answer = await town.stack.as_person(person).get(f"{API}/units/{town.units[unit].id}/counts")
    assert answer.status_code == 200, answer.text
    return _numbers(answer.json())


def _numbers(counted: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{role}_{name}": count["number"] for role in ("lead", "responsible") for name, count in counted[role].items()
    }


async def receipt(town: Town, unit: str, kind: str, **headers: str) -> httpx.Response:
    """A receipt of a unit."""
    client = town.stack.as_person("water_head", **headers)
    return await client.get(f"{API}/receipts/{town.units[unit].id}:{kind}")


async def recount(town: Town, *, person: str = "office") -> httpx.Response:
    """Count again."""
    return await town.stack.as_person(person).post(f"{API}/recounts", headers={"Idempotency-Key": str(new_id())})


def a_returned_course(town: Town, *, no: int = 1) -> Course:
    """An item that was returned once and then struck off."""
    course = town.course(no=no).drafted().issued().applied()
    lead, other = course.item.parts
    course.checked(lead).checked(other, passed=False, reason="缺附件").returned()
    return course.applied().checked(other).struck_off()


NONE = {
    "lead_open": 0, "lead_struck_off": 0, "lead_returned": 0, "responsible_open": 0, "responsible_struck_off": 0,
}  # fmt: skip


class TestCounts:
    """What a unit has open, struck off, returned."""

    async def test_are_zero_before_anything_happened(self, town: Town) -> None:
        assert await counts(town, "water") == NONE

    async def test_count_an_item_for_lead_and_responsible_units_apart(self, town: Town) -> None:
        """R8."""
        await town.tell(*town.told(town.course().drafted().issued()))

        assert await counts(town, "water") == {**NONE, "lead_open": 1}
        assert await counts(town, "parks") == {**NONE, "responsible_open": 1}
        assert await counts(town, "hills") == NONE

    async def test_do_not_count_a_draft(self, town: Town) -> None:
        await town.tell(*town.told(town.course().drafted().arranged()))

        assert await counts(town, "water") == NONE

    async def test_count_a_return_for_the_lead_and_the_strike_off_for_all(self, town: Town) -> None:
        """R8, R62."""
        await town.tell(*town.told(a_returned_course(town)))

        assert await counts(town, "water") == {**NONE, "lead_struck_off": 1, "lead_returned": 1}
        assert await counts(town, "parks") == {**NONE, "responsible_struck_off": 1}

    async def test_of_all_units_are_the_same_as_of_each(self, town: Town) -> None:
        await town.tell(*town.told(a_returned_course(town), town.course(no=2, responsible=("hills",)).issued()))

        client = town.stack.as_person("leader")
        pages = [(await client.get(f"{API}/counts", params={"limit": 2})).json()]
        pages.append((await client.get(f"{API}/counts", params={"limit": 2, "after": pages[0]["next"]})).json())

        rows = [row for page in pages for row in page["items"]]
        assert [row["unit_name"] for row in rows] == ["月湖区政府", "市城管局", "市水利局"]
        assert pages[1]["next"] is None
        for row, code in zip(rows, ("hills", "parks", "water"), strict=True):
            assert _numbers(row) == await counts(town, code)

    async def test_do_not_change_when_facts_come_late_doubled_and_out_of_order(self, town: Town) -> None:
        told = town.told(a_returned_course(town))

        await town.tell(*reversed(told[4:]))
        await town.tell(*told[:4])
        await town.tell_again(*told)

        assert await counts(town, "water") == {**NONE, "lead_struck_off": 1, "lead_returned": 1}
        assert (await recount(town)).json()["differences"] == []

    async def test_of_a_unit_that_nobody_knows_are_not_found(self, town: Town) -> None:
        answer = await town.stack.as_person("office").get(f"{API}/units/{town.stack.people['office']}/counts")

        assert (answer.status_code, answer.json()["code"]) == (404, "scoring.counts.no_such_unit")

    async def test_are_for_those_who_signed_in(self, town: Town) -> None:
        answers = [await town.stack.client().get(f"{API}{path}") for path in ("/counts", "/receipts/x")]

        assert [answer.status_code for answer in answers] == [401, 401]

    @pytest.mark.parametrize("path", ["/units/no-id/counts", "/counts?after=nonsense", "/counts?limit=0"])
    async def test_refuse_what_cannot_be_understood(self, town: Town, path: str) -> None:
        answer = await town.stack.as_person("office").get(API + path)

        assert answer.status_code == 422
        assert answer.headers["Content-Type"].startswith("application/problem+json")


class TestAReceipt:
    """Behind every number stand the facts that make it."""

    async def test_opens_a_strike_off_to_its_fact(self, town: Town) -> None:
        """R8."""
        told = town.told(a_returned_course(town, no=7))
        await town.tell(*told)

        opened = (await receipt(town, "water", "lead_struck_off")).json()

        assert (opened["number"], opened["unit_name"], opened["next"]) == (1, "市水利局", None)
        assert opened["events"] == [
            {
                "event_id": str(told[-1].id), "type": "tasks.item.struck_off", "item_id": str(told[-1].entity_id),
                "at": told[-1].time.isoformat().replace("+00:00", "Z"), "item_no": 7, "item_title": "示例事项第7号",
                "version": len(told),
            }
        ]  # fmt: skip

    async def test_opens_an_open_item_to_the_fact_since_which_it_is(self, town: Town) -> None:
        told = town.told(town.course().drafted().arranged().issued().applied())
        await town.tell(*told)

        opened = (await receipt(town, "parks", "responsible_open")).json()

        assert [line["event_id"] for line in opened["events"]] == [str(told[2].id)]

    async def test_shows_every_return_newest_first(self, town: Town) -> None:
        """R62."""
        twice = town.course().drafted().issued().applied().returned().applied().returned()
        once = town.course(no=2).drafted().issued().applied().returned()
        await town.tell(*town.told(twice, once))

        opened = (await receipt(town, "water", "lead_returned")).json()

        assert opened["number"] == len(opened["events"]) == 3
        assert {line["type"] for line in opened["events"]} == {"tasks.item.returned"}
        assert [line["at"] for line in opened["events"]] == sorted(
            (line["at"] for line in opened["events"]), reverse=True
        )

    async def test_comes_page_by_page_with_as_many_lines_as_its_number(self, town: Town) -> None:
        await town.tell(*town.told(*(town.course(no=no).issued() for no in range(1, 6))))
        client, path = town.stack.as_person("office"), f"{API}/receipts/{town.units['water'].id}:lead_open"

        lines, after = [], None
        while True:
            page = (await client.get(path, params={"limit": 2, **({"after": after} if after else {})})).json()
            lines += page["events"]
            after = page["next"]
            if after is None:
                break

        assert page["number"] == len(lines) == len({line["item_id"] for line in lines}) == 5

    async def test_says_how_it_is_counted_in_the_language_of_the_reader(self, town: Town) -> None:
        chinese = (await receipt(town, "water", "lead_open")).json()["how"]
        english = (await receipt(town, "water", "lead_open", **{"Accept-Language": "en"})).json()["how"]

        assert chinese.startswith("本单位牵头")
        assert english.startswith("Items this unit leads")

    @pytest.mark.parametrize("kind", ["lead", "open", "lead_open:1"])
    async def test_that_does_not_exist_is_not_found(self, town: Town, kind: str) -> None:
        answer = await receipt(town, "water", kind)

        assert (answer.status_code, answer.json()["code"]) == (404, "scoring.counts.no_such_receipt")


class TestARecount:
    """Counting again from all facts gives the same digits."""

    async def test_gives_the_same_digits(self, town: Town) -> None:
        """R8."""
        told = town.told(a_returned_course(town), town.course(no=2, lead=("parks", "hills")).issued().applied())
        await town.tell(*told)

        answer = await recount(town)

        assert answer.status_code == 200, answer.text
        assert answer.json() == {"facts": len(told), "units": 3, "differences": []}

    async def test_shows_a_number_that_was_tampered_with(self, town: Town) -> None:
        await town.tell(*town.told(town.course().issued()))
        async with town.stack.host.runtimes["scoring"].engine.begin() as connection:
            await connection.execute(text("UPDATE item_state SET returns = 3"))

        found = (await recount(town)).json()["differences"]

        assert found == [{"unit_id": str(town.units["water"].id), "kind": "lead_returned", "kept": 3, "recounted": 0}]

    async def test_is_the_offices_alone(self, town: Town) -> None:
        answer = await recount(town, person="water_head")

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

    async def test_needs_a_key(self, town: Town) -> None:
        answer = await town.stack.as_person("office").post(f"{API}/recounts")

        assert answer.status_code == 422

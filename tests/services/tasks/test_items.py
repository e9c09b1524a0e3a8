"""The responsibility list over HTTP: arranged, issued, searched; and what is refused."""

import asyncio
from typing import Any

import pytest

from luoshi_common.events.tasks import ItemArranged, ItemDrafted, ItemFact, ItemIssued, ItemSnapshot
from tests.services.tasks.conftest import API, Tasks, key, match

pytestmark = pytest.mark.anyio


class TestArranging:
    async def test_sets_leader_deadline_acceptor_class_and_title(self, tasks: Tasks) -> None:
        """R61, R14."""
        await tasks.confirmed_plan()

        item = await tasks.arranged(1, four_major="project", short_title="花桥水利枢纽")

        assert item["waits_for"] == []
        assert (item["four_major"], item["short_title"], item["deadline"]) == ("project", "花桥水利枢纽", "2027-12-18")
        assert item["leader"]["name"] == "王家安"
        assert item == await tasks.item(1)
        fact = await tasks.stack.published(ItemArranged, lambda f: str(f.payload.item.id) == item["id"])
        assert (fact.payload.item.four_major, fact.entity_version) == ("project", item["version"])

    async def test_lets_an_item_go_on_without_an_end(self, tasks: Tasks) -> None:
        """R48."""
        await tasks.confirmed_plan()

        item = await tasks.arranged(30, deadline=None, continuing=True)

        assert (item["continuing"], item["deadline"], item["waits_for"]) == (True, None, [])

    @pytest.mark.parametrize(
        ("changes", "status", "code"),
        [
            ({"continuing": True}, 422, "tasks.items.deadline_and_continuing"),
            ({"deadline": "2020-01-01"}, 409, "tasks.items.deadline_passed"),
            ({"deadline": "übermorgen"}, 422, "malformed"),
            ({"leader_id": "00000000-0000-7000-8000-000000000000"}, 409, "tasks.items.not_a_leader"),
            ({"acceptor_id": "00000000-0000-7000-8000-000000000000"}, 409, "tasks.items.not_an_acceptor"),
            ({"four_major": "bridge"}, 422, "malformed"),
            ({"short_title": "题" * 301}, 422, "tasks.items.too_many_characters"),
            ({"short_title": "a\x00b"}, 422, "malformed"),
            ({"state": "struck_off"}, 422, "malformed"),
        ],
        ids=["both", "past", "no-date", "stranger", "no-acceptor", "class", "long", "nul", "unknown-field"],
    )
    async def test_refuses(self, tasks: Tasks, changes: dict[str, Any], status: int, code: str) -> None:
        await tasks.confirmed_plan()
        item = await tasks.item(1)

        refusal = await tasks.send(
            "PUT", f"/items/{item['id']}/arrangement", on=item, status=status, json=tasks.arrangement(**changes)
        )

        assert refusal["code"] == code
        assert await tasks.item(1) == item

    async def test_is_for_the_office_on_the_version_it_read(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        item = await tasks.item(1)
        path, body = f"/items/{item['id']}/arrangement", tasks.arrangement()

        await tasks.send("PUT", path, status=428, json=body)
        await tasks.send("PUT", path, status=412, on={"version": 7}, json=body)
        await tasks.send("PUT", path, status=403, on=item, json=body, by="water_liaison")
        await tasks.send("PUT", path, status=422, on=item, content=b"{broken", by="office")

        assert await tasks.item(1) == item

    async def test_keeps_markup_as_words(self, tasks: Tasks) -> None:
        """E43."""
        await tasks.confirmed_plan()

        item = await tasks.arranged(2, short_title="<b>=1+1</b>")

        assert item["short_title"] == "<b>=1+1</b>"

    async def test_does_not_move_a_promised_deadline(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        item = await tasks.issued(1)
        path = f"/items/{item['id']}/arrangement"

        other = tasks.arrangement(deadline="2027-12-30")
        refusal = await tasks.send("PUT", path, on=item, status=409, json=other)
        renamed = await tasks.send("PUT", path, on=item, json=tasks.arrangement(short_title="花桥"))

        assert refusal["code"] == "tasks.items.deadline_fixed"
        assert renamed["short_title"] == "花桥"


class TestIssuing:
    async def test_puts_an_item_before_its_units(self, tasks: Tasks) -> None:
        """R61."""
        await tasks.confirmed_plan()

        item = await tasks.issued(4)

        assert (item["state"], item["issued_at"] is not None) == ("issued", True)
        fact = await tasks.stack.published(ItemIssued, lambda f: str(f.payload.item.id) == item["id"])
        assert len(fact.payload.item.parts[-1].members) == 3

    async def test_says_what_an_item_waits_for(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        item = await tasks.item(29)

        refusal = await tasks.send("POST", f"/items/{item['id']}/issue", on=item, status=409)
        english = await tasks.send(
            "POST", f"/items/{item['id']}/issue", on=item, status=409, headers={"Accept-Language": "en"}
        )

        assert refusal["code"] == "tasks.items.not_ready"
        assert refusal["waits_for"] == ["unresolved_reference", "leader_missing", "deadline_missing"]
        assert "没有" not in english["title"]
        assert "no leader is named" in english["title"]

    async def test_of_a_plan_takes_what_is_ready_and_names_the_rest(self, tasks: Tasks) -> None:
        """6.6: issuing is per item."""
        plan = await tasks.confirmed_plan()
        for no in (1, 2, 29):
            await tasks.arranged(no)

        result = await tasks.send("POST", f"/plans/{plan['id']}/issues", on=plan)

        assert [item["no"] for item in result["issued"]] == [1, 2]
        waiting = {item["no"]: item["waits_for"] for item in result["waiting"]}
        assert waiting[29] == ["unresolved_reference"]
        assert len(waiting) == 28
        issued = [await tasks.item(no) for no in (1, 2)]
        assert [item["version"] for item in issued] == [item["version"] for item in result["issued"]]
        again = await tasks.send("POST", f"/plans/{plan['id']}/issues", on=plan)
        assert again["issued"] == []

    async def test_of_a_plan_that_is_not_confirmed_is_refused(self, tasks: Tasks) -> None:
        plan = await tasks.import_plan()

        refusal = await tasks.send("POST", f"/plans/{plan['id']}/issues", on=plan, status=409)

        assert refusal["code"] == "tasks.plans.not_confirmed"

    async def test_happens_once(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        item = await tasks.arranged(3)
        path = f"{API}/items/{item['id']}/issue"

        twins = await asyncio.gather(
            *(tasks.by(who).post(path, headers={**key(), **match(item)}) for who in ("office", "office_deputy"))
        )

        assert sorted(answer.status_code for answer in twins) == [200, 412]
        issued = await tasks.item(3)
        refusal = await tasks.send("POST", f"/items/{issued['id']}/issue", on=issued, status=409)
        assert refusal["code"] == "tasks.items.wrong_state"

    async def test_is_for_the_office(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        item = await tasks.arranged(3)

        await tasks.send("POST", f"/items/{item['id']}/issue", on=item, by="mayor", status=403)
        await tasks.send("POST", f"/items/{item['id']}/issue", status=428)
        await tasks.send("POST", "/items/00000000-0000-7000-8000-000000000000/issue", on=item, status=404)


class TestTheList:
    async def test_is_paged_and_narrowed(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        plan = tasks.plan["id"]

        first = await tasks.get("/items", plan=plan, limit=20)
        rest = await tasks.get("/items", plan=plan, limit=20, after=first["next"])
        unit = next(u for item in first["items"] for u in item["lead"] if u["name"] == "市城管局")
        water = next(u for item in first["items"] for u in item["responsible"] if u["name"] == "市水利局")

        assert [item["no"] for item in first["items"] + rest["items"]] == list(range(1, 31))
        assert rest["next"] is None
        assert [i["no"] for i in await tasks.items(unit=unit["id"])] == [10, 11, 16, 17, 18, 19, 20, 21, 22, 25]
        assert [i["no"] for i in await tasks.items(unit=water["id"])] == [1, 16, 17, 18, 19]
        assert [item["no"] for item in await tasks.items(area=2)] == [5]
        assert [item["no"] for item in await tasks.items(q="12345")] == [18]
        assert await tasks.items(q="%") == []
        assert await tasks.items(state="struck_off") == []

    @pytest.mark.parametrize("params", [{"state": "x"}, {"after": "abc"}, {"limit": 0}, {"unit": "x"}, {"area": -1}])
    async def test_refuses_questions_it_cannot_read(self, tasks: Tasks, params: dict[str, Any]) -> None:
        await tasks.get("/items", status=422, **params)

    async def test_is_not_for_strangers(self, tasks: Tasks) -> None:
        for path in ("/items", "/plans", "/items/00000000-0000-7000-8000-000000000000"):
            assert (await tasks.stack.client().get(API + path)).status_code in {401, 404}
        await tasks.get("/plans", by="water_liaison", status=403)

    async def test_can_be_rebuilt_from_the_facts_alone(self, tasks: Tasks) -> None:
        """Acceptance 5: whoever only listens knows the same list, field by field."""
        await tasks.confirmed_plan()
        await tasks.issued(3, four_major="project")
        application = await tasks.applied(await tasks.item(3), by="highways_liaison")
        await tasks.checked(application)
        await tasks.arranged(30, deadline=None, continuing=True)
        await tasks.stack.settled()
        await tasks.stack.published(ItemDrafted, lambda f: str(f.payload.item.plan_id) == tasks.plan["id"])

        rebuilt: dict[str, tuple[int, ItemSnapshot]] = {}
        for event in tasks.stack.heard:
            if isinstance(event.payload, ItemFact) and str(event.payload.item.plan_id) == tasks.plan["id"]:
                known = rebuilt.get(event.entity)
                if known is None or event.entity_version > known[0]:
                    rebuilt[event.entity] = (event.entity_version, event.payload.item)

        shown = {f"items/{item['id']}": item for item in await tasks.items()}
        said = {
            entity: {**item.model_dump(mode="json"), "version": version} for entity, (version, item) in rebuilt.items()
        }
        for item in shown.values():
            del item["leader"], item["acceptor"]
        assert said == shown

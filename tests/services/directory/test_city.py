"""The city folder on real engines: loaded, loaded again, changed, refused."""

import asyncio
import json
from datetime import date
from typing import Any

import pytest

from luoshi_common.events.directory import CityLoaded, PersonChanged, ProfileActivated, UnitChanged
from luoshi_directory.city.document import CityDocument
from tests.services.directory.conftest import key, load, reference_city
from tests.stack import Stack

pytestmark = pytest.mark.anyio

CITY = "/api/directory/v1/city"


def as_json(city: CityDocument, **changes: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(city.model_dump_json())
    return {**document, **changes}


async def everything(stack: Stack) -> dict[str, Any]:
    """What the API shows of the directory."""
    office = stack.as_person("office")
    return {
        path: (await office.get(f"/api/directory/v1/{path}", params={"limit": 200})).json()
        for path in ("units", "groups", "people", "posts", "profile", "calendar")
    }


class TestLoading:
    async def test_tells_every_unit_and_person_once(self, city: Stack) -> None:
        """R47, R91."""
        await city.published(CityLoaded)

        shown = await everything(city)

        units, people = (
            [e.payload.code if isinstance(e.payload, UnitChanged) else e.entity for e in city.heard
             if isinstance(e.payload, kind) and e.entity_version == 1]
            for kind in (UnitChanged, PersonChanged)
        )  # fmt: skip
        assert sorted(units) == [unit["code"] for unit in shown["units"]["items"]]
        assert len(set(people)) == len(people) == len(shown["people"]["items"])

    async def test_of_the_same_folder_changes_and_tells_nothing(self, city: Stack) -> None:
        before, heard = await everything(city), len(city.heard)

        loaded = await load(city, reference_city(city.city))
        await city.settled()

        assert set(loaded.changed.values()) == {0}
        assert await everything(city) == before
        assert len(city.heard) == heard

    async def test_tells_only_what_changed(self, city: Stack) -> None:
        """E34: a unit was renamed; the old name stays as an alias for its time."""
        document = as_json(reference_city(city.city))
        science = next(unit for unit in document["units"] if unit["code"] == "science")
        science["aliases"] = [{"name": "市科委", "from_on": None, "to_on": "2026-01-01"}]
        operator = city.as_person("operator")

        answer = await operator.post(CITY, json=document, headers=key("rename"))

        assert answer.status_code == 200, answer.text
        assert answer.json()["changed"] == {
            "profile": 0, "calendar": 0, "units": 1, "groups": 0, "people": 0, "posts": 0,
        }  # fmt: skip
        event = await city.published(UnitChanged, lambda e: "市科委" in {alias.name for alias in e.payload.aliases})
        assert (event.payload.code, event.payload.aliases[0].to_on) == ("science", date(2026, 1, 1))

    async def test_lets_a_unit_and_its_people_leave_without_deleting_them(self, city: Stack) -> None:
        document = as_json(reference_city(city.city))
        for name in ("units", "people", "posts"):
            document[name] = [e for e in document[name] if "demo_bank_three" not in (e["code"], e.get("unit"))]
        for group in document["groups"]:
            group["members"] = [m for m in group["members"] if m["unit"] != "demo_bank_three"]
        leaver, operator = city.people["demo_bank_three_head"], city.as_person("operator")

        answer = await operator.post(CITY, json=document, headers=key("leave"))
        await city.settled()

        assert answer.status_code == 200, answer.text
        units = (await city.as_person("office").get("/api/directory/v1/units", params={"q": "梅园"})).json()["items"]
        assert [unit["active"] for unit in units] == [False]
        assert (await city.client(leaver).get("/api/directory/v1/people/me")).status_code == 401

    async def test_is_for_the_operator(self, city: Stack) -> None:
        document = as_json(reference_city(city.city))

        answers = [
            await city.as_person(code).post(CITY, json=document, headers=key(code)) for code in ("office", "mayor")
        ]
        nobody = await city.client().post(CITY, json=document, headers=key("nobody"))

        assert [answer.status_code for answer in answers] == [403, 403]
        assert nobody.status_code == 401

    async def test_of_another_city_is_refused(self, city: Stack) -> None:
        document = as_json(reference_city("110000"))

        answer = await city.as_person("operator").post(CITY, json=document, headers=key("foreign"))

        assert (answer.status_code, answer.json()["code"]) == (409, "directory.city.another_code")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"profile": {"acceptance": {"acceptor_days": 0}}}, "profile_malformed"),
            ({"profile": {"burden": {"persons_ranked": True}}}, "burden_rule_broken"),
            ({"profile": {"reports": {"due_day": 12, "freeze_day": 10}}}, "profile_contradictory"),
        ],
        ids=["malformed", "burden", "contradictory"],
    )
    async def test_with_an_error_changes_nothing(self, city: Stack, changes: dict[str, Any], code: str) -> None:
        document = as_json(reference_city(city.city), **changes)
        document["units"] = document["units"][:-1]
        before, heard = await everything(city), len(city.heard)

        answer = await city.as_person("operator").post(CITY, json=document, headers=key("faulty"))

        assert (answer.status_code, answer.json()["code"]) == (422, "directory.city.faulty")
        assert code in {finding["code"] for finding in answer.json()["findings"]}
        assert await everything(city) == before
        assert len(city.heard) == heard

    @pytest.mark.parametrize("body", ["{", "[]", '{"city": 1}', '{"units": []}'])
    async def test_of_something_else_is_malformed(self, city: Stack, body: str) -> None:
        headers = {**key("malformed"), "Content-Type": "application/json"}

        answer = await city.as_person("operator").post(CITY, content=body, headers=headers)

        assert answer.status_code == 422
        assert answer.headers["Content-Type"].startswith("application/problem+json")

    async def test_repeated_with_its_key_gets_the_same_answer(self, city: Stack) -> None:
        document = as_json(reference_city(city.city), profile={"acceptance": {"acceptor_days": 6}})
        operator = city.as_person("operator")

        first = await operator.post(CITY, json=document, headers=key("again"))
        again = await operator.post(CITY, json=document, headers=key("again"))

        assert first.status_code == again.status_code == 200
        assert first.json() == again.json()
        assert first.json()["changed"]["profile"] == 1


class TestProfile:
    async def test_of_two_at_once_is_activated_one_after_the_other(self, city: Stack) -> None:
        documents = [
            as_json(reference_city(city.city), profile={"acceptance": {"acceptor_days": days}}) for days in (6, 7, 8, 9)
        ]

        answers = await asyncio.gather(
            *(
                city.as_person("operator").post(CITY, json=document, headers=key(f"twin-{number}"))
                for number, document in enumerate(documents)
            )
        )
        await city.settled()

        assert [answer.status_code for answer in answers] == [200] * 4
        numbers = [e.payload.number for e in city.heard if isinstance(e.payload, ProfileActivated)]
        assert numbers == list(range(1, len(numbers) + 1))
        shown = (await city.as_person("office").get("/api/directory/v1/profile")).json()
        assert shown["number"] == len(numbers)
        async with city.host.runtimes["tasks"].system_unit_of_work("look") as uow:
            assert uow.profile.acceptance.acceptor_days == shown["overrides"]["acceptance"]["acceptor_days"]

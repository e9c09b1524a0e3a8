"""The inbox of a person over HTTP, from facts on the stream (R61, R62)."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, insert

from luoshi_common.events.notify import MessageClosed, MessageDelivered
from luoshi_common.events.tasks import ItemIssued
from luoshi_common.mirror import model
from tests.factories.town import Town

pytestmark = pytest.mark.anyio

API = "/api/notify/v1/inbox"


async def inbox(town: Town, person: str, **params: Any) -> list[dict[str, Any]]:
    """A person's entries."""
    answer = await town.stack.as_person(person).get(API, params=params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def sentences(town: Town, person: str, **params: Any) -> list[str]:
    """The keys of a person's entries, newest first."""
    return [entry["text_key"] for entry in await inbox(town, person, **params)]


async def counts(town: Town, person: str) -> tuple[int, int]:
    """How many are unread, how many ask for an act."""
    counted = (await town.stack.as_person(person).get(f"{API}/counts")).json()
    return counted["unread"], counted["must_act"]


async def read(town: Town, person: str, entry: dict[str, Any], **headers: str) -> httpx.Response:
    """Mark an entry as read."""
    headers = headers or {"If-Match": f'"{entry["version"]}"'}
    return await town.stack.as_person(person).post(f"{API}/{entry['id']}/read", headers=headers)


class TestAnIssuedItem:
    """Everyone concerned finds it."""

    async def test_asks_the_liaison_of_the_lead_and_tells_the_others(self, town: Town) -> None:
        """R61."""
        await town.tell(*town.told(town.course(responsible=("parks", "hills")).drafted().issued()))

        kinds = {
            person: [(entry["kind"], entry["open"]) for entry in await inbox(town, person)]
            for person in town.stack.people
        }
        told = [("told", False)]
        assert kinds == {
            "water_liaison": [("must_act", True)], "water_head": told, "parks_head": told, "parks_liaison": told,
            "hills_head": told, "leader": told, "acceptor": [], "office": [],
        }  # fmt: skip

    async def test_gives_the_facts_that_a_sentence_needs_and_no_person(self, town: Town) -> None:
        course = town.course(no=4).issued()
        await town.tell(*town.told(course))

        (entry,) = await inbox(town, "parks_head")

        assert (entry["about"], entry["about_id"]) == ("items", str(course.item.id))
        assert entry["facts"] == {
            "no": 4, "item": "示例4", "title": "示例事项第4号", "area": "示例领域", "lead": ["市水利局"],
            "deadline": "2026-12-18",
        }  # fmt: skip

    async def test_is_told_once_although_its_fact_comes_again(self, town: Town) -> None:
        told = town.told(town.course().drafted().issued())

        await town.tell(*told)
        await town.tell_again(*told)

        assert len(await inbox(town, "water_liaison")) == 1
        assert sum(isinstance(event.payload, MessageDelivered) for event in town.stack.heard) == 5

    async def test_waits_until_the_directory_has_arrived(self, town: Town) -> None:
        """A fact that overtakes the directory is not lost on those whom nobody knew yet."""
        notify = town.stack.host.runtimes["notify"].engine
        async with notify.begin() as connection:
            await connection.execute(delete(model.city))
        telling = asyncio.create_task(town.tell(*town.told(town.course().issued())))
        await town.stack.published(ItemIssued)

        async with notify.begin() as connection:
            await connection.execute(insert(model.city).values(id=1, name="示例市"))
        await telling

        assert await sentences(town, "water_liaison") == ["item_issued"]


class TestAStrikeOff:
    """The way of an application through the inboxes."""

    async def test_asks_the_acceptor_and_ends_what_was_asked_of_the_lead(self, town: Town) -> None:
        """R62."""
        await town.tell(*town.told(town.course().issued().applied()))

        (asked,) = await inbox(town, "acceptor", must_act=True)
        (done,) = await inbox(town, "water_liaison")
        assert (asked["text_key"], asked["facts"]["round"]) == ("strike_off_applied", 1)
        assert asked["facts"]["due_at"]
        assert (done["text_key"], done["open"]) == ("item_issued", False)
        assert await sentences(town, "leader") == ["strike_off_applied_told", "item_issued"]

    async def test_sent_back_asks_the_lead_to_mend_and_frees_the_acceptor(self, town: Town) -> None:
        """R62."""
        course = town.course().issued().applied()
        course.checked(course.item.parts[1], passed=False, reason="缺附件").returned()

        await town.tell(*town.told(course))

        assert await counts(town, "acceptor") == (1, 0)
        assert await sentences(town, "water_liaison", must_act=True) == ["item_returned"]
        returned = (await inbox(town, "water_liaison"))[1]
        assert (returned["text_key"], returned["kind"]) == ("part_returned", "told")
        assert (returned["facts"]["unit"], returned["facts"]["reason"]) == ("市城管局", "缺附件")

    async def test_that_succeeds_leaves_nothing_to_do_for_anybody(self, town: Town) -> None:
        """R62."""
        course = town.course().issued().applied().overdue()
        course.checked(course.item.parts[1], passed=False, reason="缺附件").returned().applied().struck_off()

        await town.tell(*town.told(course))

        assert {person: (await counts(town, person))[1] for person in town.stack.people} == dict.fromkeys(
            town.stack.people, 0
        )
        assert (await sentences(town, "parks_liaison"))[0] == "item_struck_off"
        assert sum(isinstance(event.payload, MessageClosed) for event in town.stack.heard) == 6

    async def test_that_is_overdue_asks_acceptor_and_office_once_each(self, town: Town) -> None:
        await town.tell(*town.told(town.course().issued().applied().overdue()))

        assert await sentences(town, "acceptor", must_act=True) == ["strike_off_overdue"]
        assert await sentences(town, "office", must_act=True) == ["strike_off_overdue_urge"]

    async def test_asks_for_nothing_when_its_application_arrives_after_its_end(self, town: Town) -> None:
        told = town.told(town.course().issued().applied().struck_off())

        await town.tell(told[2])
        await town.tell(told[1], told[0])

        (asked,) = await inbox(town, "acceptor")
        assert (asked["open"], asked["done_at"]) == (False, told[2].time.isoformat().replace("+00:00", "Z"))
        assert (await counts(town, "water_liaison"))[1] == 0


class TestTheInbox:
    """Mine alone, newest first, page by page."""

    async def test_comes_page_by_page(self, town: Town) -> None:
        await town.tell(*town.told(*(town.course(no=no).issued() for no in range(1, 8))))

        seen, after, client = [], None, town.stack.as_person("leader")
        while True:
            page = (await client.get(API, params={"limit": 3, **({"after": after} if after else {})})).json()
            seen += [entry["facts"]["no"] for entry in page["items"]]
            after = page["next"]
            if after is None:
                break

        assert sorted(seen) == list(range(1, 8))

    async def test_counts_what_is_unread_and_what_asks_for_an_act(self, town: Town) -> None:
        await town.tell(*town.told(town.course(no=1).issued(), town.course(no=2).issued()))
        first, _ = await inbox(town, "water_liaison")

        before = await counts(town, "water_liaison")
        answer = await read(town, "water_liaison", first)

        assert answer.status_code == 200, answer.text
        assert answer.json()["read_at"] is not None
        assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
        assert (before, await counts(town, "water_liaison")) == ((2, 2), (1, 2))
        assert [entry["id"] for entry in await inbox(town, "water_liaison", unread=True)] != [first["id"]]

    async def test_lets_an_entry_be_read_again(self, town: Town) -> None:
        await town.tell(*town.told(town.course().issued()))
        (entry,) = await inbox(town, "leader")

        answers = [await read(town, "leader", entry) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()

    async def test_of_another_person_does_not_exist(self, town: Town) -> None:
        """Not even that there is such an entry may be learnt."""
        await town.tell(*town.told(town.course().issued()))
        (entry,) = await inbox(town, "water_liaison")

        foreign = await read(town, "parks_head", entry)
        unknown = await read(town, "parks_head", {**entry, "id": town.stack.people["office"]})

        assert (foreign.status_code, unknown.status_code) == (404, 404)
        assert foreign.json()["title"] == unknown.json()["title"]
        assert await counts(town, "water_liaison") == (1, 1)

    async def test_refuses_a_stale_or_missing_version(self, town: Town) -> None:
        await town.tell(*town.told(town.course().issued()))
        (entry,) = await inbox(town, "leader")

        stale = await read(town, "leader", entry, **{"If-Match": '"7"'})
        missing = await read(town, "leader", entry, **{"X-Nothing": "1"})

        assert (stale.status_code, missing.status_code) == (412, 428)
        assert await counts(town, "leader") == (1, 0)

    @pytest.mark.parametrize("path", ["", "/counts"])
    async def test_is_nobodys_without_signing_in(self, town: Town, path: str) -> None:
        assert (await town.stack.client().get(API + path)).status_code == 401

    @pytest.mark.parametrize("query", ["?unread=perhaps", "?after=nonsense", "?limit=-1"])
    async def test_refuses_what_cannot_be_understood(self, town: Town, query: str) -> None:
        answer = await town.stack.as_person("leader").get(API + query)

        assert answer.status_code == 422
        assert answer.headers["Content-Type"].startswith("application/problem+json")


class TestAPlan:
    """The office confirms what was read."""

    async def test_asks_the_office_until_it_is_confirmed(self, town: Town) -> None:
        plan = town.plan()

        await town.tell(*plan[:2])
        asked = await sentences(town, "office", must_act=True)
        await town.tell(plan[2])

        assert asked == ["plan_imported"]
        assert await sentences(town, "office") == ["plan_imported", "plan_imported"]
        assert (await counts(town, "office"))[1] == 0

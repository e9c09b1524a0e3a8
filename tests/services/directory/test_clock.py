"""Business time on real engines: it begins once, moves forward in steps, and waits for every service."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from luoshi_client.directory import Directory
from luoshi_client.session import ServiceSession
from luoshi_common.events.directory import CityLoaded, ClockAdvanced
from luoshi_common.events.tasks import ItemIssued
from tests.services.directory.conftest import key, load, reference_city
from tests.stack import Stack
from tests.toy import services as toy

pytestmark = pytest.mark.anyio

CLOCK = "/api/directory/v1/clock"
BEGIN = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


async def now(stack: Stack) -> datetime:
    return datetime.fromisoformat((await stack.client().get(CLOCK)).json()["now"])


async def planned_note(stack: Stack, *, no: int, at: datetime) -> UUID:
    async with stack.host.runtimes["tasks"].system_unit_of_work("plan") as uow:
        note = toy.Note(no=no, state="issued")
        uow.session.add(note)
        uow.emit(toy.fact(note), record=note)
        uow.schedule("note_due", record=note, at=at)
    return note.id


class TestBeginning:
    async def test_is_the_one_of_the_city_folder(self, city: Stack) -> None:
        first = await city.published(ClockAdvanced)
        shown = (await city.client().get(CLOCK)).json()

        assert (first.payload.step, first.payload.until) == (1, BEGIN)
        assert datetime.fromisoformat(shown["now"]) >= BEGIN
        assert shown["advance"] is None

    async def test_stands_in_what_the_first_load_tells(self, city: Stack) -> None:
        loaded = await city.published(CityLoaded)

        assert loaded.time == BEGIN

    async def test_is_not_set_again_by_loading_again(self, city: Stack) -> None:
        before = await now(city)
        await city.advance(days=3)

        await load(city, reference_city(city.city))

        assert await now(city) >= before + timedelta(days=3)


class TestAdvance:
    async def test_fires_every_timer_at_its_time_and_in_order(self, city: Stack) -> None:
        start = await now(city)
        late = await planned_note(city, no=2, at=start + timedelta(days=2))
        early = await planned_note(city, no=1, at=start + timedelta(days=1))

        answer = await city.as_person("office").post(f"{CLOCK}/advances", json={"days": 3}, headers=key("three-days"))

        assert (answer.status_code, answer.json()["state"]) == (201, "completed"), answer.text
        fired = [e for e in city.heard if isinstance(e.payload, ItemIssued) and e.entity_version == 2]
        assert [event.entity_id for event in fired] == [early, late]
        assert [(event.time - start).days for event in fired] == [1, 2]
        assert await now(city) >= start + timedelta(days=3)

    async def test_leads_every_service_to_the_same_time(self, city: Stack) -> None:
        await city.advance(to="2026-03-10T09:00:00+08:00")

        times = [await runtime.business_now() for runtime in city.host.runtimes.values()]

        aim = datetime(2026, 3, 10, 1, tzinfo=UTC)
        assert all(aim <= at < aim + A_MINUTE for at in times)

    async def test_never_turns_business_time_back(self, city: Stack) -> None:
        answer = await city.as_person("office").post(
            f"{CLOCK}/advances", json={"to": "2026-01-04T00:00:00Z"}, headers=key("backwards")
        )
        await city.advance(days=1)

        assert (answer.status_code, answer.json()["code"]) == (409, "directory.clock.backwards")
        offsets = [e.payload.offset_seconds for e in city.heard if isinstance(e.payload, ClockAdvanced)]
        assert offsets == sorted(offsets)

    async def test_of_two_at_once_refuses_the_second(self, city: Stack) -> None:
        office = city.as_person("office")

        answers = await asyncio.gather(
            *(office.post(f"{CLOCK}/advances", json={"days": days}, headers=key(f"twin-{days}")) for days in (1, 2))
        )

        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert {a.json().get("code") for a in answers} == {None, "directory.clock.moving"}

    @pytest.mark.parametrize(
        "body",
        [{}, {"days": 0}, {"days": 1, "to": "2026-02-01T00:00:00Z"}, {"to": "2026-02-01T00:00:00"}, {"days": 9999}],
    )
    async def test_that_says_nothing_clear_is_malformed(self, city: Stack, body: dict[str, object]) -> None:
        before = await now(city)

        answer = await city.as_person("office").post(f"{CLOCK}/advances", json=body, headers=key("unclear"))

        assert answer.status_code == 422
        assert await now(city) < before + A_MINUTE

    async def test_is_not_for_a_stranger(self, city: Stack) -> None:
        answer = await city.client().post(f"{CLOCK}/advances", json={"days": 1}, headers=key("stranger"))

        assert answer.status_code == 401

    async def test_waits_for_a_service_that_is_away(self, city: Stack) -> None:
        office, scoring = city.as_person("office"), city.host.runtimes["scoring"]
        await scoring.stop()

        answer = await office.post(f"{CLOCK}/advances", json={"days": 1, "wait_seconds": 0}, headers=key("waiting"))
        again = await office.post(f"{CLOCK}/advances", json={"days": 1, "wait_seconds": 0}, headers=key("waiting"))
        second = await office.post(f"{CLOCK}/advances", json={"days": 2}, headers=key("second"))
        await scoring.start()
        reached = await office.get(answer.headers["Location"], params={"wait_seconds": 15})

        assert (answer.status_code, answer.json()["state"]) == (202, "running")
        assert (again.status_code, again.json()) == (202, answer.json())
        assert (second.status_code, second.json()["code"]) == (409, "directory.clock.moving")
        assert reached.json()["state"] == "completed"

    async def test_by_the_client_returns_when_all_have_followed(self, city: Stack) -> None:
        session = ServiceSession(city.as_person("office"), root="/api/directory")
        start = await now(city)

        await Directory(session).advance(key="by-the-client", to=start + timedelta(days=1))

        assert (await Directory(session).clock()).now >= start + timedelta(days=1)

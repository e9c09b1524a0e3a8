"""The way of a change: request, commit, outbox, stream, inbox, projection."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update

from luoshi_common.audit.verify import verify
from luoshi_common.auth.actor import Actor
from luoshi_common.db.mechanism import audit_entry, outbox, parked_message
from luoshi_common.db.unit_of_work import UnaskedChange, UnspokenChange
from luoshi_common.events.tasks import ItemIssued
from tests.stack import Stack
from tests.toy import services as toy

pytestmark = pytest.mark.anyio

NOTES = "/api/tasks/v1/notes"


async def _seen(stack: Stack) -> dict[UUID, tuple[int, str]]:
    async with stack.host.runtimes["scoring"].engine.connect() as connection:
        return {row.id: (row.version, row.state) for row in await connection.execute(select(toy.seen))}


async def _count(stack: Stack, service: str, table: object) -> int:
    async with stack.host.runtimes[service].engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()  # type: ignore[arg-type]


class TestAChange:
    """A change, its audit line and its events are one commit."""

    async def test_reaches_the_projection_of_another_service(self, toys: Stack) -> None:
        office = toys.as_person("office")

        answer = await office.post(NOTES, json={"no": 7}, headers={"Idempotency-Key": "note-seven"})

        assert answer.status_code == 201, answer.text
        note = UUID(answer.json()["id"])
        event = await toys.published(ItemIssued)
        assert (event.entity_id, event.entity_version, event.payload.item.no) == (note, 1, 7)
        await toys.settled()
        assert await _seen(toys) == {note: (1, "issued")}
        assert await _count(toys, "scoring", toy.Told.__table__) == 1

    async def test_is_answered_once_for_one_idempotency_key(self, toys: Stack) -> None:
        office = toys.as_person("office")
        key = {"Idempotency-Key": "the-same-key"}

        answers = await asyncio.gather(*(office.post(NOTES, json={"no": 1}, headers=key) for _ in range(5)))
        again = await office.post(NOTES, json={"no": 1}, headers=key)
        other = await office.post(NOTES, json={"no": 2}, headers=key)

        assert {a.status_code for a in answers} <= {201, 409}
        assert again.status_code == 201
        assert {a.json()["id"] for a in answers if a.status_code == 201} == {again.json()["id"]}
        assert other.status_code == 422
        assert await _count(toys, "tasks", toy.Note.__table__) == 1

    async def test_with_a_stale_version_changes_nothing(self, toys: Stack) -> None:
        office = toys.as_person("office")
        made = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "note-number-one"})
        path = f"{NOTES}/{made.json()['id']}"

        first = await office.put(path, json={"state": "a"}, headers={"If-Match": made.headers["ETag"]})
        stale = await office.put(path, json={"state": "b"}, headers={"If-Match": made.headers["ETag"]})
        bare = await office.put(path, json={"state": "c"})

        assert (first.status_code, stale.status_code, bare.status_code) == (200, 412, 428)
        assert stale.headers["Content-Type"].startswith("application/problem+json")
        assert await _count(toys, "tasks", outbox) == 2

    async def test_by_two_at_once_is_won_by_one(self, toys: Stack) -> None:
        office = toys.as_person("office")
        made = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "note-number-one"})
        path, tag = f"{NOTES}/{made.json()['id']}", {"If-Match": made.headers["ETag"]}

        answers = await asyncio.gather(*(office.put(path, json={"state": f"s{i}"}, headers=tag) for i in range(6)))

        assert sorted(a.status_code for a in answers) == [200, 412, 412, 412, 412, 412]

    async def test_that_no_event_tells_cannot_be_committed(self, toys: Stack) -> None:
        runtime = toys.host.runtimes["tasks"]

        async def unspoken() -> None:
            async with runtime.system_unit_of_work("test") as uow:
                uow.session.add(toy.Note(no=1, state="issued"))

        with pytest.raises(UnspokenChange):
            await unspoken()

        assert await _count(toys, "tasks", toy.Note.__table__) == 0

    async def test_that_nobody_allowed_cannot_be_committed(self, toys: Stack) -> None:
        runtime = toys.host.runtimes["tasks"]

        async def unasked() -> None:
            async with runtime.unit_of_work(Actor.anonymous()) as uow:
                note = toy.Note(no=1, state="issued")
                uow.session.add(note)
                uow.emit(toy.fact(note), record=note)

        with pytest.raises(UnaskedChange):
            await unasked()

        assert await _count(toys, "tasks", toy.Note.__table__) == 0

    async def test_too_long_to_be_told_is_refused(self, toys: Stack) -> None:
        """A fact that the stream refuses would stand before all others in the outbox for ever."""
        office = toys.as_person("office")
        made = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "note-number-one"})
        path, tag = f"{NOTES}/{made.json()['id']}", {"If-Match": made.headers["ETag"]}

        long = await office.put(path, json={"state": "长" * 100_000}, headers=tag)
        fitting = await office.put(path, json={"state": "长" * 80_000}, headers=tag)

        assert (long.status_code, long.json()["code"]) == (413, "fact_too_long")
        assert fitting.status_code == 200
        await toys.settled()

    async def test_that_cannot_be_committed_is_answered_as_a_failure(self, toys: Stack) -> None:
        """Commit before answering: a commit that fails is never reported as success."""
        runtime = toys.host.runtimes["tasks"]
        async with runtime.engine.begin() as connection:
            await connection.execute(
                text("ALTER TABLE outbox ADD CONSTRAINT full_disk CHECK (envelope IS NULL) NOT VALID")
            )
        office = toys.as_person("office")

        answer = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "cannot-commit"})

        assert answer.status_code == 500
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        assert await _count(toys, "tasks", toy.Note.__table__) == 0


class TestARead:
    """Reading asks the policy as well."""

    async def test_that_asks_nobody_is_a_fault(self, toys: Stack) -> None:
        answer = await toys.as_person("office").get(f"{NOTES}/forgotten")

        assert answer.status_code == 500


class TestAPoisonedFact:
    """One fact that a projection cannot take in is parked; the rest goes on."""

    async def test_is_parked_while_the_rest_goes_on(self, toys: Stack) -> None:
        office = toys.as_person("office")
        notes = []
        for no in range(6):
            made = await office.post(NOTES, json={"no": no}, headers={"Idempotency-Key": f"note-number-{no}"})
            notes.append(made)
        poisoned = f"{NOTES}/{notes[2].json()['id']}"

        await office.put(poisoned, json={"state": "poison"}, headers={"If-Match": notes[2].headers["ETag"]})
        for note in notes[3:]:
            path = f"{NOTES}/{note.json()['id']}"
            await office.put(path, json={"state": "fine"}, headers={"If-Match": note.headers["ETag"]})
        await toys.settled()

        seen = await _seen(toys)
        assert [seen[UUID(n.json()["id"])][1] for n in notes] == ["issued"] * 3 + ["fine"] * 3
        assert await _count(toys, "scoring", parked_message) == 1

    async def test_leaves_in_the_audit_trail_who_gave_which_one_up(self, toys: Stack) -> None:
        office = toys.as_person("office")
        made = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "note-to-poison"})
        poison = f"{NOTES}/{made.json()['id']}"
        await office.put(poison, json={"state": "poison"}, headers={"If-Match": made.headers["ETag"]})
        await toys.settled()
        parked = (await office.get("/api/scoring/v1/parked")).json()["items"][0]["id"]

        gone = await office.post(f"/api/scoring/v1/parked/{parked}/discard", headers={"Idempotency-Key": "give-it-up"})

        assert gone.status_code == 200, gone.text
        assert (await office.get("/api/scoring/v1/parked")).json()["items"] == []
        trail = (await office.get(f"/api/scoring/v1/audit/services/{UUID(int=1)}")).json()["entries"]
        assert trail[-1]["body"]["actions"] == [f"manage_parked parked/{parked}"]
        assert trail[-1]["body"]["actor"] == f"person:{toys.people['office']}"


class TestTheAuditTrail:
    """Every entry is chained; what was touched is found."""

    @pytest.mark.parametrize(
        "crime",
        [
            "UPDATE audit_entry SET body = replace(body, 'issue', 'ISSUE') WHERE seq = 2",
            "DELETE FROM audit_entry WHERE seq = 2",
            "DELETE FROM audit_entry WHERE seq = 3",
            "UPDATE audit_entry SET seq = CASE seq WHEN 1 THEN -2 ELSE -1 END WHERE seq IN (1, 2)",
            "DELETE FROM audit_head",
        ],
        ids=["changed", "removed", "truncated", "reordered", "head-removed"],
    )
    async def test_shows_an_entry_that_was_touched(self, toys: Stack, crime: str) -> None:
        office = toys.as_person("office")
        made = await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "note-number-one"})
        tag = made.headers["ETag"]
        for state in ("a", "b"):
            changed = await office.put(f"{NOTES}/{made.json()['id']}", json={"state": state}, headers={"If-Match": tag})
            tag = changed.headers["ETag"]

        async with toys.host.runtimes["tasks"].engine.connect() as connection:
            before = await verify(connection)
            await connection.execute(text(crime))
            after = await verify(connection)
            await connection.rollback()

        assert (before.entries, before.faults) == (3, [])
        assert after.faults


class TestABusThatIsAway:
    """Commands work while the bus is away; nothing is lost, nothing counts twice."""

    async def test_replayed_rows_are_counted_once(self, toys: Stack) -> None:
        """The relay dies between publishing and marking: everything is published again."""
        office = toys.as_person("office")
        for no in range(20):
            await office.post(NOTES, json={"no": no}, headers={"Idempotency-Key": f"note-number-{no}"})
        await toys.settled()

        async with toys.host.runtimes["tasks"].engine.begin() as connection:
            await connection.execute(update(outbox).values(published_at=None))
        await toys.settled()

        assert await _count(toys, "scoring", toy.Told.__table__) == 20
        assert await _count(toys, "tasks", audit_entry) == 20
        assert uuid4() not in await _seen(toys)

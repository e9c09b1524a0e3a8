"""Acceptance over HTTP: evidence, applications, verdicts, the acceptor's time; and what is refused."""

import asyncio
from typing import Any

import pytest

from luoshi_common.events.tasks import ItemStruckOff, StrikeOffChecked, StrikeOffOverdue
from tests.services.tasks.conftest import API, PDF, Tasks, key, match

pytestmark = pytest.mark.anyio

LEAD = "highways_liaison"
OTHER = "natural_resources_liaison"
STRANGER = "water_liaison"


@pytest.fixture
async def item(tasks: Tasks) -> Any:
    """Given an issued item, led by the highways office, with two responsible units."""
    await tasks.confirmed_plan()
    return await tasks.issued(3)


def verdicts(application: Any, *decisions: str) -> list[dict[str, str]]:
    """A verdict for each part in turn: pass, or return with a reason."""
    return [
        {"part_id": check["part_id"], "verdict": decision, "reason": "" if decision == "pass" else "缺验收报告"}
        for check, decision in zip(application["checks"], decisions, strict=False)
    ]


class TestEvidence:
    async def test_belongs_to_the_units_until_it_is_applied_with(self, tasks: Tasks, item: Any) -> None:
        """R62."""
        evidence = await tasks.evidence(item, by=OTHER)
        path = f"{API}/evidence/{evidence['id']}"
        assert (await tasks.by(STRANGER).get(path)).status_code == 403
        assert (await tasks.by("office").get(path)).status_code == 403
        mine = await tasks.by(LEAD).get(path)
        assert (mine.status_code, mine.content) == (200, PDF)
        assert mine.headers["content-disposition"].startswith("attachment")
        where = f"/items/{item['id']}/strike-off-applications"
        shown = {who: (await tasks.get(where, by=who))["unused_evidence"] for who in (LEAD, OTHER, STRANGER, "office")}
        assert {who: len(files) for who, files in shown.items()} == {LEAD: 1, OTHER: 1, STRANGER: 0, "office": 0}

        body = {"summary": "完成", "evidence_ids": [evidence["id"]]}
        await tasks.send("POST", where, by=LEAD, status=201, on=item, json=body)

        assert (await tasks.by(STRANGER).get(path)).status_code == 200
        assert (await tasks.stack.client().get(path)).status_code == 401

    async def test_changes_nothing_of_the_item(self, tasks: Tasks, item: Any) -> None:
        await tasks.evidence(item, by=LEAD)

        assert await tasks.item(3) == item

    @pytest.mark.parametrize(
        ("name", "content", "status"),
        [
            ("报告.pdf", b"MZ\x90\x00 a program", 415),
            ("报告.pdf", b"<script>alert(1)</script>", 415),
            ("照片.png", PDF, 415),
            ("空.pdf", b"", 422),
            ("名" * 201 + ".pdf", PDF, 422),
        ],
        ids=["program", "markup", "other-kind", "empty", "long-name"],
    )
    async def test_is_refused_by_what_it_is(
        self, tasks: Tasks, item: Any, name: str, content: bytes, status: int
    ) -> None:
        """E43."""
        await tasks.evidence(item, by=LEAD, name=name, content=content, status=status)

        applications = await tasks.get(f"/items/{item['id']}/strike-off-applications", by=LEAD)
        assert applications["unused_evidence"] == []

    async def test_is_for_units_with_a_part(self, tasks: Tasks, item: Any) -> None:
        await tasks.evidence(item, by=STRANGER, status=403)
        await tasks.evidence(item, by="office", status=403)
        draft = await tasks.item(1)
        await tasks.evidence(draft, by=STRANGER, status=409)


class TestApplying:
    async def test_lays_every_part_before_the_acceptor(self, tasks: Tasks, item: Any) -> None:
        """R62."""
        application = await tasks.applied(item, by=LEAD)

        after = await tasks.item(3)
        assert (after["state"], {part["state"] for part in after["parts"]}) == ("applied", {"applied"})
        assert [check["part_id"] for check in application["checks"]] == [part["id"] for part in item["parts"]]
        assert application["due_because"]
        shown = await tasks.get(f"/strike-off-applications/{application['id']}", by=STRANGER)
        assert shown == application

    async def test_is_for_the_lead_unit(self, tasks: Tasks, item: Any) -> None:
        evidence = await tasks.evidence(item, by=OTHER)
        body = {"summary": "完成", "evidence_ids": [evidence["id"]]}
        path = f"/items/{item['id']}/strike-off-applications"

        for who in (OTHER, STRANGER, "office", "mayor"):
            assert (await tasks.send("POST", path, by=who, on=item, json=body, status=403))["code"] == "forbidden"
        await tasks.send("POST", path, by=LEAD, json=body, status=428)
        await tasks.send("POST", path, by=LEAD, on={"version": 99}, json=body, status=412)

        assert await tasks.item(3) == item

    async def test_refuses_what_is_incomplete(self, tasks: Tasks, item: Any) -> None:
        evidence = await tasks.evidence(item, by=LEAD)
        other = await tasks.evidence(await tasks.issued(1), by="water_liaison")
        path = f"/items/{item['id']}/strike-off-applications"

        for status, code, body in [
            (409, "tasks.acceptance.evidence_missing", {"summary": "完成", "evidence_ids": []}),
            (422, "tasks.acceptance.summary_missing", {"summary": " ", "evidence_ids": [evidence["id"]]}),
            (409, "tasks.acceptance.evidence_unknown", {"summary": "完成", "evidence_ids": [other["id"]]}),
            (422, "malformed", {"summary": "完成"}),
            (422, "malformed", {"summary": "完\x00成", "evidence_ids": [evidence["id"]]}),
        ]:
            refusal = await tasks.send("POST", path, by=LEAD, on=item, json=body, status=status)
            assert refusal["code"] == code

        assert await tasks.item(3) == item

    async def test_needs_somebody_who_accepts(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()
        item = await tasks.issued(3, acceptor_id=None)
        evidence = await tasks.evidence(item, by=LEAD)

        refusal = await tasks.send(
            "POST", f"/items/{item['id']}/strike-off-applications", by=LEAD, on=item, status=409,
            json={"summary": "完成", "evidence_ids": [evidence["id"]]},
        )  # fmt: skip

        assert refusal["code"] == "tasks.acceptance.acceptor_missing"

    async def test_happens_once_whoever_is_faster(self, tasks: Tasks, item: Any) -> None:
        path = f"{API}/items/{item['id']}/strike-off-applications"
        files = [await tasks.evidence(item, by=who) for who in (LEAD, "highways_head")]

        twins = await asyncio.gather(
            *(
                tasks.by(who).post(
                    path, headers={**key(), **match(item)}, json={"summary": "完成", "evidence_ids": [file["id"]]}
                )
                for who, file in zip((LEAD, "highways_head"), files, strict=True)
            )
        )

        assert sorted(answer.status_code for answer in twins) == [201, 412]

    async def test_repeats_the_answer_of_one_key(self, tasks: Tasks, item: Any) -> None:
        evidence = await tasks.evidence(item, by=LEAD)
        path = f"{API}/items/{item['id']}/strike-off-applications"
        headers, body = {**key(), **match(item)}, {"summary": "完成", "evidence_ids": [evidence["id"]]}

        first = await tasks.by(LEAD).post(path, headers=headers, json=body)
        again = await tasks.by(LEAD).post(path, headers=headers, json=body)
        other = await tasks.by(LEAD).post(path, headers=headers, json={**body, "summary": "别的"})

        assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
        assert first.json() == again.json()
        assert len((await tasks.get(f"/items/{item['id']}/strike-off-applications"))["items"]) == 1


class TestChecking:
    async def test_strikes_off_when_every_part_has_passed(self, tasks: Tasks, item: Any) -> None:
        """R8, R62."""
        application = await tasks.applied(item, by=LEAD)
        application = await tasks.checked(application, *verdicts(application, "pass"))
        assert (await tasks.item(3))["state"] == "applied"

        await tasks.checked(application)

        after = await tasks.item(3)
        assert (after["state"], after["struck_off_at"] is not None) == ("struck_off", True)
        await tasks.stack.published(ItemStruckOff, lambda f: str(f.payload.item.id) == item["id"])
        checked = [e for e in tasks.stack.heard if isinstance(e.payload, StrikeOffChecked)]
        assert len([e for e in checked if str(e.payload.item.id) == item["id"]]) == 3

    async def test_sends_back_once_all_is_decided_and_keeps_what_has_passed(self, tasks: Tasks, item: Any) -> None:
        """6.6: one returned part sends the item back; parts passed stay passed; the next round covers the rest."""
        application = await tasks.applied(item, by=LEAD)
        await tasks.checked(application, *verdicts(application, "pass", "return", "pass"))

        after = await tasks.item(3)
        assert (after["state"], after["returns"]) == ("issued", 1)
        assert [part["state"] for part in after["parts"]] == ["passed", "returned", "passed"]
        second = await tasks.applied(after, by=LEAD)
        assert (second["round"], len(second["checks"])) == (2, 1)

    async def test_is_for_the_person_named(self, tasks: Tasks, item: Any) -> None:
        application = await tasks.applied(item, by=LEAD)

        for who in ("expert", "office", LEAD, "mayor"):
            refusal = await tasks.checked(application, by=who, status=403)
            assert refusal["code"] == "forbidden"

        assert await tasks.get(f"/strike-off-applications/{application['id']}") == application

    async def test_refuses_what_cannot_be(self, tasks: Tasks, item: Any) -> None:
        application = await tasks.applied(item, by=LEAD)
        [first, *_] = verdicts(application, "pass")
        stranger = {"part_id": item["id"], "verdict": "pass"}

        for status, code, body in [
            (422, "tasks.acceptance.reason_missing", [{**first, "verdict": "return", "reason": ""}]),
            (422, "tasks.acceptance.part_twice", [first, first]),
            (409, "tasks.acceptance.part_not_in_application", [stranger]),
            (422, "malformed", []),
            (422, "malformed", [{**first, "verdict": "maybe"}]),
        ]:
            path = f"/strike-off-applications/{application['id']}/checks"
            refusal = await tasks.send(
                "POST", path, by="acceptor", on=application, json={"verdicts": body}, status=status
            )
            assert refusal["code"] == code

        after = await tasks.checked(application, first)
        refusal = await tasks.checked(after, first, status=409)
        assert refusal["code"] == "tasks.acceptance.part_decided"
        closed = await tasks.checked(after)
        refusal = await tasks.checked(closed, first, status=409)
        assert refusal["code"] == "tasks.acceptance.application_closed"

    async def test_lets_one_of_two_deciders_win(self, tasks: Tasks, item: Any) -> None:
        """Two decisions at once: one counts, the other is told that it came too late."""
        application = await tasks.applied(item, by=LEAD)
        path = f"{API}/strike-off-applications/{application['id']}/checks"

        twins = await asyncio.gather(
            *(
                tasks.by("acceptor").post(
                    path,
                    headers={**key(), **match(application)},
                    json={"verdicts": verdicts(application, decision, decision, decision)},
                )
                for decision in ("pass", "return")
            )
        )

        assert sorted(answer.status_code for answer in twins) == [201, 412]
        state = (await tasks.item(3))["state"]
        assert state == ("struck_off" if twins[0].status_code == 201 else "issued")


class TestTheAcceptorsTime:
    async def test_that_has_passed_is_told(self, tasks: Tasks, item: Any) -> None:
        """Profile `acceptance.acceptor_days`: the office is told; what was decided in time is left alone."""
        in_time = await tasks.checked(await tasks.applied(await tasks.issued(1), by="huaqiao_liaison"))
        application = await tasks.applied(item, by=LEAD)

        await tasks.stack.advance(to=application["due_at"])

        fact = await tasks.stack.published(StrikeOffOverdue, lambda f: str(f.payload.item.id) == item["id"])
        assert str(fact.payload.application_id) == application["id"]
        late = await tasks.get(f"/strike-off-applications/{application['id']}")
        assert late["overdue_at"][:16] == application["due_at"][:16]
        assert (await tasks.checked(late))["state"] == "passed"
        decided = await tasks.get(f"/strike-off-applications/{in_time['id']}")
        assert decided["overdue_at"] is None

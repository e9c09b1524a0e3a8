"""Plans over HTTP: imported once, corrected, reviewed, confirmed; and what is refused."""

import asyncio
import zipfile
from io import BytesIO
from typing import Any

import pytest

from luoshi_common.events.tasks import FindingAccepted, ItemArranged, PlanImported
from tests.services.tasks.conftest import API, Tasks, key, match

pytestmark = pytest.mark.anyio


def code_of(answer: Any) -> str:
    """The code of a refusal."""
    code: str = answer["code"]
    return code


class TestImporting:
    async def test_shows_tree_and_findings_at_their_place(self, tasks: Tasks) -> None:
        """R1, R15, E41."""
        plan = await tasks.import_plan()
        full = await tasks.get(f"/plans/{plan['id']}")

        assert (plan["state"], plan["reading"], plan["area_count"], plan["task_count"]) == ("reviewing", 1, 10, 30)
        assert [area["no"] for area in full["areas"]] == list(range(1, 11))
        assert [task["no"] for task in full["tasks"]] == list(range(1, 31))
        assert all(full["text"][f["offset"] : f["offset"] + len(f["quote"])] == f["quote"] for f in full["findings"])
        assert {f["code"] for f in full["findings"] if f["level"] == "error"} == {"unresolved_reference"}
        assert not [f for f in full["findings"] if f["code"] == "unknown_unit"]
        fact = (await tasks.stack.published(PlanImported, lambda f: str(f.payload.id) == plan["id"])).payload
        assert (fact.tasks, fact.errors, fact.reading) == (30, 1, 1)

    async def test_of_the_same_file_is_the_same_plan(self, tasks: Tasks) -> None:
        """E41."""
        first = await tasks.import_plan()
        again = await tasks.import_plan(status=200, name="anders.txt")

        assert again == first

    async def test_of_the_same_file_twice_at_once_is_one_plan(self, tasks: Tasks) -> None:
        answers = await asyncio.gather(
            *(tasks.by("office").post(f"{API}/plans", headers=key(), **upload(tasks.document())) for _ in range(3))
        )

        assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
        assert len({answer.json()["id"] for answer in answers}) == 1

    async def test_of_a_corrected_file_shows_the_difference(self, tasks: Tasks) -> None:
        """E41: no duplicates; what was accepted stays accepted."""
        plan = await tasks.import_plan()
        await tasks.send("POST", f"/plans/{plan['id']}/findings/acceptance", on=plan, json={"code": "marker_form"})

        corrected = await tasks.import_plan(tasks.document(("推进智联小镇建设发展", "推进智联小镇建设")))
        full = await tasks.get(f"/plans/{plan['id']}")

        assert (corrected["id"], corrected["reading"]) == (plan["id"], 2)
        assert [(d["task_no"], d["change"]) for d in full["differences"]] == [(7, "changed")]
        assert {field["field"] for field in full["differences"][0]["fields"]} == {"title", "text"}
        assert {f["state"] for f in full["findings"] if f["code"] == "marker_form"} == {"accepted"}
        listed = (await tasks.get("/plans", limit=200))["items"]
        assert [each["id"] for each in listed].count(plan["id"]) == 1

    async def test_of_a_correction_after_confirmation_is_refused(self, tasks: Tasks) -> None:
        await tasks.confirmed_plan()

        refusal = await tasks.import_plan(tasks.document(("老旧小区", "老旧街区")), status=409)

        assert code_of(refusal) == "tasks.plans.correction_needs_amendment"

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("plan.txt", "秘密★3年\n1.推进甲。(牵头单位:市水利局)".encode(), "secrecy_mark"),
            ("plan.txt", b"1. Build the dam. (lead: water)" * 40, "too_little_chinese"),
            ("plan.txt", "今天天气很好，我们都去春游。".encode(), "no_task"),
            ("plan.txt", b"\x00" * 64, "unreadable"),
            ("plan.txt", b"%PDF-1.4 pretending", "unreadable"),
            ("plan.docx", "1.推进甲。(牵头单位:市水利局)".encode(), "unreadable"),
            ("plan.txt", "<!doctype html><p>1.推进甲。(牵头单位:市水利局)".encode(), "unreadable"),
            ("plan.txt", ("推进甲工程建设。" * 125_001).encode(), "too_long"),
        ],
        ids=["secrecy", "english", "prose", "nul", "pdf", "name", "web-page", "a-million-and-more"],
    )
    async def test_refuses_what_is_no_plan(self, tasks: Tasks, name: str, content: bytes, reason: str) -> None:
        """E39, E43, 6.6 secrecy."""
        before = (await tasks.get("/plans", limit=200))["items"]

        refusal = await tasks.import_plan(content, name=name, status=422)

        assert (code_of(refusal), refusal["reason"]) == ("tasks.plans.unreadable", reason)
        assert (await tasks.get("/plans", limit=200))["items"] == before

    async def test_refuses_an_empty_and_a_packed_file(self, tasks: Tasks) -> None:
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.txt", "甲")

        for content in (b"", packed.getvalue()):
            assert code_of(await tasks.import_plan(content, name="x.docx", status=422)).startswith("tasks.plans.")

    async def test_keeps_hostile_words_as_they_are(self, tasks: Tasks) -> None:
        """E43, E45."""
        words = "推进<script>alert(1)</script>与=HYPERLINK(1)工程建设"
        plan = await tasks.import_plan(tasks.document(("推进智联小镇建设发展", words)))

        full = await tasks.get(f"/plans/{plan['id']}")

        assert full["tasks"][6]["title"] == words

    async def test_reads_a_plan_of_a_million_characters(self, tasks: Tasks) -> None:
        """E43."""
        text = tasks.document().decode()
        text += "。" + "补充说明一句话。" * ((999_000 - len(text)) // 8)

        plan = await tasks.import_plan(text.encode())

        assert plan["task_count"] == 30

    async def test_is_for_the_office(self, tasks: Tasks) -> None:
        assert code_of(await tasks.import_plan(by="water_liaison", status=403)) == "forbidden"
        assert (await tasks.stack.client().post(f"{API}/plans", headers=key(), **upload(b"x"))).status_code == 401

    async def test_needs_a_key_and_answers_its_repeat_alike(self, tasks: Tasks) -> None:
        office, document = tasks.by("office"), tasks.document()
        assert (await office.post(f"{API}/plans", **upload(document))).status_code == 422
        same = key()
        first = await office.post(f"{API}/plans", headers=same, **upload(document))
        again = await office.post(f"{API}/plans", headers=same, **upload(document))
        other = await office.post(f"{API}/plans", headers=same, **upload(document + b"."))

        assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert other.status_code == 422


class TestFindings:
    async def test_are_accepted_one_by_one(self, tasks: Tasks) -> None:
        """E41."""
        plan = await tasks.import_plan()

        after = await tasks.send("POST", f"/plans/{plan['id']}/findings/1/acceptance", on=plan)

        assert after["open_findings"] == plan["open_findings"] - 1
        fact = await tasks.stack.published(FindingAccepted, lambda f: str(f.payload.id) == plan["id"])
        assert (fact.payload.numbers, fact.payload.open_findings) == ([1], after["open_findings"])
        again = await tasks.send("POST", f"/plans/{plan['id']}/findings/1/acceptance", on=after, status=409)
        assert code_of(again) == "tasks.plans.findings_settled"

    async def test_that_do_not_exist_are_not_found(self, tasks: Tasks) -> None:
        plan = await tasks.import_plan()

        await tasks.send("POST", f"/plans/{plan['id']}/findings/999999/acceptance", on=plan, status=404)

    async def test_are_accepted_on_the_version_that_was_read(self, tasks: Tasks) -> None:
        plan = await tasks.import_plan()
        path = f"/plans/{plan['id']}/findings/1/acceptance"
        await tasks.send("POST", path, status=428)
        await tasks.send("POST", path, on={"version": 99}, status=412)
        await tasks.send("POST", path, on=plan, by="water_liaison", status=403)

        assert (await tasks.get(f"/plans/{plan['id']}"))["open_findings"] == plan["open_findings"]

    @pytest.mark.parametrize("body", [{}, {"numbers": []}, {"numbers": [1], "code": "x"}, {"number": 1}, []])
    async def test_are_named_in_one_way(self, tasks: Tasks, body: Any) -> None:
        plan = await tasks.import_plan()

        path = f"/plans/{plan['id']}/findings/acceptance"
        refusal = await tasks.send("POST", path, on=plan, json=body, status=422)
        assert code_of(refusal) == "malformed"

    async def test_accepted_after_confirmation_release_their_item(self, tasks: Tasks) -> None:
        """6.6: an open error of one task only holds that item."""
        plan = await tasks.import_plan(tasks.document(("9 ,推进华夏", "8 .推进华夏")))
        full = await tasks.get(f"/plans/{plan['id']}")
        errors = [f for f in full["findings"] if f["level"] == "error" and f["code"] != "unresolved_reference"]
        assert {(error["code"], error["task_no"]) for error in errors} == {("count_mismatch", None), ("number_gap", 10)}
        accepting = f"/plans/{plan['id']}/findings/acceptance"
        plan = await tasks.send("POST", accepting, on=plan, json={"code": "count_mismatch"})
        tasks.plan = plan = await tasks.send("POST", f"/plans/{plan['id']}/confirmation", on=plan)
        assert "open_error" in (await tasks.item(10))["waits_for"]

        await tasks.send("POST", accepting, on=plan, json={"code": "number_gap"})

        item = await tasks.item(10)
        assert "open_error" not in item["waits_for"]
        await tasks.stack.published(ItemArranged, lambda f: str(f.payload.item.id) == item["id"])

    async def test_take_a_list_longer_than_a_statement_has_parameters(self, tasks: Tasks) -> None:
        plan = await tasks.import_plan()
        path = f"/plans/{plan['id']}/findings/acceptance"

        await tasks.send("POST", path, on=plan, json={"numbers": list(range(1, 40_000))}, status=404)
        await tasks.send("POST", path, on=plan, json={"numbers": [2**40]}, status=422)
        await tasks.send("POST", f"/plans/{plan['id']}/findings/{2**40}/acceptance", on=plan, status=422)


class TestConfirming:
    async def test_takes_a_list_thirty_times_as_long(self, tasks: Tasks) -> None:
        listed = "\n".join(f"{no}.推进第{no}号工程建设。(牵头单位:市水利局)" for no in range(1, 901))

        plan = await tasks.confirmed_plan(f"{tasks.title}\n一、任务\n(一)促进建设。\n{listed}\n".encode())

        assert plan["task_count"] == 900
        assert len(await tasks.items()) == 200

    async def test_puts_every_task_on_the_list_as_a_draft(self, tasks: Tasks) -> None:
        """R60, 6.6."""
        await tasks.confirmed_plan()
        items = await tasks.items()

        assert [item["no"] for item in items] == list(range(1, 31))
        assert {item["state"] for item in items} == {"draft"}
        by_no = {item["no"]: item for item in items}
        assert by_no[29]["waits_for"] == ["unresolved_reference", "leader_missing", "deadline_missing"]
        assert by_no[1]["waits_for"] == ["leader_missing", "deadline_missing"]
        assert [unit["name"] for unit in by_no[21]["lead"]] == ["市城管局", "市住建局", "市城建投公司"]
        collective = by_no[4]["parts"][-1]
        assert collective["collective"]
        assert [member["name"] for member in collective["members"]] == ["月湖区政府", "余江区政府", "贵溪市政府"]
        assert [i["value"] for i in by_no[5]["indicators"]] == ["8", "3"]
        assert by_no[9]["responsible"][0]["name"] == "信江新区管委会"

    async def test_is_held_by_an_open_error_of_the_document(self, tasks: Tasks) -> None:
        """E42."""
        plan = await tasks.import_plan(tasks.document(("十个方面30项", "十个方面31项")))

        refusal = await tasks.send("POST", f"/plans/{plan['id']}/confirmation", on=plan, status=409)

        assert (code_of(refusal), refusal["count"]) == ("tasks.plans.open_errors", 1)

    async def test_happens_once_whoever_is_faster(self, tasks: Tasks) -> None:
        plan = await tasks.import_plan()
        path = f"{API}/plans/{plan['id']}/confirmation"
        twins = await asyncio.gather(
            *(tasks.by(who).post(path, headers={**key(), **match(plan)}) for who in ("office", "office_deputy"))
        )

        assert sorted(answer.status_code for answer in twins) == [200, 412]
        tasks.plan = plan
        assert len(await tasks.items()) == 30

    async def test_needs_version_and_office(self, tasks: Tasks) -> None:
        plan = await tasks.import_plan()
        path = f"/plans/{plan['id']}/confirmation"

        await tasks.send("POST", path, status=428)
        await tasks.send("POST", path, on=plan, by="mayor", status=403)
        await tasks.send("POST", "/plans/00000000-0000-7000-8000-000000000000/confirmation", on=plan, status=404)


def upload(content: bytes) -> dict[str, Any]:
    """The form of an import."""
    return {"files": {"file": ("plan.txt", content, "text/plain")}, "data": {"year": "2026"}}

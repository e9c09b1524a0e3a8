"""What strangers, broken clients and broken facts do to a running city: each is refused or put aside, alone."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from luoshi.demo.city import CITY
from luoshi_common.auth.tokens import TokenMinter, new_key, sign
from luoshi_common.clock import machine_now
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from tests.faults.office import Office, is_problem, key
from tests.faults.town import Town

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400), pytest.mark.xdist_group("faults")]


@pytest.fixture
async def office(town: Town) -> AsyncIterator[Office]:
    """Given the people of a running town."""
    people = Office(town)
    yield people
    await people.close()


@asynccontextmanager
async def nothing_happens(town: Town) -> AsyncIterator[None]:
    """Whatever is asked in here changes nothing and tells nothing."""
    counts = "SELECT " + ", ".join(
        f"(SELECT count(*) FROM tasks.{table})"
        for table in ("plan", "item", "evidence", "strike_off_application", "outbox", "audit_entry", "idempotency_key")
    )
    before = town.rows(counts)
    yield
    assert town.rows(counts) == before


def _claims(town: Town, **changed: Any) -> dict[str, Any]:
    now = int(machine_now().timestamp())
    return {
        "iss": "luoshi-console", "sub": str(town.people["office"]), "aud": CITY, "iat": now, "exp": now + 300,
        "jti": uuid4().hex, **changed,
    }  # fmt: skip


def _unsigned(claims: Mapping[str, Any]) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


class TestATokenThatIsNotToBeBelieved:
    async def test_opens_nothing(self, town: Town) -> None:
        right = town.minter._key
        early = machine_now() - timedelta(hours=1)
        past = {"iat": int(early.timestamp()), "exp": int((early + timedelta(minutes=5)).timestamp())}
        tokens = {
            "forged": TokenMinter(issuer="luoshi-console", city=CITY, key=new_key()).mint(town.people["office"]),
            "of a foreign city": TokenMinter(issuer="luoshi-console", city="330100", key=right).mint(
                town.people["office"]
            ),
            "expired": sign(_claims(town, **past), key=right),
            "without a signature": _unsigned(_claims(town)),
            "of nobody we know": sign(_claims(town, sub=str(uuid4())), key=right),
            "of another issuer": sign(_claims(town, iss="urn:elsewhere"), key=right),
            "not a token": "Bearer",
        }
        plan = {"files": {"file": ("plan.txt", "方案".encode(), "text/plain")}, "data": {"year": "2026"}}

        async with httpx.AsyncClient(base_url=f"{town.url('tasks')}/v1") as client, nothing_happens(town):
            for name, token in tokens.items():
                sent = {"Authorization": f"Bearer {token}"}
                for answer in (
                    await client.get("/items", headers=sent),
                    await client.post("/plans", headers=sent | key(), **plan),
                ):
                    assert answer.status_code == 401, name
                    is_problem(answer, 401)


class TestARequestThatCannotBeRead:
    async def test_is_refused_and_changes_nothing(self, town: Town, office: Office) -> None:
        client, somewhere = office.as_person("office"), f"/items/{uuid4()}"
        as_json = {"Content-Type": "application/json", "If-Match": '"1"'}

        async with nothing_happens(town):
            for body in (b"{", b"\xff\xfe{}", b"null", b"[" * 50_000, b'{"a":NaN}', b"", b'{"leader_id":"\\u0000"}'):
                is_problem(await client.put(f"{somewhere}/arrangement", content=body, headers=as_json), 422)
            for tag in ("1", "*", 'W/"1"', '"1", "2"', '"eins"', '"99999999999999999999"', '""'):
                sent = as_json | {"If-Match": tag}
                answer = await client.put(f"{somewhere}/arrangement", json={}, headers=sent)
                assert answer.status_code in (412, 422, 428), f"{tag}: {answer.status_code} {answer.text}"
                is_problem(answer, answer.status_code)
            for path in ("/items/not-an-id", "/items?after=%00", "/items?limit=-1", "/items?state=none", "/nowhere"):
                answer = await client.get(path)
                assert answer.status_code in (404, 422), f"{path}: {answer.status_code}"
                is_problem(answer, answer.status_code)

    async def test_is_cut_off_at_the_limit_whether_it_says_its_length_or_not(self, town: Town, office: Office) -> None:
        client, path = office.as_person("office"), f"/items/{uuid4()}/arrangement"
        kilobyte = b'{"short_title":"' + b"a" * 1006 + b'"}'
        sent = {"Content-Type": "application/json", "If-Match": '"1"'}

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(64 * 1024):
                yield kilobyte

        async with nothing_happens(town):
            is_problem(await client.put(path, content=kilobyte * 1100, headers=sent), 413)
            answer = await _answer_or_hang_up(client, path, endless(), sent)
            assert answer is None or answer.status_code == 413

        assert (await client.get("/items")).status_code == 200

    async def test_with_a_wrong_file_under_a_right_name_is_refused(self, town: Town, office: Office) -> None:
        client = office.as_person("office")
        program, picture = b"MZ" + bytes(5000), b"\x89PNG\r\n\x1a\n" + bytes(5000)

        async with nothing_happens(town):
            for name, content in (
                ("plan.docx", program),
                ("plan.txt", picture),
                ("plan.docx", b"PK\x03\x04" + bytes(99)),
            ):
                files = {"file": (name, content, "text/plain")}
                answer = await client.post("/plans", files=files, data={"year": "2026"}, headers=key())
                assert answer.status_code in (409, 415, 422), f"{name}: {answer.status_code} {answer.text}"
                is_problem(answer, answer.status_code)


async def _answer_or_hang_up(
    client: httpx.AsyncClient, path: str, body: AsyncIterator[bytes], headers: Mapping[str, str]
) -> httpx.Response | None:
    """The answer, or None where the service hung up on a sender who would not stop."""
    try:
        return await client.put(path, content=body, headers=headers)
    except httpx.WriteError:
        return None


class TestAFactTooLongForTheBus:
    async def test_is_refused_before_it_is_committed(self, town: Town, office: Office) -> None:
        """A fact that the stream refuses would stand before all others in the outbox for ever."""
        text = (
            "长任务方案\n一、任务\n(一)促进建设。\n1.推进第一号工程建设。"
            + "补充说明一句话。" * 40_000
            + "(牵头单位:市水利局)\n2.推进第二号工程建设。(牵头单位:市水利局)\n"
        )
        client = office.as_person("office")
        files = {"file": ("plan.txt", text.encode(), "text/plain")}

        imported = await client.post("/plans", files=files, data={"year": "2026"}, headers=key())

        if imported.is_success:
            plan = imported.json()
            for code in {f["code"] for f in (await client.get(f"/plans/{plan['id']}")).json()["findings"]}:
                accepted = await client.post(
                    f"/plans/{plan['id']}/findings/acceptance", json={"code": code},
                    headers=key() | {"If-Match": f'"{plan["version"]}"'},
                )  # fmt: skip
                plan = accepted.json() if accepted.is_success else plan
            confirmed = await office.confirm(plan)
            assert confirmed.is_client_error, confirmed.text
            is_problem(confirmed, confirmed.status_code)
        else:
            is_problem(imported, imported.status_code)
        await town.settled()


class TestAPoisonedFact:
    async def test_is_parked_while_the_rest_goes_on_and_settled_by_an_operator(
        self, town: Town, office: Office
    ) -> None:
        operator = office.as_person("operator", "scoring")
        await _say(town, b"\x00 no fact at all", fact_id="garbage")
        town.rows("ALTER TABLE scoring.item_fact ADD CONSTRAINT poison CHECK (no <> 7) NOT VALID")

        plan = await office.confirmed_plan(title="第七号事项有毒的方案")
        await town.settled()

        of_plan = f"item_id IN (SELECT id FROM tasks.item WHERE plan_id = '{plan['id']}')"
        assert town.rows(f"SELECT count(*) FROM scoring.item_state WHERE {of_plan}")[0][0] == 29
        waiting = (await operator.get("/parked")).json()["items"]
        garbage, poisoned = sorted(waiting, key=lambda message: message["event_id"] != "garbage")
        assert poisoned["deliveries"] == 3
        assert "poison" in poisoned["error"]

        is_problem(await operator.post(f"/parked/{garbage['id']}/retry", headers=key()), 409)
        is_problem(await operator.post(f"/parked/{poisoned['id']}/retry", headers=key()), 409)
        is_problem(await office.as_person("office", "scoring").get("/parked"), 403)
        discarded = await operator.post(f"/parked/{garbage['id']}/discard", headers=key())
        town.rows("ALTER TABLE scoring.item_fact DROP CONSTRAINT poison")
        retried = await operator.post(f"/parked/{poisoned['id']}/retry", headers=key())
        gone = await operator.post(f"/parked/{poisoned['id']}/retry", headers=key())

        assert (discarded.status_code, retried.status_code, gone.status_code) == (200, 200, 404)
        assert (await operator.get("/parked")).json()["items"] == []
        assert town.rows(f"SELECT count(*) FROM scoring.item_state WHERE {of_plan}")[0][0] == 30


async def _say(town: Town, body: bytes, *, fact_id: str) -> None:
    """Say something on the bus with the right of the service tasks."""
    client = await connect(
        url=town.place.nats.url, seed=town.place.nats.seed_of(BusUser.TASKS, city=CITY), name="faults",
        inbox_prefix=inbox_prefix_of(BusUser.TASKS),
    )  # fmt: skip
    await client.jetstream().publish(f"ev.{CITY}.tasks.item.issued.v1", body, headers={"Nats-Msg-Id": fact_id})
    await leave(client)

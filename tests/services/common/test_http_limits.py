"""The edge under pressure: pages, limits, faults, health, and what it tells of itself."""

import asyncio
import errno
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.notes import SMALL, House, house_of, problem


@pytest.fixture
def house() -> House:
    return house_of()


class TestPages:
    async def test_follow_each_other_without_gap_or_overlap(self, house: House) -> None:
        for number in range(5):
            await house.write(f"第{number}条")

        seen, path = [], "/v1/notes"
        while path:
            page = (await house.ask("GET", path)).json()
            seen += [note["number"] for note in page["items"]]
            path = f"/v1/notes?after={page['next']}" if page["next"] else ""

        assert seen == [1, 2, 3, 4, 5]

    async def test_are_never_longer_than_the_house_allows(self, house: House) -> None:
        for number in range(5):
            await house.write(f"第{number}条")

        assert len((await house.ask("GET", "/v1/notes?limit=99999999999999")).json()["items"]) == 3

    async def test_take_no_cursor_of_another_kind(self, house: House) -> None:
        problem(await house.ask("GET", "/v1/notes?after=WyJhIiwiYiJd"), 422, "http.bad_cursor")


class TestLimits:
    async def test_refuse_a_body_that_says_it_is_too_large(self, house: House) -> None:
        problem(await house.write("长" * 1000), 413, "too_large")

    async def test_refuse_a_body_that_does_not_say_so(self, house: House) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(30):
                yield b"x" * 100

        headers = {"Idempotency-Key": "12345678", "Content-Type": "application/json"}

        problem(await house.ask("POST", "/v1/notes", content=chunks(), headers=headers), 413, "too_large")

    async def test_refuse_an_upload_of_their_own_size(self, house: House) -> None:
        async def upload(size: int) -> httpx.Response:
            files = {"file": ("a.txt", b"x" * size)}
            headers = {"Idempotency-Key": uuid4().hex}
            return await house.ask("POST", "/v1/files", data={"title": "t"}, files=files, headers=headers)

        assert (await upload(100_000)).status_code == 201
        problem(await upload(300_000), 413, "too_large")

    async def test_slow_down_one_caller_and_not_the_next(self) -> None:
        house = house_of(SMALL.model_copy(update={"requests_per_minute": 3}))

        answers = [await house.ask("GET", "/v1/notes") for _ in range(4)]

        problem(answers[-1], 429, "too_many_requests")
        assert int(answers[-1].headers["retry-after"]) > 1
        assert [answer.status_code for answer in answers[:3]] == [200] * 3
        assert (await house.ask("GET", "/v1/notes", signed_in=False)).status_code == 401

    async def test_shed_load_and_stay_healthy(self) -> None:
        house = house_of(SMALL.model_copy(update={"in_flight": 1}))
        await house.write()

        slow = asyncio.create_task(house.ask("GET", "/v1/notes/1"))
        await house.runtime.somebody_reads.wait()
        shed = await house.ask("GET", "/v1/notes")
        health = await house.ask("GET", "/healthz")
        house.runtime.reading_may_go_on.set()

        problem(shed, 503, "overloaded")
        assert shed.headers["retry-after"] == "1"
        assert health.status_code == 200
        assert (await slow).status_code == 200


class TestFault:
    @pytest.mark.parametrize(
        "away",
        [
            ConnectionRefusedError(),
            OSError(errno.ENOSPC, "full"),
            PoolTimeout(),
            DBAPIError("SELECT", {}, Exception(), connection_invalidated=True),
            DBAPIError("SELECT", {}, type("Shutdown", (Exception,), {"sqlstate": "57P01"})()),
        ],
        ids=["refused", "disk-full", "pool", "invalidated", "shutdown"],
    )
    async def test_of_a_part_that_is_away_asks_to_come_again(self, house: House, away: Exception) -> None:
        house.runtime.fault = away

        answer = await house.write()

        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert house.runtime.notes == {}

    async def test_of_a_failing_commit_is_never_told_as_success(self, house: House) -> None:
        house.runtime.fault = RuntimeError("commit failed: secret detail")

        answer = await house.write()

        refused = problem(answer, 500, "unexpected")
        assert refused["request_id"] in refused["title"]
        assert "secret" not in answer.text

    async def test_of_a_character_no_column_takes_is_the_senders(self, house: House) -> None:
        house.runtime.fault = DBAPIError("INSERT", {}, type("Nul", (Exception,), {"sqlstate": "22021"})())

        problem(await house.write(), 422, "malformed")

    async def test_is_counted_apart_from_operations_and_refusals(self, house: House) -> None:
        house.runtime.fault = RuntimeError()
        await house.write()
        house.runtime.fault = PoolTimeout()
        await house.write()
        house.runtime.fault = None
        await house.write("结束")

        text = (await house.ask("GET", "/metrics", signed_in=False)).text

        assert "luoshi_http_unexpected_total 1.0" in text
        assert "luoshi_http_operational_total 1.0" in text
        assert 'luoshi_refused_total{code="notes.closed"} 1.0' in text
        assert 'route="/v1/notes",status="409"' in text


class TestHealth:
    async def test_is_ready_when_nothing_stands_against_it(self, house: House) -> None:
        assert (await house.ask("GET", "/readyz", signed_in=False)).json() == {"status": "ready"}

    async def test_says_what_it_waits_for(self, house: House) -> None:
        house.runtime.reasons = ["the directory mirror has not caught up"]

        refused = problem(await house.ask("GET", "/readyz", signed_in=False), 503, "not_ready")

        assert refused["reasons"] == ["the directory mirror has not caught up"]


class TestOpenApi:
    async def test_shows_every_refusal_as_a_problem(self, house: House) -> None:
        document = (await house.ask("GET", "/openapi.json")).json()

        responses = document["paths"]["/v1/notes"]["post"]["responses"]
        assert {"401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "503"} <= responses.keys()
        assert all(
            list(answer["content"]) == ["application/problem+json"]
            for status, answer in responses.items()
            if status >= "400"
        )
        assert "HTTPValidationError" not in json.dumps(document)

    async def test_asks_for_version_and_key_where_they_are_needed(self, house: House) -> None:
        document = (await house.ask("GET", "/openapi.json")).json()

        assert {p["name"] for p in document["paths"]["/v1/notes"]["post"]["parameters"]} >= {"Idempotency-Key"}
        assert {p["name"] for p in document["paths"]["/v1/notes/{number}"]["put"]["parameters"]} >= {"If-Match"}

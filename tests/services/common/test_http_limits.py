"""The edge under pressure: pages, limits, faults, health, and what it tells of itself."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from luoshi_common.http.app import create_app
from tests.engines import Engines
from tests.notes import SMALL, House, house_in, idle_runtime, notebook, problem
from tests.stack import Stack
from tests.toy.notebook import NOTEBOOK


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

    async def test_slow_down_one_caller_and_not_the_next(self, engines: Engines, tmp_path: Path) -> None:
        profile = {**SMALL, "http": {**SMALL["http"], "requests_per_minute": 3}}
        async with notebook(engines, files=tmp_path, profile=profile) as stack:
            house = await house_in(stack)

            answers = [await house.ask("GET", "/v1/notes") for _ in range(4)]
            stranger = await house.ask("GET", "/v1/notes", signed_in=False)

        problem(answers[-1], 429, "too_many_requests")
        assert int(answers[-1].headers["retry-after"]) > 1
        assert [answer.status_code for answer in answers[:3]] == [200] * 3
        assert stranger.status_code == 401

    async def test_shed_load_and_stay_healthy(self, small_town: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LUOSHI_HTTP_IN_FLIGHT", "1")
        house = await house_in(small_town)
        await house.write()
        house.pace.reading_may_go_on = asyncio.Event()

        slow = asyncio.create_task(house.ask("GET", "/v1/notes/1"))
        await house.pace.somebody_reads.wait()
        shed = await house.ask("GET", "/v1/notes")
        health = await house.ask("GET", "/healthz")
        house.pace.reading_may_go_on.set()

        problem(shed, 503, "overloaded")
        assert shed.headers["retry-after"] == "1"
        assert health.status_code == 200
        assert (await slow).status_code == 200


class TestFault:
    async def test_of_a_part_that_is_away_asks_to_come_again(self, house: House) -> None:
        with house.stack.database_away(service="tasks"):
            answer = await house.write()

        problem(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        assert await house.notes() == {}

    async def test_of_ours_gives_its_number_and_no_detail(self, house: House) -> None:
        answer = await house.ask("GET", "/v1/notes/broken")

        refused = problem(answer, 500, "unexpected")
        assert refused["request_id"] in refused["title"]
        assert "secret" not in answer.text

    async def test_is_counted_apart_from_operations_and_refusals(self, house: House) -> None:
        async def counts() -> dict[str, float]:
            text = (await house.ask("GET", "/metrics", signed_in=False)).text
            return {
                line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line[0] != "#"
            }

        before = await counts()
        await house.ask("GET", "/v1/notes/broken")
        with house.stack.database_away(service="tasks"):
            await house.write()
        await house.write("结束")
        after = await counts()

        for counter in (
            "luoshi_http_unexpected_total",
            "luoshi_http_operational_total",
            'luoshi_refused_total{code="notes.closed"}',
            'luoshi_http_request_seconds_count{method="POST",route="/v1/notes",status="409"}',
        ):
            assert after[counter] == before.get(counter, 0) + 1, counter


class TestHealth:
    async def test_is_ready_when_nothing_stands_against_it(self, house: House) -> None:
        assert (await house.ask("GET", "/readyz", signed_in=False)).json() == {"status": "ready"}

    async def test_says_what_it_waits_for(self, house: House, tmp_path: Path) -> None:
        unstarted = create_app(NOTEBOOK, idle_runtime(NOTEBOOK, files=tmp_path))

        answer = await House(stack=house.stack, app=unstarted).ask("GET", "/readyz", signed_in=False)

        refused = problem(answer, 503, "not_ready")
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

"""The client: one try after another with the same key, refusals as exceptions, lists to the end."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from luoshi_client.session import Patience, Refusal, ServiceSession, Unreachable, local_client
from tests.engines import Engines
from tests.notes import SMALL, House, house_in, notebook

EAGER = Patience(tries=3, first_wait=0, longest_wait=1)


@pytest.fixture
async def session(house: House) -> AsyncIterator[ServiceSession]:
    async with local_client(house.app) as client:
        yield ServiceSession(client, token=house.token, patience=EAGER)


class LosesAnswers(httpx.ASGITransport):
    """A line on which the first answers are lost after the work was done."""

    def __init__(self, app: Any, *, lost: int) -> None:
        super().__init__(app=app)
        self.lost = lost
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        response = await super().handle_async_request(request)
        if len(self.seen) <= self.lost:
            raise httpx.ReadTimeout("lost", request=request)
        return response


def over(line: LosesAnswers, house: House) -> ServiceSession:
    client = httpx.AsyncClient(transport=line, base_url="http://notes")
    return ServiceSession(client, token=house.token, patience=EAGER)


class TestSession:
    async def test_gives_data_version_and_place(self, session: ServiceSession) -> None:
        made = await session.post("/notes", json={"text": "一条记录"})

        assert made.data == {"number": 1, "text": "一条记录"}
        assert (made.version, made.location) == (1, "/v1/notes/1")

    async def test_changes_the_version_it_read(self, session: ServiceSession, house: House) -> None:
        made = await session.post("/notes", json={"text": "一条记录"})

        changed = await session.put("/notes/1", json={"text": "改过"}, version=made.version)

        assert changed.version == 2
        assert await house.notes() == {1: (2, "改过")}

    async def test_walks_a_list_to_its_end(self, session: ServiceSession) -> None:
        for number in range(5):
            await session.post("/notes", json={"text": f"第{number}条"})

        assert [note["number"] async for note in session.each("/notes")] == [1, 2, 3, 4, 5]

    async def test_speaks_its_readers_language(self, house: House) -> None:
        async with local_client(house.app) as client:
            english = ServiceSession(client, token=house.token, language="en", patience=EAGER)

            with pytest.raises(Refusal) as refused:
                await english.get("/notes/9")

        assert refused.value.title == "What you asked for was not found"

    async def test_carries_the_trace(self, house: House) -> None:
        line = LosesAnswers(house.app, lost=0)
        client = httpx.AsyncClient(transport=line, base_url="http://notes")
        trace = f"00-{UUID(int=7).hex}-0000000000000001-01"

        await ServiceSession(client, token=house.token, carried=lambda: {"traceparent": trace}).get("/notes")

        assert line.seen[0].headers["traceparent"] == trace


class TestRefusal:
    async def test_is_an_exception_with_its_facts(self, session: ServiceSession) -> None:
        with pytest.raises(Refusal) as refused:
            await session.post("/notes", json={"text": "结束"})

        assert (refused.value.status, refused.value.code) == (409, "notes.closed")
        assert refused.value.facts == {"note": "结束"}
        assert refused.value.request_id

    async def test_names_what_is_wrong_with_a_body(self, session: ServiceSession) -> None:
        with pytest.raises(Refusal) as refused:
            await session.post("/notes", json={"text": "x"})

        assert refused.value.errors == [{"path": "body.text", "message": "至少 2 个字"}]

    async def test_is_not_tried_again(self, house: House) -> None:
        line = LosesAnswers(house.app, lost=0)

        with pytest.raises(Refusal):
            await over(line, house).post("/notes", json={"text": "结束"})

        assert len(line.seen) == 1

    async def test_of_a_service_that_stays_away_is_told_after_the_last_try(
        self, session: ServiceSession, house: House
    ) -> None:
        with house.stack.database_away(service="tasks"), pytest.raises(Refusal) as refused:
            await session.get("/notes")

        assert (refused.value.status, refused.value.code) == (503, "unavailable")

    async def test_by_a_wait_that_is_too_long_is_told_at_once(self, engines: Engines, tmp_path: Path) -> None:
        profile = {**SMALL, "http": {**SMALL["http"], "requests_per_minute": 1}}
        async with notebook(engines, files=tmp_path, profile=profile) as stack:
            house = await house_in(stack)
            line = LosesAnswers(house.app, lost=0)
            session = over(line, house)
            await session.get("/notes")

            with pytest.raises(Refusal) as refused:
                await session.get("/notes")

        assert refused.value.code == "too_many_requests"
        assert len(line.seen) == 2


class TestLostAnswer:
    async def test_of_a_creation_is_asked_for_again_and_done_once(self, house: House) -> None:
        line = LosesAnswers(house.app, lost=1)

        made = await over(line, house).post("/notes", json={"text": "一条记录"})

        assert made.replayed
        assert await house.notes() == {1: (1, "一条记录")}
        assert len({request.headers["idempotency-key"] for request in line.seen}) == 1

    async def test_of_an_upload_sends_the_whole_file_again(self, house: House) -> None:
        line = LosesAnswers(house.app, lost=1)
        file = ("a.txt", io.BytesIO(b"content"), "text/plain")

        made = await over(line, house).post("/files", form={"title": "佐证"}, files={"file": file})

        assert made.replayed
        assert made.data["size"] == len(b"content")

    async def test_of_a_change_is_not_guessed_at(self, house: House) -> None:
        await house.write()
        line = LosesAnswers(house.app, lost=1)

        with pytest.raises(Unreachable):
            await over(line, house).put("/notes/1", json={"text": "改过"}, version=1)

        assert len(line.seen) == 1
        assert await house.notes() == {1: (2, "改过")}

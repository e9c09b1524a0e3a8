"""The edge: what comes in, what is refused, and in which form; on a toy service of one noun."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from tests.notes import STRANGER, House, problem


class TestAnswer:
    async def test_of_a_creation_carries_version_and_place(self, house: House) -> None:
        answer = await house.write()

        assert answer.status_code == 201
        assert answer.headers["etag"] == '"1"'
        assert answer.headers["location"] == "/v1/notes/1"
        assert await house.notes() == {1: (1, "一条记录")}

    async def test_wears_the_security_headers(self, house: House) -> None:
        answer = await house.write()

        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    async def test_keeps_the_request_id_that_was_given(self, house: House) -> None:
        answer = await house.ask("GET", "/healthz", headers={"X-Request-Id": "abc-12345678"})

        assert answer.headers["x-request-id"] == "abc-12345678"

    async def test_takes_no_request_id_that_could_break_a_log(self, house: House) -> None:
        answer = await house.ask("GET", "/healthz", headers={"X-Request-Id": "x" * 500})

        assert len(answer.headers["x-request-id"]) == 36


class TestRefusal:
    async def test_speaks_chinese_unless_asked_otherwise(self, house: House) -> None:
        refused = problem(await house.write("结束"), 409, "notes.closed")

        assert refused["title"] == "记录《结束》已结，不能再改"
        assert refused["note"] == "结束"
        assert await house.notes() == {}

    @pytest.mark.parametrize(
        ("accept", "language"),
        [
            ("", "zh-CN"),
            ("en-GB,en;q=0.9,zh;q=0.8", "en"),
            ("zh;q=0.2, en;q=0.1", "zh-CN"),
            ("fr, de;q=0.5", "zh-CN"),
            ("en;q=0, zh", "zh-CN"),
            ("en;q=x", "zh-CN"),
            (";;;,,,", "zh-CN"),
        ],
    )
    async def test_speaks_the_language_preferred(self, house: House, accept: str, language: str) -> None:
        answer = await house.ask("GET", "/v1/notes/9", headers={"Accept-Language": accept})

        assert answer.headers["content-language"] == language
        refused = problem(answer, 404, "not_found")
        assert refused["title"].isascii() is (language == "en")

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/nowhere", 404, "not_found"),
            ("DELETE", "/v1/notes", 405, "method_not_allowed"),
            ("GET", "/v1/notes/abc", 422, "malformed"),
            ("GET", "/v1/notes?limit=0", 422, "malformed"),
            ("GET", "/v1/notes?after=%00", 422, "malformed"),
            ("GET", "/v1/notes?after=nonsense", 422, "http.bad_cursor"),
            ("GET", "/v1/notes/%00", 422, "malformed"),
            ("GET", "/%00", 422, "malformed"),
        ],
    )
    async def test_of_the_framework_has_the_same_form(
        self, house: House, method: str, path: str, status: int, code: str
    ) -> None:
        problem(await house.ask(method, path), status, code)

    async def test_of_a_method_names_the_right_ones(self, house: House) -> None:
        assert "GET" in (await house.ask("DELETE", "/v1/notes")).headers["allow"]

    async def test_of_a_body_says_where_and_why(self, house: House) -> None:
        answer = await house.ask(
            "POST",
            "/v1/notes",
            json={"text": "x", "number": 0, "more": 1},
            headers={"Idempotency-Key": "12345678", "Accept-Language": "en"},
        )

        refused = problem(answer, 422, "malformed")
        assert refused["errors"] == [
            {"path": "body.text", "message": "at least 2 characters"},
            {"path": "body.number", "message": "must not be less than 1"},
            {"path": "body.more", "message": "not an allowed field"},
        ]

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"[" * 1900,
            b"\xff\xfe",
            b'{"text": "\xed\xa0\x80"}',
            rb'{"text": "\ud800"}',
            rb'{"text": "a\u0000b"}',
            b"null",
            b"",
            b'{"text": "ok", "number": 1e400}',
        ],
    )
    async def test_of_an_unreadable_body_is_malformed(self, house: House, body: bytes) -> None:
        headers = {"Idempotency-Key": "12345678", "Content-Type": "application/json"}

        problem(await house.ask("POST", "/v1/notes", content=body, headers=headers), 422, "malformed")
        assert await house.notes() == {}

    async def test_lets_a_written_backslash_pass(self, house: House) -> None:
        headers = {"Idempotency-Key": "12345678", "Content-Type": "application/json"}

        answer = await house.ask("POST", "/v1/notes", content=rb'{"text": "a\\u0000b"}', headers=headers)

        assert answer.status_code == 201

    async def test_of_another_media_type(self, house: House) -> None:
        headers = {"Idempotency-Key": "12345678", "Content-Type": "application/xml"}

        problem(await house.ask("POST", "/v1/notes", content=b"<a/>", headers=headers), 415, "unsupported_media")


class TestSignIn:
    async def test_is_asked_of_a_stranger(self, house: House) -> None:
        answer = await house.ask("GET", "/v1/notes", signed_in=False)

        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"

    async def test_is_asked_before_anything_is_changed(self, house: House) -> None:
        problem(await house.write(signed_in=False), 401, "unauthenticated")

    async def test_with_a_token_nobody_signed_is_refused(self, house: House) -> None:
        problem(
            await house.ask("GET", "/v1/notes", headers={"Authorization": "Bearer x.y.z"}), 401, "auth.token_refused"
        )

    async def test_of_somebody_the_directory_does_not_know_is_refused(self, house: House) -> None:
        headers = {"Authorization": f"Bearer {house.token(STRANGER)}"}

        problem(await house.ask("GET", "/v1/notes", headers=headers), 401, "unauthenticated")

    async def test_does_not_open_what_the_policy_closes(self, house: House) -> None:
        await house.write()
        headers = {"Idempotency-Key": "12345678", "If-Match": '"1"', "Accept-Language": "en"}

        refused = problem(await house.ask("POST", "/v1/notes/1/copies", headers=headers), 403, "forbidden")

        assert refused["who"] == ["head of the lead unit", "liaison officer of the lead unit"]


class TestVersion:
    @pytest.mark.parametrize(
        ("if_match", "status", "code"),
        [
            (None, 428, "precondition_required"),
            ("*", 428, "precondition_required"),
            ('"7"', 412, "stale_version"),
            ('"99999999999999999999"', 412, "stale_version"),
            ('W/"1"', 412, "stale_version"),
            ("1", 422, "http.bad_if_match"),
            ('"1", "2"', 422, "http.bad_if_match"),
        ],
    )
    async def test_must_be_named_by_a_change(self, house: House, if_match: str | None, status: int, code: str) -> None:
        await house.write()
        headers = {} if if_match is None else {"If-Match": if_match}

        answer = await house.ask("PUT", "/v1/notes/1", json={"text": "改过"}, headers=headers)

        problem(answer, status, code)
        assert (await house.notes())[1] == (1, "一条记录")

    async def test_moves_on_with_the_change(self, house: House) -> None:
        written = await house.write()

        changed = await house.ask(
            "PUT", "/v1/notes/1", json={"text": "改过"}, headers={"If-Match": written.headers["etag"]}
        )

        assert changed.headers["etag"] == '"2"'
        assert (await house.notes())[1] == (2, "改过")


class TestIdempotency:
    @pytest.mark.parametrize("key", ["short", "x" * 129, "with space 123"])
    async def test_needs_a_usable_key(self, house: House, key: str) -> None:
        problem(await house.write(key=key), 422, "http.bad_idempotency_key")

    async def test_needs_a_key(self, house: House) -> None:
        problem(await house.ask("POST", "/v1/notes", json={"text": "ok"}), 422, "http.idempotency_key_missing")

    async def test_gives_a_repeat_the_first_answer(self, house: House) -> None:
        first = await house.write(key="12345678")

        second = await house.write(key="12345678")

        assert (second.status_code, second.content) == (first.status_code, first.content)
        assert (second.headers["etag"], second.headers["location"]) == (
            first.headers["etag"],
            first.headers["location"],
        )
        assert second.headers["idempotency-replayed"] == "true"
        assert len(await house.notes()) == 1

    async def test_refuses_a_key_that_comes_with_another_body(self, house: House) -> None:
        await house.write("一件事", key="12345678")

        problem(await house.write("另一件事", key="12345678"), 422, "http.idempotency_key_reused")
        assert len(await house.notes()) == 1

    async def test_lets_a_refused_request_be_tried_again(self, house: House) -> None:
        await house.write("结束", key="12345678")

        assert (await house.write("没有结束", key="12345678")).status_code == 201

    async def test_of_twins_at_once_answers_both_and_does_it_once(self, house: House) -> None:
        house.pace.both_inside = asyncio.Barrier(2)

        one, other = await asyncio.gather(house.write(key="12345678"), house.write(key="12345678"))

        assert one.status_code == other.status_code == 201
        assert one.content == other.content
        assert len(await house.notes()) == 1

    async def test_of_a_form_looks_at_what_it_says_not_at_its_boundary(self, house: House) -> None:
        async def upload(content: bytes) -> httpx.Response:
            return await house.ask(
                "POST",
                "/v1/files",
                data={"title": "佐证"},
                files={"file": ("a.txt", content)},
                headers={"Idempotency-Key": "12345678"},
            )

        first = await upload(b"same")

        assert (await upload(b"same")).content == first.content
        problem(await upload(b"else"), 422, "http.idempotency_key_reused")


class TestMountedApp:
    async def test_answers_the_same_below_a_prefix(self, house: House) -> None:
        whole = FastAPI()
        whole.mount("/api/notes", house.app)
        below = House(stack=house.stack, app=whole)  # type: ignore[arg-type]

        made = await below.ask(
            "POST", "/api/notes/v1/notes", json={"text": "好的"}, headers={"Idempotency-Key": "12345678"}
        )

        assert made.status_code == 201
        assert made.headers["location"] == "/api/notes/v1/notes/1"
        assert (await below.ask("GET", "/api/notes/healthz", signed_in=False)).status_code == 200

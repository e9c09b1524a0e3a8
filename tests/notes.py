"""记录: a tiny service of one noun behind the real edge; its notes and answers are kept in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import UUID, uuid4

import httpx
from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import Guarded, require
from luoshi_common.auth.roles import Role
from luoshi_common.auth.tokens import TokenMinter, TokenVerifier, key_set, new_key, public_keys
from luoshi_common.errors import NotFound, Refused, StaleVersion, Unauthenticated
from luoshi_common.http.app import ServiceApp, create_app
from luoshi_common.http.edge import Changing, Creating, CreatingOn, EdgeRuntime, Reading
from luoshi_common.http.limits import EdgeLimits
from luoshi_common.http.paging import Page, Paging
from luoshi_common.idempotency import AlreadyAnswered, IdempotencyClaim, StoredAnswer
from luoshi_common.observability.metrics import Metrics
from luoshi_common.policy.loader import load_profile

CITY, ISSUER, KEY = "360600", "urn:luoshi:console", new_key()
CLERK, STRANGER = uuid4(), uuid4()


class NoteClosed(Refused):
    """已结: a closed note takes no more."""

    code = "notes.closed"
    title = "记录《{note}》已结，不能再改"


@dataclass
class Unit:
    """What a handler sees of the unit of work."""

    runtime: "Runtime"
    actor: Actor
    claim: IdempotencyClaim | None
    stored: StoredAnswer | None = None
    writes: dict[int, str] = field(default_factory=dict)

    def allow(self, action: Action, subject: Guarded) -> None:
        require(self.actor, action, subject, self.runtime.mode)

    def remember_answer(self, answer: StoredAnswer) -> None:
        self.stored = answer


@dataclass
class Runtime:
    """A service that keeps its notes, and what it answered, in memory."""

    service_name: str = "notes"
    city: str = CITY
    mode: Mode = Mode.PRODUCTION
    notes: dict[int, str] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    answers: dict[tuple[str, str, str, str], StoredAnswer] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    fault: BaseException | None = None
    both_inside: asyncio.Barrier | None = None
    somebody_reads: asyncio.Event = field(default_factory=asyncio.Event)
    reading_may_go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.verifier = TokenVerifier(city=CITY, issuers={ISSUER: key_set(public_keys(KEY))})
        self.metrics = Metrics(service=self.service_name, city=CITY)

    async def actor_of(self, person_id: UUID) -> Actor:
        if person_id != CLERK:
            raise Unauthenticated
        return Actor.person(person_id=CLERK, unit_id=uuid4(), roles=frozenset({Role.OFFICE}))

    @asynccontextmanager
    async def unit_of_work(
        self,
        actor: Actor,
        *,
        correlation_id: str | None = None,
        idempotency: IdempotencyClaim | None = None,
        read_only: bool = False,
    ) -> AsyncIterator[Unit]:
        unit = Unit(self, actor, idempotency)
        yield unit
        if self.both_inside is not None:
            await self.both_inside.wait()
        if self.fault is not None:
            raise self.fault
        if unit.stored is not None and idempotency is not None:
            if key_of(idempotency) in self.answers:
                raise AlreadyAnswered
            self.answers[key_of(idempotency)] = unit.stored
        for number, text in unit.writes.items():
            self.notes[number] = text
            self.versions[number] = self.versions.get(number, 0) + 1

    async def find_answer(self, claim: IdempotencyClaim) -> StoredAnswer | None:
        return self.answers.get(key_of(claim))

    def ready(self) -> list[str]:
        return self.reasons


def key_of(claim: IdempotencyClaim) -> tuple[str, str, str, str]:
    return claim.actor_id, claim.method, claim.path, claim.key


class NoteBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=2, max_length=40)
    number: int = Field(default=1, ge=1)


class NoteOut(BaseModel):
    number: int
    text: str


def notes_of(runtime: Runtime) -> APIRouter:
    router = APIRouter(prefix="/v1")

    @router.get("/notes")
    async def listed(reading: Reading, paging: Paging) -> Page[NoteOut]:
        async with reading as uow:
            uow.allow(Action.READ_ITEM, Guarded(kind="notes"))
            after = paging.keys(int)
            numbers = [number for number in sorted(runtime.notes) if after is None or number > after[0]]
        return paging.page(
            numbers[: paging.fetch], key=lambda n: (n,), out=lambda n: NoteOut(number=n, text=runtime.notes[n])
        )

    @router.get("/notes/{number}")
    async def read(number: int, reading: Reading) -> Response:
        async with reading as uow:
            uow.allow(Action.READ_ITEM, Guarded(kind="notes"))
            if number not in runtime.notes:
                raise NotFound
            runtime.somebody_reads.set()
            await runtime.reading_may_go_on.wait()
            reading.answer(NoteOut(number=number, text=runtime.notes[number]), version=runtime.versions[number])
        return reading.response

    @router.post("/notes", status_code=201)
    async def write(body: NoteBody, command: Creating) -> Response:
        async with command as uow:
            uow.allow(Action.IMPORT_PLAN, Guarded(kind="notes"))
            if body.text == "结束":
                raise NoteClosed(note=body.text)
            number = len(runtime.notes) + 1
            uow.writes[number] = body.text  # type: ignore[attr-defined]
            command.answer(NoteOut(number=number, text=body.text), status=201, version=1, location=f"/notes/{number}")
        return command.response

    @router.put("/notes/{number}")
    async def change(number: int, body: NoteBody, command: Changing) -> Response:
        async with command as uow:
            uow.allow(Action.ARRANGE_ITEM, Guarded(kind="notes"))
            if command.expected_version != runtime.versions[number]:
                raise StaleVersion
            uow.writes[number] = body.text  # type: ignore[attr-defined]
            command.answer(NoteOut(number=number, text=body.text), version=runtime.versions[number] + 1)
        return command.response

    @router.post("/notes/{number}/copies", status_code=201)
    async def copy(number: int, command: CreatingOn) -> Response:
        async with command as uow:
            uow.allow(Action.APPLY_STRIKE_OFF, Guarded(kind="notes"))
            command.answer(None, status=201)
        return command.response

    @router.post("/files", status_code=201)
    async def upload(title: Annotated[str, Form()], file: Annotated[UploadFile, File()], command: Creating) -> Response:
        async with command as uow:
            uow.allow(Action.IMPORT_PLAN, Guarded(kind="files"))
            size = len(await file.read())
            command.answer({"title": title, "size": size, "nonce": str(uuid4())}, status=201)
        return command.response

    return router


SMALL = EdgeLimits.of(load_profile()).model_copy(
    update={"body_bytes": 2_000, "upload_bytes": 200_000, "page": 2, "longest_page": 3, "retry_after": 1}
)


@dataclass
class House:
    """A running service and a way to speak to it."""

    runtime: Runtime
    app: ServiceApp

    async def ask(self, method: str, path: str, *, signed_in: bool = True, **rest: Any) -> httpx.Response:
        headers = dict(rest.pop("headers", {}))
        if signed_in:
            headers.setdefault("Authorization", f"Bearer {token()}")
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://notes") as client:
            return await client.request(method, path, headers=headers, **rest)

    async def write(self, text: str = "一条记录", *, key: str | None = None, **rest: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key or uuid4().hex} | rest.pop("headers", {})
        return await self.ask("POST", "/v1/notes", json={"text": text}, headers=headers, **rest)


def token(person: UUID = CLERK) -> str:
    return TokenMinter(issuer=ISSUER, city=CITY, key=KEY).mint(person)


def house_of(limits: EdgeLimits = SMALL) -> House:
    runtime = Runtime()
    service = SimpleNamespace(name="notes", routers=[], router_factories=[notes_of])
    edge: EdgeRuntime = runtime  # type: ignore[assignment]
    return House(runtime=runtime, app=create_app(service, edge, limits=limits))


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Every refusal is a problem document, in full."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert document["code"] == code
    assert document["type"] == f"urn:luoshi:problem:{code}"
    assert document["status"] == status
    assert document["request_id"] == response.headers["x-request-id"]
    assert {"title", "detail", "instance"} <= document.keys()
    return document

"""The notebook: a toy service of one noun, in which every form of request occurs; real mechanisms around it."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Identity, select
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.db.base import Record, new_metadata
from luoshi_common.errors import NotFound, Refused
from luoshi_common.http.edge import Changing, Creating, CreatingOn, Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_common.observability.invariants import Invariant
from luoshi_common.service import Service

notebook_metadata = new_metadata()
LONGEST_NUMBER = 2**31 - 1


class Memo(Record):
    """记录: a text under a number."""

    __tablename__ = "memo"
    metadata = notebook_metadata
    entity = "memos"
    silent = True
    number: Mapped[int] = mapped_column(Identity())
    text: Mapped[str] = mapped_column()


class NoteClosed(Refused):
    """已结: a closed note takes no more."""

    code = "notes.closed"
    title = "记录《{note}》已结，不能再改"


@dataclass
class Pace:
    """Lets a test hold requests where it wants them."""

    both_inside: asyncio.Barrier | None = None
    somebody_reads: asyncio.Event = field(default_factory=asyncio.Event)
    reading_may_go_on: asyncio.Event | None = None

    async def inside(self) -> None:
        if self.both_inside is not None:
            await self.both_inside.wait()

    async def reading(self) -> None:
        self.somebody_reads.set()
        if self.reading_may_go_on is not None:
            await self.reading_may_go_on.wait()


class NoteBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=2, max_length=40)
    number: int = Field(default=1, ge=1)


class NoteOut(BaseModel):
    number: int
    text: str


router = APIRouter()


@router.get("/notes")
async def listed(reading: Reading, paging: Paging) -> Page[NoteOut]:
    async with reading as uow:
        uow.allow(Action.READ_ITEM, Guarded(kind="memos"))
        (after,) = paging.keys(int) or (0,)
        statement = select(Memo.number, Memo.text).where(Memo.number > min(after, LONGEST_NUMBER))
        rows = (await uow.session.execute(statement.order_by(Memo.number).limit(paging.fetch))).all()
    return paging.page(rows, key=lambda r: (r.number,), out=lambda r: NoteOut(number=r.number, text=r.text))


@router.get("/notes/broken")
async def broken(reading: Reading) -> Response:
    async with reading as uow:
        uow.allow(Action.READ_ITEM, Guarded(kind="memos"))
        raise RuntimeError("secret detail")


@router.get("/notes/{number}")
async def read(number: int, reading: Reading, request: Request) -> Response:
    async with reading as uow:
        uow.allow(Action.READ_ITEM, Guarded(kind="memos"))
        memo = (await uow.session.scalars(select(Memo).where(Memo.number == number))).one_or_none()
        if memo is None:
            raise NotFound
        await request.app.state.pace.reading()
        reading.answer(NoteOut(number=number, text=memo.text), version=memo.version)
    return reading.response


@router.post("/notes", status_code=201)
async def write(body: NoteBody, command: Creating, request: Request) -> Response:
    async with command as uow:
        uow.allow(Action.IMPORT_PLAN, Guarded(kind="memos"))
        if body.text == "结束":
            raise NoteClosed(note=body.text)
        memo = Memo(text=body.text)
        uow.session.add(memo)
        await uow.session.flush()
        await request.app.state.pace.inside()
        out = NoteOut(number=memo.number, text=memo.text)
        command.answer(out, status=201, version=memo.version, location=f"/notes/{memo.number}")
    return command.response


@router.put("/notes/{number}")
async def change(number: int, body: NoteBody, command: Changing) -> Response:
    async with command as uow:
        uow.allow(Action.ARRANGE_ITEM, Guarded(kind="memos"))
        memo = (await uow.session.scalars(select(Memo).where(Memo.number == number).with_for_update())).one()
        memo.expect(command.expected_version)
        memo.text = body.text
        await uow.session.flush()
        command.answer(NoteOut(number=number, text=memo.text), version=memo.version)
    return command.response


@router.post("/notes/{number}/copies", status_code=201)
async def copy(number: int, command: CreatingOn) -> Response:
    async with command as uow:
        uow.allow(Action.APPLY_STRIKE_OFF, Guarded(kind="memos"))
        command.answer(None, status=201)
    return command.response


@router.post("/files", status_code=201)
async def upload(title: Annotated[str, Form()], file: Annotated[UploadFile, File()], command: Creating) -> Response:
    async with command as uow:
        uow.allow(Action.IMPORT_PLAN, Guarded(kind="files"))
        size = len(await file.read())
        command.answer({"title": title, "size": size, "nonce": str(uuid4())}, status=201)
    return command.response


SAYS_SOMETHING = Invariant(name="a memo says something", requirement="", sql="SELECT id FROM memo WHERE text = ''")
NOTEBOOK = Service(
    name="tasks", package="tests.toy", metadata=notebook_metadata, routers=(router,), invariants=(SAYS_SOMETHING,)
)

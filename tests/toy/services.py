"""The toy services: real mechanisms around one small record."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response
from sqlalchemy import Column, Integer, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.db.base import Record, new_metadata
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.errors import NotFound
from luoshi_common.events.tasks import ItemFact, ItemIssued, ItemSnapshot
from luoshi_common.http.edge import Changing, Creating, Reading
from luoshi_common.messaging.subscriber import Received, latest, projection, reaction
from luoshi_common.service import Service
from luoshi_common.timers.poller import Due

tasks_metadata = new_metadata()
scoring_metadata = new_metadata()


class Note(Record):
    """便条: a numbered note."""

    __tablename__ = "note"
    metadata = tasks_metadata
    entity = "items"
    no: Mapped[int] = mapped_column()
    state: Mapped[str] = mapped_column(default="issued")

    def guarded(self) -> Guarded:
        """Nobody's in particular."""
        return Guarded(kind="items", id=str(self.id))


class Told(Record):
    """记下的事实: a reaction writes one for each fact; two would show a doubled delivery."""

    __tablename__ = "told"
    metadata = scoring_metadata
    entity = "told"
    silent = True
    event_id: Mapped[UUID] = mapped_column()


seen = Table(
    "seen",
    scoring_metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("no", Integer, nullable=False),
    Column("state", Text, nullable=False),
)


def fact(note: Note) -> ItemIssued:
    """A note as an item fact."""
    values = {**ItemFact.example["item"], "id": note.id, "no": note.no, "state": note.state, "title": f"便条{note.no}"}
    return ItemIssued(item=ItemSnapshot.model_validate(values))


async def make_note(uow: UnitOfWork, *, no: int) -> Note:
    """Issue a note."""
    uow.allow(Action.ISSUE_ITEM, Guarded(kind="items"))
    note = Note(no=no, state="issued")
    uow.session.add(note)
    uow.emit(fact(note), record=note)
    return note


async def change_note(uow: UnitOfWork, *, note_id: UUID, expected_version: int | None, state: str) -> Note:
    """Change its state."""
    note = (await uow.session.execute(select(Note).where(Note.id == note_id).with_for_update())).scalar_one_or_none()
    if note is None:
        raise NotFound
    uow.allow(Action.ISSUE_ITEM, note.guarded())
    note.expect(expected_version)
    note.state = state
    uow.emit(fact(note), record=note)
    return note


router = APIRouter()


@router.post("/notes", status_code=201)
async def post_note(no: Annotated[int, Body(embed=True)], command: Creating) -> Response:
    """Issue a note."""
    async with command as uow:
        note = await make_note(uow, no=no)
        command.answer({"id": str(note.id)}, status=201, version=note.version, location=f"/notes/{note.id}")
    return command.response


@router.put("/notes/{note_id}")
async def put_note(note_id: UUID, state: Annotated[str, Body(embed=True)], command: Changing) -> Response:
    """Change a note."""
    async with command as uow:
        note = await change_note(uow, note_id=note_id, expected_version=command.expected_version, state=state)
        command.answer({"id": str(note.id), "state": note.state}, version=note.version)
    return command.response


@router.get("/notes/forgotten")
async def get_forgotten(read: Reading) -> Response:
    """A read that asks nobody: must fail."""
    async with read:
        read.answer({})
    return read.response


@projection("notes", ItemIssued)
async def count_notes(connection: AsyncConnection, events: Sequence[Received]) -> None:
    """Keep the newest state of each note."""
    rows = [
        {"id": e.entity_id, "version": e.entity_version, "no": e.payload.item.no, "state": e.payload.item.state}
        for e in latest(events)
    ]
    if any(row["state"] == "poison" for row in rows):
        raise ValueError("a poisoned note")
    upsert = insert(seen).values(rows)
    await connection.execute(
        upsert.on_conflict_do_update(
            index_elements=["id"],
            set_={name: upsert.excluded[name] for name in ("version", "no", "state")},
            where=seen.c.version < upsert.excluded.version,
        )
    )


@reaction("tell", ItemIssued)
async def tell(uow: UnitOfWork, event: Received) -> None:
    """Write down that the fact was heard."""
    uow.session.add(Told(event_id=event.id))


fired: list[tuple[str, str]] = []


async def on_due(uow: UnitOfWork, due: Due) -> None:
    """Remember the order of firing, and change the note."""
    fired.append((due.kind, due.subject))
    await change_note_as_system(uow, note_id=due.subject_id)


async def change_note_as_system(uow: UnitOfWork, *, note_id: UUID) -> None:
    """What the timer does."""
    note = (await uow.session.execute(select(Note).where(Note.id == note_id).with_for_update())).scalar_one()
    note.state = "due"
    uow.emit(fact(note), record=note)


TASKS = Service(
    name="tasks", package="tests.toy", metadata=tasks_metadata, routers=(router,), timers={"note_due": on_due}
)
SCORING = Service(name="scoring", package="tests.toy", metadata=scoring_metadata, subscribers=(count_notes, tell))

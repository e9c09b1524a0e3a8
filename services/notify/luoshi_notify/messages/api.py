"""收件箱接口."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.policy import Guarded
from luoshi_common.errors import Unauthenticated
from luoshi_common.http.edge import Changing, Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_notify.messages import commands, queries
from luoshi_notify.messages.model import Message
from luoshi_notify.messages.queries import Selection

router = APIRouter(tags=["inbox"])


class MessageOut(BaseModel):
    """消息: `text_key` names the sentence, `facts` fill it in; times are business time, UTC."""

    id: UUID
    kind: str = Field(description="must_act or told.")
    open: bool = Field(description="True while the person still must act.")
    at: datetime
    about: str = Field(description="items or plans: what `about_id` is.")
    about_id: UUID
    text_key: str
    facts: dict[str, Any]
    done_at: datetime | None
    read_at: datetime | None
    version: int

    @classmethod
    def of(cls, message: Message) -> Self:
        """Show an entry to its person."""
        return cls(
            id=message.id, kind=message.kind, open=message.open, at=message.at, about=message.about,
            about_id=message.matter_id, text_key=message.text_key, facts=message.facts, done_at=message.done_at,
            read_at=message.read_at, version=message.version,
        )  # fmt: skip


class InboxCountsOut(BaseModel):
    """收件箱计数: a number above `counted_to` stands for "more than that"."""

    unread: int
    must_act: int
    counted_to: int


def _own_inbox(actor: Actor) -> tuple[UUID, Guarded]:
    if actor.person_id is None:
        raise Unauthenticated
    return actor.person_id, Guarded(kind="messages", persons=frozenset({actor.person_id}))


@router.get("/inbox", response_model=Page[MessageOut])
async def list_inbox(query: Reading, paging: Paging, unread: bool = False, must_act: bool = False) -> Response:
    """My entries, newest first; `unread` those not read, `must_act` those that still wait for me."""
    async with query as uow:
        person_id, own = _own_inbox(uow.actor)
        uow.allow(Action.READ_INBOX, own)
        after = paging.keys(datetime, UUID)
        rows = await queries.list_inbox(
            uow.session,
            selection=Selection(person_id=person_id, unread=unread, must_act=must_act),
            after=(after[0], after[1]) if after else None,
            limit=paging.fetch,
        )
        query.answer(paging.page(rows, key=lambda message: (message.at, message.id), out=MessageOut.of))
    return query.response


@router.get("/inbox/counts", response_model=InboxCountsOut)
async def get_counts(query: Reading) -> Response:
    """How many of my entries are unread, and how many wait for me."""
    async with query as uow:
        person_id, own = _own_inbox(uow.actor)
        uow.allow(Action.READ_INBOX, own)
        most = uow.profile.http.count_max
        unread, must_act = Selection(person_id=person_id, unread=True), Selection(person_id=person_id, must_act=True)
        query.answer(
            InboxCountsOut(
                unread=await queries.count_inbox(uow.session, selection=unread, most=most),
                must_act=await queries.count_inbox(uow.session, selection=must_act, most=most),
                counted_to=most,
            )
        )
    return query.response


@router.post("/inbox/{message_id}/read", response_model=MessageOut)
async def mark_read(message_id: UUID, command: Changing) -> Response:
    """Say that I have seen an entry."""
    async with command as uow:
        message = await commands.mark_read(uow, message_id=message_id, expected_version=command.expected_version)
        await uow.session.flush()
        command.answer(MessageOut.of(message), version=message.version)
    return command.response

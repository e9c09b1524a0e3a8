"""运维接口: parked messages and the audit trail of one service, for operators and the office."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.db import service_state
from luoshi_common.db.mechanism import audit_entry
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.errors import NotFound, Refused
from luoshi_common.http.edge import Creating, Exchange, Reading
from luoshi_common.messaging import parked
from luoshi_common.runtime import ServiceRuntime

router = APIRouter(tags=["operations"])

SHOWN = 200
ENTRIES = 500


class StillFailing(Refused):
    """仍不能处理: the consumer could not take the message in this time either; it stays parked."""

    code = "operations.still_failing"
    title = "这条消息仍不能处理：{error}"


class ParkedOut(BaseModel):
    """搁置消息: one fact that a consumer could not take in."""

    id: UUID
    consumer: str
    event_id: str
    bus_subject: str
    body: str
    error: str
    deliveries: int
    parked_at: datetime


class ParkedList(BaseModel):
    """搁置消息列表, the oldest first, at most 200."""

    items: list[ParkedOut]


class AuditLine(BaseModel):
    """审计记录: one entry of a subject's chain."""

    seq: int
    body: dict[str, Any]
    hash: str


class AuditTrail(BaseModel):
    """审计链: the newest entries of one subject, the oldest of them first."""

    subject: str
    entries: list[AuditLine]


@router.get("/parked", response_model=ParkedList)
async def list_parked(read: Reading) -> Response:
    """搁置消息: what waits for an operator."""
    async with read as uow:
        uow.allow(Action.MANAGE_PARKED, Guarded(kind="parked"))
        found = await parked.list_parked(await uow.session.connection(), limit=SHOWN)
        read.answer(ParkedList(items=[_shown(message) for message in found]))
    return read.response


@router.post("/parked/{parked_id}/retry")
async def retry_parked(parked_id: UUID, request: Request, command: Creating) -> Response:
    """重试: hand the message to its consumer again, now; refused with the reason when it fails again."""
    runtime: ServiceRuntime = request.app.state.runtime
    async with command as uow:
        uow.allow(Action.MANAGE_PARKED, Guarded(kind="parked", id=str(parked_id)))
        connection = await uow.session.connection()
        message = await parked.find_parked(connection, parked_id)
        if message is None:
            raise NotFound
        try:
            await runtime.consumers[message.consumer].retry(message)
        except Exception as failure:
            raise StillFailing(error=f"{type(failure).__name__}: {failure}"[:300]) from failure
        await _settle(command, uow, connection, parked_id)
    return command.response


@router.post("/parked/{parked_id}/discard")
async def discard_parked(parked_id: UUID, command: Creating) -> Response:
    """丢弃: give the message up; the audit trail keeps who did."""
    async with command as uow:
        uow.allow(Action.MANAGE_PARKED, Guarded(kind="parked", id=str(parked_id)))
        connection = await uow.session.connection()
        if await parked.find_parked(connection, parked_id) is None:
            raise NotFound
        await _settle(command, uow, connection, parked_id)
    return command.response


@router.get("/audit/{kind}/{subject_id}", response_model=AuditTrail)
async def get_audit(kind: Annotated[str, Path(pattern="^[a-z_]{1,40}$")], subject_id: UUID, read: Reading) -> Response:
    """审计: what happened to one subject, who did it, and why it was allowed."""
    async with read as uow:
        uow.allow(Action.READ_AUDIT, Guarded(kind=kind, id=str(subject_id)))
        subject = f"{kind}/{subject_id}"
        newest = (
            select(audit_entry)
            .where(audit_entry.c.subject == subject)
            .order_by(audit_entry.c.seq.desc())
            .limit(ENTRIES)
        )
        rows = (await uow.session.execute(newest)).all()
        if not rows:
            raise NotFound
        entries = [AuditLine(seq=r.seq, body=orjson.loads(r.body), hash=r.hash.hex()) for r in reversed(rows)]
        read.answer(AuditTrail(subject=subject, entries=entries))
    return read.response


async def _settle(command: Exchange, uow: UnitOfWork, connection: AsyncConnection, parked_id: UUID) -> None:
    await parked.remove(connection, parked_id)
    state = await service_state.get_for_update(uow.session)
    state.parked_settled += 1
    command.answer({"id": str(parked_id)})


def _shown(message: parked.Parked) -> ParkedOut:
    return ParkedOut(
        id=message.id, consumer=message.consumer, event_id=message.event_id, bus_subject=message.bus_subject,
        body=message.body.decode(errors="replace"), error=message.error, deliveries=message.deliveries,
        parked_at=message.parked_at,
    )  # fmt: skip

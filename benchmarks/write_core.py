"""1 write-core: a command through the ordinary unit of work against the same statements by raw asyncpg."""

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from benchmarks.ground import OFFICE, toys
from benchmarks.harness import Measured, paired
from luoshi_common.clock import machine_now
from luoshi_common.db import mechanism
from luoshi_common.events.envelope import Envelope
from luoshi_common.events.registry import event_type_of
from luoshi_common.events.tasks import ItemIssued
from luoshi_common.idempotency import IdempotencyClaim, StoredAnswer
from luoshi_common.ids import new_id
from tests.stack import Stack
from tests.toy import services as toy

CONNECTIONS = 8


async def measure(*, smoke: bool, files: Path) -> list[Measured]:
    """Commands per second, eight at once."""
    count, rounds = (40, 1) if smoke else (1600, 5)
    # Without listeners: consumers would share the two cores.
    async with toys(files, services=(toy.TASKS,)) as stack:
        result = Measured("write-core", "commands/s", "≥ 0.5", higher_is_better=True)
        pool = await _pool(stack)
        await paired(
            result,
            thing=lambda: _commands(stack, count=count),
            floor=lambda: _statements(stack, pool, count=count),
            rounds=rounds,
        )
        await pool.close()
    return [result]


async def _commands(stack: Stack, *, count: int) -> float:
    runtime = stack.host.runtimes["tasks"]

    async def worker() -> None:
        for no in range(count // CONNECTIONS):
            claim = IdempotencyClaim(
                actor_id=OFFICE.id, method="POST", path="/notes", key=uuid4().hex, body_sha256="0" * 64
            )
            async with runtime.unit_of_work(OFFICE, idempotency=claim) as uow:
                note = await toy.make_note(uow, no=no)
                body = f'{{"id":"{note.id}"}}'.encode()
                uow.remember_answer(StoredAnswer(status=201, headers={}, body=body, body_sha256=claim.body_sha256))

    return await _rate(worker, count)


async def _statements(stack: Stack, pool: Any, *, count: int) -> float:
    async def worker() -> None:
        for no in range(count // CONNECTIONS):
            note = toy.Note(no=no, state="issued")
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(
                    "INSERT INTO note (id, version, no, state) VALUES ($1, 1, $2, 'issued')", note.id, no
                )
                await connection.execute(mechanism._WRITE, *mechanism._arguments(_rows(stack, note)))

    return await _rate(worker, count)


def _rows(stack: Stack, note: toy.Note) -> mechanism.Rows:
    payload = toy.fact(note)
    kind = event_type_of(ItemIssued)
    now = machine_now()
    envelope = Envelope(
        id=new_id(), city=stack.city, entity=note.subject, entity_version=1, time=now, recorded_at=now,
        actor=OFFICE.id, payload=payload, kind=kind,
    )  # fmt: skip
    return mechanism.Rows(
        events=[(envelope.id, kind.subject(stack.city), envelope.encode())],
        audit={note.subject: '{"actions":["issue_item"],"actor":"bench","at":"2026-01-05T00:00:00+00:00"}' * 4},
        answer=mechanism.AnswerRow(
            actor=OFFICE.id, method="POST", path="/notes", key=uuid4().hex, body_sha256="0" * 64, status=201,
            headers="{}", body=b'{"id":""}',
        ),
    )  # fmt: skip


async def _pool(stack: Stack) -> Any:
    dsn = stack.engines.postgres.ensure_service("tasks", database=stack.database)
    pool = await asyncpg.create_pool(dsn, min_size=CONNECTIONS, max_size=CONNECTIONS)
    assert pool is not None
    return pool


async def _rate(worker: Any, count: int) -> float:
    start = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
    return count / (time.perf_counter() - start)

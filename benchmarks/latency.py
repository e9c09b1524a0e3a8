"""7 e2e-latency: from commit to applied in another service, against publish + fetch + upsert without an outbox."""

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from nats.js import JetStreamContext

from benchmarks.ground import OFFICE, toys
from benchmarks.harness import Measured, paired, percentile
from luoshi_common.clock import machine_now
from luoshi_common.db.engine import POOL
from luoshi_common.events.envelope import Envelope
from luoshi_common.events.registry import event_type_of
from luoshi_common.events.tasks import ItemIssued
from luoshi_common.ids import new_id
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_common.messaging.streams import stream_of
from tests.stack import Stack
from tests.toy import services as toy

P50, P99 = 0.5, 0.99


async def measure(*, smoke: bool, files: Path) -> list[Measured]:
    """Milliseconds at the 99th percentile, at two rates."""
    results = []
    async with toys(files) as stack:
        applied: dict[UUID, float] = {}
        _watch(stack, applied)
        for per_second in (50,) if smoke else (50, 400):
            seconds, rounds = (1, 1) if smoke else (6, 3)
            result = Measured(f"e2e-latency p99 at {per_second}/s", "ms", "≤ 3", higher_is_better=False)
            medians: list[float] = []

            async def thing(rate: int = per_second, length: int = seconds, kept: list[float] = medians) -> float:
                taken = await _commands(stack, applied, rate=rate, seconds=length)
                kept.append(percentile(taken, P50))
                return percentile(taken, P99)

            async def floor(rate: int = per_second, length: int = seconds) -> float:
                return percentile(await _publishes(stack, applied, rate=rate, seconds=length), P99)

            await paired(result, thing=thing, floor=floor, rounds=rounds)
            result.notes["p50 of the thing, ms"] = sorted(medians)[len(medians) // 2]
            results.append(result)
        while await stack._moving():
            await asyncio.sleep(0.2)
    return results


def _watch(stack: Stack, applied: dict[UUID, float]) -> None:
    """Only the projection of notes says when a note was applied."""
    for consumer in stack.host.runtimes["scoring"].consumers.values():
        if consumer.subscriber.name != "notes":
            continue
        original = consumer.applied

        async def noted(subscriber: Any, events: Any, original: Any = original) -> None:
            now = time.perf_counter()
            applied.update({event.entity_id: now for event in events})
            await original(subscriber, events)

        consumer.applied = noted


async def _commands(stack: Stack, applied: dict[UUID, float], *, rate: int, seconds: int) -> list[float]:
    runtime = stack.host.runtimes["tasks"]
    committed: dict[UUID, float] = {}

    # As many at once as the pool has connections: a busier city answers 503 to the others.
    room = asyncio.Semaphore(POOL)

    async def one(no: int) -> None:
        async with room, runtime.unit_of_work(OFFICE) as uow:
            note = await toy.make_note(uow, no=no)
        committed[note.id] = time.perf_counter()

    await _paced(one, rate=rate, seconds=seconds)
    return await _taken(applied, committed)


async def _publishes(stack: Stack, applied: dict[UUID, float], *, rate: int, seconds: int) -> list[float]:
    client = await connect(
        url=stack.engines.nats_url, seed=stack.engines.nats.seed_of(BusUser.TASKS, city=stack.city), name="bench",
        inbox_prefix=inbox_prefix_of(BusUser.TASKS),
    )  # fmt: skip
    jetstream = JetStreamContext(client)
    sent: dict[UUID, float] = {}
    kind = event_type_of(ItemIssued)

    async def one(no: int) -> None:
        note = toy.Note(no=no, state="issued")
        now = machine_now()
        envelope = Envelope(
            id=new_id(), city=stack.city, entity=note.subject, entity_version=1, time=now, recorded_at=now,
            actor="bench", payload=toy.fact(note), kind=kind,
        )  # fmt: skip
        sent[note.id] = time.perf_counter()
        await jetstream.publish(
            kind.subject(stack.city), envelope.encode().encode(), stream=stream_of("tasks", stack.city)
        )

    await _paced(one, rate=rate, seconds=seconds)
    taken = await _taken(applied, sent)
    await leave(client)
    return taken


async def _paced(one: Any, *, rate: int, seconds: int) -> None:
    start = time.perf_counter()
    tasks = []
    for no in range(rate * seconds):
        await asyncio.sleep(max(0.0, start + no / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(one(no)))
    await asyncio.gather(*tasks)


async def _taken(applied: dict[UUID, float], begun: dict[UUID, float]) -> list[float]:
    async with asyncio.timeout(120):
        while not begun.keys() <= applied.keys():
            await asyncio.sleep(0.01)
    return [(applied[key] - at) * 1000 for key, at in begun.items()]

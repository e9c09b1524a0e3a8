"""5 relay: rows of the outbox into the stream against publish_async with a window of 500; sync always on both."""

import asyncio
import time
from pathlib import Path

from nats.js import JetStreamContext
from sqlalchemy import insert

from benchmarks.ground import toys
from benchmarks.harness import Measured, paired
from luoshi_common.db.mechanism import outbox
from luoshi_common.events.registry import event_type_of
from luoshi_common.events.tasks import ItemFact, ItemIssued
from luoshi_common.ids import new_id
from luoshi_common.messaging.connection import connect, leave
from luoshi_common.messaging.outbox import count_unpublished
from luoshi_common.messaging.rights import BusUser, inbox_prefix_of
from luoshi_common.messaging.streams import stream_of
from tests.stack import Stack
from tests.toy import services as toy

WINDOW = 500


async def measure(*, smoke: bool, files: Path) -> list[Measured]:
    """Rows per second from the outbox into the stream."""
    count, rounds = (1000, 1) if smoke else (20_000, 3)
    # Without listeners: consumers would share the two cores.
    async with toys(files, services=(toy.TASKS,)) as stack:
        result = Measured("relay (sync always)", "rows/s", "≥ 5", higher_is_better=True)
        await paired(
            result, thing=lambda: _relay(stack, count=count), floor=lambda: _publish(stack, count=count), rounds=rounds
        )
    return [result]


def _body(stack: Stack) -> tuple[str, str]:
    note = toy.Note(no=1, state="issued")
    kind = event_type_of(ItemIssued)
    text = ItemIssued.model_validate(ItemFact.example).model_dump_json()
    return kind.subject(stack.city), f'{{"type":"{kind.type}","subject":"{note.subject}","data":{text}}}'


async def _relay(stack: Stack, *, count: int) -> float:
    runtime = stack.host.runtimes["tasks"]
    subject, body = _body(stack)
    rows = [{"event_id": new_id(), "bus_subject": subject, "envelope": body} for _ in range(count)]
    async with runtime.engine.connect() as connection:
        await connection.execute(insert(outbox), rows)
        start = time.perf_counter()
        await connection.commit()
        runtime._wake_relay()
        while await count_unpublished(connection):
            await connection.commit()
            await asyncio.sleep(0.01)
    return count / (time.perf_counter() - start)


async def _publish(stack: Stack, *, count: int) -> float:
    client = await connect(
        url=stack.engines.nats_url, seed=stack.engines.nats.seed_of(BusUser.TASKS, city=stack.city), name="bench",
        inbox_prefix=inbox_prefix_of(BusUser.TASKS),
    )  # fmt: skip
    jetstream = JetStreamContext(client, publish_async_max_pending=WINDOW)
    subject, body = _body(stack)
    start = time.perf_counter()
    pending = [
        await jetstream.publish_async(
            subject, body.encode(), stream=stream_of("tasks", stack.city), headers={"Nats-Msg-Id": str(new_id())},
            wait_stall=60,
        )
        for _ in range(count)
    ]  # fmt: skip
    await asyncio.gather(*pending)
    rate = count / (time.perf_counter() - start)
    await leave(client)
    return rate

"""A database that turns a service away for a while: its consumers wait, and lose nothing by waiting."""

import asyncio
import itertools
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.event import listens_for

from luoshi_common.db.mechanism import parked_message
from luoshi_common.messaging import consumer
from tests.stack import Stack
from tests.toy import services as toy

NOTES = "/api/tasks/v1/notes"
TRIES = 60
"""Tries to come in again: many more than the bus delivers a message."""


def knocked(stack: Stack, *, service: str) -> asyncio.Event:
    """Set when the service has tried often enough to come in again."""
    often, count = asyncio.Event(), itertools.count(1)

    @listens_for(stack.host.runtimes[service].engine.sync_engine, "do_connect")
    def _knock(*_: object) -> None:
        if next(count) == TRIES:
            often.set()

    return often


async def wasted_deliveries(stack: Stack, *, service: str) -> int:
    """The most that one of the service's consumers was given a message again."""
    runtime = stack.host.runtimes[service]
    assert runtime.client is not None
    jetstream = runtime.client.jetstream()
    wasted: list[int] = []
    for durable, reader in runtime.consumers.items():
        delivered = (await jetstream.consumer_info(reader.stream, durable)).delivered
        assert delivered is not None
        wasted.append(delivered.consumer_seq - delivered.stream_seq)
    return max(wasted)


class TestAFactThatComesWhileTheDatabaseIsAway:
    async def test_is_taken_in_afterwards_however_long_it_took(
        self, toys: Stack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The bus forgets a message after eight deliveries: an outage must not use them up."""
        monkeypatch.setattr(consumer, "HAND_BACK_SECONDS", 0.05)
        monkeypatch.setattr(consumer, "RETRY_SECONDS", 0.05)
        office = toys.as_person("office")
        await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "before-it-went"})
        await toys.settled()
        often = knocked(toys, service="scoring")

        with toys.database_away(service="scoring"):
            made = await office.post(NOTES, json={"no": 2}, headers={"Idempotency-Key": "while-it-is-away"})
            await often.wait()
        await toys.settled()

        assert made.status_code == 201, made.text
        async with toys.host.runtimes["scoring"].engine.connect() as connection:
            seen = set(await connection.scalars(select(toy.seen.c.id)))
            parked = (await connection.execute(select(func.count()).select_from(parked_message))).scalar_one()
        assert UUID(made.json()["id"]) in seen
        assert parked == 0
        assert await wasted_deliveries(toys, service="scoring") <= 2
        assert all(runtime.ready() == [] for runtime in toys.host.runtimes.values())

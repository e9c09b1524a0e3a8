"""A database that turns a service away for a while: its consumers wait, and lose nothing by waiting."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from luoshi_common.db.mechanism import parked_message
from luoshi_common.messaging import consumer
from tests.stack import Stack
from tests.toy import services as toy

NOTES = "/api/tasks/v1/notes"
AWAY_SECONDS = 2.5


def turn_away(stack: Stack, *, service: str) -> None:
    """Let nobody new in, and throw the service out."""
    stack.engines.postgres.execute(
        f"ALTER DATABASE {stack.database} CONNECTION LIMIT 0",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{stack.database}' AND application_name = 'luoshi-{service}'",
    )


def let_in(stack: Stack) -> None:
    stack.engines.postgres.execute(f"ALTER DATABASE {stack.database} CONNECTION LIMIT -1")


class TestAFactThatComesWhileTheDatabaseIsAway:
    async def test_is_taken_in_afterwards_however_long_it_took(
        self, toys: Stack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Longer than all the deliveries that a message has: each one that is wasted counts."""
        monkeypatch.setattr(consumer, "HAND_BACK_SECONDS", AWAY_SECONDS / 50)
        monkeypatch.setattr(consumer, "RETRY_SECONDS", AWAY_SECONDS / 50)
        office = toys.as_person("office")
        await office.post(NOTES, json={"no": 1}, headers={"Idempotency-Key": "before-it-went"})
        await toys.settled()

        turn_away(toys, service="scoring")
        made = await office.post(NOTES, json={"no": 2}, headers={"Idempotency-Key": "while-it-is-away"})
        await asyncio.sleep(AWAY_SECONDS)
        let_in(toys)
        await toys.settled()

        assert made.status_code == 201, made.text
        async with toys.host.runtimes["scoring"].engine.connect() as connection:
            seen = set(await connection.scalars(select(toy.seen.c.id)))
            parked = (await connection.execute(select(func.count()).select_from(parked_message))).scalar_one()
        assert UUID(made.json()["id"]) in seen
        assert parked == 0
        assert all(runtime.ready() == [] for runtime in toys.host.runtimes.values())

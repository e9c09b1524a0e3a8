"""收敛: whatever the bus does on the way, a subscriber ends with the same tables.

A scenario is a list of facts in the order in which they happened. Each of `WAYS` brings them to a subscriber in another
manner; `converge` gives what the tables hold after each, to be compared with "in order". It goes through the very
consumer that takes messages from the bus, on a real database, without the bus.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from nats.aio.client import Client
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.db.mechanism import inbox
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.messaging.consumer import Consumer
from luoshi_common.messaging.subscriber import Received, Subscriber
from luoshi_common.runtime import ServiceRuntime

BATCH = 4

type Dump = dict[str, list[tuple[str, ...]]]
type Way = Callable[[Random, Sequence[Received]], list["Delivery"]]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """交付: facts that arrive together; `crash` kills the consumer before its commit, so they arrive again."""

    facts: Sequence[Received]
    crash: bool = False


class Crash(Exception):
    """The process dies here."""


def _in_order(_: Random, facts: Sequence[Received]) -> list[Delivery]:
    return _batches(facts)


def _shuffled(chance: Random, facts: Sequence[Received]) -> list[Delivery]:
    return _batches(chance.sample(facts, len(facts)))


def _doubled(chance: Random, facts: Sequence[Received]) -> list[Delivery]:
    return _batches([*facts, *chance.sample(facts, len(facts))])


def _one_late(chance: Random, facts: Sequence[Received]) -> list[Delivery]:
    late = chance.randrange(len(facts))
    return _batches([*facts[:late], *facts[late + 1 :], facts[late]])


def _one_by_one_backwards(_: Random, facts: Sequence[Received]) -> list[Delivery]:
    return [Delivery(facts=[fact]) for fact in reversed(facts)]


def _crash_before_commit(_: Random, facts: Sequence[Received]) -> list[Delivery]:
    return [delivery for once in _batches(facts) for delivery in (replace(once, crash=True), once)]


def _crash_between_commit_and_ack(chance: Random, facts: Sequence[Received]) -> list[Delivery]:
    """What was taken in but not acknowledged comes again, together with what is new by then."""
    deliveries: list[Delivery] = []
    unacknowledged: Sequence[Received] = []
    for once in _batches(facts):
        deliveries.append(Delivery(facts=[*unacknowledged, *once.facts]))
        unacknowledged = once.facts if chance.random() < 1 / 2 else []
    return [*deliveries, Delivery(facts=unacknowledged or facts[-1:])]


WAYS: Mapping[str, Way] = {
    "in order": _in_order,
    "shuffled": _shuffled,
    "doubled": _doubled,
    "one late": _one_late,
    "one by one, backwards": _one_by_one_backwards,
    "crash before commit": _crash_before_commit,
    "crash between commit and ack": _crash_between_commit_and_ack,
}


def _batches(facts: Sequence[Received]) -> list[Delivery]:
    return [Delivery(facts=facts[begin : begin + BATCH]) for begin in range(0, len(facts), BATCH)]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """情景: facts, the tables they end in, columns that may differ (ids made on the spot), what must be there."""

    facts: Sequence[Received]
    tables: Sequence[Table]
    apart_from: frozenset[str] = frozenset()
    given: Callable[[AsyncConnection], Awaitable[None]] | None = None


async def converge(
    runtime: ServiceRuntime, *, subscriber: Subscriber, scenario: Scenario, seed: int
) -> dict[str, Dump]:
    """Bring the facts in every way, each time to empty tables, and dump what each way ends with."""
    ends = {}
    for name, way in WAYS.items():
        async with runtime.engine.begin() as connection:
            for table in (inbox, *scenario.tables):
                await connection.execute(table.delete())
            if scenario.given is not None:
                await scenario.given(connection)
        for delivery in way(Random(f"{seed} {name}"), scenario.facts):  # noqa: S311 (chance of a test)
            await bring(runtime, subscriber=subscriber, delivery=delivery)
        async with runtime.engine.connect() as connection:
            ends[name] = await dump(connection, scenario.tables, apart_from=scenario.apart_from)
    return ends


async def bring(runtime: ServiceRuntime, *, subscriber: Subscriber, delivery: Delivery) -> None:
    """One delivery, as the consumer takes it: a projection as a batch, a reaction fact by fact."""
    consumer = consumer_of(runtime, _crashing(subscriber) if delivery.crash else subscriber)
    try:
        if subscriber.kind == "projection":
            await consumer.project(delivery.facts)
        else:
            for fact in delivery.facts:
                await consumer.react(fact)
    except Crash:
        assert delivery.crash


def _crashing(subscriber: Subscriber) -> Subscriber:
    """The same subscriber, dying after its work and before the commit."""

    async def project(connection: AsyncConnection, facts: Sequence[Received]) -> None:
        assert subscriber.project is not None
        await subscriber.project(connection, facts)
        raise Crash

    async def react(uow: UnitOfWork, fact: Received) -> None:
        assert subscriber.react is not None
        await subscriber.react(uow, fact)
        await uow.session.flush()
        raise Crash

    return replace(subscriber, project=project, react=react)


def consumer_of(runtime: ServiceRuntime, subscriber: Subscriber) -> Consumer:
    """A consumer without a bus: what it takes is brought to it."""

    async def applied(_subscriber: Subscriber, _facts: Sequence[Received]) -> None: ...

    return Consumer(
        engine=runtime.engine, client=Client(), subscriber=subscriber, durable=f"{runtime.service_name}-convergence",
        stream="", react_in=runtime._react_in, applied=applied,
        metrics=runtime.metrics,
    )  # fmt: skip


async def dump(connection: AsyncConnection, tables: Iterable[Table], *, apart_from: frozenset[str]) -> Dump:
    """The rows of the tables as text, sorted; `apart_from` names columns ("id" or "message.id") left out."""
    found: Dump = {}
    for table in tables:
        columns = [c for c in table.columns if not {c.name, f"{table.name}.{c.name}"} & apart_from]
        rows = await connection.execute(select(*columns))
        found[table.name] = sorted(tuple(_text(value) for value in row) for row in rows)
    return found


def _text(value: object) -> str:
    """JSON lists are sets here: in what order facts came must not matter."""
    return str(sorted(value, key=str)) if isinstance(value, list) else str(value)

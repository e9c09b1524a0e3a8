"""订阅者: what a feature listens to, and how: a projection in batches, or a reaction one by one.

Delivery contract: every fact arrives at least once, in any order, perhaps long after it happened. The inbox drops what
a consumer already had; a projection applies a fact only over an older version; a reaction runs a command whose rules
must stand a late fact.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.envelope import Envelope
from luoshi_common.events.registry import BY_TYPE, EventType, Payload

type Received = Envelope[Any]
type Project = Callable[[AsyncConnection, Sequence[Received]], Awaitable[None]]
type React = Callable[[UnitOfWork, Received], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Subscriber:
    """A named listener of one service."""

    name: str
    events: tuple[type[Payload], ...]
    kind: Literal["projection", "reaction"]
    project: Project | None = None
    react: React | None = None

    def types(self) -> list[EventType]:
        """The event types listened to; a base class of payloads stands for all its registered children."""
        found = {
            kind.type: kind
            for wanted in self.events
            for kind in BY_TYPE.values()
            if kind.payload is wanted or issubclass(kind.payload, wanted)
        }
        return list(found.values())

    def subjects(self, city: str) -> dict[str, list[str]]:
        """Bus subjects by publishing service."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for kind in self.types():
            grouped[kind.service].append(kind.subject(city))
        return dict(grouped)

    def durable(self, service: str, publisher: str) -> str:
        """`scoring-facts-tasks`: the consumer on the publisher's stream."""
        return f"{service}-{self.name}-{publisher}"


def projection(name: str, *events: type[Payload]) -> Callable[[Project], Subscriber]:
    """Declare a projection: batches, one statement each, upserts guarded by version."""

    def declare(project: Project) -> Subscriber:
        return Subscriber(name=name, events=events, kind="projection", project=project)

    return declare


def reaction(name: str, *events: type[Payload]) -> Callable[[React], Subscriber]:
    """Declare a reaction: one fact, one transaction, one command."""

    def declare(react: React) -> Subscriber:
        return Subscriber(name=name, events=events, kind="reaction", react=react)

    return declare


def latest(events: Sequence[Received]) -> list[Received]:
    """Keep for each entity the fact with the highest version: two of one key may not meet in one upsert."""
    newest: dict[str, Received] = {}
    for event in events:
        known = newest.get(event.entity)
        if known is None or event.entity_version > known.entity_version:
            newest[event.entity] = event
    return list(newest.values())

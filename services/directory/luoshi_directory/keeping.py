"""对照更新: records keyed by code are made equal to what the city folder says, and each difference is told once."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.registry import Payload


class Kept(Protocol):
    """A record that stands under a code."""

    @property
    def id(self) -> UUID: ...
    def take(self, **values: Any) -> bool:
        """Take over what differs."""


def keep[R: Kept](
    uow: UnitOfWork,
    *,
    records: Mapping[str, R],
    fresh: frozenset[str],
    wanted: Mapping[str, Mapping[str, Any]],
    gone: Mapping[str, Any],
    fact: Callable[[R], Payload],
) -> int:
    """Bring every record to what is wanted of it, or to `gone` where nothing is; returns how many changed.

    `records` holds one for every wanted code; those named in `fresh` are new to the database.
    """
    changed = 0
    for code, record in records.items():
        differs = record.take(**wanted.get(code, gone))
        if code in fresh:
            uow.session.add(record)
        if code in fresh or differs:
            uow.emit(fact(record), record=record)  # type: ignore[arg-type]
            changed += 1
    return changed

"""Facts that each service publishes about itself, one class per service so that each has its own type."""

from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from luoshi_common.events.registry import Payload, event


class AuditSealed(Payload):
    """审计封存: the daily root over all audit chains of a service; keep it elsewhere to prove that nothing was cut."""

    number: int = Field(description="Rising number of the seal.")
    root: str = Field(description="Hex SHA-256 over the previous root and every chain head that moved since.")
    heads: int = Field(description="How many chain heads moved since the previous seal.")
    sealed_at: datetime = Field(description="Machine time, UTC.")

    example: ClassVar[dict[str, Any]] = {
        "number": 1, "root": "00" * 32, "heads": 3, "sealed_at": "2026-01-05T16:00:00Z",
    }  # fmt: skip


class ClockReached(Payload):
    """业务时间到达: development only; a service has fired every timer up to a step of `directory.clock.advanced`."""

    step: int = Field(description="Number of the step of `directory.clock.advanced` that this answers.")
    next_due: datetime | None = Field(description="Business time of the next pending timer, UTC; null = none.")

    example: ClassVar[dict[str, Any]] = {"step": 7, "next_due": None}


@event("directory.audit.sealed", uplink=True)
class DirectoryAuditSealed(AuditSealed):
    """审计封存（名录）: published by directory; the province keeps it."""


@event("tasks.audit.sealed", uplink=True)
class TasksAuditSealed(AuditSealed):
    """审计封存（任务）: published by tasks; the province keeps it."""


@event("scoring.audit.sealed", uplink=True)
class ScoringAuditSealed(AuditSealed):
    """审计封存（考核）: published by scoring; the province keeps it."""


@event("notify.audit.sealed", uplink=True)
class NotifyAuditSealed(AuditSealed):
    """审计封存（通知）: published by notify; the province keeps it."""


@event("directory.clock.reached")
class DirectoryClockReached(ClockReached):
    """业务时间到达（名录）: published by directory; directory listens."""


@event("tasks.clock.reached")
class TasksClockReached(ClockReached):
    """业务时间到达（任务）: published by tasks; directory listens."""


@event("scoring.clock.reached")
class ScoringClockReached(ClockReached):
    """业务时间到达（考核）: published by scoring; directory listens."""


@event("notify.clock.reached")
class NotifyClockReached(ClockReached):
    """业务时间到达（通知）: published by notify; directory listens."""


SEALED: dict[str, type[AuditSealed]] = {
    "directory": DirectoryAuditSealed,
    "tasks": TasksAuditSealed,
    "scoring": ScoringAuditSealed,
    "notify": NotifyAuditSealed,
}
REACHED: dict[str, type[ClockReached]] = {
    "directory": DirectoryClockReached,
    "tasks": TasksClockReached,
    "scoring": ScoringClockReached,
    "notify": NotifyClockReached,
}

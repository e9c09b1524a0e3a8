"""What leaves this feature; every fact is told of the item and carries it (R62)."""

from luoshi_common.events.tasks import (
    ItemReturned,
    ItemSnapshot,
    ItemStruckOff,
    StrikeOffApplied,
    StrikeOffChecked,
    StrikeOffOverdue,
)
from luoshi_tasks.acceptance.model import StrikeOffApplication
from luoshi_tasks.acceptance.rules import Verdict


def applied(application: StrikeOffApplication, item: ItemSnapshot) -> StrikeOffApplied:
    """申请销号."""
    return StrikeOffApplied(
        item=item, application_id=application.id, round=application.round, due_at=application.due_at
    )


def checked(application: StrikeOffApplication, item: ItemSnapshot, *, verdict: Verdict) -> StrikeOffChecked:
    """核验一项分工."""
    return StrikeOffChecked(
        item=item, application_id=application.id, round=application.round, part_id=verdict.part_id,
        passed=verdict.passed, reason=verdict.reason,
    )  # fmt: skip


def returned(application: StrikeOffApplication, item: ItemSnapshot) -> ItemReturned:
    """退回整改."""
    return ItemReturned(item=item, application_id=application.id, round=application.round)


def struck_off(application: StrikeOffApplication, item: ItemSnapshot) -> ItemStruckOff:
    """销号."""
    return ItemStruckOff(item=item, application_id=application.id, round=application.round)


def overdue(application: StrikeOffApplication, item: ItemSnapshot) -> StrikeOffOverdue:
    """验收超期."""
    return StrikeOffOverdue(
        item=item, application_id=application.id, round=application.round, due_at=application.due_at
    )

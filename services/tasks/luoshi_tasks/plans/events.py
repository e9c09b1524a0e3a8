"""What leaves this feature (R1, R15, E41)."""

from collections.abc import Sequence

from luoshi_common.events.tasks import FindingAccepted, PlanConfirmed, PlanImported
from luoshi_tasks.plans.model import Plan, Reading


def imported(plan: Plan, reading: Reading, *, errors: int, warnings: int) -> PlanImported:
    """导入, also of a corrected document."""
    return PlanImported(
        id=plan.id, title=plan.title, year=plan.year, sha256=reading.sha256, reading=reading.number,
        areas=len(reading.areas), tasks=len(reading.tasks), errors=errors, warnings=warnings,
    )  # fmt: skip


def findings_accepted(
    plan: Plan, *, numbers: Sequence[int], code: str | None, accepted: int, open_findings: int
) -> FindingAccepted:
    """问题确认."""
    return FindingAccepted(id=plan.id, numbers=list(numbers), code=code, accepted=accepted, open_findings=open_findings)


def confirmed(plan: Plan, *, items: int) -> PlanConfirmed:
    """确认方案."""
    return PlanConfirmed(id=plan.id, title=plan.title, year=plan.year, items=items)

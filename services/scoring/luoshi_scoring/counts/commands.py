"""Counting again. It changes nothing: where a number differs, the facts are right and a person looks why."""

from dataclasses import dataclass

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_scoring.counts import rules
from luoshi_scoring.counts.rules import Difference
from luoshi_scoring.facts import queries as facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """重新计算: how many facts and units it covered, and which digits differ (none expected)."""

    facts: int
    units: int
    differences: tuple[Difference, ...]


async def recount(uow: UnitOfWork) -> Recount:
    """Count every number again from all facts and compare with what is shown (R8)."""
    uow.allow(Action.RECOUNT, Guarded(kind="scores"))
    kept, recounted = (rules.numbers(tallies) for tallies in await facts.kept_and_recounted(uow.session))
    return Recount(
        facts=await facts.count_facts(uow.session),
        units=len(recounted),
        differences=rules.differences(kept=kept, recounted=recounted),
    )

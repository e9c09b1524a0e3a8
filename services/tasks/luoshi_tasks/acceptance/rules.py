"""销号规则: who may apply with what, until when it is decided, what a check does to the application. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from luoshi_common.calendar.limits import Limit, LimitUnit
from luoshi_common.calendar.workdays import WorkCalendar
from luoshi_common.calendar.worktime import Due, due
from luoshi_common.errors import Malformed, Refused
from luoshi_common.policy.work import AcceptanceSettings
from luoshi_common.reasons import Reason
from luoshi_tasks.items.rules import AcceptorHasPart, ItemFacts, ItemState, PartState, move


class ApplicationState(StrEnum):
    """销号申请状态 (R62)."""

    OPEN = "open"
    PASSED = "passed"
    RETURNED = "returned"


TRANSITIONS: Mapping[ApplicationState, frozenset[ApplicationState]] = MappingProxyType(
    {
        ApplicationState.OPEN: frozenset({ApplicationState.PASSED, ApplicationState.RETURNED}),
        ApplicationState.PASSED: frozenset(),
        ApplicationState.RETURNED: frozenset(),
    }
)


class AcceptorMissing(Refused):
    """未定验收人: nobody could decide the application."""

    code = "tasks.acceptance.acceptor_missing"
    title = "本事项尚未指定验收人，请督查室先行指定"


class SummaryMissing(Malformed):
    """缺少说明: an application says in words what was done."""

    code = "tasks.acceptance.summary_missing"
    title = "请填写完成情况说明"


class SummaryTooLong(Malformed):
    """说明过长: longer than the profile allows."""

    code = "tasks.acceptance.summary_too_long"
    title = "完成情况说明过长，最多{limit}个字"


class EvidenceMissing(Refused):
    """佐证材料不足: fewer files than the profile asks for."""

    code = "tasks.acceptance.evidence_missing"
    title = "销号申请至少附{least}份佐证材料"


class TooMuchEvidence(Refused):
    """佐证材料过多: more files than the profile allows."""

    code = "tasks.acceptance.too_much_evidence"
    title = "佐证材料最多{most}份"


class EvidenceUnknown(Refused):
    """材料不可用: not uploaded for this item, or already part of an application."""

    code = "tasks.acceptance.evidence_unknown"
    title = "有佐证材料不属于本事项，或已用于其他申请"


class ApplicationClosed(Refused):
    """申请已办结: all its parts were decided."""

    code = "tasks.acceptance.application_closed"
    title = "这份销号申请已经办结"


class PartNotInApplication(Refused):
    """不在申请范围: the part belongs to another item, or had passed before."""

    code = "tasks.acceptance.part_not_in_application"
    title = "所选分工不在这份销号申请的范围内"


class PartDecided(Refused):
    """已作决定: a decision on a part stands; a new round brings a new one."""

    code = "tasks.acceptance.part_decided"
    title = "该分工已经作出验收结论"


class PartTwice(Malformed):
    """重复: one part is decided twice in one request."""

    code = "tasks.acceptance.part_twice"
    title = "同一分工在一次验收中出现了两次"


class ReasonMissing(Malformed):
    """缺少理由: a part is returned only with words that say what is lacking."""

    code = "tasks.acceptance.reason_missing"
    title = "退回必须写明理由"


class ReasonTooLong(Malformed):
    """理由过长: longer than the profile allows."""

    code = "tasks.acceptance.reason_too_long"
    title = "理由过长，最多{limit}个字"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """申请决定: the parts the acceptor has to decide, and by when."""

    parts: tuple[UUID, ...]
    due: Due
    because: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """验收结论: what the acceptor says of one part."""

    part_id: UUID
    passed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """核验决定: how many parts are still undecided, and where the application stands then."""

    waiting: int
    state: ApplicationState
    because: tuple[Reason, ...]


def apply_for_strike_off(
    *,
    item: ItemFacts,
    summary: str,
    evidence: int,
    settings: AcceptanceSettings,
    calendar: WorkCalendar,
    now: datetime,
) -> Applied:
    """申请销号 (R62): the lead applies for the whole item; parts that have passed before stay out of the round.

    Raises WrongState and the refusals of this module.
    """
    move(state=item.state, to=ItemState.APPLIED)
    if item.acceptor_id is None:
        raise AcceptorMissing
    if not summary.strip():
        raise SummaryMissing
    if len(summary) > settings.summary_characters:
        raise SummaryTooLong(limit=settings.summary_characters)
    if evidence < settings.evidence_min:
        raise EvidenceMissing(least=settings.evidence_min)
    if evidence > settings.evidence_max:
        raise TooMuchEvidence(most=settings.evidence_max)
    decided_by = due(start=now, limit=Limit(settings.acceptor_days, LimitUnit.WORKING_DAYS), calendar=calendar)
    parts = tuple(part.id for part in item.parts if part.state is not PartState.PASSED)
    inputs = {"parts": str(len(parts)), "evidence": str(evidence)}
    applied = Reason(rule="acceptance.apply", requirement="R62", inputs=inputs, text="牵头单位申请销号")
    return Applied(parts=parts, due=decided_by, because=(applied, *decided_by.because))


def check(
    *,
    item: ItemFacts,
    acceptor_unit: UUID | None,
    decisions: Mapping[UUID, bool | None],
    verdicts: Sequence[Verdict],
    reason_characters: int,
) -> Checked:
    """核验 (R62, 6.6): what the verdicts make of an application.

    `decisions` are its parts with what was decided so far (None = not yet). A part once decided stays decided.
    """
    if acceptor_unit in item.units:
        raise AcceptorHasPart
    if all(decision is not None for decision in decisions.values()):
        raise ApplicationClosed
    if len({verdict.part_id for verdict in verdicts}) < len(verdicts):
        raise PartTwice
    for verdict in verdicts:
        _check_verdict(verdict, decisions, reason_characters)
    after = {**decisions, **{verdict.part_id: verdict.passed for verdict in verdicts}}
    waiting = sum(decision is None for decision in after.values())
    return Checked(waiting=waiting, state=_outcome(after.values()), because=tuple(_reasons(item, verdicts)))


def _check_verdict(verdict: Verdict, decisions: Mapping[UUID, bool | None], reason_characters: int) -> None:
    if verdict.part_id not in decisions:
        raise PartNotInApplication
    if decisions[verdict.part_id] is not None:
        raise PartDecided
    if not verdict.passed and not verdict.reason.strip():
        raise ReasonMissing
    if len(verdict.reason) > reason_characters:
        raise ReasonTooLong(limit=reason_characters)


def _outcome(decisions: Collection[bool | None]) -> ApplicationState:
    if None in decisions:
        return ApplicationState.OPEN
    return ApplicationState.PASSED if all(decisions) else ApplicationState.RETURNED


def _reasons(item: ItemFacts, verdicts: Sequence[Verdict]) -> list[Reason]:
    names = {part.id: part.name for part in item.parts}
    said = {True: "验收通过", False: "退回整改"}
    return [
        Reason(
            rule="acceptance.check",
            requirement="R62",
            inputs={"part": str(verdict.part_id), "reason": verdict.reason},
            text=f"{names[verdict.part_id]}：{said[verdict.passed]}",
        )
        for verdict in verdicts
    ]

"""方案规则: what holds a confirmation, what differs between two readings, what becomes of a task. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from luoshi_common.errors import Malformed, Refused
from luoshi_common.policy.work import ItemSettings
from luoshi_common.reasons import Reason
from luoshi_tasks.plans.parsing.model import Finding as ParsedFinding
from luoshi_tasks.plans.parsing.model import ParsedPlan


class PlanState(StrEnum):
    """方案状态: under review, or confirmed by the office (E41)."""

    REVIEWING = "reviewing"
    CONFIRMED = "confirmed"


class FindingState(StrEnum):
    """问题状态: waits for a person, or somebody has looked at it (E41)."""

    OPEN = "open"
    ACCEPTED = "accepted"


TRANSITIONS: Mapping[PlanState, frozenset[PlanState]] = MappingProxyType(
    {PlanState.REVIEWING: frozenset({PlanState.CONFIRMED}), PlanState.CONFIRMED: frozenset()}
)

_TOLD_BY_THE_ITEM = frozenset({"unresolved_reference", "no_lead"})
"""Errors about units: the item itself waits for them (`lead_missing`, `unresolved_reference`), accepted or not."""


class DocumentUnreadable(Malformed):
    """读不成方案: the document is refused as a whole; nothing of it is kept (E39, E43)."""

    code = "tasks.plans.unreadable"
    title = "无法读取方案：{explanation}"


class TooManyTasks(Malformed):
    """任务过多: more than the profile allows in one document."""

    code = "tasks.plans.too_many_tasks"
    title = "方案中的任务过多（{found}项），最多{limit}项"


class TaskTooLong(Refused):
    """任务过长: a title or an entry longer than the profile allows; the reading went wrong, or it is no plan."""

    code = "tasks.plans.task_too_long"
    title = "第{numbers}项任务的文字过长，请核对原文后重新导入"


class PlanConfirmed(Refused):
    """方案已确认: its reading is settled."""

    code = "tasks.plans.already_confirmed"
    title = "方案已经确认"


class CorrectionNeedsAmendment(Refused):
    """须走调整程序: the plan of this title and year is confirmed; what differs is an amendment."""

    code = "tasks.plans.correction_needs_amendment"
    title = "同名同年的方案已经确认，更正须通过方案调整办理"


class OpenErrors(Refused):
    """尚有错误: errors of the whole document hold the confirmation until somebody has accepted them (E41)."""

    code = "tasks.plans.open_errors"
    title = "方案还有{count}处错误未确认"


class FindingsSettled(Refused):
    """已确认过: none of the findings named is still open."""

    code = "tasks.plans.findings_settled"
    title = "所选问题都已确认过"


class PlanNotConfirmed(Refused):
    """方案未确认: there are no items yet that could be issued."""

    code = "tasks.plans.not_confirmed"
    title = "方案尚未确认，没有可下达的事项"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """问题事实."""

    no: int
    code: str
    level: str
    task_no: int | None
    state: FindingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """差异: a task that only one reading has, or that reads otherwise; `fields` by name: before, after."""

    task_no: int
    change: str
    title: str
    fields: Mapping[str, tuple[Any, Any]]


def check_size(*, plan: ParsedPlan, max_items: int) -> None:
    """Raise TooManyTasks for a document beyond the profile."""
    if len(plan.tasks) > max_items:
        raise TooManyTasks(found=len(plan.tasks), limit=max_items)


def confirm(
    *, state: PlanState, tasks: Sequence[Mapping[str, Any]], findings: Iterable[FindingFacts], settings: ItemSettings
) -> tuple[Reason, ...]:
    """确认方案 (E41): open errors of the document hold it; an error of one task only holds that item (6.6)."""
    if state is not PlanState.REVIEWING:
        raise PlanConfirmed
    errors = [finding for finding in findings if _is_open_error(finding) and finding.task_no is None]
    if errors:
        raise OpenErrors(count=len(errors), numbers=tuple(finding.no for finding in errors))
    long = tuple(
        task["no"]
        for task in tasks
        if len(task["title"]) > settings.title_characters or len(task["text"]) > settings.text_characters
    )
    if long:
        raise TaskTooLong(numbers=long)
    return (Reason(rule="plans.confirm", requirement="R60", inputs={"tasks": str(len(tasks))}, text="督查室确认方案"),)


def open_errors_of_tasks(findings: Iterable[FindingFacts]) -> dict[int, list[str]]:
    """Which errors still hold which task, by its number in the document."""
    held: dict[int, set[str]] = defaultdict(set)
    for finding in findings:
        if _is_open_error(finding) and finding.task_no is not None and finding.code not in _TOLD_BY_THE_ITEM:
            held[finding.task_no].add(finding.code)
    return {task_no: sorted(codes) for task_no, codes in held.items()}


def differences(*, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[Difference, ...]:
    """What a corrected document changes (E41), by the tasks' numbers; places in the text do not count."""
    old, new = _by_number(before), _by_number(after)
    found = []
    for number in sorted(old.keys() | new.keys()):
        was, now = old.get(number), new.get(number)
        if was is None and now is not None:
            found.append(Difference(task_no=number[0], change="added", title=now["title"], fields={}))
        elif now is None and was is not None:
            found.append(Difference(task_no=number[0], change="removed", title=was["title"], fields={}))
        elif was is not None and now is not None:
            fields = {name: (was[name], now[name]) for name in _COMPARED if was[name] != now[name]}
            if fields:
                found.append(Difference(task_no=number[0], change="changed", title=now["title"], fields=fields))
    return tuple(found)


def references_of(findings: Iterable[ParsedFinding]) -> dict[int, str]:
    """By task the words that point to another list instead of naming units (E22, E46)."""
    return {f.task_no: f.quote for f in findings if f.code == "unresolved_reference" and f.task_no is not None}


_COMPARED = ("area_no", "title", "text", "lead", "responsible", "leaders", "deadline", "indicators")


def _by_number(tasks: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], Mapping[str, Any]]:
    """By number; a number that stands twice by its turn (E44)."""
    turns: dict[int, int] = defaultdict(int)
    found = {}
    for task in tasks:
        turns[task["no"]] += 1
        found[task["no"], turns[task["no"]]] = task
    return found


def _is_open_error(finding: FindingFacts) -> bool:
    return finding.level == "error" and finding.state is FindingState.OPEN

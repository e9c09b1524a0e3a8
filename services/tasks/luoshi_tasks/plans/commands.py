"""Verbs of a plan: import, accept findings, confirm, issue what is ready."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any
from uuid import UUID

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.auth.roles import Role
from luoshi_common.clock import shanghai_date
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.errors import NotFound
from luoshi_common.files.sniff import CSV, PLAIN, UNKNOWN
from luoshi_common.files.store import FileStore, FileTooLarge, Readable
from luoshi_common.i18n import Term
from luoshi_common.ids import new_id
from luoshi_common.mirror import queries as mirror
from luoshi_common.policy.profile import Profile
from luoshi_common.reasons import Reason
from luoshi_tasks.items import commands as items
from luoshi_tasks.items import queries as items_queries
from luoshi_tasks.items.commands import Draft, IssuedOfPlan
from luoshi_tasks.items.rules import Named, UnitRole, numbers_of
from luoshi_tasks.plans import events, queries, rules
from luoshi_tasks.plans.model import Plan, Reading
from luoshi_tasks.plans.parsing.admission import ReadingLimits
from luoshi_tasks.plans.parsing.model import ParsedPlan, PlanUnreadable
from luoshi_tasks.plans.parsing.output import as_json
from luoshi_tasks.plans.parsing.parse import parse_plan
from luoshi_tasks.plans.parsing.reader import read_plan_file
from luoshi_tasks.plans.rules import FindingState, PlanState

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KEPT = frozenset({PLAIN, CSV, UNKNOWN, _DOCX})
"""Types under which a document that was read as a plan may be kept; the reader has judged it by its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """导入结果: the plan, and whether this document changed anything."""

    plan: Plan
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A document as it was read."""

    text: str
    plan: ParsedPlan


class _Bytes:
    """Content in memory, read as a stream."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    async def read(self, size: int, /) -> bytes:
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


async def import_plan(uow: UnitOfWork, *, name: str, year: int, stream: Readable, files: FileStore) -> Imported:
    """Read a plan document; the year is the operator's word (R1, R15, E41, E49).

    The same file again changes nothing. A corrected file of the same title and year becomes the plan's new reading.

    Raises:
        FileTooLarge, DocumentUnreadable, TooManyTasks, CorrectionNeedsAmendment.
    """
    uow.allow(Action.IMPORT_PLAN, Guarded(kind=Plan.entity))
    content = await _content(stream, limit_bytes=uow.profile.files.max_bytes)
    sha256 = hashlib.sha256(content).hexdigest()
    await queries.allow_reading_time(uow.session)
    units = await items_queries.names_known(uow.session, on=shanghai_date(uow.now))
    known = await queries.find_by_document(uow.session, year=year, sha256=sha256)
    if known is not None:
        return Imported(plan=known, fresh=False)
    read = await asyncio.to_thread(
        _read, content, name=name, year=year, known_units=_spellings(units), profile=uow.profile
    )
    await queries.lock_imports(uow.session)
    known = await queries.find_by_document(uow.session, year=year, sha256=sha256)
    if known is not None:  # A twin was imported while this one was read.
        return Imported(plan=known, fresh=False)
    await files.put(_Bytes(content), limit_bytes=uow.profile.files.max_bytes, allowed=_KEPT)
    title = read.plan.title or PurePath(name).stem
    plan = await queries.find_by_title_for_update(uow.session, year=year, title=title)
    if plan is not None and plan.state is PlanState.CONFIRMED:
        raise rules.CorrectionNeedsAmendment(plan_id=str(plan.id))
    accepted = await _accepted_before(uow, plan)
    plan = plan or Plan(title=title, year=year, state=PlanState.REVIEWING, reading=0, confirmed_at=None)
    plan.reading += 1
    plan.imported_at = uow.now
    uow.session.add(plan)
    await _keep_reading(uow, plan, read, sha256=sha256, name=name, size=len(content), accepted=accepted)
    return Imported(plan=plan, fresh=True)


async def accept_findings(
    uow: UnitOfWork, *, plan_id: UUID, expected_version: int | None, numbers: Sequence[int] | None, code: str | None
) -> Plan:
    """Say that findings are understood and may stand: by their numbers, or all open ones of a code (E41).

    Raises:
        NotFound: a number that the reading does not have.
        FindingsSettled: none of them was open.
    """
    plan = await queries.get_for_update(uow.session, plan_id=plan_id, expected_version=expected_version)
    uow.allow(Action.ACCEPT_FINDING, plan.guarded())
    reading = await queries.get_reading(uow.session, plan=plan)
    if numbers is not None:
        found = await queries.count_findings(uow.session, reading_id=reading.id, numbers=numbers)
        if found < len(set(numbers)):
            raise NotFound
    by = _person(uow)
    accepted = await queries.accept_findings(
        uow.session, reading_id=reading.id, numbers=numbers, code=code, by=by, at=uow.now
    )
    if not accepted:
        raise rules.FindingsSettled
    left = [f.facts for f in await queries.list_findings(uow.session, reading_id=reading.id)]
    because = (Reason(rule="plans.accept_finding", requirement="R1", text="督查室确认方案读取中的问题"),)
    open_findings = sum(finding.state is FindingState.OPEN for finding in left)
    fact = events.findings_accepted(
        plan, numbers=numbers or (), code=code, accepted=accepted, open_findings=open_findings
    )
    uow.emit(fact, record=plan, because=because)
    await items.release_errors(
        uow, plan_id=plan.id, open_errors=rules.open_errors_of_tasks(left), because=because
    )  # fmt: skip
    return plan


async def confirm(uow: UnitOfWork, *, plan_id: UUID, expected_version: int | None) -> Plan:
    """Take the reading as right: its tasks stand in the list as drafts (R60, E41).

    Raises:
        PlanConfirmed, OpenErrors, TaskTooLong.
    """
    plan = await queries.get_for_update(uow.session, plan_id=plan_id, expected_version=expected_version)
    uow.allow(Action.CONFIRM_PLAN, plan.guarded())
    reading = await queries.get_reading(uow.session, plan=plan)
    findings = [finding.facts for finding in await queries.list_findings(uow.session, reading_id=reading.id)]
    because = rules.confirm(state=plan.state, tasks=reading.tasks, findings=findings, settings=uow.profile.items)
    leaders = {person.name: person.id for person in await mirror.holders_of(uow.session, Role.LEADER)}
    drafts = _drafts(reading, leaders=leaders, open_errors=rules.open_errors_of_tasks(findings))
    plan.state, plan.confirmed_at = PlanState.CONFIRMED, uow.now
    uow.emit(events.confirmed(plan, items=len(drafts)), record=plan, because=because)
    await items.draft(uow, plan_id=plan.id, year=plan.year, drafts=drafts, because=because)
    return plan


async def issue_ready(uow: UnitOfWork, *, plan_id: UUID, expected_version: int | None) -> IssuedOfPlan:
    """Issue every item of the plan that waits for nothing (R61). Raises PlanNotConfirmed."""
    plan = await queries.get_for_update(uow.session, plan_id=plan_id, expected_version=expected_version)
    uow.allow(Action.ISSUE_ITEM, plan.guarded())
    if plan.state is not PlanState.CONFIRMED:
        raise rules.PlanNotConfirmed
    return await items.issue_ready(uow, plan_id=plan.id)


async def _content(stream: Readable, *, limit_bytes: int) -> bytes:
    content = await stream.read(limit_bytes + 1)
    if len(content) > limit_bytes:
        raise FileTooLarge(limit_bytes=limit_bytes)
    return content


def _read(content: bytes, *, name: str, year: int, known_units: frozenset[str], profile: Profile) -> _Read:
    """Read and parse; heavy, so it runs beside the loop."""
    limits = ReadingLimits(
        max_chars=profile.plans.max_characters, max_bytes=profile.files.max_bytes,
        min_chinese_share=profile.plans.min_chinese_share,
    )  # fmt: skip
    try:
        text = read_plan_file(content, name=name, limits=limits)
        plan = parse_plan(text=text, year=year, known_units=known_units)
    except PlanUnreadable as refusal:
        raise rules.DocumentUnreadable(reason=refusal.code, explanation=Term(refusal)) from refusal
    rules.check_size(plan=plan, max_items=profile.plans.max_items)
    return _Read(text=text, plan=plan)


def _spellings(units: Mapping[str, object]) -> frozenset[str]:
    """The known names as a document may write them: with brackets of either width (E8)."""
    wide = str.maketrans("()", "（）")
    return frozenset(units) | frozenset(name.translate(wide) for name in units)


async def _accepted_before(uow: UnitOfWork, plan: Plan | None) -> frozenset[tuple[str, str, int | None]]:
    """What was accepted in the reading before stays accepted where it is found again."""
    if plan is None:
        return frozenset()
    reading = await queries.get_reading(uow.session, plan=plan)
    findings = await queries.list_findings(uow.session, reading_id=reading.id)
    return frozenset((f.code, f.quote, f.task_no) for f in findings if f.state is FindingState.ACCEPTED)


async def _keep_reading(
    uow: UnitOfWork, plan: Plan, read: _Read, *, sha256: str, name: str, size: int,
    accepted: frozenset[tuple[str, str, int | None]],
) -> None:  # fmt: skip
    tree = as_json(read.plan)
    references = rules.references_of(read.plan.findings)
    places = [
        {"offset": task.offset, "length": task.length, "reference": references.get(task.no, "")}
        for task in read.plan.tasks
    ]
    reading = Reading(
        plan_id=plan.id, number=plan.reading, year=plan.year, sha256=sha256, name=name, size=size,
        imported_by=_person(uow), imported_at=uow.now, text=read.text, areas=tree["areas"],
        tasks=[{**task, **place} for task, place in zip(tree["tasks"], places, strict=True)],
    )  # fmt: skip
    levels = [finding.level for finding in read.plan.findings]
    fact = events.imported(plan, reading, errors=levels.count("error"), warnings=levels.count("warning"))
    uow.emit(fact, record=plan)
    await uow.session.flush()
    uow.session.add(reading)
    await uow.session.flush()
    rows = [
        _finding_row(
            uow, reading, no, finding, settled=(finding["code"], finding["quote"], finding["task_no"]) in accepted
        )
        for no, finding in enumerate(tree["findings"], start=1)
    ]
    await queries.add_findings(uow.session, rows=rows)


def _finding_row(
    uow: UnitOfWork, reading: Reading, no: int, finding: Mapping[str, Any], *, settled: bool
) -> dict[str, Any]:
    return {
        "id": new_id(), "version": 1, "plan_id": reading.plan_id, "reading_id": reading.id, "no": no, **finding,
        "state": FindingState.ACCEPTED if settled else FindingState.OPEN,
        "accepted_by": _person(uow) if settled else None,
        "accepted_at": uow.now if settled else None,
    }  # fmt: skip


def _drafts(reading: Reading, *, leaders: Mapping[str, UUID], open_errors: Mapping[int, Sequence[str]]) -> list[Draft]:
    areas = {area["no"]: area["title"] for area in reading.areas}
    numbers = numbers_of([task["no"] for task in reading.tasks])
    return [
        Draft(
            no=no, task_no=task["no"], area_no=task["area_no"], area_title=areas.get(task["area_no"], ""),
            title=task["title"], text=task["text"], units=_named(task), reference=task["reference"],
            indicators=tuple(task["indicators"]),
            leader_id=next((leaders[name] for name in task["leaders"] if name in leaders), None),
            deadline=date.fromisoformat(task["deadline"]) if task["deadline"] else None,
            open_errors=tuple(open_errors.get(task["no"], ())),
        )
        for no, task in zip(numbers, reading.tasks, strict=True)
    ]  # fmt: skip


def _named(task: Mapping[str, Any]) -> tuple[Named, ...]:
    lead = tuple(Named(role=UnitRole.LEAD, name=name) for name in task["lead"])
    return lead + tuple(Named(role=UnitRole.RESPONSIBLE, name=name) for name in task["responsible"])


def _person(uow: UnitOfWork) -> UUID:
    assert uow.actor.person_id is not None
    return uow.actor.person_id

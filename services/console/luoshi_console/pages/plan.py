"""方案导入: upload of a plan, and its review with the source text beside the parsed tree (R1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from luoshi_client.tasks import Finding as FoundInPlan
from luoshi_client.tasks import Item, PlanReading
from luoshi_client.tasks import PlanTask as TaskRead
from luoshi_common.auth.actions import Action
from luoshi_console.pages.showing import target
from luoshi_console.visit import Page, Visit

LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """方案行: one imported plan in the list."""

    id: str
    title: str
    year: int
    state: str
    areas: int
    tasks: int
    open_findings: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansView:
    """方案导入页: the plans so far and the form for the next one."""

    plans: tuple[PlanRow, ...]
    year: int
    key: str
    may_import: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """疑点: something in the source that a person should look at; ``level`` is error, warning or info."""

    no: int
    level: str
    message: str
    quote: str
    offset: int
    code: str = ""
    fix: str | None = None
    task_no: int | None = None
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """任务: one parsed task with the findings at its place."""

    no: int
    title: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    indicators: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanArea:
    """领域: one parsed area with its tasks."""

    no: int
    title: str
    tasks: tuple[PlanTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """原文片段: a stretch of the source; one with ``findings`` is marked, its numbers lead to the tree."""

    text: str
    level: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """待补: a reason why items cannot be issued yet, and these items as number and id."""

    why: str
    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """方案核对: source beside tree; confirming waits until no error is left open."""

    id: str
    version: int
    title: str
    year: int
    state: str
    source: tuple[Slice, ...]
    areas: tuple[PlanArea, ...]
    general: tuple[Finding, ...]
    open_errors: int
    open_findings: int
    may_accept: bool
    may_confirm: bool
    may_issue: bool
    waiting: tuple[Lack, ...] = ()
    waiting_count: int = 0
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Finding, ...]:
        """List the findings that nobody has accepted yet."""
        every = (*self.general, *(f for area in self.areas for task in area.tasks for f in task.findings))
        return tuple(f for f in every if not f.accepted)

    @property
    def kinds(self) -> Mapping[int, int]:
        """How many open findings are of one kind, by the number of the first; a kind of one is left out."""
        numbers: dict[str, list[int]] = {}
        for finding in self.open:
            numbers.setdefault(finding.code, []).append(finding.no)
        return {alike[0]: len(alike) for code, alike in numbers.items() if code and len(alike) > 1}

    @property
    def task_count(self) -> int:
        """Count the tasks of all areas."""
        return sum(len(area.tasks) for area in self.areas)


_RANK = {"error": 3, "warning": 2, "info": 1}


def slices(text: str, findings: tuple[Finding, ...]) -> tuple[Slice, ...]:
    """Cut the source at the edges of every quote, so that overlapping findings each keep their mark.

    The pieces joined give the source again; a finding without quote marks nothing.
    """
    marked = [(f.offset, f.offset + len(f.quote), f) for f in findings if f.quote]
    edges = sorted({0, len(text), *(edge for start, end, _ in marked for edge in (start, end) if edge <= len(text))})
    pieces = []
    for start, end in pairwise(edges):
        over = [f for first, last, f in marked if first < end and start < last]
        begun = tuple(f for f in over if f.offset == start)
        level = max((f.level for f in over), key=lambda name: _RANK.get(name, 0), default=None)
        pieces.append(Slice(text=text[start:end], level=level, findings=begun))
    return tuple(pieces)


async def build_list(visit: Visit) -> PlansView:
    """List the plans; the year offered is the business year."""
    plans = await visit.services.tasks.plans()
    year = visit.typed.text("year")
    return PlansView(
        plans=tuple(
            PlanRow(
                id=str(plan.id),
                title=plan.title,
                year=plan.year,
                state=plan.state,
                areas=plan.area_count,
                tasks=plan.task_count,
                open_findings=plan.open_findings,
                at=plan.imported_at,
            )
            for plan in plans
        ),
        year=int(year) if year.isascii() and year.isdigit() else visit.reference.today().year,
        key=visit.key("import", len(plans), sum(plan.version for plan in plans)),
        may_import=visit.may(Action.IMPORT_PLAN),
    )


async def build_review(visit: Visit) -> PlanView:
    """Show the source beside what was read of it; a confirmed plan also says which items cannot be issued yet."""
    plan = await visit.services.tasks.plan(visit.params["plan_id"])
    confirmed = plan.state == "confirmed"
    drafts = await visit.services.tasks.items(state="draft", limit=LONGEST) if confirmed else None
    own = [item for item in drafts.items if item.plan_id == plan.id] if drafts else []
    found = tuple(_finding(finding) for finding in plan.findings)
    return PlanView(
        id=str(plan.id),
        version=plan.version,
        title=plan.title,
        year=plan.year,
        state=plan.state,
        source=slices(plan.text, found),
        areas=_areas(plan, found),
        general=tuple(f for f in found if f.task_no not in {task.no for task in plan.tasks}),
        open_errors=plan.open_errors,
        open_findings=plan.open_findings,
        may_accept=not confirmed and visit.may(Action.ACCEPT_FINDING),
        may_confirm=not confirmed and visit.may(Action.CONFIRM_PLAN),
        may_issue=any(not item.waits_for for item in own) and visit.may(Action.ISSUE_ITEM),
        waiting=_lacks(own),
        waiting_count=sum(bool(item.waits_for) for item in own),
        keys={act: visit.key(plan.id, plan.version, act, len(own)) for act in ("accept", "confirm", "issue")},
    )


LIST = Page(path="/imports", template="imports.html", build=build_list)
REVIEW = Page(path="/imports/{plan_id}", template="plan.html", build=build_review)


def _lacks(drafts: Sequence[Item]) -> tuple[Lack, ...]:
    reasons: dict[str, list[tuple[int, str]]] = {}
    for item in sorted(drafts, key=lambda item: item.no):
        for why in item.waits_for:
            reasons.setdefault(why, []).append((item.no, str(item.id)))
    return tuple(Lack(why=why, items=tuple(items)) for why, items in reasons.items())


def _finding(finding: FoundInPlan) -> Finding:
    return Finding(
        no=finding.no,
        code=finding.code,
        level=finding.level,
        message=finding.message,
        quote=finding.quote,
        offset=finding.offset,
        fix=finding.fix,
        task_no=finding.task_no,
        accepted=finding.state == "accepted",
    )


def _areas(plan: PlanReading, found: tuple[Finding, ...]) -> tuple[PlanArea, ...]:
    return tuple(
        PlanArea(
            no=area.no,
            title=area.title,
            tasks=tuple(_task(task, found) for task in plan.tasks if task.area_no == area.no),
        )
        for area in plan.areas
    )


def _task(task: TaskRead, found: tuple[Finding, ...]) -> PlanTask:
    return PlanTask(
        no=task.no,
        title=task.title,
        lead=task.lead,
        responsible=task.responsible,
        indicators=tuple(f"{target(i.comparison, i.value)} {i.measure}" for i in task.indicators),
        findings=tuple(f for f in found if f.task_no == task.no),
    )

"""方案导入: upload of a plan, and its review with the source text beside the parsed tree (R1)."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """疑点: something in the source that a person should look at; ``level`` is error, warning or info."""

    no: int
    level: str
    message: str
    quote: str
    offset: int
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
    accepted: int
    may_confirm: bool
    may_issue: bool
    waiting: tuple[tuple[int, str], ...] = ()
    keys: dict[str, str] = field(default_factory=dict)

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

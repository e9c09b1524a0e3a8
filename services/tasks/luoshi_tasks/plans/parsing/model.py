"""What a reader of a plan hands back 解析结果 (R1, R15): frozen values, equal when their facts are equal."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

type Comparison = Literal["gt", "ge", "lt", "le", "about", "eq", "to_zero"]
type FindingLevel = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """发现: one place of the source for a person to look at (E41). `fix`: text proposed for `quote`, "" = remove."""

    code: str
    level: FindingLevel
    message: str
    offset: int
    quote: str
    task_no: int | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedIndicator:
    """指标: a number with its measure word (E52). `of` is the index of the parent in the task's own list."""

    text: str
    comparison: Comparison
    value: str
    measure: str
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedArea:
    """领域 (E50). `offset` is the heading's place in the source, in characters."""

    no: int
    title: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTask:
    """任务 (E46–E52). `area_no` 0 = stands before any area; `offset`, `length`: its characters in the source."""

    no: int
    area_no: int
    title: str
    text: str
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    deadline: date | None = None
    indicators: tuple[ParsedIndicator, ...] = ()
    offset: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPlan:
    """方案: what the document says, and what a person should confirm before it is issued (R1, R15, E41)."""

    title: str
    year: int | None
    areas: tuple[ParsedArea, ...]
    tasks: tuple[ParsedTask, ...]
    findings: tuple[Finding, ...] = ()

    def facts(self) -> "ParsedPlan":
        """The plan without its wording: no findings, no texts. Documents that say the same have equal facts."""
        return replace(self, findings=(), tasks=tuple(replace(task, text="") for task in self.tasks))


class PlanUnreadable(ValueError):
    """读不成方案: the document is refused as a whole. `code` for machines, the message (Chinese) for a clerk."""

    code = "unreadable"


class NoTaskFound(PlanUnreadable):
    """没有任务: not one entry of the text reads as a task."""

    code = "no_task"


class TooLittleChinese(PlanUnreadable):
    """中文太少 (E39)."""

    code = "too_little_chinese"


class SecrecyMark(PlanUnreadable):
    """密级标志: no classified matter is kept here, so the document is refused."""

    code = "secrecy_mark"


class TooLong(PlanUnreadable):
    """文件过长 (E43)."""

    code = "too_long"

"""任务页: one item; facts left, what happened in the middle, what can be done right (R62)."""

from dataclasses import dataclass, field
from datetime import date

from luoshi_console.views import Choice, Entry, PartSign, Sign, UnitChip


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """指标: a figure the item has to reach, as it stands in the plan."""

    text: str
    value: str
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """佐证材料: a file behind an application."""

    id: str
    name: str
    size: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """部分: one unit's part under acceptance, with what the acceptor last said of it."""

    id: str
    unit: str
    lead: bool
    state: PartSign
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrangeForm:
    """明确领导与时限: the office names leader, deadline, acceptor and class; holds what was typed."""

    leaders: tuple[Choice, ...]
    acceptors: tuple[Choice, ...]
    majors: tuple[Choice, ...]
    deadline: str
    continuing: bool
    short_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForm:
    """销号申请: the lead unit writes a summary and adds at least one file."""

    summary: str = ""
    files: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckForm:
    """验收: the acceptor decides part by part."""

    application_id: str
    parts: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """任务: everything the page of one item shows; a form that is None is not for this person or not now."""

    id: str
    no: int
    version: int
    title: str
    text: str
    area_no: int
    area: str
    sign: Sign
    kind: str
    four_major: str | None
    units: tuple[UnitChip, ...]
    leader: str | None
    acceptor: str | None
    due: date | None
    continuing: bool
    returns: int
    indicators: tuple[Indicator, ...] = ()
    waiting: tuple[str, ...] = ()
    summary: str | None = None
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[PartLine, ...] = ()
    timeline: tuple[Entry, ...] = ()
    arrange: ArrangeForm | None = None
    may_issue: bool = False
    apply: ApplyForm | None = None
    check: CheckForm | None = None
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Say which of the five steps the item stands at, from 1."""
        steps = {Sign.APPLIED: 4, Sign.STRUCK_OFF: 6, Sign.ISSUED: 3, Sign.RETURNED: 3}
        return steps.get(self.sign, 2)

    @property
    def anything_to_do(self) -> bool:
        """Tell whether this person can do something now."""
        return bool(self.arrange or self.may_issue or self.apply or self.check)

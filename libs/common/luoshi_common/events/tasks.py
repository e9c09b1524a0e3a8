"""Facts of tasks: what was decided, who owes it, is it done."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from luoshi_common.events.registry import Payload, event
from luoshi_common.events.values import UnitRef, Value


class IndicatorState(Value):
    """指标: a number that the item promises (R34–R36)."""

    text: str = Field(description="The words of the plan that promise it.")
    comparison: str = Field(description="gt, ge, lt, le, about, eq or to_zero.")
    value: Decimal = Field(description="The target as a decimal string; for to_zero the start.")
    measure: str = Field(description="In what it is counted: 亿元, 个, 人 …")
    of: int | None = Field(default=None, description="Index of the indicator that this one is a part of.")


class PartState(Value):
    """分工: what one unit, or one group as a whole, owes in an item (6.6)."""

    id: UUID
    role: str = Field(description="lead or responsible.")
    unit: UnitRef
    members: list[UnitRef] = Field(
        default_factory=list, description="The group's members at issue; empty for a single unit."
    )
    collective: bool = Field(default=False, description="True where `unit` is a group reported by the lead.")
    state: str = Field(description="open, applied, passed or returned.")


class ItemSnapshot(Value):
    """清单事项: the whole state of an item after the fact (R60–R62). Persons travel as ids."""

    id: UUID
    plan_id: UUID
    year: int
    no: int
    area_no: int = Field(description="Number of the plan's area.")
    area_title: str = Field(description="Title of the plan's area.")
    title: str
    short_title: str = Field(description="Title for a narrow tile.")
    text: str = Field(description="The entry as the plan wrote it.")
    four_major: str | None = Field(description="policy, project, platform or pilot (R14); null = not yet classed.")
    state: str = Field(
        description="draft, issued, claimed, in_progress, applied, struck_off, withdrawn or carried_over."
    )
    lead: list[UnitRef] = Field(description="Lead units, the first named leads them.")
    responsible: list[UnitRef] = Field(description="Responsible units and groups, in the order of the plan.")
    parts: list[PartState] = Field(description="What each unit or group owes, with its own state.")
    indicators: list[IndicatorState] = Field(description="The numbers that it promises.")
    leader_id: UUID | None = Field(description="The city leader who answers for it (R61).")
    acceptor_id: UUID | None = Field(description="Who decides the strike-off; of a unit without a part in it.")
    deadline: date | None = Field(description="Asia/Shanghai date; null = continuing or not yet set.")
    continuing: bool = Field(description="True: no end, reviewed yearly (R48).")
    waits_for: list[str] = Field(description="Why a draft cannot be issued yet, as codes; empty = ready.")
    issued_at: datetime | None = Field(description="Business time, UTC; null = not yet.")
    struck_off_at: datetime | None = Field(description="Business time, UTC; null = not yet.")
    returns: int = Field(description="How many times a strike-off application was sent back.")


_ID = "0199a000-0000-7000-8000-00000000000a"
_UNIT = {"id": "0199a000-0000-7000-8000-000000000001", "name": "市水利局"}
_ITEM: dict[str, Any] = {
    "id": _ID, "plan_id": _ID, "year": 2026, "no": 1, "area_no": 1, "area_title": "示例领域", "title": "示例事项",
    "short_title": "示例", "text": "示例事项。", "four_major": "project", "state": "issued", "lead": [_UNIT],
    "responsible": [], "indicators": [], "leader_id": _ID, "acceptor_id": _ID, "deadline": "2026-12-18",
    "parts": [{"id": _ID, "role": "lead", "unit": _UNIT, "members": [], "collective": False, "state": "open"}],
    "continuing": False, "waits_for": [], "issued_at": "2026-01-06T01:00:00Z", "struck_off_at": None, "returns": 0,
}  # fmt: skip


@event("tasks.plan.imported", third_party=True)
class PlanImported(Payload):
    """方案导入: a plan was read; its draft and findings wait for a person (R1, R15, E41). Published by tasks."""

    id: UUID
    title: str
    year: int
    sha256: str = Field(description="Hash of the document's bytes.")
    reading: int = Field(description="1 for the first document of this plan, rising with each corrected one.")
    areas: int = Field(description="How many areas were read.")
    tasks: int = Field(description="How many tasks were read.")
    errors: int = Field(description="How many findings forbid issuing.")
    warnings: int = Field(description="How many findings a person should look at.")

    example: ClassVar[dict[str, Any]] = {
        "id": _ID, "title": "示例方案", "year": 2026, "sha256": "00" * 32, "reading": 1, "areas": 10, "tasks": 30,
        "errors": 1, "warnings": 40,
    }  # fmt: skip


@event("tasks.plan.finding_accepted", third_party=True)
class FindingAccepted(Payload):
    """问题确认: a person has looked at findings of the reading and accepted them (E41). Published by tasks."""

    id: UUID
    numbers: list[int] = Field(description="Numbers of the findings in the reading; empty where `code` names them.")
    code: str | None = Field(default=None, description="All open findings of this code were accepted at once.")
    accepted: int = Field(description="How many findings that were.")
    open_findings: int = Field(description="How many findings still wait.")

    example: ClassVar[dict[str, Any]] = {"id": _ID, "numbers": [3], "code": None, "accepted": 1, "open_findings": 12}


@event("tasks.plan.confirmed", third_party=True)
class PlanConfirmed(Payload):
    """方案确认: the office took the reading as right; its items exist as drafts (E41). Published by tasks."""

    id: UUID
    title: str
    year: int
    items: int = Field(description="How many items were drafted.")

    example: ClassVar[dict[str, Any]] = {"id": _ID, "title": "示例方案", "year": 2026, "items": 30}


class ItemFact(Payload):
    """A fact about an item; `item` is its whole state after the fact."""

    item: ItemSnapshot

    example: ClassVar[dict[str, Any]] = {"item": _ITEM}


@event("tasks.item.drafted", third_party=True)
class ItemDrafted(ItemFact):
    """事项起草: an item of a confirmed plan is in the list as a draft (R60). Published by tasks; heard by scoring."""


@event("tasks.item.arranged", third_party=True)
class ItemArranged(ItemFact):
    """事项安排: leader, acceptor, deadline or class were set (R61). Published by tasks; scoring listens."""


@event("tasks.item.issued", third_party=True)
class ItemIssued(ItemFact):
    """事项下达: the item binds its units from now on (R61). Published by tasks; scoring and notify listen."""


class StrikeOffFact(ItemFact):
    """A fact about a strike-off application of an item."""

    application_id: UUID = Field(description="The strike-off application.")
    round: int = Field(description="1 for the first application of the item, rising with each renewal.")

    example: ClassVar[dict[str, Any]] = {"item": {**_ITEM, "state": "applied"}, "application_id": _ID, "round": 1}


@event("tasks.strike_off.applied", third_party=True)
class StrikeOffApplied(StrikeOffFact):
    """销号申请: the lead unit says the item is done (R62). Published by tasks; scoring and notify listen."""

    due_at: datetime = Field(description="Business time by which the acceptor decides, UTC.")

    example: ClassVar[dict[str, Any]] = {**StrikeOffFact.example, "due_at": "2026-03-09T09:30:00Z"}


@event("tasks.strike_off.checked", third_party=True)
class StrikeOffChecked(StrikeOffFact):
    """销号核验: the acceptor passed or returned one part (R62). Published by tasks; scoring and notify listen."""

    part_id: UUID = Field(description="Which part of `item.parts` was decided.")
    passed: bool = Field(description="True: passed; false: returned.")
    reason: str = Field(default="", description="Why a part was returned.")

    example: ClassVar[dict[str, Any]] = {**StrikeOffFact.example, "part_id": _ID, "passed": True, "reason": ""}


@event("tasks.item.returned", third_party=True)
class ItemReturned(StrikeOffFact):
    """退回整改: every part is decided and at least one was sent back; the item works on (R62). Published by tasks."""


@event("tasks.item.struck_off", third_party=True)
class ItemStruckOff(StrikeOffFact):
    """销号: every part has passed, the number is struck off (R8, R62). Published by tasks; scoring, notify listen."""

    example: ClassVar[dict[str, Any]] = {
        "item": {**_ITEM, "state": "struck_off", "struck_off_at": "2026-03-09T08:00:00Z"},
        "application_id": _ID, "round": 1,
    }  # fmt: skip


@event("tasks.strike_off.overdue", third_party=True)
class StrikeOffOverdue(StrikeOffFact):
    """验收超期: the acceptor has not decided in time (profile `acceptance.acceptor_days`). Published by tasks; notify
    listens.
    """

    due_at: datetime

    example: ClassVar[dict[str, Any]] = {**StrikeOffFact.example, "due_at": "2026-03-09T09:30:00Z"}

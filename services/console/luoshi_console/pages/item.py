"""任务页: one item; facts left, what happened in the middle, what can be done right (R62)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from luoshi_client.directory import Person
from luoshi_client.tasks import Application, Applications, Item
from luoshi_client.tasks import Evidence as EvidenceFile
from luoshi_common.auth.actions import Action
from luoshi_console.forms import Form
from luoshi_console.pages.showing import chip_of, guarded_of, sign_of, target
from luoshi_console.views import Choice, Entry, Facts, PartSign, Sign, UnitChip
from luoshi_console.visit import Page, Visit

LONGEST = 200
MAJORS = ("policy", "project", "platform", "pilot")
WORKING = frozenset({"issued", "claimed", "in_progress"})


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
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckForm:
    """验收: the acceptor decides part by part."""

    application_id: str
    version: int
    parts: tuple[PartLine, ...]
    verdicts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


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
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def step(self) -> int:
        """Say which of the five steps the item stands at, from 1."""
        steps = {Sign.APPLIED: 4, Sign.STRUCK_OFF: 6, Sign.ISSUED: 3, Sign.RETURNED: 3}
        return steps.get(self.sign, 2)

    @property
    def anything_to_do(self) -> bool:
        """Tell whether this person can do something now."""
        return bool(self.arrange or self.may_issue or self.apply or self.check)


async def build(visit: Visit) -> ItemView:
    """Show an item with its applications; forms are there for those whom the policy lets act now."""
    item_id = visit.params["item_id"]
    item, told = await asyncio.gather(visit.services.tasks.item(item_id), visit.services.tasks.applications(item_id))
    latest = told.items[0] if told.items else None
    return ItemView(
        id=str(item.id),
        no=item.no,
        version=item.version,
        title=item.title,
        text=item.text,
        area_no=item.area_no,
        area=item.area_title,
        sign=sign_of(item),
        four_major=item.four_major,
        units=tuple(chip_of(part, shows_state=item.state != "draft") for part in item.parts),
        leader=f"{item.leader.name} · {item.leader.title}" if item.leader else None,
        acceptor=item.acceptor.name if item.acceptor else None,
        due=item.deadline,
        continuing=item.continuing,
        returns=item.returns,
        indicators=tuple(
            Indicator(text=i.text, value=target(i.comparison, f"{i.value:f}"), measure=i.measure)
            for i in item.indicators
        ),
        waiting=item.waits_for,
        summary=latest.summary if latest else None,
        evidence=tuple(_file(visit, file) for file in latest.evidence) if latest else (),
        parts=_parts(item, told.items) if latest else (),
        timeline=_timeline(visit, item, told.items),
        arrange=_arrange_form(visit, item),
        may_issue=visit.may(Action.ISSUE_ITEM, guarded_of(item)) and item.state == "draft" and not item.waits_for,
        apply=_apply_form(visit, item, told),
        check=_check_form(visit, item, latest),
        keys={
            act: visit.key(item.id, item.version, act, len(told.unused_evidence), latest.version if latest else 0)
            for act in ("issue", "evidence", "apply", "check")
        },
    )


PAGE = Page(path="/items/{item_id}", template="item.html", build=build)


def _file(visit: Visit, file: EvidenceFile) -> Evidence:
    by = visit.reference.name_of(file.uploaded_by) or ""
    return Evidence(id=str(file.id), name=file.name, size=file.size, by=by)


def _parts(item: Item, applications: Sequence[Application]) -> tuple[PartLine, ...]:
    """The parts with what was last said of each; a later application overrides an earlier one."""
    reasons = {check.part_id: check.reason for told in reversed(applications) for check in told.checks if check.reason}
    return tuple(
        PartLine(
            id=str(part.id),
            unit=part.unit.name,
            lead=part.role == "lead",
            state=PartSign(part.state),
            reason=reasons.get(part.id) if part.state == "returned" else None,
        )
        for part in item.parts
    )


def _timeline(visit: Visit, item: Item, applications: Sequence[Application]) -> tuple[Entry, ...]:
    """What happened, the newest first: issued, applied for, each part's decision, struck off."""
    name = visit.reference.name_of
    story: list[tuple[datetime, str, str, Facts, str | None]] = []
    about = Facts(item=item.short_title)
    if item.issued_at:
        story.append((item.issued_at, "", "tasks.item.issued", about, None))
    for told in reversed(applications):
        story.append((told.applied_at, name(told.applied_by) or "", "tasks.strike_off.applied", about, told.summary))
        for (at, by, passed, reason), units in _decisions(told).items():
            fact = "tasks.strike_off.passed" if passed else "tasks.strike_off.returned"
            story.append((at, name(by) or "", fact, Facts(unit="、".join(units)), reason or None))
    if item.struck_off_at:
        by = item.acceptor.name if item.acceptor else ""
        story.append((item.struck_off_at, by, "tasks.item.struck_off", about, None))
    newest_first = sorted(enumerate(story), key=lambda told: (told[1][0], told[0]), reverse=True)
    return tuple(
        Entry(at=at, who=who, text=fact, facts=facts, note=note, current=place == 0)
        for place, (_, (at, who, fact, facts, note)) in enumerate(newest_first)
    )


def _decisions(told: Application) -> Mapping[tuple[datetime, object, bool, str], list[str]]:
    """Units by decision: what an acceptor decided at one moment in one way is one line."""
    found: dict[tuple[datetime, object, bool, str], list[str]] = {}
    for check in told.checks:
        if check.decided_at is not None:
            decision = (check.decided_at, check.decided_by, bool(check.passed), check.reason)
            found.setdefault(decision, []).append(check.unit_name)
    return found


def _arrange_form(visit: Visit, item: Item) -> ArrangeForm | None:
    if item.state != "draft" and item.state not in WORKING:
        return None
    if not visit.may(Action.ARRANGE_ITEM, guarded_of(item)):
        return None
    typed = visit.typed if "short_title" in visit.typed else None
    leader = typed.text("leader_id") if typed else str(item.leader_id or "")
    acceptor = typed.text("acceptor_id") if typed else str(item.acceptor_id or "")
    major = typed.text("four_major") if typed else item.four_major
    return ArrangeForm(
        leaders=tuple(_choice(person, leader) for person in visit.reference.holding("leader")),
        acceptors=tuple(_choice(person, acceptor) for person in visit.reference.holding("acceptor")),
        majors=tuple(Choice(value=value, text=value, chosen=value == major) for value in MAJORS),
        deadline=typed.text("deadline") if typed else item.deadline.isoformat() if item.deadline else "",
        continuing="continuing" in typed if typed else item.continuing,
        short_title=typed.text("short_title") if typed else item.short_title,
    )


def _choice(person: Person, chosen: str) -> Choice:
    title = person.title or person.unit_name
    return Choice(value=str(person.id), text=f"{person.name} · {title}", chosen=str(person.id) == chosen)


def _apply_form(visit: Visit, item: Item, told: Applications) -> ApplyForm | None:
    if item.state not in WORKING or not visit.may(Action.APPLY_STRIKE_OFF, guarded_of(item)):
        return None
    files = tuple(_file(visit, file) for file in told.unused_evidence)
    typed = visit.typed if "summary" in visit.typed else Form()
    left_out = frozenset(typed.texts_of("offered")) - set(typed.texts_of("evidence"))
    return ApplyForm(summary=typed.text("summary"), files=files, left_out=left_out)


def _check_form(visit: Visit, item: Item, latest: Application | None) -> CheckForm | None:
    if latest is None or latest.state != "open" or not visit.may(Action.CHECK_STRIKE_OFF, guarded_of(item)):
        return None
    waiting = {str(check.part_id) for check in latest.checks if check.passed is None}
    parts = tuple(line for line in _parts(item, ()) if line.id in waiting)
    return CheckForm(
        application_id=str(latest.id),
        version=latest.version,
        parts=parts,
        verdicts={part.id: visit.typed.text(f"verdict-{part.id}") for part in parts},
        reasons={part.id: visit.typed.text(f"reason-{part.id}") for part in parts},
    )

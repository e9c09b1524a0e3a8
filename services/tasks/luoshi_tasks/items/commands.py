"""Verbs of the list: draft, arrange, issue; and the doors through which acceptance moves an item.

A door changes the item and answers its state after it; the feature that calls it tells the fact.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.auth.roles import Role
from luoshi_common.clock import shanghai_date
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.tasks import ItemSnapshot
from luoshi_common.mirror import queries as mirror
from luoshi_common.reasons import Reason
from luoshi_tasks.items import events, queries, rules
from luoshi_tasks.items.model import Item, Part
from luoshi_tasks.items.rules import Arrangement, Candidate, ItemState, Named, NamedUnit, PartState, UnitRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """草稿: what a confirmed plan says of one task."""

    no: int
    task_no: int
    area_no: int
    area_title: str
    title: str
    text: str
    units: tuple[Named, ...]
    reference: str
    indicators: tuple[Mapping[str, Any], ...]
    leader_id: UUID | None
    deadline: date | None
    open_errors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedItem:
    """下达结果 of one item: `waits_for` is empty once it is issued."""

    id: UUID
    no: int
    version: int
    title: str
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedOfPlan:
    """下达结果: what was issued, and what still waits."""

    issued: tuple[IssuedItem, ...]
    waiting: tuple[IssuedItem, ...]


async def draft(
    uow: UnitOfWork, *, plan_id: UUID, year: int, drafts: Sequence[Draft], because: Sequence[Reason]
) -> Sequence[Item]:
    """Put a confirmed plan's tasks on the list as drafts (R60); the caller has asked the policy."""
    known = await queries.names_known(uow.session, on=shanghai_date(uow.now))
    items = [_drafted(drafted, plan_id=plan_id, year=year) for drafted in drafts]
    for item, drafted in zip(items, drafts, strict=True):
        _place(item, drafted.units, known)
    uow.session.add_all(items)
    for item in items:
        uow.emit(events.drafted(item), record=item, because=because)
    return items


async def arrange(uow: UnitOfWork, *, item_id: UUID, expected_version: int | None, arrangement: Arrangement) -> Item:
    """Set leader, acceptor, deadline or continuing, class and short title as a whole (R61).

    Raises:
        WrongState, NotALeader, NotAnAcceptor, AcceptorHasPart, DeadlinePassed, DeadlineFixed,
        DeadlineAndContinuing, TooManyCharacters, TitleMissing.
    """
    item = await queries.get_for_update(uow.session, item_id=item_id, expected_version=expected_version)
    uow.allow(Action.ARRANGE_ITEM, item.guarded())
    today = shanghai_date(uow.now)
    leader = await _find_candidate(uow, arrangement.leader_id)
    acceptor = await _find_candidate(uow, arrangement.acceptor_id)
    if item.state is ItemState.DRAFT:
        _place(item, _names_of(item), await queries.names_known(uow.session, on=today))
    because = rules.arrange(
        facts=item.facts,
        wanted=arrangement,
        leader=leader,
        acceptor=acceptor,
        today=today,
        title_characters=uow.profile.items.title_characters,
    )
    item.leader_id, item.acceptor_id = arrangement.leader_id, arrangement.acceptor_id
    item.deadline, item.continuing = arrangement.deadline, arrangement.continuing
    item.four_major = arrangement.four_major
    if arrangement.short_title is not None:
        item.short_title = arrangement.short_title.strip()
    uow.emit(events.arranged(item), record=item, because=because)
    return item


async def issue(uow: UnitOfWork, *, item_id: UUID, expected_version: int | None) -> Item:
    """Put one item before its units; groups get the members they have today (R61, E27).

    Raises:
        WrongState, NotReady.
    """
    item = await queries.get_for_update(uow.session, item_id=item_id, expected_version=expected_version)
    uow.allow(Action.ISSUE_ITEM, item.guarded())
    _place(item, _names_of(item), await queries.names_known(uow.session, on=shanghai_date(uow.now)))
    _issue(uow, item)
    return item


async def issue_ready(uow: UnitOfWork, *, plan_id: UUID) -> IssuedOfPlan:
    """Issue every draft of a plan that waits for nothing, in one transaction; the others say why they wait (6.6)."""
    uow.allow(Action.ISSUE_ITEM, Guarded(kind=Item.entity))
    known = await queries.names_known(uow.session, on=shanghai_date(uow.now))
    issued, waiting = [], []
    for item in await queries.list_of_plan_for_update(uow.session, plan_id=plan_id):
        if item.state is not ItemState.DRAFT:
            continue
        before = events.snapshot(item)
        _place(item, _names_of(item), known)
        if not rules.waits_for(item.facts):
            _issue(uow, item)
            issued.append(_outcome(item))
            continue
        if events.snapshot(item) != before:
            uow.emit(events.arranged(item), record=item)
        waiting.append(_outcome(item))
    return IssuedOfPlan(issued=tuple(issued), waiting=tuple(waiting))


async def release_errors(
    uow: UnitOfWork, *, plan_id: UUID, open_errors: Mapping[int, Collection[str]], because: Sequence[Reason]
) -> None:
    """Take over which errors are still open at each task of the document (by its number), after some were accepted."""
    for item in await queries.list_of_plan_for_update(uow.session, plan_id=plan_id):
        left = sorted(open_errors.get(item.task_no, ()))
        if item.state is ItemState.DRAFT and left != item.open_errors:
            item.open_errors = left
            uow.emit(events.arranged(item), record=item, because=because)


def begin_acceptance(item: Item) -> ItemSnapshot:
    """Door of acceptance: the lead has applied; parts not yet passed are on the table (R62). Raises WrongState."""
    item.state = rules.move(state=item.state, to=ItemState.APPLIED)
    for part in item.parts:
        if part.state is not PartState.PASSED:
            part.state = PartState.APPLIED
    return events.snapshot(item)


def decide_part(item: Item, *, part_id: UUID, passed: bool) -> ItemSnapshot:
    """Door of acceptance: one part was passed or returned."""
    for part in item.parts:
        if part.id == part_id:
            part.state = PartState.PASSED if passed else PartState.RETURNED
    return events.snapshot(item)


def send_back(item: Item, *, to: ItemState) -> ItemSnapshot:
    """Door of acceptance: at least one part was returned; the item works on from the state before (6.6)."""
    item.state = rules.move(state=item.state, to=to)
    item.returns += 1
    return events.snapshot(item)


def strike_off(uow: UnitOfWork, *, item: Item) -> ItemSnapshot:
    """Door of acceptance: every part has passed (R62)."""
    item.state = rules.move(state=item.state, to=ItemState.STRUCK_OFF)
    item.struck_off_at = uow.now
    return events.snapshot(item)


def snapshot(item: Item) -> ItemSnapshot:
    """Door: the item's whole state as others may know it."""
    return events.snapshot(item)


def _drafted(drafted: Draft, *, plan_id: UUID, year: int) -> Item:
    return Item(
        plan_id=plan_id, year=year, no=drafted.no, task_no=drafted.task_no, area_no=drafted.area_no,
        area_title=drafted.area_title, title=drafted.title, short_title=rules.short_title_of(drafted.title),
        text=drafted.text, reference=drafted.reference, four_major=None, state=ItemState.DRAFT,
        indicators=[dict(indicator) for indicator in drafted.indicators], named=[], unplaced=[],
        open_errors=list(drafted.open_errors), leader_id=drafted.leader_id, acceptor_id=None,
        deadline=drafted.deadline, continuing=False, issued_at=None, struck_off_at=None, returns=0, parts=[],
    )  # fmt: skip


def _outcome(item: Item) -> IssuedItem:
    waiting = tuple(wait.value for wait in rules.waits_for(item.facts))
    return IssuedItem(id=item.id, no=item.no, version=item.version, title=item.title, waits_for=waiting)


def _issue(uow: UnitOfWork, item: Item) -> None:
    because = rules.issue(item.facts)
    item.state, item.issued_at = rules.move(state=item.state, to=ItemState.ISSUED), uow.now
    uow.emit(events.issued(item), record=item, because=because)


def _names_of(item: Item) -> list[Named]:
    return [Named(role=UnitRole(named["role"]), name=named["name"]) for named in item.named]


def _place(item: Item, names: Sequence[Named], known: Mapping[str, NamedUnit]) -> None:
    """Give the draft its parts as the directory knows the names now; parts that stay the same stay the same rows."""
    placement = rules.place(names=names, known=known)
    item.named = _stored(names)
    item.unplaced = _stored(placement.unplaced)
    before = {part.unit_id: part for part in item.parts}
    parts = []
    for position, placed in enumerate(placement.placed):
        part = before.get(placed.unit.id) or Part(
            item_id=item.id, unit_id=placed.unit.id, state=PartState.OPEN, collective=placed.unit.collective
        )
        part.position, part.role, part.unit_name = position, placed.role, placed.unit.name
        part.members = [{"id": str(member), "name": name} for member, name in placed.unit.members]
        parts.append(part)
    item.parts = parts


def _stored(names: Sequence[Named]) -> list[dict[str, str]]:
    return [{"role": named.role.value, "name": named.name} for named in names]


async def _find_candidate(uow: UnitOfWork, person_id: UUID | None) -> Candidate | None:
    person = await mirror.find_person(uow.session, person_id) if person_id else None
    if person is None or not person.active:
        return None
    return Candidate(
        id=person.id, unit_id=person.unit_id, leads=Role.LEADER in person.roles, accepts=Role.ACCEPTOR in person.roles
    )

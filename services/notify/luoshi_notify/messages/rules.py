"""站内消息的规则: which fact asks whom for which act, tells whom what, and settles which act. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from luoshi_common.events.registry import Payload
from luoshi_common.events.tasks import (
    ItemIssued,
    ItemReturned,
    ItemStruckOff,
    PlanConfirmed,
    PlanImported,
    StrikeOffApplied,
    StrikeOffChecked,
    StrikeOffOverdue,
)


class MessageKind(StrEnum):
    """消息类别: the person must act, or is told."""

    MUST_ACT = "must_act"
    TOLD = "told"


class Duty(StrEnum):
    """待办: what a person is asked to do."""

    CARRY_OUT = "carry_out"
    """落实: carry the item out and apply for its strike-off."""
    CHECK = "check"
    """验收: decide every part that is applied for."""
    CONFIRM_PLAN = "confirm_plan"
    """确认方案: look through the reading of a plan and confirm it."""
    MEND = "mend"
    """整改: mend what was returned and apply again."""
    URGE = "urge"
    """催办: see to it that an overdue acceptance is decided."""


class Audience(StrEnum):
    """告知对象: persons by what they have to do with the matter."""

    ACCEPTOR = "acceptor"
    LEAD_HEADS = "lead_heads"
    LEAD_LIAISONS = "lead_liaisons"
    LEADER = "leader"
    OFFICE = "office"
    RESPONSIBLE_HEADS = "responsible_heads"
    RESPONSIBLE_LIAISONS = "responsible_liaisons"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """告知: these persons get this sentence; with a duty they must act, without one they are told."""

    audience: Audience
    text_key: str
    duty: Duty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """告知规则: what a fact tells, and which duties asked for before it settles, or asks for anew.

    Of several `tells` that a person falls under the first counts.
    """

    tells: tuple[Tell, ...] = ()
    settles: frozenset[Duty] = frozenset()


TELLING: Mapping[type[Payload], Telling] = MappingProxyType(
    {
        PlanImported: Telling(
            tells=(Tell(audience=Audience.OFFICE, text_key="plan_imported", duty=Duty.CONFIRM_PLAN),),
            settles=frozenset({Duty.CONFIRM_PLAN}),
        ),
        PlanConfirmed: Telling(settles=frozenset({Duty.CONFIRM_PLAN})),
        ItemIssued: Telling(
            tells=(
                Tell(audience=Audience.LEAD_LIAISONS, text_key="item_issued", duty=Duty.CARRY_OUT),
                Tell(audience=Audience.LEAD_HEADS, text_key="item_issued"),
                Tell(audience=Audience.RESPONSIBLE_LIAISONS, text_key="item_issued"),
                Tell(audience=Audience.RESPONSIBLE_HEADS, text_key="item_issued"),
                Tell(audience=Audience.LEADER, text_key="item_issued"),
            ),
        ),
        StrikeOffApplied: Telling(
            tells=(
                Tell(audience=Audience.ACCEPTOR, text_key="strike_off_applied", duty=Duty.CHECK),
                Tell(audience=Audience.LEADER, text_key="strike_off_applied_told"),
            ),
            settles=frozenset({Duty.CARRY_OUT, Duty.MEND}),
        ),
        StrikeOffChecked: Telling(
            tells=(Tell(audience=Audience.LEAD_LIAISONS, text_key="part_returned"),),
        ),
        ItemReturned: Telling(
            tells=(
                Tell(audience=Audience.LEAD_LIAISONS, text_key="item_returned", duty=Duty.MEND),
                Tell(audience=Audience.LEAD_HEADS, text_key="item_returned_told"),
                Tell(audience=Audience.LEADER, text_key="item_returned_told"),
                Tell(audience=Audience.OFFICE, text_key="item_returned_told"),
            ),
            settles=frozenset({Duty.CHECK, Duty.URGE}),
        ),
        ItemStruckOff: Telling(
            tells=(
                Tell(audience=Audience.LEAD_LIAISONS, text_key="item_struck_off"),
                Tell(audience=Audience.LEAD_HEADS, text_key="item_struck_off"),
                Tell(audience=Audience.RESPONSIBLE_LIAISONS, text_key="item_struck_off"),
                Tell(audience=Audience.LEADER, text_key="item_struck_off"),
                Tell(audience=Audience.OFFICE, text_key="item_struck_off"),
            ),
            settles=frozenset({Duty.CARRY_OUT, Duty.MEND, Duty.CHECK, Duty.URGE}),
        ),
        StrikeOffOverdue: Telling(
            tells=(
                Tell(audience=Audience.ACCEPTOR, text_key="strike_off_overdue", duty=Duty.CHECK),
                Tell(audience=Audience.OFFICE, text_key="strike_off_overdue_urge", duty=Duty.URGE),
            ),
            settles=frozenset({Duty.CHECK}),
        ),
    }
)
_NOTHING = Telling()
_HEADS_FOR_LIAISONS = {
    Audience.LEAD_LIAISONS: Audience.LEAD_HEADS,
    Audience.RESPONSIBLE_LIAISONS: Audience.RESPONSIBLE_HEADS,
}


def telling_of(fact: Payload) -> Telling:
    """What a fact tells and settles; a part that passed is no news to anybody (the strike-off will be)."""
    if isinstance(fact, StrikeOffChecked) and fact.passed:
        return _NOTHING
    return TELLING.get(type(fact), _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """人员: a person of an audience, with the unit they stand for in it (None for persons named themselves)."""

    person_id: UUID
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """收件人: one person, and the sentence that counts for them."""

    person_id: UUID
    text_key: str
    duty: Duty | None

    @property
    def kind(self) -> MessageKind:
        """Whether the person must act."""
        return MessageKind.TOLD if self.duty is None else MessageKind.MUST_ACT


def address(*, tells: Sequence[Tell], members: Mapping[Audience, Sequence[Member]]) -> tuple[Addressed, ...]:
    """Give every person at most one sentence, the first they fall under; a unit without liaison is told by its head."""
    found: dict[UUID, Addressed] = {}
    for tell in tells:
        for person_id in _persons(tell.audience, members):
            found.setdefault(person_id, Addressed(person_id=person_id, text_key=tell.text_key, duty=tell.duty))
    return tuple(found.values())


def _persons(audience: Audience, members: Mapping[Audience, Sequence[Member]]) -> Iterable[UUID]:
    present = members.get(audience, ())
    yield from (member.person_id for member in present)
    heads = members.get(_HEADS_FOR_LIAISONS[audience], ()) if audience in _HEADS_FOR_LIAISONS else ()
    served = {member.unit_id for member in present}
    yield from (head.person_id for head in heads if head.unit_id not in served)


def audiences_of(tells: Iterable[Tell]) -> frozenset[Audience]:
    """Whom one has to look up: heads also where they may have to stand in for a liaison."""
    named = {tell.audience for tell in tells}
    return frozenset(named | {_HEADS_FOR_LIAISONS[audience] for audience in named & _HEADS_FOR_LIAISONS.keys()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """办结: a fact of this version of the matter settled this duty, at this business time (UTC)."""

    duty: Duty
    version: int
    at: datetime


def done_at(*, duty: Duty, asked_in: int, settlements: Iterable[Settlement]) -> datetime | None:
    """When a duty asked for in one version of the matter was settled: by the first later fact that does; None = open.

    It does not depend on the order in which the facts arrived.
    """
    later = [s for s in settlements if s.duty is duty and s.version > asked_in]
    return min(later, key=lambda s: s.version).at if later else None

"""事项规则: states, what a draft waits for, arranging, issuing, placing units. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from luoshi_common.errors import Malformed, Refused
from luoshi_common.i18n import Term
from luoshi_common.reasons import Reason


class ItemState(StrEnum):
    """事项状态 (R60–R62): `struck_off` is done; `withdrawn` was given up by decision."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLAIMED = "claimed"
    IN_PROGRESS = "in_progress"
    APPLIED = "applied"
    STRUCK_OFF = "struck_off"
    WITHDRAWN = "withdrawn"
    CARRIED_OVER = "carried_over"


class PartState(StrEnum):
    """分工状态: of one unit's part (6.6)."""

    OPEN = "open"
    APPLIED = "applied"
    PASSED = "passed"
    RETURNED = "returned"


class UnitRole(StrEnum):
    """单位角色: the lead answers for the item, the responsible units do their parts."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"


class FourMajor(StrEnum):
    """四重 (R14): major policy, project, platform or pilot."""

    POLICY = "policy"
    PROJECT = "project"
    PLATFORM = "platform"
    PILOT = "pilot"


class Wait(StrEnum):
    """待补: why a draft cannot be issued yet."""

    LEAD_MISSING = "lead_missing"
    UNRESOLVED_REFERENCE = "unresolved_reference"
    UNKNOWN_UNIT = "unknown_unit"
    LEADER_MISSING = "leader_missing"
    DEADLINE_MISSING = "deadline_missing"
    OPEN_ERROR = "open_error"

    @property
    def term(self) -> Term:
        """The words for people."""
        return _WAITS[self]


_WAITS = {
    Wait.LEAD_MISSING: Term("没有牵头单位"),
    Wait.UNRESOLVED_REFERENCE: Term("所指的分工清单尚未补充"),
    Wait.UNKNOWN_UNIT: Term("有单位不在名录中"),
    Wait.LEADER_MISSING: Term("未明确牵头领导"),
    Wait.DEADLINE_MISSING: Term("未明确完成时限"),
    Wait.OPEN_ERROR: Term("方案中的错误尚未确认"),
}

TRANSITIONS: Mapping[ItemState, frozenset[ItemState]] = MappingProxyType(
    {
        ItemState.DRAFT: frozenset({ItemState.ISSUED, ItemState.WITHDRAWN}),
        ItemState.ISSUED: frozenset(
            {ItemState.CLAIMED, ItemState.APPLIED, ItemState.WITHDRAWN, ItemState.CARRIED_OVER}
        ),
        ItemState.CLAIMED: frozenset(
            {ItemState.IN_PROGRESS, ItemState.APPLIED, ItemState.WITHDRAWN, ItemState.CARRIED_OVER}
        ),
        ItemState.IN_PROGRESS: frozenset({ItemState.APPLIED, ItemState.WITHDRAWN, ItemState.CARRIED_OVER}),
        ItemState.APPLIED: frozenset(
            {ItemState.STRUCK_OFF, ItemState.ISSUED, ItemState.CLAIMED, ItemState.IN_PROGRESS}
        ),
        ItemState.STRUCK_OFF: frozenset(),
        ItemState.WITHDRAWN: frozenset(),
        ItemState.CARRIED_OVER: frozenset(),
    }
)
TERMINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)


class WrongState(Refused):
    """状态不符: the item is not in a state from which this can be done."""

    code = "tasks.items.wrong_state"
    title = "事项目前的状态不能进行此操作"


class NotReady(Refused):
    """条件不齐: the draft still waits for something (R61)."""

    code = "tasks.items.not_ready"
    title = "第{no}号事项还不能下达：{waiting}"


class NotALeader(Refused):
    """不是市领导: the person named as leader does not hold that role."""

    code = "tasks.items.not_a_leader"
    title = "所选人员不是市领导，不能作为牵头领导"


class NotAnAcceptor(Refused):
    """不是验收人: the person named as acceptor does not hold that role."""

    code = "tasks.items.not_an_acceptor"
    title = "所选人员不是验收人"


class AcceptorHasPart(Refused):
    """验收人单位参与了事项: who accepts may not belong to a unit that has a part in the item (6.6)."""

    code = "tasks.items.acceptor_has_part"
    title = "验收人所在单位承担了本事项的工作，应由其他单位的人员验收"


class DeadlinePassed(Refused):
    """时限已过: a deadline that is set must not lie in the past."""

    code = "tasks.items.deadline_passed"
    title = "完成时限（{deadline}）已经过去"


class DeadlineFixed(Refused):
    """时限已定: once issued the deadline is a promise; changing it is an amendment of the plan."""

    code = "tasks.items.deadline_fixed"
    title = "事项已下达，完成时限须通过方案调整变更"


class DeadlineAndContinuing(Malformed):
    """时限矛盾: an item is continuing or has a deadline, never both."""

    code = "tasks.items.deadline_and_continuing"
    title = "长期事项不填完成时限，两者只能选一"


class TooManyCharacters(Malformed):
    """文字过长: longer than the profile allows."""

    code = "tasks.items.too_many_characters"
    title = "文字过长，最多{limit}个字"


class TitleMissing(Malformed):
    """缺少标题: the short title must not be empty."""

    code = "tasks.items.title_missing"
    title = "短标题不能为空"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts:
    """分工事实: `units` are the unit itself, of a group its members."""

    id: UUID
    role: UnitRole
    state: PartState
    units: frozenset[UUID]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    """事项事实: what the rules look at. `reference` is the plan's word where it names another list and no unit."""

    no: int
    state: ItemState
    parts: tuple[PartFacts, ...] = ()
    reference: str = ""
    unplaced: tuple[str, ...] = ()
    open_errors: tuple[str, ...] = ()
    leader_id: UUID | None = None
    acceptor_id: UUID | None = None
    deadline: date | None = None
    continuing: bool = False

    @property
    def units(self) -> frozenset[UUID]:
        """Every unit that has a part."""
        return frozenset(unit for part in self.parts for unit in part.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """人选: a person as the directory has them now."""

    id: UUID
    unit_id: UUID | None
    leads: bool
    accepts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """落实安排: the whole of what the office sets; None and False say "not set", a short title of None "as it is"."""

    leader_id: UUID | None
    acceptor_id: UUID | None
    deadline: date | None
    continuing: bool
    four_major: FourMajor | None
    short_title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnit:
    """名录中的单位: a unit, or a group with the members it has at a date."""

    id: UUID
    name: str
    collective: bool = False
    members: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """方案所列单位: a name as the plan wrote it, in its role."""

    role: UnitRole
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """落位: a named unit found in the directory; members that have a part of their own are left out (E25)."""

    role: UnitRole
    unit: NamedUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """分工落位: what was found, and the names that were not (E29–E34)."""

    placed: tuple[Placed, ...]
    unplaced: tuple[Named, ...]


def move(*, state: ItemState, to: ItemState) -> ItemState:
    """Go to a state; WrongState where the diagram has no such arrow."""
    if to not in TRANSITIONS[state]:
        raise WrongState(state=state.value, to=to.value)
    return to


def waits_for(facts: ItemFacts) -> tuple[Wait, ...]:
    """下达条件 (R61, 6.6): what an item still lacks; empty once it was issued."""
    if facts.state is not ItemState.DRAFT:
        return ()
    led = any(part.role is UnitRole.LEAD for part in facts.parts)
    unknown_lead = not led and bool(facts.unplaced)
    lacks = {
        Wait.LEAD_MISSING: not led and not facts.reference and not unknown_lead,
        Wait.UNRESOLVED_REFERENCE: not led and bool(facts.reference),
        Wait.UNKNOWN_UNIT: bool(facts.unplaced),
        Wait.LEADER_MISSING: facts.leader_id is None,
        Wait.DEADLINE_MISSING: facts.deadline is None and not facts.continuing,
        Wait.OPEN_ERROR: bool(facts.open_errors),
    }
    return tuple(wait for wait, lacking in lacks.items() if lacking)


def issue(facts: ItemFacts) -> tuple[Reason, ...]:
    """下达 (R61): say why the item may bind its units now; NotReady or WrongState where it may not."""
    if facts.state is not ItemState.DRAFT:
        raise WrongState(state=facts.state.value, to=ItemState.ISSUED.value)
    waiting = waits_for(facts)
    if waiting:
        raise _not_ready(facts, waiting)
    until = "长期" if facts.continuing else f"{facts.deadline}"
    inputs = {"leader": str(facts.leader_id), "deadline": until, "parts": str(len(facts.parts))}
    return (Reason(rule="items.issue", requirement="R61", inputs=inputs, text="领导、单位、时限已明确"),)


def arrange(
    *,
    facts: ItemFacts,
    wanted: Arrangement,
    leader: Candidate | None,
    acceptor: Candidate | None,
    today: date,
    title_characters: int,
) -> tuple[Reason, ...]:
    """落实安排 (R61): check what the office sets. A draft takes anything consistent; an issued item keeps its deadline
    and a leader, one under acceptance its acceptor or another.

    `leader` and `acceptor` are the persons behind the ids, None where the directory has nobody active by that id.
    """
    if facts.state in TERMINAL:
        raise WrongState(state=facts.state.value, to=facts.state.value)
    if wanted.leader_id is not None and wanted.leader_id != facts.leader_id and not (leader and leader.leads):
        raise NotALeader
    if wanted.acceptor_id is not None or facts.state is ItemState.APPLIED:
        _check_acceptor(acceptor, facts)
    _check_deadline(facts, wanted, today)
    _check_title(wanted, title_characters)
    if facts.state is not ItemState.DRAFT and wanted.leader_id is None:
        raise _not_ready(facts, (Wait.LEADER_MISSING,))
    return (Reason(rule="items.arrange", requirement="R61", text="督查室明确领导、时限、验收人和类别"),)


def _not_ready(facts: ItemFacts, waiting: tuple[Wait, ...]) -> NotReady:
    codes, words = tuple(wait.value for wait in waiting), tuple(wait.term for wait in waiting)
    return NotReady(no=facts.no, waits_for=codes, waiting=words)


def _check_title(wanted: Arrangement, title_characters: int) -> None:
    if wanted.short_title is None:
        return
    if not wanted.short_title.strip():
        raise TitleMissing
    if len(wanted.short_title) > title_characters:
        raise TooManyCharacters(limit=title_characters)


def _check_acceptor(acceptor: Candidate | None, facts: ItemFacts) -> None:
    if acceptor is None or not acceptor.accepts:
        raise NotAnAcceptor
    if acceptor.unit_id in facts.units:
        raise AcceptorHasPart


def _check_deadline(facts: ItemFacts, wanted: Arrangement, today: date) -> None:
    if wanted.continuing and wanted.deadline is not None:
        raise DeadlineAndContinuing
    if (wanted.deadline, wanted.continuing) == (facts.deadline, facts.continuing):
        return
    if facts.state is not ItemState.DRAFT:
        raise DeadlineFixed
    if wanted.deadline is not None and wanted.deadline < today:
        raise DeadlinePassed(deadline=wanted.deadline.isoformat())


def place(*, names: Sequence[Named], known: Mapping[str, NamedUnit]) -> Placement:
    """单位落位 (E25, E27, E29): find named units in the directory; a unit twice in one item counts once."""
    placed: dict[UUID, Placed] = {}
    unplaced = []
    for named in names:
        unit = known.get(matching_name(named.name))
        if unit is None:
            unplaced.append(named)
        else:
            placed.setdefault(unit.id, Placed(role=named.role, unit=unit))
    return Placement(placed=tuple(_without_doubles(placed.values())), unplaced=tuple(unplaced))


def _without_doubles(placed: Iterable[Placed]) -> Iterable[Placed]:
    listed = list(placed)
    named = {each.unit.id for each in listed if not each.unit.collective}
    for each in listed:
        members = tuple(member for member in each.unit.members if member[0] not in named)
        unit = NamedUnit(id=each.unit.id, name=each.unit.name, collective=each.unit.collective, members=members)
        yield Placed(role=each.role, unit=unit)


_BRACKETS = str.maketrans("（）", "()")


def matching_name(name: str) -> str:
    """A unit's name for comparing: without blanks, brackets of one kind (E8)."""
    return "".join(name.split()).translate(_BRACKETS)


_VERBS = ("推进", "推动", "实施")
_PAUSE = re.compile("[，,]")


def short_title_of(title: str) -> str:
    """短标题 for a narrow tile: the first clause without its leading verb; the title itself stays as written (E45)."""
    clause = _PAUSE.split(title, maxsplit=1)[0].strip()
    for verb in _VERBS:
        if clause.startswith(verb) and clause != verb:
            return clause.removeprefix(verb)
    return clause or title


def numbers_of(numbers: Sequence[int]) -> tuple[int, ...]:
    """清单编号: the document's own numbers where each stands once, else the place in the document (E44)."""
    return tuple(numbers) if len(set(numbers)) == len(numbers) else tuple(range(1, len(numbers) + 1))

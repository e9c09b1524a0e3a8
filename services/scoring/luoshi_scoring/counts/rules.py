"""计数的规则: which items are counted for what, and how that is said. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from luoshi_common.errors import NotFound
from luoshi_scoring.facts.rules import Tally, UnitRole


class NoSuchUnit(NotFound):
    """没有该单位: the directory does not know it."""

    code = "scoring.counts.no_such_unit"
    title = "名录中没有该单位"


class NoSuchReceipt(NotFound):
    """没有该凭据: no number has such a receipt."""

    code = "scoring.counts.no_such_receipt"
    title = "没有该计数凭据"


class CountKind(StrEnum):
    """计数种类: what is counted, and in which role."""

    LEAD_OPEN = "lead_open"
    LEAD_STRUCK_OFF = "lead_struck_off"
    LEAD_RETURNED = "lead_returned"
    RESPONSIBLE_OPEN = "responsible_open"
    RESPONSIBLE_STRUCK_OFF = "responsible_struck_off"


OPEN = frozenset({"issued", "claimed", "in_progress", "applied"})
STRUCK_OFF = frozenset({"struck_off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRule:
    """计数规则: items in these states, or where `returns` is set how often the unit's items were sent back."""

    role: UnitRole
    how: str
    states: frozenset[str] = frozenset()
    returns: bool = False


COUNTING: Mapping[CountKind, CountRule] = MappingProxyType(
    {
        CountKind.LEAD_OPEN: CountRule(
            role=UnitRole.LEAD,
            states=OPEN,
            how="本单位牵头、已下达且尚未销号的事项数。每项列出使其处于在办状态的那一条记录。",
        ),
        CountKind.LEAD_STRUCK_OFF: CountRule(
            role=UnitRole.LEAD,
            states=STRUCK_OFF,
            how="本单位牵头、已全部通过验收并销号的事项数。每项列出其销号记录。",
        ),
        CountKind.LEAD_RETURNED: CountRule(
            role=UnitRole.LEAD,
            returns=True,
            how="本单位牵头事项的销号申请被退回的次数，同一事项退回几次计几次。每次退回列出一条记录。",
        ),
        CountKind.RESPONSIBLE_OPEN: CountRule(
            role=UnitRole.RESPONSIBLE,
            states=OPEN,
            how="本单位作为责任单位、已下达且尚未销号的事项数；以单位组整体列名的，拆分前不计入各成员。每项列出使其处于在办状态的那一条记录。",
        ),
        CountKind.RESPONSIBLE_STRUCK_OFF: CountRule(
            role=UnitRole.RESPONSIBLE,
            states=STRUCK_OFF,
            how="本单位作为责任单位、已销号的事项数；以单位组整体列名的，拆分前不计入各成员。每项列出其销号记录。",
        ),
    }
)

type Numbers = Mapping[UUID, Mapping[CountKind, int]]


def numbers(tallies: Iterable[Tally]) -> Numbers:
    """Add tallies up to the numbers of each unit that has any (R8)."""
    counted: dict[UUID, dict[CountKind, int]] = defaultdict(lambda: dict.fromkeys(CountKind, 0))
    for tally in tallies:
        for kind, rule in COUNTING.items():
            if tally.role is rule.role:
                counted[tally.unit_id][kind] += tally.returns if rule.returns else _items_in(tally, rule.states)
    return {unit_id: kinds for unit_id, kinds in counted.items() if any(kinds.values())}


def _items_in(tally: Tally, states: frozenset[str]) -> int:
    return tally.items if tally.state in states else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """差异: a number that counting again did not confirm."""

    unit_id: UUID
    kind: CountKind
    kept: int
    recounted: int


def differences(*, kept: Numbers, recounted: Numbers) -> tuple[Difference, ...]:
    """Compare digit by digit; empty where every number stands."""
    zero = dict.fromkeys(CountKind, 0)
    pairs = {unit_id: (kept.get(unit_id, zero), recounted.get(unit_id, zero)) for unit_id in kept.keys() | recounted}
    return tuple(
        Difference(unit_id=unit_id, kind=kind, kept=one[kind], recounted=other[kind])
        for unit_id, (one, other) in sorted(pairs.items())
        for kind in CountKind
        if one[kind] != other[kind]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptId:
    """凭据编号: `<unit>:<kind>`; stays the same as long as unit and rule do."""

    unit_id: UUID
    kind: CountKind

    def __str__(self) -> str:
        return f"{self.unit_id}:{self.kind}"


def read_receipt_id(written: str) -> ReceiptId:
    """Read an id as it stands in an address.

    Raises:
        NoSuchReceipt: it is none.
    """
    unit_id, _, kind = written.partition(":")
    try:
        return ReceiptId(unit_id=UUID(unit_id), kind=CountKind(kind))
    except ValueError as cause:
        raise NoSuchReceipt from cause

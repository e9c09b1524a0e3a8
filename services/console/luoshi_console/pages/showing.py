"""显示: how an item of the tasks service appears as a row, a sign, a part; shared by the pages that list items."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from luoshi_client.refs import UnitRef
from luoshi_client.tasks import Item, Part
from luoshi_common.auth.policy import Guarded
from luoshi_console.views import PartSign, Sign, UnitChip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """任务行: one item in a table."""

    id: str
    no: int
    title: str
    lead: str
    responsible: str
    sign: Sign
    parts: tuple[PartSign, ...]
    due: date | None
    continuing: bool = False
    waiting: str | None = None


_SIGNS = {"draft": Sign.DRAFT, "applied": Sign.APPLIED, "struck_off": Sign.STRUCK_OFF}


def sign_for(state: str, *, returned: bool, waits: bool) -> Sign:
    """Choose a sign: a draft that lacks something waits; one sent back says so until it is applied again."""
    if state == "draft" and waits:
        return Sign.WAITING
    sign = _SIGNS.get(state, Sign.ISSUED)
    return Sign.RETURNED if sign is Sign.ISSUED and returned else sign


def sign_of(item: Item) -> Sign:
    """Choose the sign of an item."""
    returned = any(part.state == "returned" for part in item.parts)
    return sign_for(item.state, returned=returned, waits=bool(item.waits_for))


def part_signs(item: Item) -> tuple[PartSign, ...]:
    """Give the state of each part, the lead's first."""
    ordered = sorted(item.parts, key=lambda part: part.role != "lead")
    return tuple(PartSign(part.state) for part in ordered)


def row_of(item: Item) -> Row:
    """Show an item as a table row."""
    return Row(
        id=str(item.id),
        no=item.no,
        title=item.title,
        lead=names(item.lead),
        responsible=names(item.responsible),
        sign=sign_of(item),
        parts=part_signs(item),
        due=item.deadline,
        continuing=item.continuing,
        waiting=item.waits_for[0] if item.waits_for else None,
    )


def chip_of(part: Part, *, shows_state: bool = True) -> UnitChip:
    """Show a part as a unit with its state, which a draft does not have yet; a group opens to no page."""
    return UnitChip(
        name=part.unit.name,
        href=None if part.collective else f"/units/{part.unit.id}",
        lead=part.role == "lead",
        part=PartSign(part.state) if shows_state else None,
        members=tuple(member.name for member in part.members) if part.collective else (),
    )


def names(units: Iterable[UnitRef]) -> str:
    """Write units one after the other, as a Chinese list."""
    return "、".join(unit.name for unit in units)


def guarded_of(item: Item) -> Guarded:
    """What the policy needs to know of an item, to show only forms that will not be refused; the service decides."""
    lead = [part for part in item.parts if part.role == "lead"]
    return Guarded(
        kind="items",
        id=str(item.id),
        lead_units=frozenset(unit.id for part in lead for unit in _units(part)),
        units=frozenset(unit.id for part in item.parts for unit in _units(part)),
        persons=frozenset({item.acceptor_id} if item.acceptor_id else ()),
    )


def _units(part: Part) -> tuple[UnitRef, ...]:
    return part.members if part.collective else (part.unit,)


COMPARISONS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤", "about": "≈", "eq": "="}


def target(comparison: str, value: str) -> str:
    """Write what a figure has to reach: "> 4000", or "2187 → 0" where it has to vanish."""
    return f"{value} → 0" if comparison == "to_zero" else f"{COMPARISONS.get(comparison, '')} {value}".strip()

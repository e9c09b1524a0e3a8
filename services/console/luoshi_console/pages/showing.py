"""显示: how an item of the tasks service appears as a row, a sign, a part; shared by the pages that list items."""

from collections.abc import Iterable

from luoshi_client.tasks import Item, Part
from luoshi_console.pages.items import Row
from luoshi_console.views import PartSign, Sign, UnitChip

_SIGNS = {"draft": Sign.DRAFT, "applied": Sign.APPLIED, "struck_off": Sign.STRUCK_OFF}


def sign_of(item: Item) -> Sign:
    """Choose the sign of an item: a draft that lacks something waits; one sent back says so until it is applied again."""
    if item.state == "draft" and item.waits_for:
        return Sign.WAITING
    sign = _SIGNS.get(item.state, Sign.ISSUED)
    sent_back = sign is Sign.ISSUED and any(part.state == "returned" for part in item.parts)
    return Sign.RETURNED if sent_back else sign


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


def chip_of(part: Part) -> UnitChip:
    """Show a part as a unit with its state; a group opens to no page."""
    return UnitChip(
        name=part.unit.name,
        href=None if part.collective else f"/units/{part.unit.id}",
        lead=part.role == "lead",
        part=PartSign(part.state),
        members=tuple(member.name for member in part.members) if part.collective else (),
    )


def names(units: Iterable[object]) -> str:
    """Write units one after the other, as a Chinese list."""
    return "、".join(str(getattr(unit, "name", unit)) for unit in units)

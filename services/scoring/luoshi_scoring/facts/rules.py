"""事项事实的规则: in what role a unit stands in an item. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from luoshi_common.events.tasks import ItemSnapshot


class UnitRole(StrEnum):
    """单位角色: leading an item, or responsible for a part of it."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """参与单位: the units an item counts for, by role, each once and in the order of the plan."""

    lead: tuple[UUID, ...]
    responsible: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """小计: how many items in one state a unit has in one role, and how often these were sent back."""

    unit_id: UUID
    role: UnitRole
    state: str
    items: int
    returns: int


def standing_of(item: ItemSnapshot) -> Standing:
    """Whom an item counts for (R8); a collective part gives its members nothing until it is split."""
    return Standing(lead=_units(item, UnitRole.LEAD), responsible=_units(item, UnitRole.RESPONSIBLE))


def _units(item: ItemSnapshot, role: UnitRole) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(part.unit.id for part in item.parts if part.role == role and not part.collective))

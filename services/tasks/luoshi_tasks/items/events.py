"""What leaves this feature: the item's whole state after each fact (R60, R61)."""

from luoshi_common.events.tasks import (
    IndicatorState,
    ItemArranged,
    ItemDrafted,
    ItemIssued,
    ItemSnapshot,
    PartState,
)
from luoshi_common.events.values import UnitRef
from luoshi_tasks.items import rules
from luoshi_tasks.items.model import Item, Part
from luoshi_tasks.items.rules import UnitRole


def snapshot(item: Item) -> ItemSnapshot:
    """The item as others may know it; persons as ids."""
    return ItemSnapshot(
        id=item.id, plan_id=item.plan_id, year=item.year, no=item.no, area_no=item.area_no,
        area_title=item.area_title, title=item.title, short_title=item.short_title, text=item.text,
        four_major=item.four_major, state=item.state,
        lead=_units(item, UnitRole.LEAD), responsible=_units(item, UnitRole.RESPONSIBLE),
        parts=[_part(part) for part in item.parts],
        indicators=[IndicatorState.model_validate(indicator) for indicator in item.indicators],
        leader_id=item.leader_id, acceptor_id=item.acceptor_id, deadline=item.deadline, continuing=item.continuing,
        waits_for=[wait.value for wait in rules.waits_for(item.facts)],
        issued_at=item.issued_at, struck_off_at=item.struck_off_at, returns=item.returns,
    )  # fmt: skip


def drafted(item: Item) -> ItemDrafted:
    """起草."""
    return ItemDrafted(item=snapshot(item))


def arranged(item: Item) -> ItemArranged:
    """落实安排."""
    return ItemArranged(item=snapshot(item))


def issued(item: Item) -> ItemIssued:
    """下达."""
    return ItemIssued(item=snapshot(item))


def _units(item: Item, role: UnitRole) -> list[UnitRef]:
    return [UnitRef(id=part.unit_id, name=part.unit_name) for part in item.parts if part.role is role]


def _part(part: Part) -> PartState:
    return PartState(
        id=part.id, role=part.role, unit=UnitRef(id=part.unit_id, name=part.unit_name), collective=part.collective,
        members=[UnitRef.model_validate(member) for member in part.members], state=part.state,
    )  # fmt: skip

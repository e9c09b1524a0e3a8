"""What leaves this feature."""

from luoshi_common.events.directory import GroupChanged, UnitChanged
from luoshi_common.events.values import DatedName, Membership
from luoshi_directory.units.model import Unit, UnitGroup


def unit_changed(unit: Unit) -> UnitChanged:
    """单位变更."""
    return UnitChanged(
        id=unit.id,
        code=unit.code,
        name=unit.name,
        full_name=unit.full_name,
        type=unit.type,
        aliases=[DatedName.model_validate(alias) for alias in unit.aliases],
        parent_id=unit.parent_id,
        demo=unit.demo,
        active=unit.active,
    )


def group_changed(group: UnitGroup) -> GroupChanged:
    """单位组变更."""
    return GroupChanged(
        id=group.id,
        code=group.code,
        name=group.name,
        aliases=group.aliases,
        members=[Membership.model_validate(member) for member in group.members],
        open=group.open,
    )

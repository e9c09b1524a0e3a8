"""Units and groups are made equal to the city folder; the caller has asked the policy."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_directory.keeping import keep
from luoshi_directory.units import events, queries, rules
from luoshi_directory.units.model import Unit, UnitGroup
from luoshi_directory.units.rules import Dated, GroupEntry, UnitEntry

_UNIT_GONE = {"active": False}
_GROUP_GONE: Mapping[str, Any] = {"members": []}


async def keep_units(uow: UnitOfWork, *, units: Sequence[UnitEntry]) -> tuple[Mapping[str, UUID], int]:
    """Take over the units; returns id by code, and how many changed. Units that are not named become inactive."""
    known = await queries.units_by_code(uow.session)
    fresh = frozenset(unit.code for unit in units) - known.keys()
    records = {**{unit.code: Unit(code=unit.code) for unit in units if unit.code in fresh}, **known}
    ids = {code: record.id for code, record in records.items()}
    wanted = {unit.code: _unit_values(unit, ids) for unit in units}
    return ids, keep(
        uow, records=records, fresh=fresh, wanted=wanted, gone=_UNIT_GONE, fact=events.unit_changed
    )  # fmt: skip


async def keep_groups(
    uow: UnitOfWork, *, groups: Sequence[GroupEntry], units: Sequence[UnitEntry], ids: Mapping[str, UUID],
    committees_in_districts: bool,
) -> int:  # fmt: skip
    """Take over the groups, expanded; returns how many changed. A group that is not named loses its members."""
    known = await queries.groups_by_code(uow.session)
    fresh = frozenset(group.code for group in groups) - known.keys()
    records = {**{group.code: UnitGroup(code=group.code) for group in groups if group.code in fresh}, **known}
    wanted = {}
    for group in groups:
        members = rules.expanded(group=group, units=units, committees_in_districts=committees_in_districts)
        wanted[group.code] = {
            "name": group.name,
            "aliases": list(group.aliases),
            "members": [{"unit_id": str(ids[member.unit]), **_dates(member)} for member in members],
            "open": group.open,
        }
    return keep(
        uow, records=records, fresh=fresh, wanted=wanted, gone=_GROUP_GONE, fact=events.group_changed
    )  # fmt: skip


def _unit_values(unit: UnitEntry, ids: Mapping[str, UUID]) -> dict[str, Any]:
    return {
        "name": unit.name,
        "full_name": unit.full_name,
        "type": unit.type.value,
        "aliases": [{"name": alias.name, **_dates(alias)} for alias in unit.aliases],
        "parent_id": ids[unit.parent] if unit.parent else None,
        "demo": unit.demo,
        "active": True,
    }


def _dates(dated: Dated) -> dict[str, str | None]:
    return {
        "from_on": dated.from_on.isoformat() if dated.from_on else None,
        "to_on": dated.to_on.isoformat() if dated.to_on else None,
    }

"""单位的规则: what may stand in the folder about units and groups, and who belongs to a group on a day."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from pydantic import Field

from luoshi_directory.entries import Code, Entry, Finding, Level, Name, Place, doubled_codes


class UnitType(StrEnum):
    """单位类型."""

    CITY_OFFICE = "city_office"
    COUNTY_GOVERNMENT = "county_government"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    MANAGEMENT_COMMITTEE = "management_committee"
    OTHER = "other"
    SUB_UNIT = "sub_unit"
    VERTICAL_BODY = "vertical_body"


class Dated(Entry):
    """有期限的: holds from `from_on` (inclusive) to `to_on` (exclusive), dates of Asia/Shanghai; null = open."""

    from_on: date | None = None
    to_on: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return (self.from_on or date.min) <= on < (self.to_on or date.max)

    def meets(self, other: "Dated") -> bool:
        """Whether there is a day on which both hold."""
        begins = max(self.from_on or date.min, other.from_on or date.min)
        return begins < min(self.to_on or date.max, other.to_on or date.max)

    @property
    def reversed(self) -> bool:
        """Whether it ends before it begins."""
        return not self.meets(self)


class AliasEntry(Dated):
    """别名: another name of a unit for a time (E29, E34)."""

    name: Name


class UnitEntry(Entry):
    """单位 as the folder has it."""

    code: Code
    name: Name
    full_name: Name
    type: UnitType
    parent: Code | None = None
    aliases: tuple[AliasEntry, ...] = ()
    demo: bool = False


class MemberEntry(Dated):
    """组成员: a unit in a group for a time."""

    unit: Code


class GroupEntry(Entry):
    """单位组 as the folder has it: named members, or every unit of some types, or both (E27).

    `committees`: management committees join where the profile says so (`groups.committees_in_districts`, E28).
    `open`: documents do not name all its members (E30).
    """

    code: Code
    name: Name
    aliases: tuple[Name, ...] = ()
    members: tuple[MemberEntry, ...] = ()
    types: tuple[UnitType, ...] = ()
    without: tuple[Code, ...] = ()
    committees: bool = False
    open: bool = Field(default=False)


@dataclass(frozen=True, slots=True)
class _NameUse:
    """One name, for a time, of one thing."""

    name: str
    dated: Dated
    owner: str
    path: Place


def expanded(*, group: GroupEntry, units: Sequence[UnitEntry], committees_in_districts: bool) -> list[MemberEntry]:
    """Give every member of a group with its dates, named ones first; one that comes in twice stays as named (E25)."""
    named = {member.unit for member in group.members}
    types = set(group.types)
    if group.committees and committees_in_districts:
        types.add(UnitType.MANAGEMENT_COMMITTEE)
    by_type = [unit.code for unit in units if unit.type in types and unit.code not in named | set(group.without)]
    return [*group.members, *(MemberEntry(unit=code) for code in by_type)]


def find_in_units(units: Sequence[UnitEntry]) -> Iterator[Finding]:
    """Find what is wrong with the units by themselves."""
    yield from doubled_codes(units, place="units")
    codes = {unit.code for unit in units}
    parents = {unit.code: unit.parent for unit in units}
    for number, unit in enumerate(units):
        if unit.parent and unit.parent not in codes:
            yield _unknown_unit(unit.parent, path=("units", number, "parent"))
        elif _circles(unit.code, parents):
            message = f"“{unit.name}”的上级单位绕回自身"
            yield Finding(code="parent_circle", message=message, path=("units", number, "parent"))
        for place, alias in enumerate(unit.aliases):
            if alias.reversed:
                yield _reversed(alias.name, path=("units", number, "aliases", place))


def find_in_groups(groups: Sequence[GroupEntry], *, units: Sequence[UnitEntry]) -> Iterator[Finding]:
    """Find what is wrong with the groups: strangers among the members, dates the wrong way round, nobody in it."""
    yield from doubled_codes(groups, place="groups")
    codes = {unit.code for unit in units}
    for number, group in enumerate(groups):
        for place, member in enumerate(group.members):
            path: Place = ("groups", number, "members", place)
            if member.unit not in codes:
                yield _unknown_unit(member.unit, path=(*path, "unit"))
            if member.reversed:
                yield _reversed(member.unit, path=path)
        for place, code in enumerate(group.without):
            if code not in codes:
                yield _unknown_unit(code, path=("groups", number, "without", place))
        if not group.open and not expanded(group=group, units=units, committees_in_districts=False):
            message = f"单位组“{group.name}”没有成员"
            yield Finding(code="group_empty", message=message, path=("groups", number), level=Level.WARNING)


def find_in_names(*, units: Sequence[UnitEntry], groups: Sequence[GroupEntry]) -> Iterator[Finding]:
    """Find names that mean two things on one day, or one thing twice (E29, E34)."""
    uses: dict[str, list[_NameUse]] = defaultdict(list)
    for use in (*_unit_names(units), *_group_names(groups)):
        uses[use.name].append(use)
    for name, used in uses.items():
        for first, second in combinations(used, 2):
            if not first.dated.meets(second.dated):
                continue
            if first.owner == second.owner:
                message = f"别名“{name}”的有效期重叠"
                yield Finding(code="alias_overlap", message=message, path=second.path)
            else:
                message = f"名称“{name}”同时指两个单位或单位组"
                yield Finding(code="ambiguous_name", message=message, path=second.path)


def _unit_names(units: Sequence[UnitEntry]) -> Iterator[_NameUse]:
    for number, unit in enumerate(units):
        for name in dict.fromkeys((unit.name, unit.full_name)):
            yield _NameUse(name, Dated(), f"unit {unit.code}", ("units", number, "name"))
        for place, alias in enumerate(unit.aliases):
            yield _NameUse(alias.name, alias, f"unit {unit.code}", ("units", number, "aliases", place, "name"))


def _group_names(groups: Sequence[GroupEntry]) -> Iterator[_NameUse]:
    for number, group in enumerate(groups):
        for place, name in enumerate((group.name, *group.aliases)):
            path: Place = ("groups", number, "aliases", place - 1) if place else ("groups", number, "name")
            yield _NameUse(name, Dated(), f"group {group.code}", path)


def unknown_units(named: Iterable[tuple[str, Place]], *, units: Sequence[UnitEntry]) -> Iterator[Finding]:
    """Find codes, each with its place, under which no unit stands."""
    codes = {unit.code for unit in units}
    yield from (_unknown_unit(code, path=path) for code, path in named if code not in codes)


def _unknown_unit(code: str, *, path: Place) -> Finding:
    return Finding(code="unknown_unit", message=f"没有编码为“{code}”的单位", path=path)


def _reversed(name: str, *, path: Place) -> Finding:
    return Finding(code="dates_reversed", message=f"“{name}”的有效期起止颠倒", path=path)


def _circles(code: str, parents: Mapping[str, str | None]) -> bool:
    seen, above = {code}, parents.get(code)
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == code

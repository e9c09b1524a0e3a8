"""Groups expand to their members on a day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from luoshi_directory.units.rules import AliasEntry, Dated, GroupEntry, MemberEntry, UnitEntry, UnitType, expanded

UNITS = [
    UnitEntry(code="yuehu", name="月湖区政府", full_name="月湖区人民政府", type=UnitType.COUNTY_GOVERNMENT),
    UnitEntry(code="guixi", name="贵溪市政府", full_name="贵溪市人民政府", type=UnitType.COUNTY_GOVERNMENT),
    UnitEntry(code="hightech", name="高新区管委会", full_name="高新区管理委员会", type=UnitType.MANAGEMENT_COMMITTEE),
    UnitEntry(code="water", name="市水利局", full_name="某市水利局", type=UnitType.DEPARTMENT),
]
DISTRICTS = GroupEntry(code="districts", name="各区(市)政府", types=(UnitType.COUNTY_GOVERNMENT,), committees=True)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


def codes(group: GroupEntry, *, committees: bool = False) -> list[str]:
    return [m.unit for m in expanded(group=group, units=UNITS, committees_in_districts=committees)]


class TestGroup:
    def test_of_a_type_holds_every_unit_of_it(self) -> None:
        """E27."""
        assert codes(DISTRICTS) == ["yuehu", "guixi"]

    def test_holds_management_committees_only_where_the_profile_says_so(self) -> None:
        """E28."""
        assert codes(DISTRICTS, committees=True) == ["yuehu", "guixi", "hightech"]
        assert codes(DISTRICTS.model_copy(update={"committees": False}), committees=True) == ["yuehu", "guixi"]

    def test_holds_a_unit_once_and_keeps_the_way_it_came_in(self) -> None:
        """E25."""
        named = MemberEntry(unit="guixi", from_on=date(2026, 7, 1))
        group = DISTRICTS.model_copy(update={"members": (named,)})

        members = expanded(group=group, units=UNITS, committees_in_districts=False)

        assert [member.unit for member in members] == ["guixi", "yuehu"]
        assert members[0] == named

    def test_leaves_out_what_it_is_without(self) -> None:
        assert codes(DISTRICTS.model_copy(update={"without": ("guixi",)})) == ["yuehu"]


class TestDates:
    def test_hold_from_the_first_day_to_the_day_before_the_last(self) -> None:
        """E34."""
        alias = AliasEntry(name="市扶贫办", from_on=date(2026, 1, 1), to_on=date(2026, 7, 1))

        held = [alias.holds(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))]

        assert held == [False, True, True, False]

    @given(DAYS, DAYS, DAYS, DAYS)
    def test_meet_exactly_where_a_day_is_held_by_both(self, a: date, b: date, c: date, d: date) -> None:
        first, second = Dated(from_on=a, to_on=b), Dated(from_on=c, to_on=d)

        edges = {day + timedelta(days=shift) for day in (a, b, c, d) for shift in (-1, 0)}
        assert first.meets(second) == any(first.holds(day) and second.holds(day) for day in edges)

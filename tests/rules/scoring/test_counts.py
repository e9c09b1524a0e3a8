"""Counting: which items count for whom, and the receipts of the numbers (R8, R62)."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.errors import NotFound
from luoshi_common.ids import new_id
from luoshi_scoring.counts.rules import (
    COUNTING,
    CountKind,
    Difference,
    NoSuchReceipt,
    ReceiptId,
    differences,
    numbers,
    read_receipt_id,
)
from luoshi_scoring.facts.rules import Tally, UnitRole, standing_of
from tests.factories import facts

WATER, PARKS = UUID(int=1), UUID(int=2)
STATES = ("draft", "issued", "claimed", "in_progress", "applied", "struck_off", "withdrawn", "carried_over")

tallies = st.lists(
    st.builds(
        Tally,
        unit_id=st.sampled_from([WATER, PARKS]),
        role=st.sampled_from(UnitRole),
        state=st.sampled_from(STATES),
        items=st.integers(1, 9),
        returns=st.integers(0, 9),
    )
)


def tally(role: UnitRole, state: str, items: int = 1, returns: int = 0) -> Tally:
    return Tally(unit_id=WATER, role=role, state=state, items=items, returns=returns)


class TestStanding:
    """Whom an item counts for."""

    def test_is_apart_for_the_lead_and_for_the_responsible_units(self) -> None:
        """R8."""
        lead, other = facts.unit("市水利局"), facts.unit("市城管局")

        standing = standing_of(facts.item(lead=[lead], responsible=[other]))

        assert (standing.lead, standing.responsible) == ((lead.id,), (other.id,))

    def test_gives_nothing_to_the_members_of_a_group_named_as_a_whole(self) -> None:
        lead, member, group = facts.unit("市水利局"), facts.unit("月湖区政府"), facts.unit("各区(市)政府")

        standing = standing_of(facts.item(lead=[lead], collective=[(group, [member])]))

        assert standing.responsible == ()

    def test_names_a_unit_once_in_each_role(self) -> None:
        unit = facts.unit("市水利局")

        standing = standing_of(facts.item(lead=[unit, unit], responsible=[unit]))

        assert (standing.lead, standing.responsible) == ((unit.id,), (unit.id,))


class TestNumbers:
    """Tallies become numbers."""

    @pytest.mark.parametrize(
        ("state", "kind"),
        [
            ("issued", CountKind.LEAD_OPEN),
            ("claimed", CountKind.LEAD_OPEN),
            ("in_progress", CountKind.LEAD_OPEN),
            ("applied", CountKind.LEAD_OPEN),
            ("struck_off", CountKind.LEAD_STRUCK_OFF),
        ],
    )
    def test_count_an_item_of_a_state_once(self, state: str, kind: CountKind) -> None:
        """R8, R62."""
        counted = numbers([tally(UnitRole.LEAD, state)])

        assert counted[WATER] == {**dict.fromkeys(CountKind, 0), kind: 1}

    @pytest.mark.parametrize("state", ["draft", "withdrawn", "carried_over", "a word of tomorrow"])
    def test_do_not_count_what_binds_nobody(self, state: str) -> None:
        assert numbers([tally(UnitRole.LEAD, state), tally(UnitRole.RESPONSIBLE, state)]) == {}

    def test_count_returns_for_the_lead_alone_and_in_whatever_state(self) -> None:
        """R62."""
        counted = numbers(
            [
                tally(UnitRole.LEAD, "struck_off", items=2, returns=3),
                tally(UnitRole.LEAD, "issued", returns=1),
                tally(UnitRole.RESPONSIBLE, "issued", returns=7),
            ]
        )

        assert counted[WATER][CountKind.LEAD_RETURNED] == 4

    @given(tallies, st.randoms())
    def test_do_not_depend_on_the_order_of_the_tallies(self, some: list[Tally], chance: st.DataObject) -> None:
        shuffled = sorted(some, key=lambda _: chance.random())  # type: ignore[attr-defined]

        assert numbers(some) == numbers(shuffled)

    @given(tallies)
    def test_are_confirmed_by_counting_the_same_again(self, some: list[Tally]) -> None:
        assert differences(kept=numbers(some), recounted=numbers(some)) == ()


class TestDifferences:
    """A digit that counting again does not confirm is named."""

    def test_name_unit_kind_and_both_digits(self) -> None:
        kept = numbers([tally(UnitRole.LEAD, "issued", items=2)])

        found = differences(kept=kept, recounted={})

        assert found == (Difference(unit_id=WATER, kind=CountKind.LEAD_OPEN, kept=2, recounted=0),)


class TestAReceiptId:
    """An id can be read by people and machines."""

    @pytest.mark.parametrize("kind", CountKind)
    def test_reads_as_it_was_written(self, kind: CountKind) -> None:
        receipt = ReceiptId(unit_id=new_id(), kind=kind)

        assert read_receipt_id(str(receipt)) == receipt

    @pytest.mark.parametrize("written", ["", ":", "x:lead_open", f"{WATER}", f"{WATER}:", f"{WATER}:lead", "a:b:c"])
    def test_that_is_none_is_not_found(self, written: str) -> None:
        with pytest.raises(NoSuchReceipt) as refusal:
            read_receipt_id(written)

        assert isinstance(refusal.value, NotFound)

    def test_exists_for_every_count_and_says_how_it_is_counted(self) -> None:
        assert COUNTING.keys() == set(CountKind)
        assert all(rule.how.startswith("本单位") for rule in COUNTING.values())

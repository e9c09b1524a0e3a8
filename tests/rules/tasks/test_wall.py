"""Rules of the wall board: how far the year is, what is counted where."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_tasks.items.rules import ItemState, PartState
from luoshi_tasks.wall import rules
from luoshi_tasks.wall.rules import TileFacts

TODAY = date(2026, 3, 10)
tiles = st.builds(
    TileFacts,
    state=st.sampled_from(ItemState),
    waiting=st.booleans(),
    parts=st.lists(st.sampled_from(PartState), max_size=3).map(tuple),
    deadline=st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)


class TestYear:
    @pytest.mark.parametrize(
        ("today", "share"),
        [(date(2025, 6, 1), "0"), (date(2026, 1, 1), "0"), (date(2026, 7, 2), "0.50"), (date(2027, 2, 1), "1")],
    )
    def test_runs_from_nothing_to_all(self, today: date, share: str) -> None:
        assert rules.year_share(year=2026, today=today) == Decimal(share)


class TestTotals:
    @given(st.lists(tiles, max_size=20))
    def test_count_each_item_in_one_place(self, listed: list[TileFacts]) -> None:
        """R2."""
        counted = rules.totals(listed, today=TODAY, near_days=7)

        gone = sum(tile.state in {ItemState.WITHDRAWN, ItemState.CARRIED_OVER} for tile in listed)
        placed = [
            counted.struck_off, counted.applied, counted.returned, counted.issued, counted.draft, counted.waiting,
        ]  # fmt: skip
        assert sum(placed) + gone == counted.total == len(listed)

    def test_tell_soon_from_late(self) -> None:
        listed = [
            TileFacts(state=ItemState.ISSUED, waiting=False, parts=(), deadline=TODAY + timedelta(days=days))
            for days in (-1, 0, 7, 8)
        ]

        counted = rules.totals(listed, today=TODAY, near_days=7)

        assert (counted.overdue, counted.due_soon) == (1, 2)


class TestMonths:
    @given(st.lists(tiles, max_size=20))
    def test_hold_every_deadline_of_the_year(self, listed: list[TileFacts]) -> None:
        lines = rules.months(listed, year=2026)

        assert sum(line.due for line in lines) == sum(tile.deadline is not None for tile in listed)
        assert all(line.struck_off <= line.due for line in lines)

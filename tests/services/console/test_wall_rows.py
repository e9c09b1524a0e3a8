"""Area blocks are laid into rows so that the wall is full and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from luoshi_console import samples
from luoshi_console.pages.wall import COLUMNS, Area, Tile, pack
from luoshi_console.views import Sign

SIZES = st.lists(st.integers(0, 20), max_size=14)


def areas(sizes: list[int]) -> list[Area]:
    """Make areas with that many tiles."""
    made, no = [], 0
    for place, size in enumerate(sizes, start=1):
        tiles = []
        for _ in range(size):
            no += 1
            tiles.append(Tile(id=str(no), no=no, title="事项", short="事项", lead="单位", sign=Sign.ISSUED))
        made.append(Area(no=place, title="领域", tiles=tuple(tiles)))
    return made


class TestPack:
    def test_fills_five_rows_with_the_ten_areas_of_the_plan(self) -> None:
        """R82."""
        rows = samples.wall().rows

        assert [[area.no for area in row] for row in rows] == [[1, 9, 10], [2, 6], [3, 4], [5, 8], [7]]
        assert [sum(len(area.tiles) for area in row) for row in rows] == [6] * 5

    @given(SIZES)
    def test_shows_every_tile_once(self, sizes: list[int]) -> None:
        """R82."""
        rows = pack(areas(sizes))

        shown = [tile.no for row in rows for area in row for tile in area.tiles]
        assert sorted(shown) == list(range(1, sum(sizes) + 1))

    @given(SIZES)
    def test_keeps_rows_within_the_columns_and_none_empty(self, sizes: list[int]) -> None:
        """R82."""
        filled = [sum(len(area.tiles) for area in row) for row in pack(areas(sizes))]

        assert all(0 < tiles <= COLUMNS for tiles in filled)

    @given(SIZES)
    def test_leaves_no_two_rows_that_would_fit_into_one(self, sizes: list[int]) -> None:
        """R82."""
        filled = sorted(sum(len(area.tiles) for area in row) for row in pack(areas(sizes)))

        assert len(filled) < 2 or filled[0] + filled[1] > COLUMNS

    @given(SIZES)
    def test_keeps_plan_order_inside_a_row(self, sizes: list[int]) -> None:
        """R82."""
        for row in pack(areas(sizes)):
            assert [area.no for area in row] == sorted(area.no for area in row)

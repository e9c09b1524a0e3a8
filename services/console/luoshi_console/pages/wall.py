"""挂图作战: the wall board; tiles by area, counts, units, months, the latest facts (R82)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from luoshi_client.wall import Wall, WallArea, WallFact, WallMonth, WallTile
from luoshi_common.clock import shanghai_date
from luoshi_console.pages.showing import names, sign_for
from luoshi_console.views import Entry, Facts, PartSign, Sign
from luoshi_console.visit import Page, Visit

COLUMNS = 6
UNITS = 10
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """任务牌: one item on the wall. ``parts`` are the states of its units' parts, the lead's first."""

    id: str
    no: int
    title: str
    short: str
    lead: str
    sign: Sign
    due: date | None = None
    continuing: bool = False
    parts: tuple[PartSign, ...] = ()
    waiting: str | None = None
    fresh: bool = False

    @property
    def passed(self) -> int:
        """Count the parts that have passed."""
        return sum(part is PartSign.PASSED for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """领域: an area of the plan, or the part of it that fits into one row."""

    no: int
    title: str
    tiles: tuple[Tile, ...]

    def count(self, *signs: Sign) -> int:
        """Count the tiles that bear one of the signs."""
        return sum(tile.sign in signs for tile in self.tiles)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """单位行: open and struck-off items of one unit."""

    id: str
    name: str
    open: int
    struck_off: int

    @property
    def total(self) -> int:
        """Count all items of the unit."""
        return self.open + self.struck_off


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """月份: how many items fall due in a month, and how many of them are struck off already."""

    month: int
    due: int
    struck_off: int
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """总览: the figures of the strip at the top."""

    total: int
    struck_off: int
    applied: int
    issued: int
    draft: int
    waiting: int
    returned: int
    due_soon: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WallView:
    """挂图: everything the wall shows; ``year_passed`` is the share of the year that is over, 0–100."""

    plan: str
    year: int
    now: datetime
    year_passed: int
    totals: Totals
    rows: tuple[tuple[Area, ...], ...]
    units: tuple[UnitLine, ...]
    months: tuple[Month, ...]
    feed: tuple[Entry, ...]

    @property
    def areas(self) -> int:
        """Count the areas, however many rows each takes."""
        return len({area.no for row in self.rows for area in row})

    @property
    def busiest_month(self) -> int:
        """Give the height of the tallest month, at least 1."""
        return max([month.due for month in self.months], default=0) or 1


def pack(areas: Sequence[Area], *, columns: int = COLUMNS) -> tuple[tuple[Area, ...], ...]:
    """Lay areas into rows of ``columns`` tiles, first-fit-decreasing, so that rows are full; wide areas are cut first.

    Rows and the areas in them stand in plan order; empty areas take no room.
    """
    rows: list[list[Area]] = []
    pieces = [piece for area in areas for piece in _cut(area, columns)]
    for piece in sorted(pieces, key=lambda piece: -len(piece.tiles)):
        room = (row for row in rows if sum(len(other.tiles) for other in row) + len(piece.tiles) <= columns)
        row = next(room, None)
        if row is None:
            rows.append(row := [])
        row.append(piece)
    ordered = [tuple(sorted(row, key=_place)) for row in rows]
    return tuple(sorted(ordered, key=lambda row: _place(row[0])))


def _cut(area: Area, columns: int) -> list[Area]:
    starts = range(0, len(area.tiles), columns)
    return [Area(no=area.no, title=area.title, tiles=area.tiles[start : start + columns]) for start in starts]


def _place(area: Area) -> tuple[int, int]:
    return area.no, area.tiles[0].no


async def build(visit: Visit) -> WallView:
    """Show the list of the business year: one answer of the tasks service holds it all."""
    wall = await visit.services.tasks.wall()
    return WallView(
        plan="；".join(wall.plans),
        year=wall.year or shanghai_date(wall.now).year,
        now=wall.now,
        year_passed=round(wall.year_share * Decimal(100)),
        totals=Totals(**wall.totals.model_dump()),
        rows=pack([_area(area) for area in wall.areas]),
        units=tuple(
            UnitLine(id=str(unit.id), name=unit.name, open=unit.open, struck_off=unit.struck_off)
            for unit in wall.units[:UNITS]
        ),
        months=_months(wall.months, current=shanghai_date(wall.now).month),
        feed=_feed(wall),
    )


PAGE = Page(path="/wall", template="wall.html", build=build, public=True)


def _area(area: WallArea) -> Area:
    return Area(no=area.no, title=area.title.removeprefix("促进"), tiles=tuple(_tile(tile) for tile in area.tiles))


def _tile(tile: WallTile) -> Tile:
    return Tile(
        id=str(tile.id),
        no=tile.no,
        title=tile.title,
        short=tile.short_title,
        lead=names(tile.lead),
        sign=sign_for(tile.state, returned=tile.returned, waits=bool(tile.waits_for)),
        due=tile.deadline,
        continuing=tile.continuing,
        parts=tuple(PartSign(part) for part in tile.parts),
        waiting=tile.waits_for[0] if tile.waits_for else None,
    )


def _months(months: Sequence[WallMonth], *, current: int) -> tuple[Month, ...]:
    due = {month.month: month for month in months}
    return tuple(
        Month(
            month=no,
            due=due[no].due if no in due else 0,
            struck_off=due[no].struck_off if no in due else 0,
            current=no == current,
        )
        for no in (MONTHS if due else ())
    )


def _feed(wall: Wall) -> tuple[Entry, ...]:
    """The latest facts; parts that passed in the act that struck the item off are told by it."""
    done = {(fact.item_id, fact.at) for fact in wall.facts if fact.kind == "struck_off"}
    news = [fact for fact in wall.facts if fact.kind != "part_passed" or (fact.item_id, fact.at) not in done]
    leads = {tile.id: names(tile.lead) for area in wall.areas for tile in area.tiles}
    return tuple(
        Entry(
            at=fact.at,
            who=fact.unit or leads.get(fact.item_id, ""),
            text=_text(fact),
            facts=Facts(item=fact.short_title, count=fact.count),
            href=f"/items/{fact.item_id}",
            current=place == 0,
        )
        for place, fact in enumerate(news)
    )


def _text(fact: WallFact) -> str:
    return "wall.issued_together" if fact.kind == "issued" and fact.count > 1 else f"wall.{fact.kind}"

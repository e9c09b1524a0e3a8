"""大屏规则: how far the year is, what counts as due soon. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from luoshi_tasks.items.rules import TERMINAL, ItemState, PartState

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFacts:
    """任务牌事实: what the counts look at."""

    state: ItemState
    waiting: bool
    parts: tuple[PartState, ...]
    deadline: date | None

    @property
    def returned(self) -> bool:
        """Sent back, and not yet applied for again."""
        return self.open and self.state is not ItemState.APPLIED and PartState.RETURNED in self.parts

    @property
    def open(self) -> bool:
        """Binds its units and is not done."""
        return self.state not in TERMINAL | {ItemState.DRAFT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """总览: how many items stand where; `draft` are ready, `waiting` still lack something."""

    total: int
    struck_off: int
    applied: int
    returned: int
    issued: int
    draft: int
    waiting: int
    due_soon: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthLine:
    """月份: how many items fall due in a month, and how many of those are struck off."""

    month: int
    due: int
    struck_off: int


def year_share(*, year: int, today: date) -> Decimal:
    """How much of a year is over at the beginning of a day, 0–1 to two digits."""
    begins, ends = date(year, 1, 1), date(year + 1, 1, 1)
    passed = min(max(today, begins), ends) - begins
    return round(Decimal(passed.days) / Decimal((ends - begins).days), 2)


def totals(tiles: Iterable[TileFacts], *, today: date, near_days: int) -> Totals:
    """Count the tiles; each stands in one of struck_off, applied, returned, issued, draft, waiting, or is given up."""
    listed = list(tiles)
    soon = today + near_days * ONE_DAY
    drafts = [tile for tile in listed if tile.state is ItemState.DRAFT]
    due = [tile.deadline for tile in listed if tile.open and tile.deadline]
    return Totals(
        total=len(listed),
        struck_off=sum(tile.state is ItemState.STRUCK_OFF for tile in listed),
        applied=sum(tile.state is ItemState.APPLIED for tile in listed),
        returned=sum(tile.returned for tile in listed),
        issued=sum(tile.open and not tile.returned and tile.state is not ItemState.APPLIED for tile in listed),
        draft=sum(not tile.waiting for tile in drafts),
        waiting=sum(tile.waiting for tile in drafts),
        due_soon=sum(today <= deadline <= soon for deadline in due),
        overdue=sum(deadline < today for deadline in due),
    )


def months(tiles: Iterable[TileFacts], *, year: int) -> tuple[MonthLine, ...]:
    """The months of the year in which something falls due."""
    due: dict[int, list[bool]] = {}
    for tile in tiles:
        if tile.deadline and tile.deadline.year == year:
            due.setdefault(tile.deadline.month, []).append(tile.state is ItemState.STRUCK_OFF)
    return tuple(MonthLine(month=month, due=len(done), struck_off=sum(done)) for month, done in sorted(due.items()))

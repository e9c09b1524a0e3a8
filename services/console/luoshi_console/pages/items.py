"""重点任务: the table of items with its filters; every filter stands in the address."""

from dataclasses import dataclass
from datetime import date

from luoshi_console.views import Choice, Paging, PartSign, Sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """任务行: one item in a table."""

    id: str
    no: int
    title: str
    lead: str
    responsible: str
    sign: Sign
    parts: tuple[PartSign, ...]
    due: date | None
    continuing: bool = False
    waiting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """视图: a saved filter above the table."""

    text: str
    href: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsView:
    """任务表: rows, tabs by state, and the filters as they stand."""

    rows: tuple[Row, ...]
    tabs: tuple[Tab, ...]
    state: str
    units: tuple[Choice, ...]
    areas: tuple[Choice, ...]
    q: str
    paging: Paging
    any_item: bool = True
    plan_href: str | None = None

    @property
    def filtered(self) -> bool:
        """Tell whether a filter hides items."""
        return bool(self.q or self.state or any(choice.chosen and choice.value for choice in self.units + self.areas))

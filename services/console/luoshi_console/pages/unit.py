"""单位进展: the counts of a unit, and behind each count its receipt with the facts that make it up (R70)."""

from dataclasses import dataclass
from datetime import datetime

from luoshi_console.pages.items import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """计数: a figure and where its receipt opens; ``kind`` is open, struck_off or returned."""

    kind: str
    number: int
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """单位行: one unit in the list of all."""

    id: str
    name: str
    open: int
    struck_off: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsView:
    """单位进展: all units with their counts, and their sum."""

    units: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitView:
    """单位页: type, counts with receipts, and the items the unit has a part in."""

    id: str
    name: str
    kind: str
    counts: tuple[Count, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """凭据行: one fact behind a count."""

    at: datetime
    type: str
    item_id: str
    item_no: int
    item: str
    event_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """凭据: how a count came about, fact by fact."""

    unit_id: str
    unit: str
    kind: str
    number: int
    lines: tuple[ReceiptLine, ...]

"""单位进展: the counts of a unit, and behind each count its receipt with the facts that make it up (R70)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from luoshi_client.scoring import Count as Counted
from luoshi_client.scoring import UnitCounts
from luoshi_console.pages.showing import Row, row_of
from luoshi_console.visit import Page, Visit

LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """计数: a figure and where its receipt opens; ``kind`` names what is counted, and in which role."""

    kind: str
    number: int
    href: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """单位行: one unit in the list of all."""

    id: str
    name: str
    lead_open: int
    lead_struck_off: int
    returned: int
    open: int
    struck_off: int

    @property
    def lead(self) -> int:
        """Count the items the unit leads."""
        return self.lead_open + self.lead_struck_off


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
    how: str
    lines: tuple[ReceiptLine, ...]
    next_href: str | None = None


def counts_of(counts: UnitCounts) -> tuple[Count, ...]:
    """Show the counts of a unit, each with the way to its receipt."""
    named = (
        ("lead_open", counts.lead.open),
        ("lead_struck_off", counts.lead.struck_off),
        ("lead_returned", counts.lead.returned),
        ("responsible_open", counts.responsible.open),
        ("responsible_struck_off", counts.responsible.struck_off),
    )
    return tuple(_count(kind, counted) for kind, counted in named)


def _count(kind: str, counted: Counted) -> Count:
    return Count(kind=kind, number=counted.number, href=f"/receipts/{counted.receipt}")


async def build_units(visit: Visit) -> UnitsView:
    """List the units that have taken anything on."""
    rows = [
        UnitRow(
            id=str(counts.unit_id),
            name=counts.unit_name,
            lead_open=counts.lead.open.number,
            lead_struck_off=counts.lead.struck_off.number,
            returned=counts.lead.returned.number,
            open=counts.responsible.open.number,
            struck_off=counts.responsible.struck_off.number,
        )
        for counts in await visit.services.scoring.counts()
    ]
    busy = [row for row in rows if row.lead or row.open or row.struck_off]
    return UnitsView(units=tuple(sorted(busy, key=lambda row: (-row.lead, -row.open - row.struck_off, row.name))))


async def build_unit(visit: Visit) -> UnitView:
    """Show one unit: counts from scoring, items from tasks."""
    unit_id = visit.params["unit_id"]
    counts, items = await asyncio.gather(
        visit.services.scoring.unit_counts(unit_id), visit.services.tasks.items(unit=unit_id, limit=LONGEST)
    )
    unit = visit.reference.units.get(unit_id)
    return UnitView(
        id=unit_id,
        name=counts.unit_name,
        kind=unit.type if unit else "other",
        counts=counts_of(counts),
        rows=tuple(row_of(item) for item in items.items),
    )


async def build_receipt(visit: Visit) -> ReceiptView:
    """Open a count."""
    receipt = await visit.services.scoring.receipt(visit.params["receipt_id"], after=visit.query.get("after"))
    return ReceiptView(
        unit_id=str(receipt.unit_id),
        unit=receipt.unit_name,
        kind=receipt.kind,
        number=receipt.number,
        how=receipt.how,
        lines=tuple(
            ReceiptLine(
                at=line.at,
                type=line.type,
                item_id=str(line.item_id),
                item_no=line.item_no,
                item=line.item_title,
                event_id=str(line.event_id),
                version=line.version,
            )
            for line in receipt.events
        ),
        next_href=f"/receipts/{receipt.id}?after={receipt.next}" if receipt.next else None,
    )


PAGES = (
    Page(path="/units", template="units.html", build=build_units),
    Page(path="/units/{unit_id}", template="unit.html", build=build_unit),
    Page(path="/receipts/{receipt_id}", template="receipt.html", build=build_receipt),
)

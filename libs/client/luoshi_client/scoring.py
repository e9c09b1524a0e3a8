"""计分: counts per unit, and the receipts that open them."""

from datetime import datetime
from uuid import UUID

from luoshi_client.session import ServiceSession, Value

LONGEST_PAGE = 200


class Count(Value):
    """计数: a number, and the id of the receipt that opens it."""

    number: int
    receipt: str


class LeadCounts(Value):
    """牵头计数."""

    open: Count
    struck_off: Count
    returned: Count


class ResponsibleCounts(Value):
    """责任计数."""

    open: Count
    struck_off: Count


class UnitCounts(Value):
    """单位计数."""

    unit_id: UUID
    unit_name: str
    lead: LeadCounts
    responsible: ResponsibleCounts


class ReceiptLine(Value):
    """凭据行: one fact behind a number; business time, UTC."""

    event_id: UUID
    type: str
    at: datetime
    item_id: UUID
    item_no: int
    item_title: str
    version: int


class Receipt(Value):
    """凭据: a number, how it is counted, and its facts, newest first."""

    id: str
    unit_id: UUID
    unit_name: str
    kind: str
    number: int
    how: str
    events: tuple[ReceiptLine, ...] = ()
    next: str | None = None


class Difference(Value):
    """差异: a number that counting again did not confirm."""

    unit_id: UUID
    kind: str
    kept: int
    recounted: int


class Recount(Value):
    """重新计算结果: what was covered, and what differs; nothing expected."""

    facts: int
    units: int
    differences: tuple[Difference, ...] = ()


class Scoring:
    """计分服务."""

    def __init__(self, session: ServiceSession) -> None:
        self._session = session

    async def counts(self) -> list[UnitCounts]:
        """Counts of all units, by the units' code."""
        return [UnitCounts.model_validate(row) async for row in self._session.each("/counts", limit=LONGEST_PAGE)]

    async def unit_counts(self, unit_id: str) -> UnitCounts:
        """Counts of one unit."""
        return UnitCounts.model_validate((await self._session.get(f"/units/{unit_id}/counts")).data)

    async def receipt(self, receipt_id: str, *, after: str | None = None) -> Receipt:
        """Open a number to the facts behind it."""
        return Receipt.model_validate((await self._session.get(f"/receipts/{receipt_id}", after=after)).data)

    async def recount(self) -> Recount:
        """Count everything again from the facts and compare; for the office."""
        return Recount.model_validate((await self._session.post("/recounts")).data)

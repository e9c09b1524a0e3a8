"""计数接口."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.http.edge import Creating, Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_common.i18n import translate
from luoshi_scoring.counts import commands, queries, rules
from luoshi_scoring.counts.commands import Recount
from luoshi_scoring.counts.queries import UnitRow
from luoshi_scoring.counts.rules import COUNTING, CountKind, ReceiptId
from luoshi_scoring.facts import queries as facts
from luoshi_scoring.facts.queries import FactRow

router = APIRouter(tags=["counts"])

PACKAGE = "luoshi_scoring"
_SCORES = Guarded(kind="scores")
_NOTHING: Mapping[CountKind, int] = dict.fromkeys(CountKind, 0)


class CountOut(BaseModel):
    """计数: a number, and the id of the receipt that opens it."""

    number: int
    receipt: str


class LeadCountsOut(BaseModel):
    """牵头计数: of the items a unit leads."""

    open: CountOut
    struck_off: CountOut
    returned: CountOut


class ResponsibleCountsOut(BaseModel):
    """责任计数: of the items a unit is responsible for beside the lead."""

    open: CountOut
    struck_off: CountOut


class UnitCountsOut(BaseModel):
    """单位计数."""

    unit_id: UUID
    unit_name: str
    lead: LeadCountsOut
    responsible: ResponsibleCountsOut

    @classmethod
    def of(cls, unit: UnitRow, counted: Mapping[CountKind, int]) -> Self:
        """Give every number its receipt."""
        count = {
            kind: CountOut(number=counted[kind], receipt=str(ReceiptId(unit_id=unit.id, kind=kind)))
            for kind in CountKind
        }
        return cls(
            unit_id=unit.id,
            unit_name=unit.name,
            lead=LeadCountsOut(
                open=count[CountKind.LEAD_OPEN],
                struck_off=count[CountKind.LEAD_STRUCK_OFF],
                returned=count[CountKind.LEAD_RETURNED],
            ),
            responsible=ResponsibleCountsOut(
                open=count[CountKind.RESPONSIBLE_OPEN], struck_off=count[CountKind.RESPONSIBLE_STRUCK_OFF]
            ),
        )


class LineOut(BaseModel):
    """凭据行: one fact behind a number; `at` is business time, UTC; `version` is the item's after the fact."""

    event_id: UUID
    type: str
    at: datetime
    item_id: UUID
    item_no: int
    item_title: str
    version: int

    @classmethod
    def of(cls, row: FactRow) -> Self:
        """Show a fact."""
        return cls(
            event_id=row.event_id, type=row.type, at=row.at, item_id=row.item_id, item_no=row.no,
            item_title=row.title, version=row.version,
        )  # fmt: skip


class ReceiptOut(BaseModel):
    """凭据: a number, in words how it is counted (by Accept-Language), and its facts, newest first, page by page."""

    id: str
    unit_id: UUID
    unit_name: str
    kind: str
    number: int
    how: str
    events: list[LineOut]
    next: str | None


class DifferenceOut(BaseModel):
    """差异: a number that counting again did not confirm."""

    unit_id: UUID
    kind: str
    kept: int
    recounted: int


class RecountOut(BaseModel):
    """重新计算结果: what was covered, and what differs; nothing expected."""

    facts: int
    units: int
    differences: list[DifferenceOut]

    @classmethod
    def of(cls, done: Recount) -> Self:
        """Show a recount."""
        differences = [
            DifferenceOut(unit_id=d.unit_id, kind=d.kind, kept=d.kept, recounted=d.recounted) for d in done.differences
        ]
        return cls(facts=done.facts, units=done.units, differences=differences)


@router.get("/counts", response_model=Page[UnitCountsOut])
async def list_counts(query: Reading, paging: Paging) -> Response:
    """Counts of all units, by the units' code."""
    async with query as uow:
        uow.allow(Action.READ_SCORE, _SCORES)
        after = paging.keys(str)
        units = await queries.list_units(uow.session, after=after[0] if after else None, limit=paging.fetch)
        counted = rules.numbers(await facts.tallies_of(uow.session, units={unit.id for unit in units}))
        query.answer(
            paging.page(
                units,
                key=lambda unit: (unit.code,),
                out=lambda unit: UnitCountsOut.of(unit, counted.get(unit.id, _NOTHING)),
            )
        )
    return query.response


@router.get("/units/{unit_id}/counts", response_model=UnitCountsOut)
async def get_counts(unit_id: UUID, query: Reading) -> Response:
    """Counts of one unit."""
    async with query as uow:
        uow.allow(Action.READ_SCORE, _SCORES)
        unit = await queries.get_unit(uow.session, unit_id)
        counted = rules.numbers(await facts.tallies_of(uow.session, units={unit_id}))
        query.answer(UnitCountsOut.of(unit, counted.get(unit_id, _NOTHING)))
    return query.response


@router.get("/receipts/{receipt_id}", response_model=ReceiptOut)
async def get_receipt(receipt_id: str, query: Reading, paging: Paging) -> Response:
    """Open a number to the facts behind it."""
    async with query as uow:
        uow.allow(Action.READ_SCORE, _SCORES)
        receipt = rules.read_receipt_id(receipt_id)
        unit = await queries.get_unit(uow.session, receipt.unit_id)
        counted = rules.numbers(await facts.tallies_of(uow.session, units={unit.id})).get(unit.id, _NOTHING)
        after = paging.keys(datetime, UUID)
        rows = await queries.list_lines(
            uow.session, receipt=receipt, after=(after[0], after[1]) if after else None, limit=paging.fetch
        )
        lines = paging.page(rows, key=lambda row: (row.at, row.event_id), out=LineOut.of)
        query.answer(
            ReceiptOut(
                id=str(receipt), unit_id=unit.id, unit_name=unit.name, kind=receipt.kind,
                number=counted[receipt.kind],
                how=translate(COUNTING[receipt.kind].how, language=query.language, package=PACKAGE),
                events=lines.items, next=lines.next,
            )
        )  # fmt: skip
    return query.response


@router.post("/recounts", response_model=RecountOut)
async def recount(command: Creating) -> Response:
    """Count everything again from the facts and compare."""
    async with command as uow:
        command.answer(RecountOut.of(await commands.recount(uow)))
    return command.response

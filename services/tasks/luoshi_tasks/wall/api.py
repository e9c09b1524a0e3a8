"""大屏接口: one answer holds all that the wall shows (R2, R82); no names of persons, since it may hang in the open."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.clock import shanghai_date
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.tasks import ItemSnapshot
from luoshi_common.events.values import UnitRef
from luoshi_common.http.edge import Reading
from luoshi_tasks.acceptance import queries as acceptance
from luoshi_tasks.items import commands as items
from luoshi_tasks.items import queries as items_queries
from luoshi_tasks.items.rules import ItemState, PartState
from luoshi_tasks.plans import queries as plans
from luoshi_tasks.wall import rules
from luoshi_tasks.wall.rules import TileFacts

router = APIRouter(tags=["wall"])


class TileOut(BaseModel):
    """任务牌: one item; `parts` are the states of its parts, the lead's first."""

    id: UUID
    no: int
    title: str
    short_title: str
    state: str
    returned: bool
    waits_for: list[str]
    lead: list[UnitRef]
    parts: list[str]
    deadline: date | None
    continuing: bool


class AreaOut(BaseModel):
    """领域 with its tiles."""

    no: int
    title: str
    tiles: list[TileOut]


class UnitLineOut(BaseModel):
    """牵头单位: how many items it leads are open and struck off."""

    id: UUID
    name: str
    open: int
    struck_off: int


class TotalsOut(BaseModel):
    """总览."""

    model_config = ConfigDict(from_attributes=True)

    total: int
    struck_off: int
    applied: int
    returned: int
    issued: int
    draft: int
    waiting: int
    due_soon: int
    overdue: int


class MonthOut(BaseModel):
    """月份."""

    model_config = ConfigDict(from_attributes=True)

    month: int
    due: int
    struck_off: int


class ShownFactOut(BaseModel):
    """动态: something that happened; `count` items at once where more than one were issued together."""

    at: datetime
    kind: str = Field(description="issued, applied, part_passed, part_returned, returned or struck_off.")
    item_id: UUID
    no: int
    short_title: str
    count: int = 1
    unit: str = ""


class WallOut(BaseModel):
    """大屏: `year` null where there is no list yet; `year_share` is the part of the year that is over, 0–1."""

    now: datetime
    year: int | None
    year_share: Decimal
    plans: list[str]
    totals: TotalsOut
    areas: list[AreaOut]
    units: list[UnitLineOut]
    months: list[MonthOut]
    facts: list[ShownFactOut]


@router.get("/wall", response_model=WallOut)
async def get_wall(
    command: Reading,
    year: Annotated[int | None, Query(ge=1949, le=2999)] = None,
    facts: Annotated[int, Query(ge=1, le=100, description="How many of the latest facts")] = 20,
) -> Response:
    """Show the list of a year, by default of the business year, else of the newest one before it."""
    async with command as uow:
        uow.allow(Action.READ_WALL, Guarded(kind="wall"))
        today = shanghai_date(uow.now)
        shown = year or await items_queries.find_latest_year(uow.session, until=today.year)
        command.answer(await _wall(uow, year=shown, today=today, facts=facts))
    return command.response


async def _wall(uow: UnitOfWork, *, year: int | None, today: date, facts: int) -> WallOut:
    listed = await items_queries.list_of_year(uow.session, year=year) if year else ()
    states = [items.snapshot(item) for item in listed]
    tiles = {state.id: _facts_of(state) for state in states}
    near_days = uow.profile.lamps.milestones.near_days
    return WallOut(
        now=uow.now,
        year=year,
        year_share=rules.year_share(year=year or today.year, today=today),
        plans=await plans.titles_of(uow.session, ids={state.plan_id for state in states}),
        totals=TotalsOut.model_validate(rules.totals(tiles.values(), today=today, near_days=near_days)),
        areas=_areas(states, tiles),
        units=_unit_lines(states, tiles),
        months=[MonthOut.model_validate(line) for line in rules.months(tiles.values(), year=year or today.year)],
        facts=await _latest(uow, states, year=year, limit=facts),
    )


async def _latest(
    uow: UnitOfWork, states: Sequence[ItemSnapshot], *, year: int | None, limit: int
) -> list[ShownFactOut]:
    if year is None:
        return []
    by_id = {state.id: state for state in states}
    issued = await items_queries.list_latest_issued(uow.session, year=year, limit=limit)
    happened = await acceptance.list_latest_facts(uow.session, items=by_id.keys(), limit=limit)
    found = [_fact(by_id[each.item_id], each.at, "issued", count=each.count) for each in issued]
    found += [_fact(by_id[each.item_id], each.at, each.kind, unit=each.unit) for each in happened]
    return sorted(found, key=lambda fact: fact.at, reverse=True)[:limit]


def _fact(item: ItemSnapshot, at: datetime, kind: str, *, count: int = 1, unit: str = "") -> ShownFactOut:
    return ShownFactOut(
        at=at, kind=kind, item_id=item.id, no=item.no, short_title=item.short_title, count=count, unit=unit
    )


def _facts_of(state: ItemSnapshot) -> TileFacts:
    return TileFacts(
        state=ItemState(state.state),
        waiting=bool(state.waits_for),
        parts=tuple(PartState(part.state) for part in state.parts),
        deadline=state.deadline,
    )


def _areas(states: Sequence[ItemSnapshot], tiles: Mapping[UUID, TileFacts]) -> list[AreaOut]:
    ordered = sorted(states, key=lambda state: (state.area_no, state.no))
    return [
        AreaOut(no=no, title=title, tiles=[_tile(state, tiles[state.id]) for state in group])
        for (no, title), group in groupby(ordered, key=lambda state: (state.area_no, state.area_title))
    ]


def _tile(state: ItemSnapshot, facts: TileFacts) -> TileOut:
    return TileOut(
        id=state.id, no=state.no, title=state.title, short_title=state.short_title, state=state.state,
        returned=facts.returned, waits_for=state.waits_for, lead=state.lead,
        parts=[part.state for part in state.parts], deadline=state.deadline, continuing=state.continuing,
    )  # fmt: skip


def _unit_lines(states: Sequence[ItemSnapshot], tiles: Mapping[UUID, TileFacts]) -> list[UnitLineOut]:
    lines: dict[UUID, UnitLineOut] = {}
    for state in states:
        for unit in state.lead:
            line = lines.setdefault(unit.id, UnitLineOut(id=unit.id, name=unit.name, open=0, struck_off=0))
            line.open += tiles[state.id].open
            line.struck_off += tiles[state.id].state is ItemState.STRUCK_OFF
    return sorted(lines.values(), key=lambda line: (-line.open - line.struck_off, line.name))

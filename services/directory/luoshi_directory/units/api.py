"""单位与单位组接口."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.clock import shanghai_date
from luoshi_common.events.values import DatedName, Membership
from luoshi_common.http.edge import Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_directory.units import queries
from luoshi_directory.units.model import Unit, UnitGroup
from luoshi_directory.units.rules import Dated, UnitType

router = APIRouter(tags=["units"])


class UnitOut(BaseModel):
    """单位."""

    id: UUID
    code: str
    name: str
    full_name: str
    type: str
    parent_id: UUID | None
    aliases: list[DatedName]
    demo: bool
    active: bool
    version: int

    @classmethod
    def of(cls, unit: Unit) -> "UnitOut":
        """Show a unit."""
        return cls.model_validate(unit, from_attributes=True)


class GroupOut(BaseModel):
    """单位组, with every membership it ever had."""

    id: UUID
    code: str
    name: str
    aliases: list[str]
    members: list[Membership]
    open: bool
    version: int

    @classmethod
    def of(cls, group: UnitGroup) -> "GroupOut":
        """Show a group."""
        return cls.model_validate(group, from_attributes=True)


class MembersOut(BaseModel):
    """组成员 on one day (Asia/Shanghai)."""

    on: date
    items: list[UnitOut]


@router.get("/units", response_model=Page[UnitOut])
async def list_units(
    query: Reading,
    paging: Paging,
    type: UnitType | None = None,
    q: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
) -> Response:
    """List units by code."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="units"))
        after = paging.keys(str)
        rows = await queries.list_units(
            uow.session, type=type, q=q, after=after[0] if after else None, limit=paging.fetch
        )
        query.answer(paging.page(rows, key=lambda unit: (unit.code,), out=UnitOut.of))
    return query.response


@router.get("/units/{unit_id}", response_model=UnitOut)
async def get_unit(unit_id: UUID, query: Reading) -> Response:
    """Show one unit."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="units", id=str(unit_id)))
        unit = await queries.get_unit(uow.session, unit_id=unit_id)
        query.answer(UnitOut.of(unit), version=unit.version)
    return query.response


@router.get("/groups", response_model=Page[GroupOut])
async def list_groups(query: Reading) -> Response:
    """List the groups."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="groups"))
        groups = await queries.list_groups(uow.session)
        query.answer(Page(items=[GroupOut.of(group) for group in groups], next=None))
    return query.response


@router.get("/groups/{group_id}/members", response_model=MembersOut)
async def list_members(group_id: UUID, query: Reading, on: date | None = None) -> Response:
    """Expand a group at a day, by default today's business date."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="groups", id=str(group_id)))
        group = await queries.get_group(uow.session, group_id=group_id)
        day = on or shanghai_date(uow.now)
        members = [Membership.model_validate(member) for member in group.members]
        ids = [one.unit_id for one in members if Dated(from_on=one.from_on, to_on=one.to_on).holds(day)]
        units = await queries.units_by_id(uow.session, ids=ids)
        query.answer(MembersOut(on=day, items=[UnitOut.of(units[one]) for one in ids]), version=group.version)
    return query.response

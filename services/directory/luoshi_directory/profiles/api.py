"""市情参数接口."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.errors import NotFound
from luoshi_common.http.edge import Reading
from luoshi_common.http.paging import Page
from luoshi_directory.profiles import queries

router = APIRouter(tags=["profiles"])


class ProfileOut(BaseModel):
    """市情参数 in force."""

    number: int
    overrides: dict[str, Any]
    document: dict[str, Any]


class CalendarYearOut(BaseModel):
    """年度日历."""

    year: int
    rest_days: list[date]
    working_days: list[date]
    version: int


@router.get("/profile", response_model=ProfileOut)
async def get_profile(query: Reading) -> Response:
    """Show the profile in force."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="profiles"))
        version = await queries.find_profile_in_force(uow.session)
        if version is None:
            raise NotFound
        query.answer(ProfileOut.model_validate(version, from_attributes=True), version=version.version)
    return query.response


@router.get("/calendar", response_model=Page[CalendarYearOut])
async def list_calendar_years(query: Reading) -> Response:
    """List the published years."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="calendar_years"))
        years = await queries.list_calendar_years(uow.session)
        query.answer(Page(items=[CalendarYearOut.model_validate(y, from_attributes=True) for y in years], next=None))
    return query.response

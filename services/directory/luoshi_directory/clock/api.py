"""业务时间接口: development mode only, but for reading."""

import asyncio
import contextlib
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.policy import Guarded
from luoshi_common.http.edge import VERSION, Creating, Reading
from luoshi_common.runtime import ServiceRuntime
from luoshi_directory.clock import commands, queries
from luoshi_directory.clock.model import ClockAdvance

WAIT_SECONDS = 15
LONGEST_WAIT_SECONDS = 60
LONGEST_DAYS = 366

WaitSeconds = Annotated[int, Field(ge=0, le=LONGEST_WAIT_SECONDS)]
"""How long a request waits for the end of an advance before it answers that it goes on."""


class AdvanceBody(BaseModel):
    """推进: to an instant, or by calendar days; exactly one of both. `wait_seconds` is how long the answer may take."""

    model_config = ConfigDict(extra="forbid")

    to: AwareDatetime | None = None
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None = None
    wait_seconds: WaitSeconds = WAIT_SECONDS

    @model_validator(mode="after")
    def _one_of_both(self) -> "AdvanceBody":
        if (self.to is None) == (self.days is None):
            raise ValueError("exactly one of to and days")
        return self


class AdvanceOut(BaseModel):
    """推进: `until` is how far it has come, business time in UTC."""

    id: UUID
    to: datetime
    until: datetime
    state: Literal["running", "completed"]

    @classmethod
    def of(cls, advance: ClockAdvance) -> "AdvanceOut":
        """Show an advance."""
        state: Literal["running", "completed"] = "running" if advance.completed_at is None else "completed"
        return cls(id=advance.id, to=advance.to, until=advance.until, state=state)


class ClockOut(BaseModel):
    """业务时间: now, in UTC, and how many seconds it is ahead of the machine."""

    now: datetime
    offset_seconds: int
    step: int
    advance: AdvanceOut | None


def clock_router(runtime: ServiceRuntime) -> APIRouter:
    """Make the router; it needs to know whom an advance awaits, and when something has happened."""
    router = APIRouter(prefix=VERSION, tags=["clock"])

    @router.get("/clock", response_model=ClockOut)
    async def get_clock(query: Reading) -> Response:
        """Show business time."""
        async with query as uow:
            uow.allow(Action.READ_CITY, Guarded(kind="clocks"))
            clock = await queries.find_clock(uow.session)
            running = await queries.find_running_advance(uow.session)
            offset = round(clock.offset.total_seconds()) if clock else 0
            advance = AdvanceOut.of(running) if running else None
            query.answer(ClockOut(now=uow.now, offset_seconds=offset, step=clock.step if clock else 0, advance=advance))
        return query.response

    @router.post("/clock/advances", response_model=AdvanceOut, status_code=201)
    async def advance_clock(body: AdvanceBody, command: Creating) -> Response:
        """Move business time forward; answered when every service has got there, or with 202 if that takes long."""
        async with command as uow:
            advance = await commands.advance_clock(uow, to=body.to, days=body.days, services=runtime.settings.services)
            place = f"/clock/advances/{advance.id}"
            command.answer(AdvanceOut.of(advance), status=202, location=place)
        shown = await _reached(runtime, actor=command.actor, advance_id=advance.id, seconds=body.wait_seconds)
        command.answer(shown, status=201 if shown.state == "completed" else 202, location=place)
        return command.response

    @router.get("/clock/advances/{advance_id}", response_model=AdvanceOut)
    async def get_advance(
        advance_id: UUID, query: Reading, wait_seconds: Annotated[WaitSeconds, Query()] = 0
    ) -> Response:
        """Show how far an advance has come, after waiting a while for its end if asked to."""
        shown = await _reached(runtime, actor=query.actor, advance_id=advance_id, seconds=wait_seconds)
        async with query as uow:
            uow.allow(Action.ADVANCE_CLOCK, Guarded(kind="clock_advances", id=str(advance_id)))
            query.answer(shown)
        return query.response

    return router


async def _reached(runtime: ServiceRuntime, *, actor: Actor, advance_id: UUID, seconds: int) -> AdvanceOut:
    """Wait so long for the end of an advance, and show how far it has come."""
    shown = await _shown(runtime, actor=actor, advance_id=advance_id)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds), runtime.changed:
            # Looked up while the condition is held, so that the last answer cannot slip by between look and wait.
            while (shown := await _shown(runtime, actor=actor, advance_id=advance_id)).state == "running":
                await runtime.changed.wait()
    return shown


async def _shown(runtime: ServiceRuntime, *, actor: Actor, advance_id: UUID) -> AdvanceOut:
    async with runtime.unit_of_work(actor, read_only=True) as uow:
        uow.allow(Action.ADVANCE_CLOCK, Guarded(kind="clock_advances", id=str(advance_id)))
        return AdvanceOut.of(await queries.get_advance(uow.session, advance_id=advance_id))

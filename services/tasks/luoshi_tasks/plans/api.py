"""方案接口: import, review, confirmation and issuing over HTTP (R1–R48, E41)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, model_validator

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.http.edge import Changing, Creating, CreatingOn, Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_common.http.uploads import Files
from luoshi_tasks.plans import commands, queries, rules
from luoshi_tasks.plans.model import Plan
from luoshi_tasks.plans.model import Reading as PlanReading
from luoshi_tasks.plans.queries import OpenCounts
from luoshi_tasks.plans.rules import FindingState, PlanState

router = APIRouter(tags=["plans"])

type FindingNo = Annotated[int, Field(ge=1, le=2_147_483_647)]


class SourceOut(BaseModel):
    """原件: the document of the newest reading."""

    name: str
    size: int = Field(description="Bytes.")
    sha256: str


class PlanOut(BaseModel):
    """方案, in figures."""

    id: UUID
    version: int
    title: str
    year: int
    state: PlanState
    reading: int = Field(description="Number of the newest reading, from 1.")
    source: SourceOut
    area_count: int
    task_count: int
    open_findings: int
    open_errors: int
    imported_at: datetime
    confirmed_at: datetime | None


class AreaOut(BaseModel):
    """领域."""

    no: int
    title: str


class IndicatorOut(BaseModel):
    """指标, as the document says it."""

    text: str
    comparison: str
    value: str
    measure: str
    of: int | None


class PlanTaskOut(BaseModel):
    """任务（方案中）: `offset` and `length` are its place in the source, in characters."""

    no: int
    area_no: int
    title: str
    text: str
    lead: list[str]
    responsible: list[str]
    leaders: list[str]
    deadline: str | None
    indicators: list[IndicatorOut]
    offset: int
    length: int
    reference: str = Field(description="Words that point to another list instead of naming units.")


class FindingOut(BaseModel):
    """问题: `quote` stands in the source at `offset`; `fix` is what the reader proposes for it."""

    model_config = ConfigDict(from_attributes=True)

    no: int
    code: str
    level: str
    message: str
    offset: int
    quote: str
    fix: str | None
    task_no: int | None
    state: FindingState
    accepted_by: UUID | None
    accepted_at: datetime | None


class ChangeOut(BaseModel):
    """变动: one field of a task in the reading before and in this one."""

    field: str
    before: Any
    after: Any


class DifferenceOut(BaseModel):
    """差异 to the reading before: `change` is added, removed or changed."""

    task_no: int
    change: str
    title: str
    fields: list[ChangeOut]


class PlanReadingOut(PlanOut):
    """方案, with all that was read."""

    text: str = Field(description="The decoded source; offsets count its characters.")
    areas: list[AreaOut]
    tasks: list[PlanTaskOut]
    findings: list[FindingOut]
    differences: list[DifferenceOut]


class AcceptIn(BaseModel):
    """确认问题: either by numbers, or all open ones of a code."""

    model_config = ConfigDict(extra="forbid")

    numbers: Annotated[list[FindingNo], Field(min_length=1)] | None = None
    code: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "AcceptIn":
        if (self.numbers is None) == (self.code is None):
            raise ValueError("numbers or code")
        return self


class IssuedItemOut(BaseModel):
    """下达结果 of one item; `waits_for` is empty once it is issued."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    no: int
    version: int
    title: str
    waits_for: list[str]


class IssuesOut(BaseModel):
    """下达结果 of a plan."""

    issued: list[IssuedItemOut]
    waiting: list[IssuedItemOut]


@router.post("/plans", status_code=201, response_model=PlanOut)
async def import_plan(
    file: Annotated[UploadFile, File()],
    year: Annotated[int, Form(ge=1949, le=2999, description="The plan's year, as the operator knows it.")],
    command: Creating,
    files: Files,
) -> Response:
    """Import a document: UTF-8 or GB18030 text, or .docx. The same file again answers 200 with the same plan."""
    async with command as uow:
        imported = await commands.import_plan(uow, name=file.filename or "", year=year, stream=file, files=files)
        plan = imported.plan
        [out] = await _outs(uow, [plan])
        status = 201 if imported.fresh else 200
        command.answer(out, status=status, version=plan.version, location=f"/plans/{plan.id}")
    return command.response


@router.get("/plans", response_model=Page[PlanOut])
async def list_plans(command: Reading, paging: Paging) -> Response:
    """List plans, the one imported last first."""
    async with command as uow:
        uow.allow(Action.READ_PLAN, Guarded(kind=Plan.entity))
        plans = await queries.list_plans(uow.session, after=paging.keys(datetime, UUID), limit=paging.fetch)
        shown = {out.id: out for out in await _outs(uow, plans)}
        command.answer(
            paging.page(plans, key=lambda plan: (plan.imported_at, plan.id), out=lambda plan: shown[plan.id])
        )
    return command.response


@router.get("/plans/{plan_id}", response_model=PlanReadingOut)
async def get_plan(plan_id: UUID, command: Reading) -> Response:
    """Show a plan with source, tree, findings, and what differs from the reading before."""
    async with command as uow:
        plan = await queries.get(uow.session, plan_id=plan_id)
        uow.allow(Action.READ_PLAN, plan.guarded())
        reading = await queries.get_reading(uow.session, plan=plan, with_text=True)
        before = await queries.find_previous_reading(uow.session, plan=plan)
        findings = await queries.list_findings(uow.session, reading_id=reading.id)
        [out] = await _outs(uow, [plan])
        differences = rules.differences(before=before.tasks, after=reading.tasks) if before else ()
        command.answer(
            PlanReadingOut(
                **dict(out), text=reading.text,
                areas=[AreaOut.model_validate(area) for area in reading.areas],
                tasks=[PlanTaskOut.model_validate(task) for task in reading.tasks],
                findings=[FindingOut.model_validate(finding) for finding in findings],
                differences=[_difference(difference) for difference in differences],
            ),
            version=plan.version,
        )  # fmt: skip
    return command.response


@router.post("/plans/{plan_id}/findings/{no}/acceptance", response_model=PlanOut)
async def accept_finding(plan_id: UUID, no: FindingNo, command: Changing) -> Response:
    """Say that one finding is understood and may stand."""
    return await _accept(command, plan_id, numbers=[no], code=None)


@router.post("/plans/{plan_id}/findings/acceptance", response_model=PlanOut)
async def accept_findings(plan_id: UUID, body: AcceptIn, command: Changing) -> Response:
    """Say so of several findings, or of all open ones of a code."""
    return await _accept(command, plan_id, numbers=body.numbers, code=body.code)


@router.post("/plans/{plan_id}/confirmation", response_model=PlanOut)
async def confirm_plan(plan_id: UUID, command: CreatingOn) -> Response:
    """Take the reading as right: its tasks become drafts in the list."""
    async with command as uow:
        plan = await commands.confirm(uow, plan_id=plan_id, expected_version=command.expected_version)
        [out] = await _outs(uow, [plan])
        command.answer(out, version=plan.version)
    return command.response


@router.post("/plans/{plan_id}/issues", response_model=IssuesOut)
async def issue_plan(plan_id: UUID, command: CreatingOn) -> Response:
    """Issue every item that waits for nothing; the others say why they wait."""
    async with command as uow:
        result = await commands.issue_ready(uow, plan_id=plan_id, expected_version=command.expected_version)
        command.answer(
            IssuesOut(
                issued=[IssuedItemOut.model_validate(item) for item in result.issued],
                waiting=[IssuedItemOut.model_validate(item) for item in result.waiting],
            )
        )
    return command.response


async def _accept(command: Changing, plan_id: UUID, *, numbers: Sequence[int] | None, code: str | None) -> Response:
    async with command as uow:
        plan = await commands.accept_findings(
            uow, plan_id=plan_id, expected_version=command.expected_version, numbers=numbers, code=code
        )
        [out] = await _outs(uow, [plan])
        command.answer(out, version=plan.version)
    return command.response


async def _outs(uow: UnitOfWork, plans: Sequence[Plan]) -> list[PlanOut]:
    ids = [plan.id for plan in plans]
    readings: Mapping[UUID, PlanReading] = await queries.newest_readings(uow.session, plans=ids)
    counts = await queries.count_open(uow.session, plans=ids)
    return [_out(plan, readings[plan.id], counts.get(plan.id, OpenCounts())) for plan in plans]


def _out(plan: Plan, reading: PlanReading, counts: OpenCounts) -> PlanOut:
    return PlanOut(
        id=plan.id, version=plan.version, title=plan.title, year=plan.year, state=plan.state, reading=plan.reading,
        source=SourceOut(name=reading.name, size=reading.size, sha256=reading.sha256),
        area_count=len(reading.areas), task_count=len(reading.tasks),
        open_findings=counts.findings, open_errors=counts.errors,
        imported_at=plan.imported_at, confirmed_at=plan.confirmed_at,
    )  # fmt: skip


def _difference(difference: rules.Difference) -> DifferenceOut:
    fields = [ChangeOut(field=name, before=was, after=now) for name, (was, now) in difference.fields.items()]
    return DifferenceOut(task_no=difference.task_no, change=difference.change, title=difference.title, fields=fields)

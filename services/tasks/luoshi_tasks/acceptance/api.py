"""销号接口: evidence, applications and checks over HTTP (R62)."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import allowed
from luoshi_common.files.download import download_headers
from luoshi_common.files.store import StoredFile
from luoshi_common.http.edge import Creating, CreatingOn, Reading
from luoshi_common.http.uploads import Files
from luoshi_tasks.acceptance import commands, queries
from luoshi_tasks.acceptance.model import Evidence, StrikeOffApplication
from luoshi_tasks.acceptance.rules import ApplicationState, Verdict
from luoshi_tasks.items import queries as items_queries

router = APIRouter(tags=["acceptance"])


class EvidenceOut(BaseModel):
    """佐证材料."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    item_id: UUID
    application_id: UUID | None
    name: str
    media_type: str
    size: int = Field(description="Bytes.")
    sha256: str
    uploaded_by: UUID
    uploaded_at: datetime

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceOut":
        """Show a file's record."""
        return cls.model_validate(evidence)


class PartCheckOut(BaseModel):
    """核验: one part of an application; `passed` is null until it is decided."""

    model_config = ConfigDict(from_attributes=True)

    part_id: UUID
    unit_name: str
    passed: bool | None
    reason: str
    decided_by: UUID | None
    decided_at: datetime | None


class ApplicationOut(BaseModel):
    """销号申请."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    item_id: UUID
    version: int
    round: int
    summary: str
    state: ApplicationState
    applied_by: UUID
    applied_at: datetime
    due_at: datetime = Field(description="Business time by which the acceptor decides, UTC.")
    due_because: list[str] = Field(description="How the due time was counted, line by line.")
    overdue_at: datetime | None
    decided_at: datetime | None
    checks: list[PartCheckOut]
    evidence: list[EvidenceOut]

    @classmethod
    def of(cls, application: StrikeOffApplication) -> "ApplicationOut":
        """Show an application."""
        return cls.model_validate(application)


class ApplicationsOut(BaseModel):
    """一个事项的全部销号申请, the latest first; and the files that wait to be applied with."""

    items: list[ApplicationOut]
    unused_evidence: list[EvidenceOut]


class ApplyIn(BaseModel):
    """申请: what was done, and the files that show it."""

    model_config = ConfigDict(extra="forbid")

    summary: str
    evidence_ids: list[UUID]


class VerdictIn(BaseModel):
    """验收结论: of one part; a return needs a reason."""

    model_config = ConfigDict(extra="forbid")

    part_id: UUID
    verdict: Literal["pass", "return"]
    reason: str = ""


class CheckIn(BaseModel):
    """核验: one part or several."""

    model_config = ConfigDict(extra="forbid")

    verdicts: Annotated[list[VerdictIn], Field(min_length=1)]


@router.post("/items/{item_id}/evidence", status_code=201, response_model=EvidenceOut)
async def upload_evidence(
    item_id: UUID, file: Annotated[UploadFile, File()], command: Creating, files: Files
) -> Response:
    """Upload a file for the item; it belongs to the unit's draft until an application uses it."""
    async with command as uow:
        evidence = await commands.upload_evidence(
            uow, item_id=item_id, name=file.filename or "", stream=file, files=files
        )
        command.answer(EvidenceOut.of(evidence), status=201, location=f"/evidence/{evidence.id}")
    return command.response


@router.get("/evidence/{evidence_id}", response_class=Response, responses={200: {"content": {"*/*": {}}}})
async def download_evidence(evidence_id: UUID, command: Reading, files: Files) -> Response:
    """Download a file: everybody who may see the item; before it was applied with, only the item's units."""
    async with command as uow:
        evidence = await queries.get_evidence(uow.session, evidence_id=evidence_id)
        item = await items_queries.get(uow.session, item_id=evidence.item_id)
        uow.allow(Action.READ_ITEM if evidence.application_id else Action.UPLOAD_EVIDENCE, item.guarded())
    stored = StoredFile(sha256=evidence.sha256, size=evidence.size, media_type=evidence.media_type)
    headers = download_headers(stored, name=evidence.name)
    return StreamingResponse(await files.open(evidence.sha256), headers=headers)


@router.post("/items/{item_id}/strike-off-applications", status_code=201, response_model=ApplicationOut)
async def apply_for_strike_off(item_id: UUID, body: ApplyIn, command: CreatingOn) -> Response:
    """The lead unit says that the item is done; If-Match names the item's version."""
    async with command as uow:
        application = await commands.apply_for_strike_off(
            uow, item_id=item_id, expected_version=command.expected_version, summary=body.summary,
            evidence_ids=body.evidence_ids,
        )  # fmt: skip
        where = f"/strike-off-applications/{application.id}"
        command.answer(ApplicationOut.of(application), status=201, version=application.version, location=where)
    return command.response


@router.get("/items/{item_id}/strike-off-applications", response_model=ApplicationsOut)
async def list_applications(item_id: UUID, command: Reading) -> Response:
    """All applications of an item, the latest first; files not yet applied with are for the item's units only."""
    async with command as uow:
        item = await items_queries.get(uow.session, item_id=item_id)
        uow.allow(Action.READ_ITEM, item.guarded())
        applications = await queries.list_of_item(uow.session, item_id=item_id)
        # What waits to be applied with is the draft of the item's units.
        own = allowed(uow.actor, Action.UPLOAD_EVIDENCE, item.guarded(), uow.mode)
        unused = await queries.list_unused_evidence(uow.session, item_id=item_id) if own else ()
        command.answer(
            ApplicationsOut(
                items=[ApplicationOut.of(application) for application in applications],
                unused_evidence=[EvidenceOut.of(evidence) for evidence in unused],
            )
        )
    return command.response


@router.get("/strike-off-applications/{application_id}", response_model=ApplicationOut)
async def get_application(application_id: UUID, command: Reading) -> Response:
    """Show one application."""
    async with command as uow:
        application = await queries.get(uow.session, application_id=application_id)
        item = await items_queries.get(uow.session, item_id=application.item_id)
        uow.allow(Action.READ_ITEM, item.guarded())
        command.answer(ApplicationOut.of(application), version=application.version)
    return command.response


@router.post("/strike-off-applications/{application_id}/checks", status_code=201, response_model=ApplicationOut)
async def check_application(application_id: UUID, body: CheckIn, command: CreatingOn) -> Response:
    """The acceptor passes or returns parts; If-Match names the application's version."""
    verdicts = [Verdict(part_id=v.part_id, passed=v.verdict == "pass", reason=v.reason) for v in body.verdicts]
    async with command as uow:
        application = await commands.check(
            uow, application_id=application_id, expected_version=command.expected_version, verdicts=verdicts
        )
        command.answer(ApplicationOut.of(application), status=201, version=application.version)
    return command.response

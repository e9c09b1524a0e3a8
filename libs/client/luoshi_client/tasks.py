"""任务: plans, the items made of them, strike-off with its evidence, and the wall."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from luoshi_client.refs import PersonRef, UnitRef
from luoshi_client.session import Download, ServiceSession, Value
from luoshi_client.wall import Wall


class Part(Value):
    """分工: what one unit, or one group as a whole, owes in an item."""

    id: UUID
    role: str
    unit: UnitRef
    members: tuple[UnitRef, ...] = ()
    collective: bool = False
    state: str


class Indicator(Value):
    """指标."""

    text: str
    comparison: str
    value: Decimal
    measure: str


class Item(Value):
    """事项, with the version that a change names."""

    id: UUID
    plan_id: UUID
    year: int
    no: int
    area_no: int
    area_title: str
    title: str
    short_title: str
    text: str
    four_major: str | None = None
    state: str
    lead: tuple[UnitRef, ...] = ()
    responsible: tuple[UnitRef, ...] = ()
    parts: tuple[Part, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    leader_id: UUID | None = None
    acceptor_id: UUID | None = None
    leader: PersonRef | None = None
    acceptor: PersonRef | None = None
    deadline: date | None = None
    continuing: bool = False
    waits_for: tuple[str, ...] = ()
    issued_at: datetime | None = None
    struck_off_at: datetime | None = None
    returns: int = 0
    version: int = 1


class Evidence(Value):
    """佐证材料."""

    id: UUID
    name: str
    size: int
    uploaded_by: UUID


class PartCheck(Value):
    """核验: of one part; `passed` is None until it is decided."""

    part_id: UUID
    unit_name: str
    passed: bool | None = None
    reason: str = ""
    decided_by: UUID | None = None
    decided_at: datetime | None = None


class Application(Value):
    """销号申请."""

    id: UUID
    item_id: UUID
    version: int
    round: int
    summary: str
    state: str
    applied_by: UUID
    applied_at: datetime
    due_at: datetime
    decided_at: datetime | None = None
    checks: tuple[PartCheck, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Applications(Value):
    """一个事项的全部销号申请, the latest first; and the files that wait to be applied with."""

    items: tuple[Application, ...] = ()
    unused_evidence: tuple[Evidence, ...] = ()


class Plan(Value):
    """方案, in figures."""

    id: UUID
    version: int
    title: str
    year: int
    state: str
    area_count: int
    task_count: int
    open_findings: int
    open_errors: int
    imported_at: datetime


class PlanArea(Value):
    """方案中的领域."""

    no: int
    title: str


class PlanIndicator(Value):
    """方案中的指标."""

    text: str
    comparison: str
    value: str
    measure: str


class PlanTask(Value):
    """方案中的任务."""

    no: int
    area_no: int
    title: str
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    indicators: tuple[PlanIndicator, ...] = ()
    reference: str = ""


class Finding(Value):
    """问题: `quote` stands in the source at `offset`."""

    no: int
    code: str
    level: str
    message: str
    offset: int
    quote: str
    fix: str | None = None
    task_no: int | None = None
    state: str


class PlanReading(Plan):
    """方案, with all that was read; offsets count the characters of `text`."""

    text: str
    areas: tuple[PlanArea, ...] = ()
    tasks: tuple[PlanTask, ...] = ()
    findings: tuple[Finding, ...] = ()


class IssuedItem(Value):
    """下达结果 of one item; `waits_for` is empty once it is issued."""

    id: UUID
    no: int
    title: str
    waits_for: tuple[str, ...] = ()


class Issues(Value):
    """下达结果 of a plan."""

    issued: tuple[IssuedItem, ...] = ()
    waiting: tuple[IssuedItem, ...] = ()


class ItemPage(Value):
    """一页事项."""

    items: tuple[Item, ...]
    next: str | None = None


class Tasks:
    """任务服务."""

    def __init__(self, session: ServiceSession) -> None:
        self._session = session

    async def items(
        self,
        *,
        state: str | None = None,
        unit: str | None = None,
        area: int | None = None,
        q: str | None = None,
        after: str | None = None,
        limit: int | None = None,
    ) -> ItemPage:
        """List items, the newest year first, then by number."""
        answer = await self._session.get(
            "/items", state=state, unit=unit, area=area, q=q, after=after, limit=limit
        )  # fmt: skip
        return ItemPage.model_validate(answer.data)

    async def item(self, item_id: str) -> Item:
        """Show one item."""
        return Item.model_validate((await self._session.get(f"/items/{item_id}")).data)

    async def arrange(self, item_id: str, *, version: int, arrangement: Mapping[str, Any]) -> Item:
        """Set leader, acceptor, deadline, class and short title as a whole."""
        answer = await self._session.put(f"/items/{item_id}/arrangement", version=version, json=dict(arrangement))
        return Item.model_validate(answer.data)

    async def issue(self, item_id: str, *, version: int, key: str) -> Item:
        """Put the item before its units."""
        return Item.model_validate((await self._session.post(f"/items/{item_id}/issue", version=version, key=key)).data)

    async def upload_evidence(self, item_id: str, *, key: str, name: str, content: bytes) -> Evidence:
        """Upload a file for an item; it waits until an application uses it."""
        files = {"file": (name, content, "application/octet-stream")}
        return Evidence.model_validate(
            (await self._session.post(f"/items/{item_id}/evidence", key=key, files=files)).data
        )

    def download_evidence(self, evidence_id: str) -> AbstractAsyncContextManager[Download]:
        """Read a file piece by piece, with its name and type."""
        return self._session.download(f"/evidence/{evidence_id}")

    async def apply_for_strike_off(
        self, item_id: str, *, version: int, key: str, summary: str, evidence_ids: Sequence[str]
    ) -> Application:
        """Say that the item is done; `version` is the item's."""
        body = {"summary": summary, "evidence_ids": list(evidence_ids)}
        answer = await self._session.post(
            f"/items/{item_id}/strike-off-applications", version=version, key=key, json=body
        )
        return Application.model_validate(answer.data)

    async def applications(self, item_id: str) -> Applications:
        """List the applications of an item."""
        return Applications.model_validate((await self._session.get(f"/items/{item_id}/strike-off-applications")).data)

    async def check(
        self, application_id: str, *, version: int, key: str, verdicts: Sequence[Mapping[str, str]]
    ) -> Application:
        """Pass or return parts; `version` is the application's. Each verdict: part_id, verdict, reason."""
        answer = await self._session.post(
            f"/strike-off-applications/{application_id}/checks",
            version=version,
            key=key,
            json={"verdicts": [dict(verdict) for verdict in verdicts]},
        )
        return Application.model_validate(answer.data)

    async def plans(self) -> list[Plan]:
        """List plans, the one imported last first."""
        return [Plan.model_validate(row) async for row in self._session.each("/plans")]

    async def plan(self, plan_id: str) -> PlanReading:
        """Show a plan with source, tree and findings."""
        return PlanReading.model_validate((await self._session.get(f"/plans/{plan_id}")).data)

    async def import_plan(self, *, key: str, name: str, content: bytes, year: int) -> Plan:
        """Import a document; the same file again is the same plan."""
        files = {"file": (name, content, "application/octet-stream")}
        answer = await self._session.post("/plans", key=key, form={"year": str(year)}, files=files)
        return Plan.model_validate(answer.data)

    async def accept_findings(
        self, plan_id: str, *, version: int, numbers: Sequence[int] | None = None, code: str | None = None
    ) -> Plan:
        """Say that findings are understood and may stand: by their numbers, or all open ones of a code."""
        body = {"code": code} if numbers is None else {"numbers": list(numbers)}
        answer = await self._session.post(f"/plans/{plan_id}/findings/acceptance", version=version, json=body)
        return Plan.model_validate(answer.data)

    async def confirm_plan(self, plan_id: str, *, version: int, key: str) -> Plan:
        """Take the reading as right: its tasks become drafts."""
        return Plan.model_validate(
            (await self._session.post(f"/plans/{plan_id}/confirmation", version=version, key=key)).data
        )

    async def issue_plan(self, plan_id: str, *, version: int, key: str) -> Issues:
        """Issue every item that waits for nothing."""
        return Issues.model_validate(
            (await self._session.post(f"/plans/{plan_id}/issues", version=version, key=key)).data
        )

    async def wall(self) -> Wall:
        """Show the list of the business year at one look."""
        return Wall.model_validate((await self._session.get("/wall")).data)

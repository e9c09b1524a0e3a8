"""What this feature asks of the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from luoshi_common.errors import NotFound
from luoshi_tasks.acceptance.model import Evidence, PartCheck, StrikeOffApplication
from luoshi_tasks.acceptance.rules import ApplicationState


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceFact:
    """验收动态: something that happened to an application; `unit` and `reason` where one part was decided."""

    at: datetime
    kind: str
    item_id: UUID
    unit: str = ""
    reason: str = ""


async def get(session: AsyncSession, *, application_id: UUID) -> StrikeOffApplication:
    """One application with checks and evidence. Raises NotFound."""
    application = (await session.scalars(_whole().where(StrikeOffApplication.id == application_id))).one_or_none()
    if application is None:
        raise NotFound
    return application


async def get_item_id(session: AsyncSession, *, application_id: UUID) -> UUID:
    """The item that an application is about. Raises NotFound."""
    statement = select(StrikeOffApplication.item_id).where(StrikeOffApplication.id == application_id)
    item_id = (await session.scalars(statement)).one_or_none()
    if item_id is None:
        raise NotFound
    return item_id


async def get_for_update(
    session: AsyncSession, *, application_id: UUID, expected_version: int | None = None
) -> StrikeOffApplication:
    """One application, locked; lock its item first, so that two requests take turns. Raises NotFound, StaleVersion."""
    statement = _whole().where(StrikeOffApplication.id == application_id)
    statement = statement.with_for_update(of=StrikeOffApplication).execution_options(populate_existing=True)
    application = (await session.scalars(statement)).one_or_none()
    if application is None:
        raise NotFound
    application.expect(expected_version)
    return application


async def count_of_item(session: AsyncSession, *, item_id: UUID) -> int:
    """How many applications an item has had."""
    statement = select(func.count()).where(StrikeOffApplication.item_id == item_id)
    return (await session.scalars(statement)).one()


async def list_of_item(session: AsyncSession, *, item_id: UUID) -> Sequence[StrikeOffApplication]:
    """All applications of an item, the latest first; there are few."""
    statement = _whole().where(StrikeOffApplication.item_id == item_id).order_by(StrikeOffApplication.round.desc())
    return (await session.scalars(statement)).all()


async def get_evidence(session: AsyncSession, *, evidence_id: UUID) -> Evidence:
    """One file's record. Raises NotFound."""
    evidence = (await session.scalars(select(Evidence).where(Evidence.id == evidence_id))).one_or_none()
    if evidence is None:
        raise NotFound
    return evidence


async def list_evidence_for_update(
    session: AsyncSession, *, item_id: UUID, ids: Collection[UUID]
) -> Sequence[Evidence]:
    """Those of the files that belong to the item and to no application yet, locked."""
    statement = select(Evidence).where(
        _among(Evidence.id, ids), Evidence.item_id == item_id, Evidence.application_id.is_(None)
    )
    return (await session.scalars(statement.order_by(Evidence.id).with_for_update())).all()


async def list_unused_evidence(session: AsyncSession, *, item_id: UUID) -> Sequence[Evidence]:
    """Files of an item that wait to be applied with."""
    statement = select(Evidence).where(Evidence.item_id == item_id, Evidence.application_id.is_(None))
    return (await session.scalars(statement.order_by(Evidence.id))).all()


async def list_latest_facts(session: AsyncSession, *, items: Collection[UUID], limit: int) -> Sequence[AcceptanceFact]:
    """The latest things that happened to applications of these items, the newest first."""
    table = StrikeOffApplication
    applied = await session.execute(_latest(table.applied_at, items, limit))
    decided = await session.execute(_latest(table.decided_at, items, limit))
    checks = await session.scalars(
        select(PartCheck)
        .where(_among(PartCheck.item_id, items), PartCheck.decided_at.is_not(None))
        .order_by(PartCheck.decided_at.desc(), PartCheck.id)
        .limit(limit)
    )
    facts = [AcceptanceFact(at=row.at, kind="applied", item_id=row.item_id) for row in applied]
    facts += [AcceptanceFact(at=row.at, kind=_DECIDED[row.state], item_id=row.item_id) for row in decided]
    facts += [
        AcceptanceFact(
            at=check.decided_at, kind="part_passed" if check.passed else "part_returned", item_id=check.item_id,
            unit=check.unit_name, reason=check.reason,
        )
        for check in checks
        if check.decided_at
    ]  # fmt: skip
    return sorted(facts, key=lambda fact: fact.at, reverse=True)[:limit]


_DECIDED = {ApplicationState.PASSED: "struck_off", ApplicationState.RETURNED: "returned"}


def _whole() -> Select[StrikeOffApplication]:
    return select(StrikeOffApplication).options(
        selectinload(StrikeOffApplication.checks), selectinload(StrikeOffApplication.evidence)
    )


def _latest(
    moment: InstrumentedAttribute[Any], items: Collection[UUID], limit: int
) -> Select[Any, UUID, ApplicationState]:
    table = StrikeOffApplication
    return (
        select(moment.label("at"), table.item_id, table.state)
        .where(_among(table.item_id, items), moment.is_not(None))
        .order_by(moment.desc(), table.id)
        .limit(limit)
    )


def _among(column: InstrumentedAttribute[UUID], ids: Collection[UUID]) -> ColumnElement[bool]:
    # One array instead of a parameter for each: a list may be longer than a statement may have parameters.
    return column == any_(cast(list(ids), ARRAY(Uuid)))

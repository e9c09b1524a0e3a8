"""What this feature asks of the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Integer, and_, any_, cast, func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from luoshi_common.errors import NotFound
from luoshi_tasks.plans.model import Finding, Plan, Reading
from luoshi_tasks.plans.rules import FindingState

_NEWEST = and_(Reading.plan_id == Plan.id, Reading.number == Plan.reading)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCounts:
    """未确认的问题: how many findings of a reading still wait, and how many of them are errors."""

    findings: int = 0
    errors: int = 0


async def allow_reading_time(session: AsyncSession) -> None:
    """A long document takes seconds to read; the transaction may be idle for so long, and holds no lock meanwhile."""
    await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '60s'"))


async def lock_imports(session: AsyncSession) -> None:
    """Let imports take turns, so that one file sent twice at once is one plan."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("tasks.plans.import"))))


async def find_by_document(session: AsyncSession, *, year: int, sha256: str) -> Plan | None:
    """The plan of this year whose newest reading is of this file."""
    statement = select(Plan).join(Reading, _NEWEST).where(Reading.year == year, Reading.sha256 == sha256)
    return (await session.scalars(statement.limit(1))).one_or_none()


async def find_by_title_for_update(session: AsyncSession, *, year: int, title: str) -> Plan | None:
    """The plan of this title and year, locked."""
    statement = select(Plan).where(Plan.year == year, Plan.title == title).with_for_update()
    return (await session.scalars(statement)).one_or_none()


async def get(session: AsyncSession, *, plan_id: UUID) -> Plan:
    """One plan. Raises NotFound."""
    plan = (await session.scalars(select(Plan).where(Plan.id == plan_id))).one_or_none()
    if plan is None:
        raise NotFound
    return plan


async def get_for_update(session: AsyncSession, *, plan_id: UUID, expected_version: int | None) -> Plan:
    """One plan, locked. Raises NotFound, StaleVersion."""
    plan = (await session.scalars(select(Plan).where(Plan.id == plan_id).with_for_update())).one_or_none()
    if plan is None:
        raise NotFound
    plan.expect(expected_version)
    return plan


async def list_plans(session: AsyncSession, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Plan]:
    """Plans, the one imported last first."""
    statement = select(Plan).order_by(Plan.imported_at.desc(), Plan.id.desc()).limit(limit)
    if after is not None:
        statement = statement.where(tuple_(Plan.imported_at, Plan.id) < after)
    return (await session.scalars(statement)).all()


async def titles_of(session: AsyncSession, *, ids: Collection[UUID]) -> list[str]:
    """The titles of plans, for showing."""
    return list(await session.scalars(select(Plan.title).where(Plan.id.in_(ids)).order_by(Plan.title)))


async def get_reading(session: AsyncSession, *, plan: Plan, with_text: bool = False) -> Reading:
    """The newest reading of a plan; its source text only where it is asked for."""
    statement = select(Reading).where(Reading.plan_id == plan.id, Reading.number == plan.reading)
    if with_text:
        statement = statement.options(undefer(Reading.text))
    return (await session.scalars(statement)).one()


async def find_previous_reading(session: AsyncSession, *, plan: Plan) -> Reading | None:
    """The reading before the newest one."""
    statement = select(Reading).where(Reading.plan_id == plan.id, Reading.number < plan.reading)
    return (await session.scalars(statement.order_by(Reading.number.desc()).limit(1))).one_or_none()


async def newest_readings(session: AsyncSession, *, plans: Collection[UUID]) -> Mapping[UUID, Reading]:
    """The newest reading of each plan."""
    statement = select(Reading).join(Plan, _NEWEST).where(Plan.id.in_(plans))
    return {reading.plan_id: reading for reading in await session.scalars(statement)}


async def list_findings(session: AsyncSession, *, reading_id: UUID) -> Sequence[Finding]:
    """The findings of a reading in their order."""
    statement = select(Finding).where(Finding.reading_id == reading_id).order_by(Finding.no)
    return (await session.scalars(statement)).all()


async def count_open(session: AsyncSession, *, plans: Collection[UUID]) -> Mapping[UUID, OpenCounts]:
    """What still waits in the newest reading of each plan; plans without anything are left out."""
    errors = func.count().filter(Finding.level == "error")
    statement = (
        select(Finding.plan_id, func.count().label("findings"), errors.label("errors"))
        .join(Reading, Reading.id == Finding.reading_id)
        .join(Plan, _NEWEST)
        .where(Plan.id.in_(plans), Finding.state == FindingState.OPEN)
        .group_by(Finding.plan_id)
    )
    return {
        row.plan_id: OpenCounts(findings=row.findings, errors=row.errors) for row in await session.execute(statement)
    }


async def accept_findings(
    session: AsyncSession,
    *,
    reading_id: UUID,
    numbers: Collection[int] | None,
    code: str | None,
    by: UUID,
    at: datetime,
) -> int:
    """Mark open findings as accepted, those numbered or all of a code; returns how many that were."""
    statement = update(Finding).where(Finding.reading_id == reading_id, Finding.state == FindingState.OPEN)
    statement = statement.where(Finding.code == code) if code is not None else statement
    statement = statement.where(_numbered(numbers)) if numbers is not None else statement
    changed = statement.values(state=FindingState.ACCEPTED, accepted_by=by, accepted_at=at, version=Finding.version + 1)
    return len((await session.execute(changed.returning(Finding.no))).all())


async def count_findings(session: AsyncSession, *, reading_id: UUID, numbers: Collection[int] | None) -> int:
    """How many findings a reading has, of those numbered if any are."""
    statement = select(func.count()).where(Finding.reading_id == reading_id)
    if numbers is not None:
        statement = statement.where(_numbered(numbers))
    return (await session.scalars(statement)).one()


async def add_findings(session: AsyncSession, *, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the findings of a reading down; a bad document has very many, so no records are made for them."""
    if rows:
        await session.execute(insert(Finding), [dict(row) for row in rows])


def _numbered(numbers: Collection[int]) -> ColumnElement[bool]:
    # One array instead of a parameter for each: a list may be longer than a statement may have parameters.
    return Finding.no == any_(cast(list(numbers), ARRAY(Integer)))

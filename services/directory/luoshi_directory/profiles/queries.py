"""What this feature asks of the database."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_directory.profiles.model import CalendarYear, ProfileVersion


async def lock_profiles(session: AsyncSession) -> None:
    """Let others who want to activate a version wait until this transaction has ended."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("directory.profiles"))))


async def find_profile_in_force(session: AsyncSession) -> ProfileVersion | None:
    """The version with the highest number."""
    statement = select(ProfileVersion).order_by(ProfileVersion.number.desc()).limit(1)
    return (await session.scalars(statement)).one_or_none()


async def calendar_by_year(session: AsyncSession) -> dict[int, CalendarYear]:
    """Every published year."""
    return {year.year: year for year in await list_calendar_years(session)}


async def list_calendar_years(session: AsyncSession) -> Sequence[CalendarYear]:
    """Every published year, in order."""
    return (await session.scalars(select(CalendarYear).order_by(CalendarYear.year))).all()

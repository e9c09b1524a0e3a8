"""What this feature asks of the database."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_directory.city.model import City


async def lock_city(session: AsyncSession) -> None:
    """Let others who want to load wait until this transaction has ended."""
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("directory.city"))))


async def find_city(session: AsyncSession) -> City | None:
    """The city, once it was loaded."""
    return (await session.scalars(select(City))).one_or_none()

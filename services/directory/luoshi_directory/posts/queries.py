"""What this feature asks of the database."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_directory.posts.model import Post


async def posts_by_code(session: AsyncSession) -> dict[str, Post]:
    """Every post, also the vacant."""
    return {post.code: post for post in await session.scalars(select(Post).order_by(Post.code))}


async def list_posts(
    session: AsyncSession, *, unit_id: UUID | None, person_id: UUID | None, after: str | None, limit: int
) -> Sequence[Post]:
    """Posts by code."""
    statement = select(Post).order_by(Post.code).limit(limit)
    if unit_id is not None:
        statement = statement.where(Post.unit_id == unit_id)
    if person_id is not None:
        statement = statement.where(Post.person_id == person_id)
    if after is not None:
        statement = statement.where(Post.code > after)
    return (await session.scalars(statement)).all()

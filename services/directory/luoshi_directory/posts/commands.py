"""Posts are made equal to the city folder; the caller has asked the policy."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_directory.keeping import keep
from luoshi_directory.posts import events, queries
from luoshi_directory.posts.model import Post
from luoshi_directory.posts.rules import PostEntry

_GONE: Mapping[str, Any] = {"person_id": None, "first_responsible": False, "portfolio": []}


async def keep_posts(
    uow: UnitOfWork, *, posts: Sequence[PostEntry], units: Mapping[str, UUID], people: Mapping[str, UUID]
) -> int:
    """Take over the posts; returns how many changed."""
    known = await queries.posts_by_code(uow.session)
    fresh = frozenset(post.code for post in posts) - known.keys()
    records = {**{post.code: Post(code=post.code) for post in posts if post.code in fresh}, **known}
    wanted = {
        post.code: {
            "unit_id": units[post.unit],
            "title": post.title,
            "person_id": people[post.holder] if post.holder else None,
            "first_responsible": post.first_responsible,
            "portfolio": list(post.portfolio),
        }
        for post in posts
    }
    return keep(uow, records=records, fresh=fresh, wanted=wanted, gone=_GONE, fact=events.post_changed)

"""职务接口."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.http.edge import Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_directory.people import queries as people
from luoshi_directory.posts import queries

router = APIRouter(tags=["posts"])


class PostOut(BaseModel):
    """职务."""

    id: UUID
    code: str
    unit_id: UUID
    title: str
    first_responsible: bool
    person_id: UUID | None
    person_name: str | None
    portfolio: list[str]
    version: int


@router.get("/posts", response_model=Page[PostOut])
async def list_posts(
    query: Reading, paging: Paging, unit_id: UUID | None = None, person_id: UUID | None = None
) -> Response:
    """List posts by code."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="posts"))
        after = paging.keys(str)
        rows = await queries.list_posts(
            uow.session, unit_id=unit_id, person_id=person_id, after=after[0] if after else None, limit=paging.fetch
        )
        names = await people.names_by_id(uow.session, ids={row.person_id for row in rows if row.person_id})
        query.answer(
            paging.page(
                rows,
                key=lambda post: (post.code,),
                out=lambda post: PostOut(
                    id=post.id, code=post.code, unit_id=post.unit_id, title=post.title,
                    first_responsible=post.first_responsible, person_id=post.person_id,
                    person_name=names[post.person_id] if post.person_id else None, portfolio=post.portfolio,
                    version=post.version,
                ),
            )
        )  # fmt: skip
    return query.response

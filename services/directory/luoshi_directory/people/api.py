"""人员接口."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.auth.roles import Role
from luoshi_common.errors import Unauthenticated
from luoshi_common.http.edge import Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_directory.people import queries
from luoshi_directory.people.model import Person
from luoshi_directory.units import queries as units

router = APIRouter(tags=["people"])


class PersonOut(BaseModel):
    """人员: name, unit, duty name and roles."""

    id: UUID
    code: str
    name: str
    unit_id: UUID
    unit_name: str
    title: str
    roles: list[str]
    demo: bool
    active: bool
    version: int


async def _shown(session: AsyncSession, people: Sequence[Person]) -> list[PersonOut]:
    names = await units.units_by_id(session, ids={person.unit_id for person in people})
    return [
        PersonOut(
            id=person.id, code=person.code, name=person.name, unit_id=person.unit_id,
            unit_name=names[person.unit_id].name, title=person.title, roles=person.roles, demo=person.demo,
            active=person.active, version=person.version,
        )
        for person in people
    ]  # fmt: skip


@router.get("/people", response_model=Page[PersonOut])
async def list_people(
    query: Reading,
    paging: Paging,
    unit_id: UUID | None = None,
    role: Role | None = None,
    q: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
) -> Response:
    """List active people by code."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="people"))
        after = paging.keys(str)
        rows = await queries.list_people(
            uow.session, unit_id=unit_id, role=role, q=q, after=after[0] if after else None, limit=paging.fetch
        )
        shown = {person.id: person for person in await _shown(uow.session, rows)}
        query.answer(paging.page(rows, key=lambda person: (person.code,), out=lambda person: shown[person.id]))
    return query.response


@router.get("/people/me", response_model=PersonOut)
async def get_me(query: Reading) -> Response:
    """Show who is signed in."""
    async with query as uow:
        uow.allow(Action.READ_DIRECTORY, Guarded(kind="people"))
        if query.actor.person_id is None:
            raise Unauthenticated
        person = await queries.get_person(uow.session, person_id=query.actor.person_id)
        [shown] = await _shown(uow.session, [person])
        query.answer(shown, version=person.version)
    return query.response


@router.get("/personas", response_model=Page[PersonOut])
async def list_personas(query: Reading) -> Response:
    """List the cards of the sign-in page (development mode)."""
    async with query as uow:
        uow.allow(Action.READ_PERSONAS, Guarded(kind="people"))
        people = await queries.list_personas(uow.session)
        query.answer(Page(items=await _shown(uow.session, people), next=None))
    return query.response

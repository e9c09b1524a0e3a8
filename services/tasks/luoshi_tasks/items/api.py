"""事项接口: the responsibility list over HTTP (R60, R61)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.tasks import ItemSnapshot
from luoshi_common.http.edge import Changing, Reading
from luoshi_common.http.paging import Page, Paging
from luoshi_common.mirror import queries as mirror
from luoshi_common.mirror.queries import MirrorPerson
from luoshi_tasks.items import commands, events, queries
from luoshi_tasks.items.model import Item
from luoshi_tasks.items.queries import ItemFilter
from luoshi_tasks.items.rules import Arrangement, FourMajor, ItemState

router = APIRouter(tags=["items"])

type Number = Annotated[int, Field(ge=0, le=2_147_483_647)]


class PersonOut(BaseModel):
    """人员: name and duty for showing."""

    id: UUID
    name: str
    title: str


class ItemOut(ItemSnapshot):
    """事项: exactly what the facts on the bus say of it, and besides the version to be named in If-Match and the names
    of the persons.
    """

    version: int
    leader: PersonOut | None
    acceptor: PersonOut | None

    @classmethod
    def of(cls, item: Item, persons: dict[UUID, MirrorPerson]) -> "ItemOut":
        """Show an item."""
        state = events.snapshot(item)
        return cls(
            **{name: getattr(state, name) for name in ItemSnapshot.model_fields},
            version=item.version,
            leader=_person(item.leader_id, persons),
            acceptor=_person(item.acceptor_id, persons),
        )


class ArrangementIn(BaseModel):
    """落实安排: replaces the whole arrangement; what is left out is cleared, the short title is kept."""

    model_config = ConfigDict(extra="forbid")

    leader_id: UUID | None = Field(default=None, description="A person with the role leader.")
    acceptor_id: UUID | None = Field(default=None, description="A person with the role acceptor, of another unit.")
    deadline: date | None = Field(default=None, description="Asia/Shanghai date; not for a continuing item.")
    continuing: bool = Field(default=False, description="No end; reviewed yearly.")
    four_major: FourMajor | None = None
    short_title: str | None = None


@router.get("/items", response_model=Page[ItemOut])
async def list_items(
    command: Reading,
    paging: Paging,
    state: ItemState | None = None,
    unit: Annotated[
        UUID | None, Query(description="Items in which this unit, or a group it belongs to, has a part")
    ] = None,
    area: Number | None = None,
    plan: UUID | None = None,
    q: Annotated[str | None, Query(description="Part of title or text", max_length=200)] = None,
) -> Response:
    """List items, the newest year first, then by number."""
    async with command as uow:
        uow.allow(Action.READ_ITEM, Guarded(kind=Item.entity))
        rows = await queries.list_items(
            uow.session, only=ItemFilter(state=state, unit_id=unit, area_no=area, plan_id=plan, q=q),
            after=paging.keys(Number, Number, UUID), limit=paging.fetch,
        )  # fmt: skip
        persons = await persons_of(uow, rows)
        command.answer(paging.page(rows, key=queries.list_key, out=lambda item: ItemOut.of(item, persons)))
    return command.response


@router.get("/items/{item_id}", response_model=ItemOut)
async def get_item(item_id: UUID, command: Reading) -> Response:
    """Show one item."""
    async with command as uow:
        item = await queries.get(uow.session, item_id=item_id)
        uow.allow(Action.READ_ITEM, item.guarded())
        await _answer(command, uow, item)
    return command.response


@router.put("/items/{item_id}/arrangement", response_model=ItemOut)
async def arrange_item(item_id: UUID, body: ArrangementIn, command: Changing) -> Response:
    """Set leader, acceptor, deadline, class and short title."""
    async with command as uow:
        arrangement = Arrangement(
            leader_id=body.leader_id, acceptor_id=body.acceptor_id, deadline=body.deadline,
            continuing=body.continuing, four_major=body.four_major,
            short_title=body.short_title,
        )  # fmt: skip
        item = await commands.arrange(
            uow, item_id=item_id, expected_version=command.expected_version, arrangement=arrangement
        )
        await _answer(command, uow, item)
    return command.response


@router.post("/items/{item_id}/issue", response_model=ItemOut)
async def issue_item(item_id: UUID, command: Changing) -> Response:
    """Put the item before its units; answers 409 with what it still waits for."""
    async with command as uow:
        item = await commands.issue(uow, item_id=item_id, expected_version=command.expected_version)
        await _answer(command, uow, item)
    return command.response


async def persons_of(uow: UnitOfWork, items: Sequence[Item]) -> dict[UUID, MirrorPerson]:
    """Leaders and acceptors of these items."""
    ids = {person for item in items for person in (item.leader_id, item.acceptor_id) if person}
    return await mirror.persons_by_id(uow.session, ids)


async def _answer(command: Reading, uow: UnitOfWork, item: Item) -> None:
    persons = await persons_of(uow, [item])
    command.answer(ItemOut.of(item, persons), version=item.version)


def _person(person_id: UUID | None, persons: dict[UUID, MirrorPerson]) -> PersonOut | None:
    person = persons.get(person_id) if person_id else None
    return PersonOut(id=person.id, name=person.name, title=person.title) if person else None

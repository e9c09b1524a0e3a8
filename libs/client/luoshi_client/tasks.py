"""任务: plans, the items made of them, strike-off with its evidence, and the wall."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from luoshi_client.session import Answer, ServiceSession, Value


class UnitRef(Value):
    """单位引用."""

    id: UUID
    name: str


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


class PersonRef(Value):
    """人员."""

    id: UUID
    name: str
    title: str = ""


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


class ItemPage(Value):
    """一页事项."""

    items: tuple[Item, ...]
    next: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Read a page."""
        return cls.model_validate(answer.data)


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
        return ItemPage.of(
            await self._session.get("/items", state=state, unit=unit, area=area, q=q, after=after, limit=limit)
        )

    async def item(self, item_id: str) -> Item:
        """Show one item."""
        return Item.model_validate((await self._session.get(f"/items/{item_id}")).data)

    async def arrange(self, item_id: str, *, version: int, arrangement: Mapping[str, Any]) -> Item:
        """Set leader, acceptor, deadline, class and short title as a whole."""
        answer = await self._session.put(f"/items/{item_id}/arrangement", version=version, json=dict(arrangement))
        return Item.model_validate(answer.data)

    async def issue(self, item_id: str, *, version: int, key: str) -> Item:
        """Put the item before its units."""
        return Item.model_validate(
            (await self._session.post(f"/items/{item_id}/issue", version=version, key=key)).data
        )

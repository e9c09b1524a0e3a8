"""名录: who is who, what is agreed, what time it is in the city's business."""

from datetime import date, datetime
from uuid import UUID

from luoshi_client.session import ServiceSession, Value

LONGEST_PAGE = 200
ONE_WAIT = 4
"""Seconds a service may hold back one answer; shorter than the HTTP client's own patience."""


class City(Value):
    """城市: what may be known before anybody has signed in; ``notice`` says that data are invented, where they are."""

    code: str
    name: str
    demo: bool = False
    notice: str = ""


class Clock(Value):
    """业务时间 (UTC)."""

    now: datetime


class Unit(Value):
    """单位."""

    id: UUID
    code: str
    name: str
    type: str
    demo: bool = False


class Group(Value):
    """单位组; its members depend on the day."""

    id: UUID
    code: str
    name: str
    open: bool


class Post(Value):
    """职务; vacant without ``person_id``."""

    id: UUID
    unit_id: UUID
    title: str
    first_responsible: bool
    person_id: UUID | None
    person_name: str | None
    portfolio: tuple[str, ...] = ()


class Person(Value):
    """人员."""

    id: UUID
    code: str
    name: str
    unit_id: UUID
    unit_name: str
    title: str = ""
    roles: tuple[str, ...] = ()


class Directory:
    """名录服务."""

    def __init__(self, session: ServiceSession) -> None:
        self._session = session

    async def city(self) -> City:
        """Name the city; open to strangers."""
        return City.model_validate((await self._session.get("/city")).data)

    async def clock(self) -> Clock:
        """Tell business time; open to strangers."""
        return Clock.model_validate((await self._session.get("/clock")).data)

    async def advance(self, *, key: str, days: int | None = None, to: datetime | None = None) -> None:
        """Move business time forward (development only), by whole days or to an instant; returns when all services
        have followed.
        """
        aim = {"days": days} if to is None else {"to": to.isoformat()}
        advance = (await self._session.post("/clock/advances", key=key, json={**aim, "wait_seconds": ONE_WAIT})).data
        while advance["state"] == "running":
            advance = (await self._session.get(f"/clock/advances/{advance['id']}", wait_seconds=ONE_WAIT)).data

    async def units(self) -> list[Unit]:
        """List all units by code."""
        return [Unit.model_validate(row) async for row in self._session.each("/units", limit=LONGEST_PAGE)]

    async def groups(self) -> list[Group]:
        """List all groups by code."""
        return [Group.model_validate(row) for row in (await self._session.get("/groups")).data["items"]]

    async def members(self, group_id: UUID, *, on: date | None = None) -> list[Unit]:
        """Expand a group on a day (Asia/Shanghai), by default today's business date."""
        answer = await self._session.get(f"/groups/{group_id}/members", on=on)
        return [Unit.model_validate(row) for row in answer.data["items"]]

    async def posts(self, *, unit_id: UUID | None = None) -> list[Post]:
        """List posts by code, of one unit or of all."""
        rows = self._session.each("/posts", limit=LONGEST_PAGE, unit_id=unit_id)
        return [Post.model_validate(row) async for row in rows]

    async def people(self) -> list[Person]:
        """List all active people by code."""
        return [Person.model_validate(row) async for row in self._session.each("/people", limit=LONGEST_PAGE)]

    async def me(self) -> Person:
        """Show who is signed in."""
        return Person.model_validate((await self._session.get("/people/me")).data)

    async def personas(self) -> list[Person]:
        """List the persons one can be (development only); open to strangers."""
        return [Person.model_validate(row) for row in (await self._session.get("/personas")).data["items"]]

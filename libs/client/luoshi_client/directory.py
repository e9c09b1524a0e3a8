"""名录: who is who, what is agreed, what time it is in the city's business."""

from datetime import datetime
from uuid import UUID

from luoshi_client.session import ServiceSession, Value

LONGEST_PAGE = 200


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

    async def advance(self, *, key: str, days: int) -> None:
        """Move business time forward by whole days (development only); returns when all services have followed."""
        await self._session.post("/clock/advances", key=key, json={"days": days})

    async def units(self) -> list[Unit]:
        """List all units by code."""
        return [Unit.model_validate(row) async for row in self._session.each("/units", limit=LONGEST_PAGE)]

    async def people(self) -> list[Person]:
        """List all active people by code."""
        return [Person.model_validate(row) async for row in self._session.each("/people", limit=LONGEST_PAGE)]

    async def me(self) -> Person:
        """Show who is signed in."""
        return Person.model_validate((await self._session.get("/people/me")).data)

    async def personas(self) -> list[Person]:
        """List the persons one can be (development only); open to strangers."""
        return [Person.model_validate(row) for row in (await self._session.get("/personas")).data["items"]]

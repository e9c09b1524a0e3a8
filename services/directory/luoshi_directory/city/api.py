"""城市接口."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from luoshi_common.auth.actions import Action
from luoshi_common.auth.policy import Guarded
from luoshi_common.errors import NotFound
from luoshi_common.http.edge import Creating, Reading
from luoshi_directory.city import commands, queries
from luoshi_directory.city.document import CityDocument
from luoshi_directory.city.model import City
from luoshi_directory.entries import Finding

router = APIRouter(tags=["city"])


class CityOut(BaseModel):
    """城市: what may be known before anybody has signed in. `now` is business time, UTC."""

    code: str
    name: str
    demo: bool
    notice: str
    mode: Literal["development", "production"]
    now: datetime
    loaded_at: datetime
    version: int


class FindingOut(BaseModel):
    """问题 in the folder; `path` leads to it."""

    code: str
    level: Literal["error", "warning"]
    message: str
    path: str

    @classmethod
    def of(cls, finding: Finding) -> "FindingOut":
        """Show a finding."""
        path = ".".join(str(step) for step in finding.path)
        return cls(code=finding.code, level=finding.level.value, message=finding.message, path=path)


class LoadedOut(BaseModel):
    """装载结果: what was found, and how many entries of each kind changed."""

    code: str
    name: str
    findings: list[FindingOut]
    changed: dict[str, int]
    version: int


@router.get("/city", response_model=CityOut)
async def get_city(query: Reading) -> Response:
    """Show the city; open to everybody."""
    async with query as uow:
        uow.allow(Action.READ_CITY, Guarded(kind="cities"))
        city = await queries.find_city(uow.session)
        if city is None:
            raise NotFound
        query.answer(_shown(city, mode=uow.mode.value, now=uow.now), version=city.version)
    return query.response


def _shown(city: City, *, mode: Literal["development", "production"], now: datetime) -> CityOut:
    return CityOut(
        code=city.code, name=city.name, demo=city.demo, notice=city.notice, mode=mode, now=now,
        loaded_at=city.loaded_at, version=city.version,
    )  # fmt: skip


@router.post("/city", response_model=LoadedOut)
async def load_city(body: CityDocument, command: Creating) -> Response:
    """Load a city folder, as JSON: one key for each file. With an error, nothing changes."""
    async with command as uow:
        loaded = await commands.load_city(uow, city=body)
        command.answer(
            LoadedOut(
                code=loaded.city.code, name=loaded.city.name, changed=dict(loaded.changed),
                findings=[FindingOut.of(finding) for finding in loaded.findings], version=loaded.city.version,
            ),
            version=loaded.city.version,
        )  # fmt: skip
    return command.response

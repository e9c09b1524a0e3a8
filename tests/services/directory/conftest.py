"""A city of the directory and two toy services beside it, which answer the steps of business time like all others."""

from collections.abc import AsyncIterator

import pytest

from luoshi_common.events.every_service import REACHED
from luoshi_directory.app import SERVICE
from luoshi_directory.city.commands import Loaded, load_city
from luoshi_directory.city.document import CityDocument
from luoshi_directory.city.reading import read_city
from luoshi_directory.people.queries import people_by_code
from tests.engines import ROOT, Engines
from tests.stack import Stack, running
from tests.toy import services as toy

DEMO = ROOT / "cli/luoshi/demo/city"


def reference_city(code: str) -> CityDocument:
    """The reference city under another code."""
    city = read_city(DEMO).city
    assert city is not None
    return city.model_copy(update={"city": city.city.model_copy(update={"code": code})})


def key(text: str) -> dict[str, str]:
    """An idempotency key."""
    return {"Idempotency-Key": f"directory-{text}"}


async def load(stack: Stack, city: CityDocument) -> Loaded:
    """Load as the system does at its first start."""
    async with stack.host.runtimes["directory"].system_unit_of_work("load the city") as uow:
        loaded = await load_city(uow, city=city)
        stack.people.update({code: person.id for code, person in (await people_by_code(uow.session)).items()})
    return loaded


@pytest.fixture(scope="module")
async def town(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Given the reference city, loaded and everywhere mirrored."""
    folder = tmp_path_factory.mktemp("files")
    async with running(engines, services=(SERVICE, toy.TASKS, toy.SCORING), files=folder) as stack:
        await load(stack, reference_city(stack.city))
        for name in stack.host.runtimes:
            await stack.published(REACHED[name])
        await stack.host.wait_until_ready()
        yield stack


@pytest.fixture
async def city(town: Stack) -> AsyncIterator[Stack]:
    """Given the reference city as its folder says, whatever the test before did to it."""
    await load(town, reference_city(town.city))
    await town.settled()
    yield town
    await town.settled()
    await town.check()

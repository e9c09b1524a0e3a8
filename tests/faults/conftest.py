"""One town of real processes for the fault tests; each test finds it whole and leaves it whole."""

from collections.abc import AsyncIterator

import pytest

from luoshi.services import NAMES
from tests.faults.town import Town, founded


@pytest.fixture(scope="package")
async def streets() -> AsyncIterator[Town]:
    """Given the demo city, its four services running as processes of their own."""
    async with founded() as town:
        await town.start(*NAMES)
        await town.settled()
        yield town


@pytest.fixture
async def town(streets: Town) -> AsyncIterator[Town]:
    """Given the town whole; afterwards nothing may be lost or doubled, and every invariant and audit chain holds."""
    missing = [name for name in NAMES if name not in streets.running]
    await streets.start(*missing)
    yield streets
    await streets.start(*(name for name in NAMES if name not in streets.running))
    await streets.settled()
    for name in NAMES:
        await streets.told_once(name)
    streets.counted_once()
    await streets.check()

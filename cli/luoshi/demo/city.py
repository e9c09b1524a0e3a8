"""演示城市: the reference city's folder, loaded once; loading it again changes nothing."""

from pathlib import Path

from luoshi.embedded.engine import EngineFailed
from luoshi_common.runtime import ServiceRuntime
from luoshi_directory.city.commands import load_city
from luoshi_directory.city.reading import read_city

CITY = "360600"
FOLDER = Path(__file__).parent / "city"


async def load_demo_city(directory: ServiceRuntime, *, folder: Path = FOLDER) -> None:
    """Lay the city folder over what the directory holds, as a start-up task.

    Raises:
        EngineFailed: the folder has an error; each is named with file and line, and nothing has changed.
    """
    reading = read_city(folder)
    if reading.city is None:
        faults = "；".join(f"{finding.file}: {finding.message}" for finding in reading.findings)
        raise EngineFailed(f"城市资料有误，未装载：{faults}")
    async with directory.system_unit_of_work("city folder") as uow:
        await load_city(uow, city=reading.city)

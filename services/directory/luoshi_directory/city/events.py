"""What leaves this feature."""

from luoshi_common.events.directory import CityLoaded
from luoshi_directory.city.model import City


def city_loaded(city: City) -> CityLoaded:
    """城市装载."""
    return CityLoaded(code=city.code, name=city.name, findings=city.findings)

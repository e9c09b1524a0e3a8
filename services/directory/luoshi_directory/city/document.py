"""城市资料: the shape of a city folder; the same as YAML files and as JSON."""

from typing import Any

from pydantic import AwareDatetime, Field

from luoshi_directory.entries import Entry, Name
from luoshi_directory.people.rules import PersonEntry
from luoshi_directory.posts.rules import PostEntry
from luoshi_directory.profiles.rules import CalendarEntry
from luoshi_directory.units.rules import GroupEntry, UnitEntry


class CityEntry(Entry):
    """城市: `begin` is where business time starts in development mode; `demo` marks invented data, `notice` says so."""

    code: str = Field(pattern=r"^[0-9]{6}$")
    name: Name
    demo: bool = False
    notice: str = Field(default="", max_length=200)
    begin: AwareDatetime | None = None


class CityDocument(Entry):
    """城市资料: each field is one file of the folder, `<field>.yaml`; `city` and `units` must be there."""

    city: CityEntry
    calendar: CalendarEntry = CalendarEntry()
    units: tuple[UnitEntry, ...] = Field(max_length=20_000)
    groups: tuple[GroupEntry, ...] = Field(default=(), max_length=2_000)
    people: tuple[PersonEntry, ...] = Field(default=(), max_length=200_000)
    posts: tuple[PostEntry, ...] = Field(default=(), max_length=200_000)
    profile: dict[str, Any] = Field(default_factory=dict)

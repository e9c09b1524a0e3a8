"""Facts of the directory: who is who and what is agreed."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from luoshi_common.events.registry import Payload, event
from luoshi_common.events.values import DatedName, Membership

_UNIT = "0199a000-0000-7000-8000-000000000001"
_PERSON = "0199a000-0000-7000-8000-000000000002"


@event("directory.unit.changed", third_party=True)
class UnitChanged(Payload):
    """单位变更: a unit was added or changed (E27, E29, E34). Published by directory; every service mirrors it."""

    id: UUID
    code: str = Field(description="Stable key of the unit in the city folder.")
    name: str = Field(description="Short official name.")
    full_name: str = Field(description="Full official name.")
    type: str = Field(
        description="county_government, management_committee, department, sub_unit, enterprise, vertical_body, "
        "city_office or other; readers treat an unknown word as other."
    )
    aliases: list[DatedName] = Field(default_factory=list, description="Other names, each for a time.")
    parent_id: UUID | None = Field(default=None, description="The unit it belongs to; null = the city itself.")
    demo: bool = Field(default=False, description="True for a unit invented for the demo city.")
    active: bool = True

    example: ClassVar[dict[str, Any]] = {
        "id": _UNIT, "code": "water", "name": "市水利局", "full_name": "示例市水利局", "type": "department",
        "aliases": [{"name": "水利局"}], "parent_id": None, "demo": False, "active": True,
    }  # fmt: skip


@event("directory.group.changed", third_party=True)
class GroupChanged(Payload):
    """单位组变更: a group of units and its dated members (E27, R47). Published by directory; all mirror it."""

    id: UUID
    code: str
    name: str = Field(description="The group as documents write it.")
    aliases: list[str] = Field(default_factory=list, description="Other ways in which documents write it.")
    members: list[Membership] = Field(default_factory=list, description="Its units, each for a time.")
    open: bool = Field(default=False, description="True when the document does not name all its members.")

    example: ClassVar[dict[str, Any]] = {
        "id": _UNIT, "code": "districts", "name": "各区(市)政府", "aliases": [],
        "members": [{"unit_id": _UNIT, "from_on": "2018-01-01"}], "open": False,
    }  # fmt: skip


@event("directory.person.changed")
class PersonChanged(Payload):
    """人员变更: name, unit and roles of a person; no contact data (R91). Published by directory; all mirror it."""

    id: UUID
    name: str
    unit_id: UUID | None
    title: str = Field(default="", description="Duty name shown beside the person's name.")
    roles: list[str] = Field(default_factory=list, description="What the person is here: office, acceptor, leader …")
    active: bool = True
    demo: bool = False

    example: ClassVar[dict[str, Any]] = {
        "id": _PERSON, "name": "示例人员", "unit_id": _UNIT, "title": "局长", "roles": ["unit_head"], "active": True,
        "demo": True,
    }  # fmt: skip


@event("directory.post.changed", third_party=True)
class PostChanged(Payload):
    """职务变更: a post of a unit; its holder travels as an id (R91, R92). Published by directory; all mirror it."""

    id: UUID
    unit_id: UUID
    title: str
    first_responsible: bool = Field(default=False, description="True for the unit's administrative head (R91).")
    person_id: UUID | None = Field(description="The holder; null for a vacant post.")
    portfolio: list[str] = Field(default_factory=list, description="Fields in the holder's charge (R92).")

    example: ClassVar[dict[str, Any]] = {
        "id": _UNIT, "unit_id": _UNIT, "title": "局长", "first_responsible": True, "person_id": _PERSON,
        "portfolio": [],
    }  # fmt: skip


@event("directory.profile.activated")
class ProfileActivated(Payload):
    """市情参数启用: a version of the city profile is in force. Published by directory; every service mirrors it."""

    number: int = Field(description="Version number of the profile, rising.")
    document: dict[str, Any] = Field(description="The whole profile, defaults filled in.")

    example: ClassVar[dict[str, Any]] = {"number": 1, "document": {}}


@event("directory.calendar.published", third_party=True)
class CalendarPublished(Payload):
    """日历发布: rest days and moved working days of one year. Published by directory; every service mirrors it."""

    year: int
    rest_days: list[date] = Field(description="Every day of the year's holidays, weekends inside them included.")
    working_days: list[date] = Field(description="Weekend days that are worked in exchange (调休).")

    example: ClassVar[dict[str, Any]] = {
        "year": 2026, "rest_days": ["2026-01-01"], "working_days": ["2026-01-04"],
    }  # fmt: skip


@event("directory.city.loaded")
class CityLoaded(Payload):
    """城市装载: the city folder was read to its end. Published by directory."""

    code: str
    name: str
    findings: int = Field(default=0, description="How many oddities of the folder a person should look at.")

    example: ClassVar[dict[str, Any]] = {"code": "360600", "name": "鹰潭市", "findings": 0}


@event("directory.clock.advanced")
class ClockAdvanced(Payload):
    """业务时间推进: development only; one step of business time. Published by directory; every service answers with
    `clock.reached` once all its timers up to then have fired.
    """

    step: int = Field(description="Rising number of the step.")
    offset_seconds: float = Field(description="Business time minus machine time.")
    until: datetime = Field(description="Business time that this step reaches, UTC.")

    example: ClassVar[dict[str, Any]] = {"step": 7, "offset_seconds": -86400.0, "until": "2026-01-05T00:00:00Z"}

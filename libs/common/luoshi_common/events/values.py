"""Small values shared by events."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen value inside a payload; unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class UnitRef(Value):
    """单位引用: a unit with the name it had when the fact happened."""

    id: UUID = Field(description="The unit's id in the directory; a group's id where a group is named.")
    name: str = Field(description="The name at that moment, as the document or the directory wrote it.")


class DatedName(Value):
    """别名: another name of a unit, valid for a time (half-open, Asia/Shanghai dates)."""

    name: str
    from_on: date | None = Field(default=None, description="First day of validity; null = always.")
    to_on: date | None = Field(default=None, description="First day after validity; null = still valid.")


class Membership(Value):
    """组成员: one unit's membership in a group (half-open, Asia/Shanghai dates)."""

    unit_id: UUID
    from_on: date | None = Field(default=None, description="First day of membership; null = always.")
    to_on: date | None = Field(default=None, description="First day after membership; null = still a member.")

"""Tables of the mirror; they are part of the mechanism tables that every service has."""

from sqlalchemy import Boolean, Column, Float, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from luoshi_common.db.base import Instant
from luoshi_common.db.mechanism import metadata

unit = Table(
    "mirror_unit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("full_name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("aliases", JSONB, nullable=False),
    Column("parent_id", Uuid),
    Column("demo", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

unit_group = Table(
    "mirror_group",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("aliases", JSONB, nullable=False),
    Column("members", JSONB, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

person = Table(
    "mirror_person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit_id", Uuid, index=True),
    Column("title", Text, nullable=False),
    Column("roles", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

post = Table(
    "mirror_post",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("unit_id", Uuid, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("first_responsible", Boolean, nullable=False),
    Column("person_id", Uuid, index=True),
    Column("portfolio", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)

calendar_year = Table(
    "mirror_calendar_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("rest_days", JSONB, nullable=False),
    Column("working_days", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)

# One row: what holds for the whole city at this moment.
city = Table(
    "mirror_city",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, server_default=text("''")),
    Column("name_version", Integer, nullable=False, server_default=text("0")),
    Column("profile", JSONB),
    Column("profile_number", Integer, nullable=False, server_default=text("0")),
    Column("calendar_number", Integer, nullable=False, server_default=text("0")),
    Column("clock_step", Integer, nullable=False, server_default=text("0")),
    Column("clock_offset_seconds", Float, nullable=False, server_default=text("0")),
    Column("clock_until", Instant),
)

"""事项事实: the tables. Projections, not records: facts write them, nobody else does."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from luoshi_common.db.base import Instant
from luoshi_scoring.record import ScoringRecord

item_fact = Table(
    "item_fact",
    ScoringRecord.metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("item_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("no", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("lead", ARRAY(Uuid), nullable=False),
    Column("responsible", ARRAY(Uuid), nullable=False),
)
Index("ix_item_fact_item_id", item_fact.c.item_id, item_fact.c.version)

item_state = Table(
    "item_state",
    ScoringRecord.metadata,
    Column("item_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("returns", Integer, nullable=False),
    Column("lead", ARRAY(Uuid), nullable=False),
    Column("responsible", ARRAY(Uuid), nullable=False),
)
Index("ix_item_state_lead", item_state.c.lead, postgresql_using="gin")
Index("ix_item_state_responsible", item_state.c.responsible, postgresql_using="gin")

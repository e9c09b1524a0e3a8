"""机制表: the tables that every service has for what must not be forgotten, and the one statement that fills them.

A single data-modifying statement writes audit line, outbox rows, timers and the stored answer, so that a small
command pays one round trip for all of it (docs/measurements.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.db.base import Instant, new_metadata

metadata: MetaData = new_metadata()

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("bus_subject", Text, nullable=False),
    Column("envelope", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False, server_default=func.now()),
    Column("published_at", Instant),
)
Index("ix_outbox_unpublished", outbox.c.position, postgresql_where=outbox.c.published_at.is_(None))

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("received_at", Instant, nullable=False, server_default=func.now()),
)

parked_message = Table(
    "parked_message",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("consumer", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("bus_subject", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("error", Text, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("parked_at", Instant, nullable=False, server_default=func.now()),
)
Index("uq_parked_message_consumer", parked_message.c.consumer, parked_message.c.event_id, unique=True)

timer = Table(
    "timer",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("payload", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("retry_at", Instant),
)
Index("ix_timer_due_at", timer.c.due_at)

audit_head = Table(
    "audit_head",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sealed_seq", BigInteger, nullable=False, server_default=text("0")),
)
Index("ix_audit_head_unsealed", audit_head.c.subject, postgresql_where=audit_head.c.seq > audit_head.c.sealed_seq)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("body", Text, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)

audit_seal = Table(
    "audit_seal",
    metadata,
    Column("number", BigInteger, primary_key=True),
    Column("sealed_at", Instant, nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("heads", JSONB, nullable=False),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("method", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_sha256", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", JSONB, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", Instant, nullable=False, server_default=func.now()),
)
Index("ix_idempotency_key_recorded_at", idempotency_key.c.recorded_at)


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """The stored answer of a creating request."""

    actor: str
    method: str
    path: str
    key: str
    body_sha256: str
    status: int
    headers: str
    body: bytes


@dataclass(kw_only=True)
class Rows:
    """What one commit has to say besides its own records."""

    events: list[tuple[UUID, str, str]] = field(default_factory=list)
    audit: dict[str, str] = field(default_factory=dict)
    timers: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)
    cancelled: list[tuple[str, str]] = field(default_factory=list)
    answer: AnswerRow | None = None

    def __bool__(self) -> bool:
        return bool(self.events or self.audit or self.timers or self.cancelled or self.answer)


# The chain: hash = sha256(previous hash || sha256(body)); the first previous is 32 zero bytes.
_WRITE = r"""
WITH spoken AS (
  SELECT * FROM unnest($1::text[], $2::text[]) AS s(subject, body)
), heads AS (
  INSERT INTO audit_head AS h (subject, seq, digest, previous, hash)
  SELECT subject, 1, sha256(convert_to(body, 'UTF8')), decode(repeat('00', 32), 'hex'),
         sha256(decode(repeat('00', 32), 'hex') || sha256(convert_to(body, 'UTF8')))
  FROM spoken ORDER BY subject
  ON CONFLICT (subject) DO UPDATE SET seq = h.seq + 1, digest = excluded.digest, previous = h.hash,
    hash = sha256(h.hash || excluded.digest)
  RETURNING subject, seq, previous, hash
), entries AS (
  INSERT INTO audit_entry (subject, seq, body, previous, hash)
  SELECT heads.subject, heads.seq, spoken.body, heads.previous, heads.hash FROM heads JOIN spoken USING (subject)
), events AS (
  INSERT INTO outbox (event_id, bus_subject, envelope)
  SELECT event_id, bus_subject, envelope
  FROM unnest($3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY AS e(event_id, bus_subject, envelope, place)
  ORDER BY place
), cancelled AS (
  DELETE FROM timer USING unnest($6::text[], $7::text[]) AS c(kind, subject)
  WHERE timer.kind = c.kind AND timer.subject = c.subject
), scheduled AS (
  INSERT INTO timer (kind, subject, due_at, payload)
  SELECT kind, subject, due_at, payload::jsonb
  FROM unnest($8::text[], $9::text[], $10::timestamptz[], $11::text[]) AS t(kind, subject, due_at, payload)
  ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, payload = excluded.payload, failures = 0,
    retry_at = NULL
), answered AS (
  INSERT INTO idempotency_key (actor, method, path, key, body_sha256, status, headers, body)
  SELECT $12, $13, $14, $15, $16, $17, $18::jsonb, $19 WHERE $12::text IS NOT NULL
)
SELECT 1
"""


async def write(connection: AsyncConnection, rows: Rows) -> None:
    """Write all mechanism rows of one commit in one statement, inside the running transaction."""
    raw = (await connection.get_raw_connection()).driver_connection
    if raw is None or not raw.is_in_transaction():
        # SQLAlchemy opens the transaction with its first statement; ours goes past it to the driver.
        await connection.exec_driver_sql("SELECT 1")
        raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.execute(_WRITE, *_arguments(rows))


def _arguments(rows: Rows) -> Sequence[Any]:
    answer = rows.answer
    return (
        list(rows.audit),
        list(rows.audit.values()),
        [event_id for event_id, _, _ in rows.events],
        [subject for _, subject, _ in rows.events],
        [envelope for _, _, envelope in rows.events],
        [kind for kind, _ in rows.cancelled],
        [subject for _, subject in rows.cancelled],
        [kind for kind, _ in rows.timers],
        [subject for _, subject in rows.timers],
        [due_at for due_at, _ in rows.timers.values()],
        [payload for _, payload in rows.timers.values()],
        *(
            (answer.actor, answer.method, answer.path, answer.key, answer.body_sha256, answer.status, answer.headers,
             answer.body)
            if answer is not None
            else (None,) * 8
        ),
    )  # fmt: skip

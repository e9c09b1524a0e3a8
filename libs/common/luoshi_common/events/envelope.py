"""CloudEvents 1.0 in structured JSON: one self-contained document to store, replay and forward."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError

from luoshi_common.errors import TooLarge
from luoshi_common.events.catalogue import CATALOGUE
from luoshi_common.events.registry import EventType, Payload

MAX_BYTES = 256 * 1024
"""Of one message on the bus, its headers included."""
HEADERS_BYTES = 1024


class FactTooLong(TooLarge):
    """事件过长: the stream would refuse this fact and, with it, all that come after; so it is not committed."""

    code = "fact_too_long"
    title = "内容过长，无法作为一条事件发布（{size} 字节，上限 {limit} 字节）"


class MalformedEvent(Exception):
    """The bytes on the bus are no event of the catalogue; such a message is parked, never retried."""


@dataclass(frozen=True, kw_only=True)
class Envelope[P: Payload]:
    """信封: who says what about which entity, when. `time` is business time, `recorded_at` machine time, both UTC."""

    id: UUID
    city: str
    entity: str
    entity_version: int
    time: datetime
    recorded_at: datetime
    actor: str
    payload: P
    kind: EventType
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def entity_id(self) -> UUID:
        """The id behind `items/<id>`."""
        return UUID(self.entity.rsplit("/", 1)[1])

    def encode(self) -> str:
        """Return the JSON document.

        Raises:
            FactTooLong: it would not fit into one message.
        """
        document = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": f"/cities/{self.city}/{self.kind.service}",
            "type": self.kind.type,
            "subject": self.entity,
            "time": _instant(self.time),
            "datacontenttype": "application/json",
            "dataschema": self.kind.dataschema,
            "recordedat": _instant(self.recorded_at),
            "city": self.city,
            "actor": self.actor,
            "entityversion": self.entity_version,
            "correlationid": self.correlation_id,
            "causationid": self.causation_id,
            "traceparent": self.traceparent,
            "data": self.payload.model_dump(mode="json"),
        }
        body = orjson.dumps({key: value for key, value in document.items() if value is not None})
        if len(body) > MAX_BYTES - HEADERS_BYTES:
            raise FactTooLong(size=len(body), limit=MAX_BYTES - HEADERS_BYTES)
        return body.decode()


def decode(body: bytes | str) -> Envelope[Payload]:
    """Read one document.

    Raises:
        MalformedEvent: no JSON, an unknown type, or a payload that does not fit its class.
    """
    try:
        document = orjson.loads(body)
        kind = CATALOGUE[document["type"]]
        return Envelope(
            id=UUID(document["id"]),
            city=document["city"],
            entity=document["subject"],
            entity_version=int(document["entityversion"]),
            time=datetime.fromisoformat(document["time"]),
            recorded_at=datetime.fromisoformat(document["recordedat"]),
            actor=document["actor"],
            payload=kind.payload.model_validate(document["data"]),
            kind=kind,
            correlation_id=document.get("correlationid"),
            causation_id=document.get("causationid"),
            traceparent=document.get("traceparent"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as problem:
        raise MalformedEvent(f"{type(problem).__name__}: {problem}"[:500]) from problem


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")

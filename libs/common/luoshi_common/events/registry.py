"""The closed registry of event types: a payload class becomes a published fact by `@event`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """事件载荷: what a fact says. Readers ignore fields they do not know, so optional fields may be added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    example: ClassVar[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class EventType:
    """事件类型: name `service.entity.fact`, its major version, and who may receive it."""

    name: str
    version: int
    payload: type[Payload]
    uplink: bool
    third_party: bool

    @property
    def service(self) -> str:
        """The service that publishes it."""
        return self.name.split(".")[0]

    @property
    def type(self) -> str:
        """CloudEvents `type`."""
        return f"luoshi.{self.name}.v{self.version}"

    @property
    def dataschema(self) -> str:
        """CloudEvents `dataschema`."""
        return f"urn:luoshi:{self.name}:{self.version}"

    @property
    def example(self) -> dict[str, Any]:
        """An example payload that validates."""
        return self.payload.example

    def subject(self, city: str) -> str:
        """The bus subject of this type in one city."""
        return f"ev.{city}.{self.name}.v{self.version}"


BY_TYPE: dict[str, EventType] = {}
BY_PAYLOAD: dict[type[Payload], EventType] = {}


def event[P: Payload](
    name: str, *, version: int = 1, uplink: bool = False, third_party: bool = False
) -> Callable[[type[P]], type[P]]:
    """Register a payload class as the event `name` (`service.entity.fact`, past tense)."""

    def register(payload: type[P]) -> type[P]:
        kind = EventType(name=name, version=version, payload=payload, uplink=uplink, third_party=third_party)
        if kind.type in BY_TYPE:
            raise RuntimeError(f"event {kind.type} is registered twice")
        BY_TYPE[kind.type] = kind
        BY_PAYLOAD[payload] = kind
        return payload

    return register


def event_type_of(payload: type[Payload]) -> EventType:
    """Return the registered type of a payload class."""
    return BY_PAYLOAD[payload]

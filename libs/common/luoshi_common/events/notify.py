"""Facts of notify: who was told."""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from luoshi_common.events.registry import Payload, event


@event("notify.message.delivered")
class MessageDelivered(Payload):
    """消息送达: an entry was put into a person's in-app inbox. Published by notify; open consoles listen."""

    id: UUID
    person_id: UUID = Field(description="Whose inbox it is.")
    kind: str = Field(description="must_act or told; readers treat an unknown word as told.")
    text_key: str = Field(description="Which sentence the entry shows.")

    example: ClassVar[dict[str, Any]] = {
        "id": "0199a000-0000-7000-8000-000000000003",
        "person_id": "0199a000-0000-7000-8000-000000000002",
        "kind": "must_act",
        "text_key": "strike_off_applied",
    }


@event("notify.message.closed")
class MessageClosed(Payload):
    """待办办结: what an entry asked its person to do is done. Published by notify; open consoles listen."""

    id: UUID
    person_id: UUID = Field(description="Whose inbox it is.")

    example: ClassVar[dict[str, Any]] = {
        "id": "0199a000-0000-7000-8000-000000000003",
        "person_id": "0199a000-0000-7000-8000-000000000002",
    }

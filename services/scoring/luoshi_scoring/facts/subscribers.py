"""What this feature listens to."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from luoshi_common.events.tasks import ItemFact, ItemSnapshot
from luoshi_common.messaging.subscriber import Received, latest, projection
from luoshi_scoring.facts import queries, rules


@projection("facts", ItemFact)
async def keep_item_facts(connection: AsyncConnection, events: Sequence[Received]) -> None:
    """Keep every fact about an item, and the newest state of the item (R8)."""
    await queries.keep_facts(connection, rows=[_fact(event) for event in events])
    await queries.keep_states(connection, rows=[_state(event) for event in latest(events)])


def _fact(event: Received) -> dict[str, Any]:
    item: ItemSnapshot = event.payload.item
    return {
        "event_id": event.id, "item_id": event.entity_id, "version": event.entity_version, "type": event.kind.name,
        "at": event.time, "no": item.no, "title": item.title, "state": item.state, **_standing(item),
    }  # fmt: skip


def _state(event: Received) -> dict[str, Any]:
    item: ItemSnapshot = event.payload.item
    return {
        "item_id": event.entity_id, "version": event.entity_version, "state": item.state, "returns": item.returns,
        **_standing(item),
    }  # fmt: skip


def _standing(item: ItemSnapshot) -> dict[str, Any]:
    standing = rules.standing_of(item)
    return {"lead": list(standing.lead), "responsible": list(standing.responsible)}

"""What this feature listens to."""

from typing import Any

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.events.registry import Payload
from luoshi_common.events.tasks import ItemFact, ItemSnapshot, PartState, PlanConfirmed, PlanImported, StrikeOffChecked
from luoshi_common.messaging.subscriber import Received, reaction
from luoshi_notify.messages import commands, rules
from luoshi_notify.messages.commands import News
from luoshi_notify.messages.queries import Concerned


@reaction("messages", *rules.TELLING)
async def pass_on(uow: UnitOfWork, event: Received) -> None:
    """Tell the persons concerned, and close what the fact settles."""
    news = News(
        event_id=event.id, at=event.time, about=event.entity.partition("/")[0], matter_id=event.entity_id,
        version=event.entity_version, concerned=_concerned(event.payload), facts=_facts(event.payload),
    )  # fmt: skip
    await commands.pass_on(uow, news=news, telling=rules.telling_of(event.payload))


def _concerned(fact: Payload) -> Concerned:
    if not isinstance(fact, ItemFact):
        return Concerned()
    item = fact.item
    return Concerned(
        lead_units=frozenset(part.unit.id for part in _parts(item, "lead")),
        responsible_units=frozenset(part.unit.id for part in _parts(item, "responsible")),
        leader_id=item.leader_id,
        acceptor_id=item.acceptor_id,
    )


def _parts(item: ItemSnapshot, role: str) -> list[PartState]:
    return [part for part in item.parts if part.role == role and not part.collective]


def _facts(fact: Payload) -> dict[str, Any]:
    """What a sentence about the fact is filled with: numbers, titles, names of units, times; no person."""
    if isinstance(fact, PlanImported | PlanConfirmed):
        return fact.model_dump(mode="json", include={"title", "year", "areas", "tasks", "errors", "warnings"})
    assert isinstance(fact, ItemFact)
    item = fact.item
    more = fact.model_dump(mode="json", include={"round", "due_at", "reason"})
    if isinstance(fact, StrikeOffChecked):
        more["unit"] = next((part.unit.name for part in item.parts if part.id == fact.part_id), "")
    return {
        "no": item.no,
        "item": item.short_title,
        "title": item.title,
        "area": item.area_title,
        "lead": [unit.name for unit in item.lead],
        "deadline": item.deadline.isoformat() if item.deadline else None,
        **more,
    }

"""Facts of tasks as the tasks service tells them: the course of one item or plan, from its draft to its end.

::

    course = Course(item(no=7, lead=[WATER], responsible=[PARKS], leader_id=..., acceptor_id=...))
    course.issued().applied().checked(course.item.parts[0], passed=False, reason="缺少附件").returned()
    course.received(city="360600")      # as they arrive, versions 1, 2, 3 …
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from luoshi_common.events import tasks
from luoshi_common.events.envelope import Envelope, decode
from luoshi_common.events.registry import Payload, event_type_of
from luoshi_common.events.tasks import ItemFact, ItemSnapshot, PartState
from luoshi_common.events.values import UnitRef
from luoshi_common.ids import new_id
from luoshi_common.messaging.subscriber import Received

BEGIN = datetime(2026, 1, 6, 1, 0, tzinfo=UTC)
"""Business time of a course's first fact; each further one comes a day later."""


def unit(name: str) -> UnitRef:
    """A unit of its own."""
    return UnitRef(id=new_id(), name=name)


def part(unit: UnitRef, *, role: str, members: Sequence[UnitRef] = ()) -> PartState:
    """A part; with members it is that of a group as a whole."""
    return PartState(id=new_id(), role=role, unit=unit, members=list(members), collective=bool(members), state="open")


def item(
    *, no: int = 1, lead: Sequence[UnitRef] = (), responsible: Sequence[UnitRef] = (),
    collective: Sequence[tuple[UnitRef, Sequence[UnitRef]]] = (), **more: Any,
) -> ItemSnapshot:  # fmt: skip
    """A draft item with one part for each unit, and one for each group with its members."""
    parts = [part(each, role="lead") for each in lead]
    parts += [part(each, role="responsible") for each in responsible]
    parts += [part(group, role="responsible", members=members) for group, members in collective]
    values = {
        **ItemFact.example["item"], "id": new_id(), "no": no, "title": f"示例事项第{no}号", "short_title": f"示例{no}",
        "state": "draft", "lead": lead, "responsible": [*responsible, *(group for group, _ in collective)],
        "parts": parts, "leader_id": None, "acceptor_id": None, "issued_at": None, **more,
    }  # fmt: skip
    return ItemSnapshot.model_validate(values)


@dataclass
class Course:
    """The facts of one item in the order in which they happened."""

    item: ItemSnapshot
    facts: list[Payload] = field(default_factory=list)
    round: int = 0
    application_id: UUID = field(default_factory=new_id)

    def drafted(self) -> Self:
        """The plan was confirmed."""
        return self._say(tasks.ItemDrafted)

    def arranged(self, **changes: Any) -> Self:
        """Leader, acceptor, deadline or class were set."""
        return self._say(tasks.ItemArranged, **changes)

    def issued(self, *, deadline: date = date(2026, 12, 18)) -> Self:
        """The item binds its units."""
        return self._say(tasks.ItemIssued, state="issued", deadline=deadline, issued_at=self.at)

    def applied(self) -> Self:
        """The lead applies for strike-off."""
        self.round += 1
        return self._say_of_application(
            tasks.StrikeOffApplied, {"due_at": self.at + timedelta(days=7)}, state="applied"
        )

    def checked(self, part: PartState, *, passed: bool = True, reason: str = "") -> Self:
        """The acceptor decides a part."""
        state = "passed" if passed else "returned"
        parts = [p.model_copy(update={"state": state}) if p.id == part.id else p for p in self.item.parts]
        more = {"part_id": part.id, "passed": passed, "reason": reason}
        return self._say_of_application(tasks.StrikeOffChecked, more, parts=parts)

    def returned(self) -> Self:
        """The item is sent back."""
        return self._say_of_application(tasks.ItemReturned, state="issued", returns=self.item.returns + 1)

    def struck_off(self) -> Self:
        """Every part has passed."""
        return self._say_of_application(tasks.ItemStruckOff, state="struck_off", struck_off_at=self.at)

    def overdue(self) -> Self:
        """The acceptor has not decided in time."""
        return self._say_of_application(tasks.StrikeOffOverdue, {"due_at": self.at})

    @property
    def at(self) -> datetime:
        """Business time of the next fact."""
        return BEGIN + timedelta(days=len(self.facts))

    def _say_of_application(self, kind: type[Payload], more: dict[str, Any] | None = None, **changes: Any) -> Self:
        return self._say(kind, {"application_id": self.application_id, "round": self.round, **(more or {})}, **changes)

    def _say(self, kind: type[Payload], more: dict[str, Any] | None = None, **changes: Any) -> Self:
        self.item = self.item.model_copy(update=changes)
        self.facts.append(kind.model_validate({"item": self.item, **(more or {})}))
        return self

    def received(self, *, city: str = "360600") -> list[Received]:
        """The facts as they arrive from the bus, written and read again."""
        return received(self.facts, entity=f"items/{self.item.id}", city=city)


def received(facts: Sequence[Payload], *, entity: str, city: str = "360600", begin: datetime = BEGIN) -> list[Received]:
    """Facts about one entity as they arrive: versions 1, 2, 3 …, a day between two."""
    return [
        decode(
            Envelope(
                id=new_id(), city=city, entity=entity, entity_version=version, time=begin + timedelta(days=version - 1),
                recorded_at=begin + timedelta(days=version - 1), actor="system", payload=fact,
                kind=event_type_of(type(fact)),
            ).encode()
        )
        for version, fact in enumerate(facts, start=1)
    ]  # fmt: skip

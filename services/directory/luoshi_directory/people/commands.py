"""People are made equal to the city folder; the caller has asked the policy."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_directory.keeping import keep
from luoshi_directory.people import events, queries
from luoshi_directory.people.model import Person
from luoshi_directory.people.rules import PersonEntry

_GONE: Mapping[str, Any] = {"active": False, "roles": [], "persona": False, "sign_in": None}


async def keep_people(
    uow: UnitOfWork, *, people: Sequence[PersonEntry], units: Mapping[str, UUID]
) -> tuple[Mapping[str, UUID], int]:
    """Take over the people; returns id by code, and how many changed. Who is not named has left."""
    known = await queries.people_by_code(uow.session)
    fresh = frozenset(person.code for person in people) - known.keys()
    records = {**{person.code: Person(code=person.code) for person in people if person.code in fresh}, **known}
    wanted = {person.code: _values(person, units) for person in people}
    changed = keep(uow, records=records, fresh=fresh, wanted=wanted, gone=_GONE, fact=events.person_changed)
    return {code: record.id for code, record in records.items()}, changed


def _values(person: PersonEntry, units: Mapping[str, UUID]) -> dict[str, Any]:
    assert person.unit is not None, "a folder with somebody without unit is refused"
    return {
        "name": person.name,
        "unit_id": units[person.unit],
        "title": person.title,
        "roles": sorted(set(person.roles)),
        "sign_in": person.sign_in,
        "persona": person.persona,
        "demo": person.demo,
        "active": True,
    }

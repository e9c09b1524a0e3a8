"""What leaves this feature."""

from luoshi_common.events.directory import PersonChanged
from luoshi_directory.people.model import Person


def person_changed(person: Person) -> PersonChanged:
    """人员变更: without the sign-in name."""
    return PersonChanged(
        id=person.id,
        name=person.name,
        unit_id=person.unit_id,
        title=person.title,
        roles=person.roles,
        active=person.active,
        demo=person.demo,
    )

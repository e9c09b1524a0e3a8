"""人员的规则: what may stand in the folder about people."""

from collections.abc import Iterator, Sequence

from luoshi_common.auth.roles import Role
from luoshi_directory.entries import Code, Entry, Finding, Level, Name, doubled, doubled_codes


class PersonEntry(Entry):
    """人员 as the folder has it; `sign_in` is the name under which the city's sign-in service knows the person, and
    `persona` puts a card of the person on the sign-in page of a development city.
    """

    code: Code
    name: Name
    unit: Code | None = None
    title: str = ""
    roles: tuple[str, ...] = ()
    sign_in: Name | None = None
    persona: bool = False
    demo: bool = False


_KNOWN = frozenset(role.value for role in Role)
_NEEDED = (Role.OFFICE, Role.OPERATOR)


def find_in_people(people: Sequence[PersonEntry]) -> Iterator[Finding]:
    """Find what is wrong with the people by themselves: unknown roles, nobody's people, two with one sign-in."""
    yield from doubled_codes(people, place="people")
    shared = doubled(person.sign_in for person in people if person.sign_in)
    for number, person in enumerate(people):
        if person.unit is None:
            message = f"“{person.name}”没有单位"
            yield Finding(code="person_without_unit", message=message, path=("people", number))
        for place, role in enumerate(person.roles):
            if role not in _KNOWN:
                message = f"没有名为“{role}”的角色"
                yield Finding(code="unknown_role", message=message, path=("people", number, "roles", place))
        if person.sign_in in shared:
            message = f"登录名“{person.sign_in}”属于多人"
            yield Finding(code="duplicate_sign_in", message=message, path=("people", number, "sign_in"))
    held = {role for person in people for role in person.roles}
    for needed in _NEEDED:
        if needed not in held:
            message = f"没有人担任“{needed.term}”"
            yield Finding(code="role_vacant", message=message, path=("people",), level=Level.WARNING)

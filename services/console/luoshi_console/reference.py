"""名录快照: the city's name, business time, units and people, read once and again when the directory says so.

Every page names units and people; asking for them each time would be a fourth service on every page. Any fact of the
directory on the bus makes the snapshot old; after `LONGEST_SECONDS` it is old by itself (the bus may be away).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from uuid import UUID

from luoshi_client.directory import Person, Unit
from luoshi_client.session import Refusal
from luoshi_common.auth.actor import Actor
from luoshi_common.auth.roles import STAFF, Role
from luoshi_common.clock import machine_now, shanghai_date
from luoshi_console.services import Services
from luoshi_console.views import PersonView

LONGEST_SECONDS = 60.0
ORDER = (Role.OFFICE, Role.UNIT_LIAISON, Role.ACCEPTOR, Role.LEADER, Role.UNIT_HEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """本人: who is signed in, with the roles the directory gives them now."""

    id: str
    unit_id: str
    actor: Actor
    view: PersonView


@dataclass(slots=True)
class Reference:
    """名录快照 of one console process. Staff see all units and people alike, so one snapshot serves everybody."""

    city: str = ""
    personas: tuple[PersonView, ...] = ()
    units: Mapping[str, Unit] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    _offset: timedelta = timedelta()
    _heard: int = 0
    _open_until: float = 0.0
    _staff_until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def heard(self, subject: str) -> None:
        """Become old when the directory has said something."""
        if subject.split(".")[2:3] == ["directory"]:
            self._heard += 1
            self._open_until = self._staff_until = 0.0

    def now(self) -> datetime:
        """Business time, UTC."""
        return machine_now() + self._offset

    def today(self) -> date:
        """The business date in Asia/Shanghai."""
        return shanghai_date(self.now())

    async def refresh(self, services: Services, *, staff: bool = False) -> None:
        """Read again what is old: name, clock and personas for anybody, units and people for staff."""
        async with self._lock:
            if monotonic() >= self._open_until:
                await self._read_open(services)
            if staff and monotonic() >= self._staff_until:
                until = self._until()
                units, people = await asyncio.gather(services.directory.units(), services.directory.people())
                self.units = {str(unit.id): unit for unit in units}
                self.people = {str(person.id): person for person in people}
                self._staff_until = until()

    async def me(self, services: Services, person_id: UUID) -> Me | None:
        """Show the person of a session, None when the directory does not know them any more."""
        await self.refresh(services, staff=True)
        person = self.people.get(str(person_id))
        if person is None:
            return None
        view = view_of(person)
        roles = frozenset(Role(role) for role in person.roles if role in STAFF)
        actor = Actor.person(person_id=person_id, unit_id=person.unit_id, roles=roles, name=person.name)
        return Me(id=view.id, unit_id=str(person.unit_id), actor=actor, view=view)

    def name_of(self, person_id: object) -> str | None:
        """Name a person by id, None for nobody or somebody unknown."""
        person = self.people.get(str(person_id))
        return person.name if person else None

    def holding(self, role: str) -> tuple[Person, ...]:
        """List the people who hold a role."""
        return tuple(person for person in self.people.values() if role in person.roles)

    async def _read_open(self, services: Services) -> None:
        until = self._until()
        city, clock = await asyncio.gather(services.directory.city(), services.directory.clock())
        self.city = city.name
        self._offset = clock.now - machine_now()
        try:
            people = sorted(await services.directory.personas(), key=_rank)
            self.personas = tuple(view_of(person) for person in people)
        except Refusal:
            self.personas = ()
        self._open_until = until()

    def _until(self) -> Callable[[], float]:
        """What is read now holds for a while, unless the directory speaks before the reading is done."""
        before, end = self._heard, monotonic() + LONGEST_SECONDS
        return lambda: end if self._heard == before else 0.0


def _rank(person: Person) -> tuple[int, str]:
    """Order cards as the work goes: who issues, who carries out, who accepts, who leads, the others."""
    places = [ORDER.index(role) for role in person.roles if role in ORDER]
    return min(places, default=len(ORDER)), person.code


def view_of(person: Person) -> PersonView:
    """Show a person on a card or in the header."""
    return PersonView(
        id=str(person.id),
        name=person.name,
        unit=person.unit_name,
        post=person.title or None,
        roles=person.roles,
    )

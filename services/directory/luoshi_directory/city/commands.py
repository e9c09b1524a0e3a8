"""The city folder is laid over what the directory holds."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from luoshi_common.auth.actions import Action
from luoshi_common.auth.actor import ActorKind
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import Guarded
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_directory.city import events, queries, rules
from luoshi_directory.city.document import CityDocument
from luoshi_directory.city.model import City
from luoshi_directory.clock.commands import begin_clock
from luoshi_directory.entries import Finding
from luoshi_directory.people.commands import keep_people
from luoshi_directory.posts.commands import keep_posts
from luoshi_directory.profiles.commands import activate_profile, publish_calendar
from luoshi_directory.profiles.rules import years_of
from luoshi_directory.units.commands import keep_groups, keep_units


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """装载结果: the city, what was found, and how many entries of each kind changed."""

    city: City
    findings: Sequence[Finding]
    changed: Mapping[str, int]


async def load_city(uow: UnitOfWork, *, city: CityDocument) -> Loaded:
    """装载: make the directory equal to a city folder; loading the same again changes and tells nothing.

    In development mode the first load also sets the beginning of business time. The system (a start-up task) may load;
    a person is asked for by the policy.

    Raises:
        CityFaulty: an error was found; nothing has changed.
        CityOfAnotherCode, BeginsInProduction: the folder is not for this system.
    """
    if uow.actor.kind is not ActorKind.SYSTEM:
        uow.allow(Action.LOAD_CITY, Guarded(kind="cities", id=uow.city))
    rules.refuse_unless_ours(city, own=uow.city, production=uow.mode is Mode.PRODUCTION)
    findings = rules.find_in_city(city)
    rules.refuse_unless_sound(findings)
    await queries.lock_city(uow.session)
    known = await queries.find_city(uow.session)
    if known is None and city.city.begin is not None:
        await begin_clock(uow, at=city.city.begin)
    changed = await _keep_all(uow, city)
    record = _keep_city(uow, city=city, known=known, findings=findings)
    return Loaded(city=record, findings=findings, changed=changed)


async def _keep_all(uow: UnitOfWork, city: CityDocument) -> dict[str, int]:
    profile, activated = await activate_profile(uow, overrides=city.profile)
    calendar = await publish_calendar(uow, years=years_of(city.calendar))
    unit_ids, units = await keep_units(uow, units=city.units)
    groups = await keep_groups(
        uow, groups=city.groups, units=city.units, ids=unit_ids,
        committees_in_districts=profile.groups.committees_in_districts,
    )  # fmt: skip
    person_ids, people = await keep_people(uow, people=city.people, units=unit_ids)
    posts = await keep_posts(uow, posts=city.posts, units=unit_ids, people=person_ids)
    return {
        "profile": int(activated), "calendar": calendar, "units": units, "groups": groups, "people": people,
        "posts": posts,
    }  # fmt: skip


def _keep_city(uow: UnitOfWork, *, city: CityDocument, known: City | None, findings: Sequence[Finding]) -> City:
    record = known or City(code=city.city.code, loaded_at=uow.now)
    digest = hashlib.sha256(city.model_dump_json().encode()).hexdigest()
    differs = record.take(
        name=city.city.name, demo=city.city.demo, notice=city.city.notice, digest=digest, findings=len(findings)
    )
    if known is None:
        uow.session.add(record)
    if differs:
        record.loaded_at = uow.now
        uow.emit(events.city_loaded(record), record=record)
    return record

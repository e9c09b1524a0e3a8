"""A profile is activated, calendar years are published; the caller has asked the policy."""

from collections.abc import Mapping, Sequence
from typing import Any

from luoshi_common.calendar import workdays
from luoshi_common.db.unit_of_work import UnitOfWork
from luoshi_common.policy.loader import load_profile
from luoshi_common.policy.profile import Profile
from luoshi_directory.profiles import events, queries
from luoshi_directory.profiles.model import CalendarYear, ProfileVersion


async def activate_profile(uow: UnitOfWork, *, overrides: Mapping[str, Any]) -> tuple[Profile, bool]:
    """Put a new version in force where it differs from the one that is; two at once follow one another.

    Raises ProfileMalformed, ProfileContradictory, BurdenRuleBroken.
    """
    profile = load_profile(overrides)
    document = profile.model_dump(mode="json")
    await queries.lock_profiles(uow.session)
    present = await queries.find_profile_in_force(uow.session)
    if present is not None and present.document == document:
        return profile, False
    number = present.number + 1 if present else 1
    version = ProfileVersion(number=number, overrides=_plain(overrides), document=document)
    uow.session.add(version)
    uow.emit(events.profile_activated(version), record=version)
    return profile, True


async def publish_calendar(uow: UnitOfWork, *, years: Sequence[workdays.CalendarYear]) -> int:
    """Publish the years that are new or differ; returns how many. A published year is never taken back."""
    known = await queries.calendar_by_year(uow.session)
    changed = 0
    for year in years:
        record = known.get(year.year) or CalendarYear(year=year.year)
        differs = record.take(rest_days=_days(year.rest_days), working_days=_days(year.working_days))
        if year.year not in known:
            uow.session.add(record)
        if differs:
            uow.emit(events.calendar_published(record), record=record)
            changed += 1
    return changed


def _days(days: frozenset[Any]) -> list[str]:
    return [day.isoformat() for day in sorted(days)]


def _plain(overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _plain(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple) else value
        for name, value in overrides.items()
    }

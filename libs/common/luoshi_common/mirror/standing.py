"""城市现状缓存: clock, profile and calendar of this moment, read once a second instead of once a command.

The projection of the mirror in this process makes it forget at once; a change that another replica mirrored is seen a
second later. Business time only moves in development, where a service has one process.
"""

import time
from dataclasses import dataclass

from luoshi_common.calendar.workdays import WorkCalendar
from luoshi_common.mirror import queries
from luoshi_common.mirror.queries import CityNow, Reader
from luoshi_common.policy.loader import load_profile, read_profile
from luoshi_common.policy.profile import Profile

FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Standing:
    """What holds in the city now."""

    city: CityNow
    profile: Profile
    calendar: WorkCalendar


class CityStanding:
    """Keeps what was read while it is fresh."""

    def __init__(self) -> None:
        self.profile = load_profile()
        """The profile last read; the defaults before that."""
        self._known: Standing | None = None
        self._read_at = 0.0
        self._forgotten = 0

    def forget(self) -> None:
        """The mirror has changed: read anew, and let no reading that is under way be kept."""
        self._forgotten += 1
        self._read_at = 0.0

    async def read(self, reader: Reader) -> Standing:
        """What holds now."""
        if self._known is not None and time.monotonic() - self._read_at < FRESH_SECONDS:
            return self._known
        forgotten, begun = self._forgotten, time.monotonic()
        city = await queries.city_now(reader)
        standing = await self._completed(reader, city)
        self._known, self.profile = standing, standing.profile
        if forgotten == self._forgotten:
            self._read_at = begun
        return standing

    async def _completed(self, reader: Reader, city: CityNow) -> Standing:
        known = self._known
        numbers = (city.profile_number, city.calendar_number)
        if known is not None and (known.city.profile_number, known.city.calendar_number) == numbers:
            return Standing(city, known.profile, known.calendar)
        document = await queries.profile_document(reader)
        profile = read_profile(document) if document else load_profile()
        calendar = WorkCalendar.from_years(await queries.calendar_years(reader), profile.calendar.hours)
        return Standing(city, profile, calendar)

"""What leaves this feature."""

from luoshi_common.events.directory import CalendarPublished, ProfileActivated
from luoshi_directory.profiles.model import CalendarYear, ProfileVersion


def profile_activated(version: ProfileVersion) -> ProfileActivated:
    """市情参数启用."""
    return ProfileActivated(number=version.number, document=version.document)


def calendar_published(year: CalendarYear) -> CalendarPublished:
    """日历发布."""
    return CalendarPublished(year=year.year, rest_days=year.rest_days, working_days=year.working_days)

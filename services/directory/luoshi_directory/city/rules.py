"""城市资料的规则: what is wrong with a folder as a whole, and when it may be loaded."""

from collections.abc import Iterator, Sequence

from luoshi_common.calendar.workdays import CalendarYear
from luoshi_common.errors import Malformed, Refused
from luoshi_directory.city.document import CityDocument
from luoshi_directory.entries import Finding, Level, Place
from luoshi_directory.people.rules import find_in_people
from luoshi_directory.posts.rules import find_in_posts
from luoshi_directory.profiles.rules import find_in_calendar, find_in_profile, years_of
from luoshi_directory.units.rules import find_in_groups, find_in_names, find_in_units, unknown_units


class CityFaulty(Malformed):
    """城市资料有误: the folder has errors; nothing was changed."""

    code = "directory.city.faulty"
    title = "城市资料有误，未作任何更改：{problems}"


class CityOfAnotherCode(Refused):
    """非本市资料: the folder is of another city."""

    code = "directory.city.another_code"
    title = "这是{given}的资料，本系统属于{own}"


class BeginsInProduction(Refused):
    """业务时间不可设定: a city that is served for real has the machine's time."""

    code = "directory.city.begins_in_production"
    title = "正式运行的城市不能设定业务时间的起点（begin）"


def find_in_city(city: CityDocument) -> list[Finding]:
    """Find everything that is wrong, in the order of the files."""
    named: Sequence[tuple[str, Place]] = [
        *((p.unit, ("people", n, "unit")) for n, p in enumerate(city.people) if p.unit is not None),
        *((post.unit, ("posts", number, "unit")) for number, post in enumerate(city.posts)),
    ]
    return [
        *find_in_calendar(city.calendar),
        *find_in_units(city.units),
        *find_in_names(units=city.units, groups=city.groups),
        *find_in_groups(city.groups, units=city.units),
        *find_in_people(city.people),
        *find_in_posts(city.posts, people=city.people, units=city.units),
        *unknown_units(named, units=city.units),
        *find_in_profile(city.profile),
        *_begin(city),
    ]


def refuse_unless_sound(findings: Sequence[Finding]) -> None:
    """Refuse a folder with an error. Raises CityFaulty with every finding."""
    errors = [finding for finding in findings if finding.level is Level.ERROR]
    if errors:
        raise CityFaulty(problems=tuple(map(str, errors)), findings=[_plain(finding) for finding in findings])


def refuse_unless_ours(city: CityDocument, *, own: str, production: bool) -> None:
    """Refuse another city's folder, and a beginning of time where time is real.

    Raises CityOfAnotherCode, BeginsInProduction.
    """
    if city.city.code != own:
        raise CityOfAnotherCode(given=city.city.code, own=own)
    if city.city.begin is not None and production:
        raise BeginsInProduction


def _begin(city: CityDocument) -> Iterator[Finding]:
    begin = city.city.begin
    if begin is not None and not any(year.year == begin.year for year in _sound_years(city)):
        message = f"业务时间始于{begin.year}年，但没有这一年的工作日历"
        yield Finding(code="calendar_missing", message=message, path=("city", "begin"), level=Level.WARNING)


def _sound_years(city: CityDocument) -> Sequence[CalendarYear]:
    return [] if any(find_in_calendar(city.calendar)) else years_of(city.calendar)


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "level": finding.level.value,
        "message": finding.message,
        "path": ".".join(str(step) for step in finding.path),
        "file": finding.file or None,
        "line": finding.line,
    }

"""矛盾: settings that are each possible but cannot stand together; every one is named by its path."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from luoshi_common.calendar.limits import Limit
from luoshi_common.calendar.workdays import ServiceHoursInconsistent
from luoshi_common.policy.profile import Profile
from luoshi_common.policy.tickets import TicketClass

_BYTES_A_CHARACTER = 4
_WHOLE = 100

Found = tuple[str, str]


def contradictions(profile: Profile) -> Iterator[Found]:
    """Yield path and sentence of each contradiction."""
    yield from _time(profile)
    yield from _work(profile)
    yield from _tickets(profile)
    yield from _scores(profile)
    yield from _platform(profile)


def _time(profile: Profile) -> Iterator[Found]:
    try:
        hours = profile.calendar.hours
    except ServiceHoursInconsistent:
        yield "calendar.service_hours", "spans must be in order and must not overlap"
        return
    quiet_from, quiet_to = profile.notify.quiet_from, profile.notify.quiet_to
    if quiet_from == quiet_to:
        yield "notify.quiet_from", "must differ from quiet_to"
    for opens, closes in hours.spans:
        if quiet_from < quiet_to:
            disturbed = quiet_from < closes and opens < quiet_to
        else:
            disturbed = quiet_from < closes or opens < quiet_to
        if disturbed:
            yield "notify.quiet_from", f"quiet hours must not cover service hours ({opens:%H:%M}-{closes:%H:%M})"
    for code, cadence in profile.cadences.items():
        if cadence.every == "event" and cadence.due_day is not None:
            yield f"cadences.{code}.due_day", "a duty on an event has no due day"


def _work(profile: Profile) -> Iterator[Found]:
    lamps = profile.lamps
    if lamps.ratio.yellow_from > lamps.ratio.green_from:
        yield "lamps.ratio.yellow_from", "must not exceed green_from"
    if lamps.gap.yellow_from > lamps.gap.red_above:
        yield "lamps.gap.yellow_from", "must not exceed red_above"
    if profile.reports.due_day >= profile.reports.freeze_day:
        yield "reports.due_day", "must be before freeze_day"
    if profile.acceptance.evidence_min > profile.acceptance.evidence_max:
        yield "acceptance.evidence_min", "must not exceed evidence_max"


def _tickets(profile: Profile) -> Iterator[Found]:
    for name, kind in profile.tickets.classes.items():
        yield from ((f"tickets.classes.{name}.{field}", sentence) for field, sentence in _class(kind))
    overdue = profile.tickets.overdue
    if not overdue.reminder_days <= overdue.supervision_days <= overdue.bulletin_days:
        yield "tickets.overdue", "reminder, supervision and bulletin must follow in this order"
    reviews = profile.tickets.reviews
    if reviews.bad_levels >= len(reviews.levels):
        yield "tickets.reviews.bad_levels", "must leave at least one level that is not bad"
    if reviews.rectify.exceeds(reviews.rectify_complex):
        yield "tickets.reviews.rectify", "must not exceed rectify_complex"


def _class(kind: TicketClass) -> Iterator[Found]:
    before: dict[str, Limit | None] = {
        "sign": kind.sign,
        "contact": kind.contact,
        "interim": kind.interim,
        "return_within": kind.return_within,
    }
    for field, limit in before.items():
        if limit and limit.exceeds(kind.finish):
            yield field, "must not exceed finish"
    if kind.maximum and kind.finish.exceeds(kind.maximum):
        yield "finish", "must not exceed maximum"
    if kind.maximum is None and kind.extensions > 1:
        yield "extensions", "a class without a maximum takes at most one extension"


def _scores(profile: Profile) -> Iterator[Found]:
    scoring = profile.scoring
    item, unit, look = scoring.item, scoring.unit, scoring.appraisal
    yield from _whole("scoring.item", (item.progress, item.milestones, item.reporting, item.acceptance))
    yield from _whole("scoring.unit", (unit.items, unit.tickets))
    yield from _whole(
        "scoring.appraisal",
        (look.size, look.novelty, look.distinctiveness, look.change, look.momentum, look.livelihood),
    )
    if item.cap < _WHOLE:
        yield "scoring.item.cap", "must not be below 100"
    if item.floor > 0:
        yield "scoring.item.floor", "must not be above 0"
    if scoring.ticket.satisfaction_floor > scoring.ticket.satisfaction:
        yield "scoring.ticket.satisfaction_floor", "must not exceed satisfaction"
    grades = scoring.grades
    if not grades.excellent > grades.good > grades.passing:
        yield "scoring.grades", "excellent, good and passing must fall in this order"
    listed = [unit_type for group in scoring.rankings.values() for unit_type in group.unit_types]
    for unit_type in sorted({kind for kind in listed if listed.count(kind) > 1}):
        yield "scoring.rankings", f"{unit_type} stands in two groups"


def _platform(profile: Profile) -> Iterator[Found]:
    if profile.http.page_size > profile.http.page_size_max:
        yield "http.page_size", "must not exceed page_size_max"
    if profile.plans.max_characters * _BYTES_A_CHARACTER > profile.files.max_bytes:
        yield "plans.max_characters", "a document of this length does not fit into files.max_bytes"


def _whole(path: str, points: Iterable[Decimal]) -> Iterator[Found]:
    if sum(points) != _WHOLE:
        yield path, "must add to 100"

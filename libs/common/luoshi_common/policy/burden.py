"""减负规定: what the burden rule B1–B4 forbids a profile to do, whatever the city wishes.

* B1 no app of our own, no forced log-in or installation
* B2 photos, places and check-ins are offered; demanded only with a legal basis, never scored
* B3 only results are scored, never activity; units are ranked, never persons
* B4 a figure is asked once; what is known is prefilled
"""

from collections import Counter
from collections.abc import Iterator

from luoshi_common.policy.profile import Profile
from luoshi_common.policy.work import Demand, ReportField

_SWITCHES = {
    "own_app": "B1",
    "forced_login": "B1",
    "site_proof_scored": "B2",
    "activity_scored": "B3",
    "persons_ranked": "B3",
    "known_figures_asked": "B4",
}
_SITE_PROOF = frozenset({"photo", "video", "location", "track", "checkin"})
_ACTIVITY = frozenset({"login", "click", "online", "post", "like", "vote", "share", "study", "install"})

Broken = tuple[str, str, str]


def broken(profile: Profile) -> Iterator[Broken]:
    """Yield rule, path and sentence of each break."""
    for name, rule in _SWITCHES.items():
        if getattr(profile.burden, name):
            yield rule, f"burden.{name}", "is forbidden"
    yield from _demands("acceptance.demands", profile.acceptance.demands)
    for name, kind in profile.tickets.classes.items():
        yield from _demands(f"tickets.classes.{name}.demands", kind.demands)
    for name in profile.scoring.adjustments:
        yield from _scored(name)
    yield from _asked(profile.reports.fields)


def _demands(path: str, demands: tuple[Demand, ...]) -> Iterator[Broken]:
    for demand in demands:
        if not demand.legal_basis.strip():
            yield "B2", path, f"{demand.kind.value} is demanded without a legal basis"


def _scored(name: str) -> Iterator[Broken]:
    path = f"scoring.adjustments.{name}"
    joined = name.replace("log_in", "login").replace("check_in", "checkin")
    words = {word.removesuffix("s") for word in joined.split("_")}
    if words & _SITE_PROOF:
        yield "B2", path, "proof from the site is never scored"
    elif words & _ACTIVITY:
        yield "B3", path, "only results are scored, never activity"


def _asked(fields: dict[str, ReportField]) -> Iterator[Broken]:
    for name, field in fields.items():
        if field.source == "known" and not field.prefilled:
            yield "B4", f"reports.fields.{name}", "a known value must be prefilled"
    times = Counter(field.label.strip() for field in fields.values())
    for name, field in fields.items():
        if times[field.label.strip()] > 1:
            yield "B4", f"reports.fields.{name}", f"{field.label} is asked more than once"

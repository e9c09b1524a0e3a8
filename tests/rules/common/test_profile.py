"""The city profile: defaults with sources, overrides, contradictions by path, and the burden rule by name."""

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
import yaml

from luoshi_common.calendar.limits import Limit
from luoshi_common.policy.loader import (
    BurdenRuleBroken,
    ProfileContradictory,
    ProfileMalformed,
    load_profile,
    read_profile,
    source_of,
    source_paths,
)
from luoshi_common.policy.profile import Profile, profile_schema
from tools.profile_doc import PAGE, page, settings


def nested(path: str, value: object) -> dict[str, Any]:
    """Write an override that says only one thing."""
    for name in reversed(path.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return value


class TestDefaults:
    def test_are_the_settled_values(self) -> None:
        profile = load_profile()

        assert (profile.acceptance.acceptor_days, profile.acceptance.reopen_days) == (5, 90)
        assert (profile.reports.due_day, profile.reports.freeze_day) == (5, 10)
        assert (profile.lamps.ratio.green_from, profile.lamps.ratio.yellow_from) == (Decimal("0.8"), Decimal("0.6"))
        assert profile.groups.committees_in_districts is False
        assert profile.plans.max_characters == 1_000_000
        assert profile.http.idempotency_hours == 48

    @pytest.mark.parametrize(
        ("name", "sign", "contact", "interim", "finish", "maximum"),
        [
            ("emergency", "15min", None, "2h", "24h", None),
            ("time_critical", "30min", None, None, "24h", None),
            ("consultation", None, "2wh", None, "2wd", None),
            ("time_limited", "1wd", "1wd", "3wd", "5wd", None),
            ("key", "1wd", None, "7d", "15wd", "30wd"),
        ],
    )
    def test_hold_the_classes_of_tickets(
        self, name: str, sign: str | None, contact: str | None, interim: str | None, finish: str, maximum: str | None
    ) -> None:
        """R81: handling classes with their clocks."""
        kind = load_profile().tickets.classes[name]

        limits = {"sign": sign, "contact": contact, "interim": interim, "finish": finish, "maximum": maximum}
        for field, limit in limits.items():
            assert getattr(kind, field) == (Limit.parse(limit) if limit else None)

    def test_name_the_source_of_every_setting(self) -> None:
        assert [setting.path for setting in settings() if not setting.source] == []

    def test_describe_every_setting(self) -> None:
        assert [setting.path for setting in settings() if not setting.meaning] == []

    def test_name_no_source_of_what_does_not_exist(self) -> None:
        known = {setting.path for setting in settings()}

        assert [path for path in source_paths() if not any(f"{each}.".startswith(f"{path}.") for each in known)] == []
        assert source_of("no.such.setting") is None

    def test_are_written_down(self) -> None:
        assert PAGE.read_text("utf-8") == page(), "run python -m tools.profile_doc"

    def test_fit_their_published_schema(self) -> None:
        document = json.loads(json.dumps(load_profile().model_dump(mode="json")))

        jsonschema.Draft202012Validator(profile_schema()).validate(document)


class TestOverrides:
    def test_change_only_what_they_name(self) -> None:
        profile = load_profile({"acceptance": {"acceptor_days": 3}})

        assert profile.acceptance.acceptor_days == 3
        assert profile == load_profile().model_copy(update={"acceptance": profile.acceptance})

    def test_add_a_class_and_take_one_away(self) -> None:
        new = {"label": "绿色通道", "finish": "1wd", "return_within": "2wh", "extensions": 0}

        classes = load_profile({"tickets": {"classes": {"fast_lane": new, "consultation": None}}}).tickets.classes

        assert set(classes) == {"emergency", "time_critical", "time_limited", "key", "fast_lane"}

    def test_take_an_optional_limit_away(self) -> None:
        assert (
            load_profile(nested("tickets.classes.time_limited.interim", None)).tickets.classes["time_limited"].interim
            is None
        )

    def test_are_read_back_from_the_stored_form(self) -> None:
        profile = load_profile({"tickets": {"classes": {"key": None}}, "http": {"page_size": 20}})
        document = json.loads(json.dumps(profile.model_dump(mode="json")))

        assert read_profile(document) == profile

    def test_that_are_older_than_a_setting_take_its_default(self) -> None:
        document = load_profile().model_dump(mode="json")
        del document["http"]["page_size"], document["audit"]

        assert read_profile(document) == load_profile()

    def test_of_a_newer_release_can_be_read_by_this_one(self) -> None:
        """Going back a release must start; what only the newer one knows is left out."""
        document = load_profile().model_dump(mode="json")
        document["acceptance"]["known_to_a_newer_release"] = 7
        document["an_area_of_a_newer_release"] = {"limit": "5wd"}

        assert read_profile(document) == load_profile()

    @pytest.mark.parametrize(
        ("overrides", "problem"),
        [
            (nested("acceptance.acceptor_day", 3), "acceptance.acceptor_day: Extra inputs are not permitted"),
            (nested("colours", {}), "colours: Extra inputs are not permitted"),
            (
                nested("acceptance.acceptor_days", 0),
                "acceptance.acceptor_days: Input should be greater than or equal to 1",
            ),
            (nested("acceptance.acceptor_days", None), "acceptance.acceptor_days: Field required"),
            (nested("acceptance", 5), "acceptance: Input should be"),
            (nested("lamps.rule", "mood"), "lamps.rule: Input should be 'ratio' or 'gap'"),
            (nested("lamps.ratio.green_from", "NaN"), "lamps.ratio.green_from: Input should be a finite number"),
            (
                nested("tickets.classes.key.finish", "15 days"),
                "tickets.classes.key.finish: Value error, must be a whole",
            ),
            (yaml.safe_load("calendar: {service_hours: [[14:00, 17:30]]}"), "must be a time in quotes"),
            (nested("reports.due_day", 31), "reports.due_day: Input should be less than or equal to 28"),
            (nested("cadences.X1", {}), "cadences.X1: String should match pattern"),
        ],
    )
    def test_are_refused_when_malformed(self, overrides: dict[str, Any], problem: str) -> None:
        with pytest.raises(ProfileMalformed) as refusal:
            load_profile(overrides)

        assert problem in str(refusal.value)
        assert refusal.value.status == 422


class TestContradictions:
    @pytest.mark.parametrize(
        ("path", "value", "problem"),
        [
            ("tickets.classes.key.maximum", "10wd", "tickets.classes.key.finish: must not exceed maximum"),
            ("tickets.classes.key.interim", "22d", "tickets.classes.key.interim: must not exceed finish"),
            ("tickets.classes.time_limited.sign", "6wd", "tickets.classes.time_limited.sign: must not exceed finish"),
            (
                "tickets.classes.time_limited.contact",
                "9d",
                "tickets.classes.time_limited.contact: must not exceed finish",
            ),
            ("tickets.classes.emergency.return_within", "2wd", "tickets.classes.emergency.return_within: must not"),
            ("tickets.classes.time_limited.extensions", 2, "tickets.classes.time_limited.extensions: a class without"),
            ("tickets.overdue.bulletin_days", 1, "tickets.overdue: reminder, supervision and bulletin"),
            ("tickets.reviews.bad_levels", 5, "tickets.reviews.bad_levels: must leave"),
            ("tickets.reviews.rectify", "16wd", "tickets.reviews.rectify: must not exceed rectify_complex"),
            ("lamps.ratio.yellow_from", 0.9, "lamps.ratio.yellow_from: must not exceed green_from"),
            ("lamps.gap.yellow_from", 31, "lamps.gap.yellow_from: must not exceed red_above"),
            ("reports.due_day", 10, "reports.due_day: must be before freeze_day"),
            ("acceptance.evidence_min", 51, "acceptance.evidence_min: must not exceed evidence_max"),
            ("calendar.service_hours", [["14:00", "17:30"], ["08:30", "12:00"]], "calendar.service_hours: spans"),
            ("notify.quiet_from", "17:00", "notify.quiet_from: quiet hours must not cover service hours (14:00-17:30)"),
            ("notify.quiet_to", "09:00", "notify.quiet_from: quiet hours must not cover service hours (08:30-12:00)"),
            ("notify.quiet_to", "21:00", "notify.quiet_from: must differ from quiet_to"),
            ("cadences.C10.due_day", 5, "cadences.C10.due_day: a duty on an event has no due day"),
            ("scoring.item.progress", 61, "scoring.item: must add to 100"),
            ("scoring.unit.items", 60, "scoring.unit: must add to 100"),
            ("scoring.appraisal.size", 16, "scoring.appraisal: must add to 100"),
            ("scoring.item.cap", 99, "scoring.item.cap: must not be below 100"),
            ("scoring.item.floor", 1, "scoring.item.floor: must not be above 0"),
            (
                "scoring.ticket.satisfaction_floor",
                26,
                "scoring.ticket.satisfaction_floor: must not exceed satisfaction",
            ),
            ("scoring.grades.good", 90, "scoring.grades: excellent, good and passing must fall"),
            (
                "scoring.rankings.vertical.unit_types",
                ["department"],
                "scoring.rankings: department stands in two groups",
            ),
            ("http.page_size", 201, "http.page_size: must not exceed page_size_max"),
            ("plans.max_characters", 6_000_000, "plans.max_characters: a document of this length does not fit"),
        ],
    )
    def test_are_refused_with_the_path(self, path: str, value: object, problem: str) -> None:
        with pytest.raises(ProfileContradictory) as refusal:
            load_profile(nested(path, value))

        assert any(each.startswith(problem) for each in refusal.value.facts["problems"])  # type: ignore[attr-defined]
        assert refusal.value.status == 409

    def test_are_told_all_at_once(self) -> None:
        with pytest.raises(ProfileContradictory) as refusal:
            load_profile({"http": {"page_size": 201}, "reports": {"due_day": 12}})

        assert len(refusal.value.facts["problems"]) == 2  # type: ignore[arg-type]


class TestBurdenRule:
    @pytest.mark.parametrize(
        ("path", "value", "rule"),
        [
            ("burden.own_app", True, "B1"),
            ("burden.forced_login", True, "B1"),
            ("burden.site_proof_scored", True, "B2"),
            ("acceptance.demands", [{"kind": "photo", "legal_basis": " "}], "B2"),
            ("tickets.classes.key.demands", [{"kind": "location", "legal_basis": ""}], "B2"),
            ("scoring.adjustments.photo_uploaded", 1, "B2"),
            ("scoring.adjustments.check_ins", 1, "B2"),
            ("burden.activity_scored", True, "B3"),
            ("burden.persons_ranked", True, "B3"),
            ("scoring.adjustments.daily_logins", 0.1, "B3"),
            ("scoring.adjustments.likes", 0.1, "B3"),
            ("burden.known_figures_asked", True, "B4"),
            ("reports.fields.done.prefilled", False, "B4"),
            ("reports.fields.again", {"label": "存在问题", "source": "typed", "prefilled": False}, "B4"),
        ],
    )
    def test_refuses_what_it_forbids_and_says_which(self, path: str, value: object, rule: str) -> None:
        with pytest.raises(BurdenRuleBroken) as refusal:
            load_profile(nested(path, value))

        assert refusal.value.facts["rules"] == (rule,)
        assert path.split(".")[0] in str(refusal.value)

    def test_allows_a_photo_with_its_legal_basis(self) -> None:
        demand = {"kind": "photo", "legal_basis": "安全生产法第四十一条"}

        profile = load_profile(nested("tickets.classes.emergency.demands", [demand]))

        assert profile.tickets.classes["emergency"].demands[0].legal_basis == "安全生产法第四十一条"

    def test_does_not_mistake_results_for_activity(self) -> None:
        load_profile(
            {"scoring": {"adjustments": {"quality_checked": 1, "shareholders_paid": 1, "absent_from_meeting": -1}}}
        )


class TestProfile:
    def test_is_immutable(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            load_profile().acceptance.acceptor_days = 1  # type: ignore[misc]

    def test_has_no_area_without_settings(self) -> None:
        areas = {setting.path.split(".")[0] for setting in settings()}

        assert areas == set(Profile.model_fields)

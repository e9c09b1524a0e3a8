"""Refusals: code, status, facts, and a sentence people can read."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from luoshi_common import errors
from luoshi_common.clock import shanghai_date, to_shanghai
from luoshi_common.errors import Overloaded, Problem, Refused, StaleVersion, spoken


class NotAllPassed(Refused):
    code = "example.not_all_passed"
    title = "尚有单位未通过验收：{missing}"


class Level(StrEnum):
    HIGH = "高"


class TestProblem:
    def test_says_its_title_with_the_facts(self) -> None:
        refusal = NotAllPassed(missing=("市水利局", "市财政局"), item=3)

        assert str(refusal) == "尚有单位未通过验收：市水利局、市财政局"
        assert refusal.text(title="not passed: {missing} ({item})") == "not passed: 市水利局、市财政局 (3)"
        assert (refusal.status, refusal.code) == (409, "example.not_all_passed")
        assert refusal.facts == {"missing": ("市水利局", "市财政局"), "item": 3}

    def test_cannot_be_raised_without_the_facts_its_title_names(self) -> None:
        with pytest.raises(TypeError, match="missing"):
            NotAllPassed()

    def test_does_not_take_a_brace_in_a_fact_for_a_field(self) -> None:
        assert str(NotAllPassed(missing="{code} %s {0}")).endswith("{code} %s {0}")

    def test_needs_a_code_for_machines(self) -> None:
        with pytest.raises(TypeError, match="dotted"):
            type("Shouting", (Refused,), {"code": "NOT A CODE"})

    def test_says_when_to_come_back(self) -> None:
        busy = Overloaded(retry_after=2)

        assert (busy.retry_after, str(busy)) == (2, "系统繁忙，请在 2 秒后重试")

    def test_a_stale_version_is_a_refusal(self) -> None:
        assert isinstance(StaleVersion(), Refused)

    def test_every_family_has_its_own_status_and_code(self) -> None:
        families = [
            kind
            for kind in vars(errors).values()
            if isinstance(kind, type) and issubclass(kind, Problem) and kind.status != Problem.status
        ]

        assert len({kind.status for kind in families}) == len({kind.code for kind in families}) == len(families) == 11

    @pytest.mark.parametrize(
        ("fact", "expected"),
        [
            (datetime(2026, 3, 10, 9, 30, tzinfo=UTC), "2026-03-10 17:30"),
            (Level.HIGH, "高"),
            ({"乙", "甲"}, "乙、甲"),
            ({"a": 1}, "a：1"),
            (Decimal("12.50"), "12.50"),
        ],
    )
    def test_facts_are_read_as_people_write_them(self, fact: object, expected: str) -> None:
        assert spoken(fact) == expected


class TestClock:
    def test_the_day_begins_in_shanghai(self) -> None:
        assert shanghai_date(datetime(2026, 3, 9, 16, tzinfo=UTC)).isoformat() == "2026-03-10"

    def test_refuses_an_instant_without_a_zone(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            to_shanghai(datetime(2026, 3, 9))  # noqa: DTZ001

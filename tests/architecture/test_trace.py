"""Requirement trace: no unknown number, nothing said to be done without a test, and the page is up to date."""

import pytest

from tools.houserules._source import Source, read_tree
from tools.trace import ROOT, TABLE, TARGET, Requirement, document, faults, read_table, trace

FEATURE = "services/tasks/luoshi_tasks/acceptance/__init__.py"
TEST = "tests/services/tasks/test_acceptance.py"
STRIKE_OFF = {"R62": Requirement("closed only by acceptance", "done")}


class TestProject:
    def test_cites_known_numbers_and_claims_only_what_is_shown(self) -> None:
        table = read_table(TABLE.read_text(encoding="utf-8"))

        said = faults(table, trace(read_tree(ROOT)))

        assert not said, "\n".join(said)

    def test_has_ninety_five_numbers_without_gap(self) -> None:
        table = read_table(TABLE.read_text(encoding="utf-8"))

        assert list(table) == [f"R{number}" for number in range(1, 96)]

    def test_shows_them_on_a_page_that_is_up_to_date(self) -> None:
        table = read_table(TABLE.read_text(encoding="utf-8"))

        made = document(table, trace(read_tree(ROOT)))

        assert TARGET.read_text(encoding="utf-8") == made, "run `python -m tools.trace`"


class TestTrace:
    def test_finds_numbers_and_spans_in_docstrings(self) -> None:
        feature = Source(FEATURE, '"""销号 (R62, R34–R36)."""')
        test = Source(TEST, 'class TestStrikeOff:\n    def test_waits(self):\n        """Waits (R62)."""')

        found = trace([feature, test])

        assert {number: set(places) for number, places in found.features.items()} == {
            number: {"tasks.acceptance"} for number in ("R62", "R34", "R35", "R36")
        }
        assert found.tests["R62"] == {f"{TEST}::test_waits"}

    @pytest.mark.parametrize(
        ("sources", "said"),
        [
            ([Source(FEATURE, '"""销号 (R62, R96)."""'), Source(TEST, '"""R62"""')], "R96 is unknown"),
            ([Source(FEATURE, '"""销号 (R62)."""')], "R62 is said to be done, but no test cites it"),
            ([Source(TEST, '"""R62"""')], "R62 is said to be done, but no feature cites it"),
        ],
    )
    def test_reports_what_does_not_hold(self, sources: list[Source], said: str) -> None:
        assert any(said in fault for fault in faults(STRIKE_OFF, trace(sources)))

    def test_is_content_with_a_feature_and_a_test(self) -> None:
        sources = [Source(FEATURE, '"""销号 (R62)."""'), Source(TEST, '"""R62"""')]

        assert faults(STRIKE_OFF, trace(sources)) == []

    def test_refuses_a_state_it_does_not_know(self) -> None:
        with pytest.raises(ValueError, match="R1"):
            read_table('[R1]\nsays = "x"\nstate = "nearly"\n')

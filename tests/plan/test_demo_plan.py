"""The demo plan document that the product ships: the same facts, the same kinds of defects, its own words."""

from collections import Counter

import pytest

from luoshi_tasks.plans.parsing.source import read_source


class TestDemoPlan:
    def test_counts_ten_areas_and_thirty_tasks(self, read, demo_text):
        """R15: numbers 1 to 30 without gap or repeat."""
        plan = read(demo_text, year=2026)

        assert [area.no for area in plan.areas] == list(range(1, 11))
        assert [task.no for task in plan.tasks] == list(range(1, 31))
        assert Counter(task.area_no for task in plan.tasks) == dict(enumerate((4, 1, 3, 3, 3, 5, 6, 3, 1, 1), 1))

    def test_shows_every_kind_of_defect(self, read, demo_text):
        """E53."""
        plan = read(demo_text, year=2026)

        codes = {finding.code for finding in plan.findings}
        assert codes == {
            "site_wrapper", "chunk_mark", "truncated", "year_conflict", "marker_form", "bracket_missing",
            "heading_mark", "quote_unclosed", "list_comma", "role_label_twice", "several_leads", "unresolved_reference",
            "open_group", "group", "ocr_suspect", "measure_word_differs", "no_deadline", "no_leader",
        }  # fmt: skip

    def test_belongs_to_the_year_the_operator_gives(self, read, found, demo_text):
        """E7, E49: the operator's year wins, the document's own is a finding."""
        plan = read(demo_text, year=2026)

        assert plan.year == 2026
        assert "2023年" in [finding.quote for finding in found(plan, "year_conflict")]

    @pytest.mark.real_plan
    def test_gives_the_published_facts(self, read, demo_text, published):
        """R34–R38: titles, leads and responsible units of the thirty tasks."""
        plan = read(demo_text)

        assert [(task.title, list(task.lead), list(task.responsible)) for task in plan.tasks] == [
            (task["title_zh"], task["lead"], task["responsible"]) for task in published["tasks"]
        ]

    @pytest.mark.real_plan
    def test_shares_no_running_sentence_with_the_original(self, demo_text, original_text, published):
        """Facts and names are shared, sentences are not."""
        names = [task["raw"] for task in published["tasks"]] + [area["title_zh"] for area in published["areas"]]

        def sentences(text: str) -> set[str]:
            body = read_source(text)[0].body
            for name in names:
                body = body.replace(name, "。")
            return {sentence for sentence in body.split("。") if len(sentence) > 8}

        assert not sentences(demo_text) & sentences(original_text)

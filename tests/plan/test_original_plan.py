"""The original plan text, read whole (R15, R34–R38, E1–E53)."""

from collections import Counter

import pytest

pytestmark = pytest.mark.real_plan

NO_OPENING_BRACKET = [1, 2, 3, 4, 7, 8, 10, 11, 12, 15, 16, 18, 19, 20, 22, 23, 24, 25, 26, 27, 29]
SEVERAL_LEADS = [4, 11, 14, 16, 18, 19, 21, 25, 27]


class TestOriginalPlan:
    def test_gives_the_ten_published_areas(self, read, original_text, published):
        """R15, E50: ten areas with their titles."""
        plan = read(original_text)

        assert [(area.no, area.title) for area in plan.areas] == [
            (area["no"], area["title_zh"]) for area in published["areas"]
        ]

    def test_gives_the_thirty_published_tasks(self, read, original_text, published):
        """R15, R34–R38, E46–E51: titles, texts, areas, leads and responsible units in order."""
        plan = read(original_text)

        assert [
            (task.no, task.area_no, task.title, list(task.lead), list(task.responsible), task.text)
            for task in plan.tasks
        ] == [
            (task["no"], task["area"], task["title_zh"], task["lead"], task["responsible"], task["raw"])
            for task in published["tasks"]
        ]

    def test_gives_the_indicators_of_four_tasks(self, read, original_text):
        """R34–R37, E52."""
        plan = read(original_text)

        assert {
            task.no: [(one.comparison, one.value, one.measure, one.of) for one in task.indicators]
            for task in plan.tasks
            if task.indicators
        } == {
            5: [("ge", "8", "个", None), ("ge", "3", "个", 0)],
            6: [("gt", "4000", "亿元", None)],
            26: [("to_zero", "2187", "个", None)],
            29: [("eq", "58", "项", None)],
        }

    def test_takes_the_title_from_the_wrapper_and_the_year_from_the_text(self, read, original_text):
        """R1, E49, E51."""
        plan = read(original_text)

        assert (plan.title, plan.year) == ("关于开展新型政府建设活动的实施方案", 2023)

    def test_notes_every_defect_once_and_nothing_else(self, read, original_text):
        """E53: one finding per place; for what is absent one per task."""
        plan = read(original_text)

        assert Counter(finding.code for finding in plan.findings) == {
            "site_wrapper": 1,
            "chunk_mark": 16,
            "truncated": 1,
            "year_conflict": 1,
            "marker_form": 3,
            "bracket_missing": 21,
            "heading_mark": 2,
            "quote_unclosed": 3,
            "list_comma": 1,
            "role_label_twice": 2,
            "several_leads": 9,
            "unresolved_reference": 1,
            "open_group": 1,
            "group": 21,
            "ocr_suspect": 1,
            "measure_word_differs": 1,
            "no_deadline": 30,
            "no_leader": 30,
        }

    @pytest.mark.parametrize(
        ("code", "tasks"),
        [
            ("bracket_missing", NO_OPENING_BRACKET),
            ("several_leads", SEVERAL_LEADS),
            ("marker_form", [4, 7, 9]),
            ("role_label_twice", [24, 25]),
            ("list_comma", [23]),
            ("unresolved_reference", [29]),
            ("measure_word_differs", [29]),
            ("open_group", [30]),
            ("quote_unclosed", [18, None, None]),
            ("no_deadline", list(range(1, 31))),
            ("no_leader", list(range(1, 31))),
        ],
    )
    def test_places_findings_in_their_tasks(self, read, found, original_text, code, tasks):
        """E10, E16, E21–E23, E53."""
        plan = read(original_text)

        assert [finding.task_no for finding in found(plan, code)] == tasks

    @pytest.mark.parametrize(
        ("code", "quotes_"),
        [
            ("truncated", ["各重点工作牵头单位要发挥"]),
            ("year_conflict", ["2023年"]),
            ("marker_form", ["4,", "7 ,", "9 ,"]),
            ("heading_mark", ["(-)", "(-)"]),
            ("ocr_suspect", ["做至U"]),
            ("list_comma", [","]),
            ("chunk_mark", [f"{number}、" for number in range(1, 17)]),
            ("unresolved_reference", ["按58件民生实事责任分工对应落实"]),
            ("measure_word_differs", ["58件"]),
            ("open_group", ["等指挥部成员单位"]),
        ],
    )
    def test_quotes_exactly_what_is_meant(self, read, quotes, original_text, code, quotes_):
        """E53: a quote is the exact slice at its offset."""
        plan = read(original_text)

        assert quotes(plan, code) == quotes_

    def test_says_which_phrases_speak_against_the_year(self, read, found, original_text):
        """E7, E49."""
        (conflict,) = found(read(original_text), "year_conflict")

        assert "党的十九大" in conflict.message
        assert "2017—2022年" in conflict.message

    def test_blocks_only_the_task_whose_list_is_missing(self, read, original_text):
        """R38: item 29 waits for its list, nothing else does."""
        plan = read(original_text)

        assert {finding.task_no for finding in plan.findings if finding.level == "error"} == {29}

    def test_says_the_same_with_windows_line_ends(self, read, original_text):
        """E40, E53: CRLF counts two."""
        plain = read(original_text)

        windows = read(original_text.replace("\n", "\r\n"))

        assert windows.facts() == plain.facts()
        assert [(one.code, one.task_no) for one in windows.findings] == [
            (one.code, one.task_no) for one in plain.findings
        ]

    def test_says_the_same_with_punctuation_of_full_width(self, read, original_text):
        """E8: official sites use full-width signs."""
        plain = read(original_text)

        wide = read(original_text.translate(str.maketrans(",:()", "，：（）")))

        assert [(task.no, task.area_no, len(task.lead), len(task.responsible)) for task in wide.tasks] == [
            (task.no, task.area_no, len(task.lead), len(task.responsible)) for task in plain.tasks
        ]
        assert [task.indicators and task.indicators[0].value for task in wide.tasks] == [
            task.indicators and task.indicators[0].value for task in plain.tasks
        ]

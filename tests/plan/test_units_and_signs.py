"""Names of units, and signs that are not what they seem (E11, E17, E25–E40)."""

import pytest

from luoshi_tasks.plans.parsing.misreadings import MISREADINGS
from luoshi_tasks.plans.parsing.numerals import read_numeral, write_numeral


class TestUnits:
    @pytest.mark.parametrize(
        ("value", "units"),
        [
            ("各县(市、区)人民政府、管委会", ("各县(市、区)人民政府", "管委会")),
            ("市文化和旅游局和市教育局", ("市文化和旅游局", "市教育局")),
            ("市级各有关部门及各县市区政府", ("市级各有关部门", "各县市区政府")),
            ("市中等职业学校、市高等教育办", ("市中等职业学校", "市高等教育办")),
            ("市市场监管局、03专项办", ("市市场监管局", "03专项办")),
            ("市发改委 市财政局", ("市发改委", "市财政局")),
        ],
    )
    def test_splits_names_where_they_end(self, read_task, value, units):
        """E11, E27, E31, E33."""
        assert read_task(f"推进甲工程。(牵头单位:市水利局,责任单位:{value})").responsible == units

    def test_keeps_groups_whole_and_notes_them(self, read, quotes):
        """E27, E28: expansion is the directory's work, at issue."""
        plan = read("工作方案\n1.推进甲工程。(牵头单位:市水利局,责任单位:相关银行、各区(市)政府、各部门)\n")

        assert quotes(plan, "group") == ["相关银行", "各区(市)政府", "各部门"]

    @pytest.mark.parametrize(
        ("value", "units"),
        [
            ("市卫健委、市公安局等指挥部成员单位", ("市卫健委", "市公安局", "指挥部成员单位")),
            ("市卫健委、市公安局等", ("市卫健委", "市公安局")),
            ("市卫健委、市公安局等部门", ("市卫健委", "市公安局")),
            ("市卫健委等有关部门", ("市卫健委", "有关部门")),
        ],
    )
    def test_reads_and_others_as_an_open_group(self, read, found, value, units):
        """E30, E48."""
        plan = read(f"工作方案\n1.推进甲工程。(牵头单位:市水利局,责任单位:{value})\n")

        assert plan.tasks[0].responsible == units
        assert len(found(plan, "open_group")) == 1

    def test_counts_a_unit_once(self, read, quotes):
        """E25."""
        plan = read("工作方案\n1.推进甲工程。(牵头单位:市水利局,责任单位:市公路局、市水利局、市公路局)\n")

        assert plan.tasks[0].responsible == ("市公路局",)
        assert quotes(plan, "unit_twice") == ["市水利局", "市公路局"]

    def test_notes_names_the_directory_does_not_know(self, read, found):
        """E29, E34: with the nearest known name; groups are no names."""
        plan = read(
            "工作方案\n1.推进甲工程。(牵头单位:市水力局,责任单位:市公路局、各部门)\n",
            known_units={"市水利局", "市公路局"},
        )

        (unknown,) = found(plan, "unknown_unit")
        assert (unknown.quote, unknown.fix) == ("市水力局", "市水利局")

    def test_takes_digits_in_a_text_for_no_task(self, read):
        """E31: only the next number, at the start of an entry, is a mark."""
        plan = read(
            "工作方案(一)促进建设。1.新引进“5020”项目8个,其中入统3个。落实“稳增长18条”“金融8条”,增长2.5%。(牵头单位:市商务局,责任单位:03专项办)"
            "2.接通12345,政务热线58项。3.5万人受益。(市信访局负责)"
        )

        assert [task.no for task in plan.tasks] == [1, 2]

    def test_notes_another_measure_word_for_the_same_thing(self, read, found):
        """E32."""
        plan = read("工作方案\n1.办好58项民生实事。(牵头单位:按58件民生实事分工落实)\n")

        (finding,) = found(plan, "measure_word_differs")
        assert (finding.quote, finding.fix, finding.task_no) == ("58件", "58项", 1)


class TestSigns:
    @pytest.mark.parametrize(("wrong", "right"), MISREADINGS, ids=[wrong for wrong, _ in MISREADINGS])
    def test_proposes_known_corrections_and_changes_nothing(self, read, found, wrong, right):
        """E35, E45."""
        plan = read(f"工作方案\n1.推进{wrong}工程。(市水利局负责)\n")

        (finding,) = found(plan, "ocr_suspect")
        assert (finding.quote, finding.fix) == (wrong, right)
        assert plan.tasks[0].title == f"推进{wrong}工程"

    def test_leaves_unusual_words_alone(self, read, found):
        """E35: 静脉 is a recycling industry, 市市场监管局 a right name."""
        plan = read("工作方案\n1.推进生态静脉智园建设。(市市场监管局负责)\n")

        assert found(plan, "ocr_suspect") == []

    @pytest.mark.parametrize("number", [1, 9, 10, 11, 20, 21, 30, 99, 100, 105, 110, 999])
    def test_counts_in_chinese(self, number):
        """E37."""
        assert read_numeral(write_numeral(number)) == number

    def test_reads_digits_of_full_width(self):
        """E37."""
        assert read_numeral("３０") == 30

    def test_notes_signs_that_cannot_be_read(self, read, quotes):
        """E39: replacement and private-use signs, traces of a wrong encoding."""
        plan = read("工作方案\n1.推进甲\ufffd\ufffd工程\ue001和/G21项目锟斤拷。(市水利局负责)\n")

        assert quotes(plan, "mojibake") == ["\ufffd\ufffd", "\ue001", "/G21", "锟斤拷"]

    def test_looks_through_hidden_signs(self, read, quotes):
        """E39, E40: zero-width signs, no-break and wide spaces."""
        plan = read("工作方案\n1.\u3000推进\u200b甲工程。\u00a0(牵头\u200b单位:市水\u200b利局)\n")

        assert (plan.tasks[0].title, plan.tasks[0].lead) == ("推进甲工程", ("市水利局",))
        assert len(quotes(plan, "hidden_character")) == 3

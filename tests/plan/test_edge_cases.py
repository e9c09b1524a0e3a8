"""Documents as they really come (E1–E45): one test for each case that the plan, or another city's plan, shows."""

import pytest

from luoshi_tasks.plans.parsing.model import NoTaskFound

WRAPPER = "《某市工作方案.docx》由会员分享,可在线阅读,更多相关《某市工作方案.docx(3页珍藏版)》请在某文库上搜索。\n"


def chopped(body: str, *, size: int) -> str:
    """`body` as a site chops it: pieces of one length, each behind its number."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return "".join(f"{number}、{piece}\n" for number, piece in enumerate(pieces, 1))


def glued(tasks: int) -> str:
    """A body without line breaks, one area, `tasks` tasks."""
    entries = "".join(
        f"{no} .推进第{no}号工程建设。(牵头单位:市公路局,责任单位:市水利局)" for no in range(1, tasks + 1)
    )
    return f"某市工作方案为做好工作,制定本方案。一、主要任务(一)促进建设。{entries}"


class TestWrapperAndChopping:
    def test_leaves_the_sites_advertising_out(self, read, quotes):
        """E1."""
        plan = read(WRAPPER + "工作方案\n1.推进甲工程。(市水利局负责)\n")

        assert plan.title == "某市工作方案"
        assert quotes(plan, "site_wrapper") == [WRAPPER.strip()]

    @pytest.mark.parametrize("size", [60, 97, 300])
    @pytest.mark.parametrize("wrapper", [WRAPPER, ""], ids=["wrapped", "bare"])
    def test_joins_the_pieces_of_a_chopped_text(self, read, quotes, size, wrapper):
        """E2, E4: seams inside words and names, whatever the length of a piece."""
        body = glued(12)

        plan = read(wrapper + chopped(body, size=size))

        assert plan.facts().tasks == read(body).facts().tasks
        assert len(quotes(plan, "chunk_mark")) == -(-len(body) // size)

    def test_takes_one_mark_off_and_not_the_sign_behind_it(self, read):
        """E3: `6、、服务` is a mark and a real 、."""
        body = glued(12)
        at = body.index("号工程") + 1
        body = body[:at] + "、" + body[at:]
        size = at

        plan = read(WRAPPER + chopped(body, size=size))

        assert plan.tasks[0].title == "推进第1号、工程建设"

    def test_keeps_a_list_whose_lines_are_tasks(self, read, quotes):
        """E5: numbered lines of a real list look like marks but end as sentences do."""
        plan = read("工作方案\n1、推进甲工程。(市水利局负责)\n2、推进乙工程建设。(市公路局负责)\n")

        assert [task.title for task in plan.tasks] == ["推进甲工程", "推进乙工程建设"]
        assert quotes(plan, "chunk_mark") == []

    def test_keeps_a_list_that_begins_with_the_first_line(self, read, quotes):
        """E5."""
        plan = read("1、推进甲工程。(市水利局负责)\n2、推进乙工程建设。(市公路局负责)\n3、推进丙工程。(市公路局负责)\n")

        assert [task.no for task in plan.tasks] == [1, 2, 3]
        assert quotes(plan, "chunk_mark") == []

    def test_flags_a_text_that_stops_in_mid_sentence(self, read, quotes):
        """E6."""
        plan = read(glued(2) + "二、组织保障(一)加强领导。各牵头单位要充分")

        assert quotes(plan, "truncated") == ["各牵头单位要充分"]

    @pytest.mark.parametrize("ending", ["", "\n某市人民政府\n2026年3月1日\n", "\n附件:责任清单\n"])
    def test_takes_a_signature_for_an_end(self, read, quotes, ending):
        """E6."""
        plan = read("工作方案\n1.推进甲工程。(市水利局负责)" + ending)

        assert quotes(plan, "truncated") == []

    def test_warns_when_the_operators_year_is_not_the_documents(self, read, quotes):
        """E7."""
        plan = read("某市2025年工作方案\n1.推进甲工程。(市水利局负责)\n", year=2026)

        assert plan.year == 2026
        assert quotes(plan, "year_conflict") == ["2025年"]


class TestPunctuation:
    def test_reads_full_width_signs_and_keeps_them_in_names(self, read):
        """E8."""
        plan = read("工作方案\n（一）促进建设。\n1．推进甲工程。（牵头单位：市水利局，责任单位：各区（市）政府）\n")

        assert plan.tasks[0].lead == ("市水利局",)
        assert plan.tasks[0].responsible == ("各区（市）政府",)

    @pytest.mark.parametrize(
        "marks",
        [
            ["1.", "2.", "3."], ["1．", "2．", "3．"], ["1、", "2、", "3、"], ["1 .", "2 .", "3 ."],
            ["1 ，", "2 ，", "3 ，"], ["（1）", "（2）", "（3）"], ["(1)", "(2)", "(3)"], ["①", "②", "③"],
            ["1)", "2)", "3)"], ["⒈", "⒉", "⒊"], ["１．", "２．", "３．"],
        ],
        ids=lambda marks: marks[0],
    )  # fmt: skip
    @pytest.mark.parametrize("joint", ["\n", ""], ids=["lines", "glued"])
    def test_reads_every_form_of_task_mark(self, read, quotes, marks, joint):
        """E9, E37."""
        entries = joint.join(f"{mark}推进甲工程{mark}建设。(市水利局负责)".replace(f"程{mark}", "程") for mark in marks)

        plan = read(f"工作方案\n(一)促进建设。{joint}{entries}")

        assert [task.no for task in plan.tasks] == [1, 2, 3]
        assert {task.title for task in plan.tasks} == {"推进甲工程建设"}
        assert quotes(plan, "marker_form") == []

    @pytest.mark.parametrize(
        ("clause", "sign"),
        [
            ("牵头单位:市水利局,责任单位:各区(市)政府)", "("),
            ("(牵头单位:市水利局,责任单位:各区(市)政府", ")"),
        ],
        ids=["opening", "closing"],
    )
    def test_reads_a_clause_that_lacks_a_bracket(self, read, found, clause, sign):
        """E10, E11: inner brackets belong to the name."""
        plan = read(f"工作方案\n1.推进甲工程。{clause}\n2.推进乙工程。(市公路局负责)\n")

        assert plan.tasks[0].lead == ("市水利局",)
        assert plan.tasks[0].responsible == ("各区(市)政府",)
        assert [sign in one.message for one in found(plan, "bracket_missing")] == [True]

    def test_keeps_brackets_in_a_title(self, read):
        """E12: (一期) is no heading."""
        plan = read("工作方案\n(一)促进建设。1.推进提升(一期)工程。牵头单位:市城管局,责任单位:月湖区政府)")

        assert plan.tasks[0].title == "推进提升(一期)工程"
        assert len(plan.areas) == 1

    @pytest.mark.parametrize("mark", ["(-)", "(—)", "(–)", "(ー)", "(1)", "（－）"])
    def test_reads_a_misprinted_first_heading(self, read, quotes, mark):
        """E13."""
        plan = read(
            f"工作方案为做好工作,制定本方案。一、主要任务{mark}促进建设。1.推进甲工程。(市水利局负责)(二)促进消费。2.推进乙工程。(市商务局负责)"
        )

        assert [(area.no, area.title) for area in plan.areas] == [(1, "促进建设"), (2, "促进消费")]
        assert quotes(plan, "heading_mark") == [mark]

    def test_tells_lists_of_the_same_numbers_apart(self, read):
        """E14, E15: goals, areas and measures all count (一)(二)…; headings are glued to the text."""
        plan = read(
            "工作方案。一、总体目标(一)讲忠诚。做到底。(二)敢创新。试到底。二、主要任务具体抓好以下两个方面2项工作:(一)促进建设。大干。"
            "1.推进甲工程。(市水利局负责)(二)促进消费。2.推进乙工程。(市商务局负责)三、工作举措(一)加强调度。1.每月一次。2.按季督查。"
        )

        assert [area.title for area in plan.areas] == ["促进建设", "促进消费"]
        assert [task.title for task in plan.tasks] == ["推进甲工程", "推进乙工程"]
        assert plan.tasks[1].text == "推进乙工程。(市商务局负责)"

    @pytest.mark.parametrize(
        ("text", "quote"),
        [
            ("做好“一号提诉求。大家满意。", "“一号提诉求"),
            ("做好“吹哨、报到“机制建设。", "“吹哨、报到“"),
        ],
        ids=["never closed", "closed with an opening sign"],
    )
    def test_notes_quotes_that_are_not_closed(self, read, quotes, text, quote):
        """E16."""
        plan = read(f"工作方案\n1.{text}(市信访局负责)\n2.全面开展“好差评”工作。(市信访局负责)\n")

        assert quotes(plan, "quote_unclosed") == [quote]

    def test_leaves_closed_quotes_alone(self, read, quotes):
        """E16: also a quote inside a quote."""
        plan = read("工作方案\n1.做好“六稳”和“放“管”服”工作。(市信访局负责)\n")

        assert quotes(plan, "quote_unclosed") == []

    def test_reads_a_comma_between_units_as_a_list(self, read, found):
        """E17: the sign that also divides the labels."""
        plan = read("工作方案\n1.推进甲工程。(牵头单位:市国控集团,责任单位:信江新区管委会,03专项办)\n")

        assert plan.tasks[0].responsible == ("信江新区管委会", "03专项办")
        (comma,) = found(plan, "list_comma")
        assert (comma.quote, comma.fix, comma.task_no) == (",", "、", 1)

    def test_keeps_list_signs_in_titles(self, read_task):
        """E18."""
        task = read_task("推动粮食稳定生产、生猪复产增养,有效压降不良贷款。牵头单位:市农粮局,责任单位:各部门)")

        assert task.title == "推动粮食稳定生产、生猪复产增养,有效压降不良贷款"

    def test_ends_a_title_at_the_full_stop_outside_quotes(self, read_task):
        """E19."""
        assert read_task("落实“干一件。成一件。”要求。牵头单位:市农粮局)").title == "落实“干一件。成一件。”要求"

    @pytest.mark.parametrize(
        ("clause", "lead", "responsible"),
        [
            ("(主办:市水利局,协办:市公路局)", ("市水利局",), ("市公路局",)),
            ("(牵头部门:市水利局;配合部门:市公路局)", ("市水利局",), ("市公路局",)),
            ("(牵头责任单位:市水利局,协同责任单位:市公路局)", ("市水利局",), ("市公路局",)),
            ("【牵头单位】市水利局【责任单位】市公路局", ("市水利局",), ("市公路局",)),
        ],
    )
    def test_reads_other_labels(self, read_task, clause, lead, responsible):
        """E20, E46."""
        task = read_task(f"推进甲工程。{clause}")

        assert (task.lead, task.responsible) == (lead, responsible)


class TestIntegrity:
    def test_compares_with_the_numbers_the_text_itself_gives(self, read, found):
        """R15, E42."""
        plan = read(
            "工作方案,抓好三个方面4项重点工作:\n(一)甲类。\n1.推进甲。(市水利局负责)\n(二)乙类。\n2.推进乙。(市水利局负责)\n"
        )

        (finding,) = found(plan, "count_mismatch")
        assert (finding.quote, finding.level) == ("三个方面4项", "error")
        assert "2个方面2项" in finding.message

    def test_is_content_when_the_numbers_fit(self, read, found):
        """E42."""
        plan = read(
            "工作方案,抓好2个方面两项重点工作:\n(一)甲类。\n1.推进甲。(市水利局负责)\n(二)乙类。\n2.推进乙。(市水利局负责)\n"
        )

        assert found(plan, "count_mismatch") == []

    def test_shows_html_and_formulas_as_they_stand(self, read_task):
        """E43."""
        task = read_task("=HYPERLINK(1)<script>alert(1)</script>推进甲。(牵头单位:市水利局)")

        assert task.title == "=HYPERLINK(1)<script>alert(1)</script>推进甲"

    def test_notes_gaps_in_numbers(self, read, found):
        """E44."""
        plan = read(
            "工作方案\n(一)甲类。\n1.推进甲。(市水利局负责)\n2.推进乙。(市水利局负责)\n5.推进丙。(市水利局负责)\n"
        )

        (gap,) = found(plan, "number_gap")
        assert (gap.quote, gap.task_no) == ("5.", 5)
        assert "缺第3至4号" in gap.message

    def test_notes_a_gap_in_a_text_without_line_breaks(self, read, found):
        """E44."""
        plan = read(glued(5).replace("3 .推进第3号工程建设。(牵头单位:市公路局,责任单位:市水利局)", ""))

        assert [task.no for task in plan.tasks] == [1, 2, 4, 5]
        assert [gap.task_no for gap in found(plan, "number_gap")] == [4]

    def test_notes_numbers_and_titles_given_twice(self, read, found):
        """E44."""
        plan = read(
            "工作方案\n(一)甲类。\n1.推进甲。(市水利局负责)\n2.推进乙。(市水利局负责)\n2.推进甲。(市公路局负责)\n"
        )

        assert [task.no for task in plan.tasks] == [1, 2, 2]
        assert len(found(plan, "number_twice")) == 1
        assert len(found(plan, "title_twice")) == 1

    def test_notes_numbers_that_start_anew_in_each_area(self, read, found):
        """E44."""
        plan = read(
            "工作方案\n(一)甲类。\n1.推进甲。(市水利局负责)\n2.推进乙。(市水利局负责)\n(二)乙类。\n1.推进丙。(市公路局负责)\n"
        )

        assert [(task.area_no, task.no) for task in plan.tasks] == [(1, 1), (1, 2), (2, 1)]
        assert len(found(plan, "numbering_restarts")) == 1
        assert found(plan, "number_twice") == []

    def test_notes_a_task_before_any_area(self, read, found):
        """E44."""
        plan = read("工作方案\n1.推进甲。(市水利局负责)\n(一)甲类。\n2.推进乙。(市水利局负责)\n")

        assert [task.area_no for task in plan.tasks] == [0, 1]
        assert [finding.task_no for finding in found(plan, "task_before_area")] == [1]

    @pytest.mark.parametrize("text", ["今天天气很好，大家去公园走了走。", "", "一、总体要求\n二、工作目标\n"])
    def test_refuses_a_text_without_tasks(self, read, text):
        """Issue 3: no task, no plan."""
        with pytest.raises(NoTaskFound):
            read(text)


class TestLines:
    WRAPPED = (
        "某市工作方案\n(一)促进建设。\n"
        "1.推进甲工程建设,加快推进征地拆迁和项目前期各项\n工作,确保年底前开工。(牵头单位:市水利局,责任单\n位:市公路局、市财政局)\n"
        "2.推进乙工程建设,加快推进征地拆迁和项目前期各项\n工作。(牵头单位:市水利局,责任单位:市公路局、市财\n政局)\n"
    )

    def test_cut_at_one_width_are_joined(self, read):
        """E4, E40: an editor's line breaks stand inside words and labels."""
        first, second = read(self.WRAPPED, year=2026).tasks

        assert first.title == "推进甲工程建设,加快推进征地拆迁和项目前期各项工作,确保年底前开工"
        assert (first.lead, first.responsible) == (("市水利局",), ("市公路局", "市财政局"))
        assert second.responsible == ("市公路局", "市财政局")

    def test_end_a_title_otherwise(self, read):
        """E26: a title on a line of its own."""
        (task,) = read("工作方案\n1.推进甲工程\n加快建设进度。\n牵头单位：市水利局\n").tasks

        assert (task.title, task.lead) == ("推进甲工程", ("市水利局",))

    def test_may_be_written_in_traditional_signs(self, read):
        """E39: matched by their simple form, shown as they stand."""
        (task,) = read("工作方案\n1.推進甲工程。(牽頭單位:市水利局,責任單位:市財政局)\n").tasks

        assert (task.title, task.lead, task.responsible) == ("推進甲工程", ("市水利局",), ("市財政局",))

    def test_may_give_the_time_limit_apart_from_the_units(self, read):
        """E26, E47."""
        (task,) = read("工作方案\n1.推进甲。(市水利局牵头,市公路局配合)(完成时限:6月底前)\n", year=2026).tasks

        assert (task.lead, task.responsible, f"{task.deadline}") == (("市水利局",), ("市公路局",), "2026-06-30")

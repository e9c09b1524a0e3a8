"""The settled rules of reading (E46–E53): labels, verbs, deadlines, areas, titles, indicators."""

from datetime import date

import pytest


class TestRoles:
    @pytest.mark.parametrize(
        ("clause", "lead", "responsible"),
        [
            ("(市发改委牵头,市财政局、市水利局配合)", ("市发改委",), ("市财政局", "市水利局")),
            ("（市发改委牵头，市财政局配合，市水利局参与）", ("市发改委",), ("市财政局", "市水利局")),
            ("(市发改委牵头,市财政局按职责分工负责)", ("市发改委",), ("市财政局",)),
            ("(市发改委负责)", ("市发改委",), ()),
            ("(市发改委、市财政局按职责分工负责)", ("市发改委", "市财政局"), ()),
            ("(由市发改委牵头负责,市财政局等单位按各自职责配合)", ("市发改委",), ("市财政局",)),
            ("(市发改委牵头;市财政局配合;6月底前完成)", ("市发改委",), ("市财政局",)),
        ],
    )
    def test_reads_verbs_behind_the_names(self, read_task, clause, lead, responsible):
        """E26, E47."""
        task = read_task(f"推进甲工程。加快建设。{clause}")

        assert (task.title, task.lead, task.responsible) == ("推进甲工程", lead, responsible)

    def test_reads_labels_on_lines_of_their_own(self, read):
        """E26."""
        plan = read(
            "工作方案\n(一)促进建设\n1.推进甲工程\n牵头单位：区发改局\n责任单位：区财政局、区水利局\n牵头领导：张三、李四\n完成时限：9月底前\n"
            "2.推进乙工程\n牵头单位 区水利局\n",
            year=2026,
        )

        first, second = plan.tasks
        assert (first.title, first.lead, first.responsible) == ("推进甲工程", ("区发改局",), ("区财政局", "区水利局"))
        assert (first.leaders, first.deadline) == (("张三", "李四"), date(2026, 9, 30))
        assert (second.title, second.lead) == ("推进乙工程", ("区水利局",))

    def test_lets_the_first_unit_lead_when_only_responsible_units_are_named(self, read, quotes):
        """E46."""
        plan = read("工作方案\n1.推进甲工程。(责任单位:市水利局、市公路局、市财政局)\n")

        assert plan.tasks[0].lead == ("市水利局",)
        assert plan.tasks[0].responsible == ("市公路局", "市财政局")
        assert quotes(plan, "lead_inferred") == ["市水利局"]

    def test_lets_all_units_of_the_first_label_lead_when_it_stands_twice(self, read, found):
        """E21, E46."""
        plan = read("工作方案\n1.推进甲工程。责任单位:市双创办、市城管局,责任单位:各区(市)政府)\n")

        assert plan.tasks[0].lead == ("市双创办", "市城管局")
        assert plan.tasks[0].responsible == ("各区(市)政府",)
        assert len(found(plan, "role_label_twice")) == 1

    @pytest.mark.parametrize(
        "value", ["按58件实事分工对应落实", "按照职责分工落实", "参照上年分工", "根据另行文件确定"]
    )
    def test_takes_a_reference_for_no_unit(self, read, quotes, found, value):
        """R38, E22, E46."""
        plan = read(f"工作方案\n1.办好实事。牵头单位:{value})\n")

        assert (plan.tasks[0].lead, plan.tasks[0].responsible) == ((), ())
        assert quotes(plan, "unresolved_reference") == [value]
        assert found(plan, "no_lead") == []

    def test_notes_several_leads_and_names_the_first(self, read, found):
        """E23."""
        plan = read("工作方案\n1.推进甲工程。(牵头单位:市城管局、市商务局,责任单位:市公安局)\n")

        (finding,) = found(plan, "several_leads")
        assert finding.quote == "市城管局、市商务局"
        assert "“市城管局”为第一牵头单位" in finding.message

    def test_leaves_a_label_it_does_not_know_out(self, read, quotes):
        """E20."""
        plan = read("工作方案\n1.推进甲工程。(牵头单位:市城管局,责任单位:市公安局,联系人:王五)\n")

        assert plan.tasks[0].responsible == ("市公安局",)
        assert quotes(plan, "unknown_label") == ["联系人:"]

    def test_notes_a_task_nobody_leads(self, read, found):
        """R61."""
        plan = read("工作方案\n(一)甲类。\n1.推进甲工程。\n2.推进乙工程。(市水利局负责)\n")

        assert [finding.task_no for finding in found(plan, "no_lead")] == [1]

    @pytest.mark.parametrize("label", ["牵头领导", "责任领导", "牵头负责领导", "挂点领导", "分管领导"])
    def test_reads_leaders(self, read_task, label):
        """R61, E46."""
        assert read_task(f"推进甲。(牵头单位:市水利局,{label}:张三副市长、李四)").leaders == ("张三副市长", "李四")


class TestDeadlines:
    @pytest.mark.parametrize(
        ("words", "due"),
        [
            ("6月底前", date(2026, 6, 30)),
            ("２月底前", date(2026, 2, 28)),
            ("十二月底前", date(2026, 12, 31)),
            ("12月20日前", date(2026, 12, 20)),
            ("2027年3月15日前", date(2027, 3, 15)),
            ("2026年9月", date(2026, 9, 30)),
            ("2026-11-30", date(2026, 11, 30)),
            ("年底前", date(2026, 12, 31)),
            ("2027年底前", date(2027, 12, 31)),
            ("2026年", date(2026, 12, 31)),
            ("年内", date(2026, 12, 31)),
            ("上半年", date(2026, 6, 30)),
            ("三季度末", date(2026, 9, 30)),
            ("3月底前启动,10月底前完成", date(2026, 10, 31)),
            ("长期", None),
            ("全年", None),
            ("持续推进", None),
            ("立行立改", None),
            ("2026-02-30", None),
        ],
    )
    def test_reads_the_value_of_the_label(self, read_task, words, due):
        """E38, E49."""
        assert read_task(f"推进甲。(牵头单位:市水利局;完成时限:{words})").deadline == due

    @pytest.mark.parametrize(
        ("words", "due"),
        [
            ("推进甲,6月底前完成。", date(2026, 6, 30)),
            ("推进甲。5月底前开工,年底前建成。", date(2026, 12, 31)),
            ("推进甲,年内完成。", date(2026, 12, 31)),
            ("推进甲,三年内完成。", None),
            ("落实6月会议要求,推进甲。", None),
            ("持续推进甲。", None),
        ],
    )
    def test_reads_what_the_entry_says_in_its_own_words(self, read_task, words, due):
        """E38, E49."""
        assert read_task(f"{words}(牵头单位:市水利局)").deadline == due

    def test_needs_a_year_for_a_month(self, read, found):
        """E49."""
        plan = read("工作方案\n1.推进甲。(牵头单位:市水利局,完成时限:6月底前)\n")

        assert (plan.year, plan.tasks[0].deadline) == (None, None)
        assert "没有年份" in found(plan, "no_deadline")[0].message


class TestYear:
    @pytest.mark.parametrize(
        ("text", "given", "year"),
        [
            ("某市2025年工作方案\n2024年有成绩。\n", None, 2025),
            ("某市工作方案\n2024年有成绩,2025年再努力。\n", None, 2024),
            ("某市二〇二六年工作方案\n", None, 2026),
            ("某市工作方案\n", None, None),
            ("某市工作方案\n2024年有成绩。\n", 2026, 2026),
        ],
    )
    def test_is_the_operators_else_the_titles_else_the_first(self, read, text, given, year):
        """E49."""
        assert read(text + "1.推进甲。(市水利局负责)\n", year=given).year == year

    def test_is_held_against_dated_phrases(self, read, quotes):
        """E7, E49: named and given years alike."""
        text = "某市2023年工作方案\n贯彻党的十九大精神,推进复工复产。\n1.推进甲。(市水利局负责)\n"

        assert quotes(read(text), "year_conflict") == ["2023年"]
        assert quotes(read(text, year=2026), "year_conflict") == ["2023年", "党的十九大", "复工复产"]

    def test_is_believed_when_the_phrases_fit(self, read, found):
        """E49: 党的十九大 says nothing where 二十大 stands too."""
        plan = read("某市2024年工作方案\n贯彻党的十九大、二十大精神。\n1.推进甲。(市水利局负责)\n")

        assert found(plan, "year_conflict") == []


class TestStructure:
    def test_takes_the_level_that_the_text_counts_for_areas(self, read):
        """E50."""
        plan = read(
            "工作方案,抓好三个方面:\n一、工业\n(一)大企业。\n1.推进甲。(市水利局负责)\n(二)小企业。\n2.推进乙。(市水利局负责)\n"
            "二、农业\n(一)种植。\n3.推进丙。(市水利局负责)\n"
        )

        assert [area.title for area in plan.areas] == ["大企业", "小企业", "种植"]

    def test_takes_the_topmost_level_that_holds_tasks_otherwise(self, read):
        """E50."""
        plan = read(
            "工作方案\n一、工业\n(一)大企业。\n1.推进甲。(市水利局负责)\n(二)小企业。\n2.推进乙。(市水利局负责)\n"
            "二、农业\n(一)种植。\n3.推进丙。(市水利局负责)\n三、保障\n加强领导。\n"
        )

        assert [(area.no, area.title) for area in plan.areas] == [(1, "工业"), (2, "农业")]
        assert [task.area_no for task in plan.tasks] == [1, 1, 2]

    def test_reads_headings_as_tasks_where_they_bear_the_clauses(self, read):
        """E26, E50."""
        plan = read(
            "工作方案\n一、总体要求\n加强领导。\n二、工业\n(一)推进甲。1.抓实。2.抓细。(市水利局牵头)\n(二)推进乙。1.抓实。2.抓细。(市公路局牵头)\n"
            "三、农业\n(一)推进丙。(市水利局负责)\n"
        )

        assert [(task.no, task.title, task.lead) for task in plan.tasks] == [
            (1, "推进甲", ("市水利局",)),
            (2, "推进乙", ("市公路局",)),
            (1, "推进丙", ("市水利局",)),
        ]
        assert [area.title for area in plan.areas] == ["工业", "农业"]

    def test_ends_an_entry_at_the_next_mark_heading_section_or_attachment(self, read):
        """E51."""
        plan = read(
            "工作方案\n(一)甲类。\n1.推进甲。(市水利局负责)\n2.推进乙。再加把劲。(市水利局负责)\n(二)乙类。说明。\n3.推进丙。(市水利局负责)\n"
            "附件：责任清单\n"
        )

        assert [task.text for task in plan.tasks] == [
            "推进甲。(市水利局负责)",
            "推进乙。再加把劲。(市水利局负责)",
            "推进丙。(市水利局负责)",
        ]

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("关于开展某某活动的实施方案为贯彻要求,制定本方案。", "关于开展某某活动的实施方案"),
            (
                "某政发〔2026〕3号\n某市人民政府\n关于印发某某工作要点的通知\n各区政府:\n",
                "某市人民政府关于印发某某工作要点的通知",
            ),
            ("关于落实《某省实施意见》的工作方案\n", "关于落实《某省实施意见》的工作方案"),
            ("某市重点任务清单\n", "某市重点任务清单"),
        ],
    )
    def test_takes_the_opening_words_for_the_title(self, read, text, title):
        """E51."""
        assert read(text + "\n1.推进甲。(市水利局负责)\n").title == title

    def test_notes_marks_in_another_form(self, read, found):
        """E9, E51."""
        plan = read("工作方案\n1.推进甲。(市水利局负责)\n2.推进乙。(市水利局负责)\n3、推进丙。(市水利局负责)\n")

        (finding,) = found(plan, "marker_form")
        assert (finding.quote, finding.fix, finding.task_no) == ("3、", "3.", 3)


class TestIndicators:
    @pytest.mark.parametrize(
        ("words", "comparison", "value", "measure"),
        [
            ("主营业务收入突破4000亿元", "gt", "4000", "亿元"),
            ("投资超过2,000万元", "gt", "2000", "万元"),
            ("新引进项目８个", "ge", "8", "个"),
            ("力争建成12公里", "ge", "12", "公里"),
            ("合格率不低于98.5%", "ge", "98.5", "%"),
            ("增长6个百分点以上", "ge", "6", "个百分点"),
            ("办结率达到100%", "ge", "100", "%"),
            ("能耗低于3吨", "lt", "3", "吨"),
            ("失业率控制在4%以内", "le", "4", "%"),
            ("费用不超过50万元", "le", "50", "万元"),
            ("增长8%左右", "about", "8", "%"),
            ("完成30个老旧小区改造", "eq", "30", "个"),
            ("完成剩余2187个贫困人口脱贫", "to_zero", "2187", "个"),
            ("力争突破100亿元", "gt", "100", "亿元"),
        ],
    )
    def test_reads_what_is_asked_of_a_number(self, read_task, words, comparison, value, measure):
        """R34–R37, E36, E52."""
        (indicator,) = read_task(f"推进甲,{words}。(牵头单位:市水利局)").indicators

        assert (indicator.comparison, indicator.value, indicator.measure) == (comparison, value, measure)
        assert (indicator.text, indicator.of) == (words, None)

    def test_reads_of_which_as_an_indicator_of_its_own(self, read_task):
        """R34, E52."""
        parent, child = read_task("新引进“5020”项目8个,其中入统3个。(牵头单位:市水利局)").indicators

        assert (child.text, child.value, child.of, child.comparison) == ("其中入统3个", "3", 0, parent.comparison)

    @pytest.mark.parametrize(
        "words",
        [
            "落实“金融8条”",
            "接通12345热线",
            "完成第3项工作",
            "6月30日前完成",
            "用时5个月",
            "建设5G网络",
            "推进03专项办工作",
        ],
    )
    def test_counts_no_number_without_measure_word_or_in_quotes(self, read_task, words):
        """E31, E52."""
        assert read_task(f"推进甲,{words}。(牵头单位:市水利局)").indicators == ()

    def test_counts_no_number_of_a_clause(self, read_task):
        """E52: 58件 in the role clause of task 29."""
        task = read_task("办好58项民生实事。牵头单位:按58件民生实事分工落实)")

        assert [(one.comparison, one.value, one.measure) for one in task.indicators] == [("eq", "58", "项")]

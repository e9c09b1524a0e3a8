"""What holds for every plan: what is written is read again, every quote is exact, every text is read in time."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from luoshi_tasks.plans.parsing.indicators import read_indicators
from luoshi_tasks.plans.parsing.model import NoTaskFound, ParsedArea, ParsedPlan, ParsedTask
from luoshi_tasks.plans.parsing.parse import parse_plan
from luoshi_tasks.plans.parsing.render import render

NAMES = st.text("东西南北山水金木明安平和", min_size=1, max_size=4)
UNITS = st.builds(
    lambda name, kind: f"市{name}{kind}", NAMES, st.sampled_from(["局", "委", "办", "公司", "管委会", "(综合)局"])
) | st.sampled_from(["各区(市)政府", "03专项办", "各县(市、区)人民政府", "相关银行"])
NUMBERS = st.sampled_from(
    ["", "", ",新引进“5020”项目8个,其中入统3个", ",收入突破4000亿元", ",办好58项实事", "(一期)工程", "、“一号”服务"]
)
TITLES = st.builds(lambda name, more: f"推进{name}工作{more}", NAMES, NUMBERS)
LEADERS = st.sampled_from(["张三", "李四副市长", "王五"])


@st.composite
def plans(draw) -> ParsedPlan:
    """A plan's facts: areas one after another, tasks numbered through."""
    areas, tasks = [], []
    for area in range(1, draw(st.integers(1, 11)) + 1):
        areas.append(ParsedArea(no=area, title=f"促进{draw(NAMES)}建设"))
        for _ in range(draw(st.integers(1, 3))):
            units = draw(st.lists(UNITS, min_size=1, max_size=6, unique=True))
            cut = draw(st.integers(1, len(units)))
            title = draw(TITLES)
            tasks.append(
                ParsedTask(
                    no=len(tasks) + 1,
                    area_no=area,
                    title=title,
                    text="",
                    lead=tuple(units[:cut]),
                    responsible=tuple(units[cut:]),
                    leaders=tuple(draw(st.lists(LEADERS, max_size=2, unique=True))),
                    deadline=draw(st.none() | st.dates(date(2020, 1, 1), date(2035, 12, 31))),
                    indicators=read_indicators(title),
                )
            )
    title = f"{draw(NAMES)}市工作方案"
    return ParsedPlan(title=title, year=draw(st.integers(2018, 2035)), areas=tuple(areas), tasks=tuple(tasks))


class TestEveryPlan:
    @given(plan=plans())
    @settings(max_examples=40, deadline=None)
    def test_is_read_again_as_it_was_written(self, plan):
        """R15: parse(render(plan)) = plan."""
        assert parse_plan(text=render(plan), year=plan.year).facts() == plan

    @given(plan=plans(), size=st.integers(60, 150))
    @settings(max_examples=20, deadline=None)
    def test_is_read_the_same_when_a_site_has_chopped_it(self, plan, size):
        """E1–E5: wrapper, marks and seams change nothing."""
        body = render(plan).replace("\n", "")
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        assume(len(pieces) > 2)  # two lines that end as sentences may be a list of two tasks
        wrapper = f"《{plan.title}.docx》由会员分享,可在线阅读,更多相关请在某文库上搜索。\n"

        chopped = wrapper + "".join(f"{number}、{piece}\n" for number, piece in enumerate(pieces, 1))

        assert parse_plan(text=chopped, year=plan.year).facts() == plan

    @given(plan=plans())
    @settings(max_examples=15, deadline=None)
    def test_says_nothing_is_wrong_where_nothing_is(self, plan):
        """E53: a clean document has only what a clerk must add or know."""
        codes = {finding.code for finding in parse_plan(text=render(plan), year=plan.year).findings}

        assert codes <= {"several_leads", "group", "no_deadline", "no_leader", "title_twice"}

    @pytest.mark.real_plan
    def test_reads_the_original_again_as_it_was_read(self, original_text):
        """R15: also with groups, references and open lists; only the words of a reference are no fact of the plan."""
        plan = parse_plan(text=original_text, year=2026).facts()

        assert parse_plan(text=render(plan), year=2026).facts() == plan


class TestAnyText:
    SIGNS = st.text(
        st.sampled_from(
            "一二三(）(-)、.,。:;“”《》\n\t 123①牵头责任单位配合负责时限月底前等各及和按"
            "个亿元%完成剩余其中局委\u200b\r方面项"
        ),
        max_size=300,
    )

    @given(text=SIGNS)
    @settings(max_examples=150, deadline=None)
    def test_is_read_or_refused_and_every_quote_is_exact(self, text):
        """E43, E53: whatever comes, no crash, and quote == source[offset : offset + len(quote)]."""
        try:
            plan = parse_plan(text=text, year=2026)
        except NoTaskFound:
            return

        for finding in plan.findings:
            assert text[finding.offset : finding.offset + len(finding.quote)] == finding.quote
        for task in plan.tasks:
            assert 0 <= task.offset <= task.offset + task.length <= len(text)

"""Rules of a plan: what holds its confirmation, what differs between two readings."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_common.policy.loader import load_profile
from luoshi_tasks.plans import rules
from luoshi_tasks.plans.parsing.model import ParsedPlan, ParsedTask
from luoshi_tasks.plans.rules import (
    FindingFacts,
    FindingState,
    OpenErrors,
    PlanConfirmed,
    PlanState,
    TaskTooLong,
    TooManyTasks,
)

ITEMS = load_profile().items


def task(no: int = 1, **facts: Any) -> dict[str, Any]:
    whole = {
        "no": no, "area_no": 1, "title": f"任务{no}", "text": "正文", "lead": [], "responsible": [], "leaders": [],
        "deadline": None, "indicators": [], "offset": 0, "length": 2,
    }  # fmt: skip
    return {**whole, **facts}


def finding(
    code: str = "count_mismatch", *, level: str = "error", task_no: int | None = None, open_: bool = True
) -> FindingFacts:
    state = FindingState.OPEN if open_ else FindingState.ACCEPTED
    return FindingFacts(no=1, code=code, level=level, task_no=task_no, state=state)


class TestConfirming:
    def test_is_held_by_an_open_error_of_the_whole_document(self) -> None:
        """E41, E42."""
        with pytest.raises(OpenErrors):
            rules.confirm(state=PlanState.REVIEWING, tasks=[task()], findings=[finding()], settings=ITEMS)

    @pytest.mark.parametrize(
        "harmless", [finding(open_=False), finding(level="warning"), finding("number_twice", task_no=3)]
    )
    def test_is_not_held_by_anything_less(self, harmless: FindingFacts) -> None:
        """6.6: an open error of one task only holds that item."""
        assert rules.confirm(state=PlanState.REVIEWING, tasks=[task()], findings=[harmless], settings=ITEMS)

    def test_happens_once(self) -> None:
        with pytest.raises(PlanConfirmed):
            rules.confirm(state=PlanState.CONFIRMED, tasks=[task()], findings=[], settings=ITEMS)

    def test_refuses_a_task_that_swallowed_the_document(self) -> None:
        with pytest.raises(TaskTooLong) as refusal:
            rules.confirm(
                state=PlanState.REVIEWING, tasks=[task(), task(2, text="字" * (ITEMS.text_characters + 1))],
                findings=[], settings=ITEMS,
            )  # fmt: skip
        assert refusal.value.facts["numbers"] == (2,)


class TestSize:
    def test_is_bounded_by_the_profile(self) -> None:
        """Profile `plans.max_items`."""
        task = ParsedTask(no=1, area_no=0, title="", text="")
        plan = ParsedPlan(title="甲方案", year=2026, areas=(), tasks=(task,) * 3)

        rules.check_size(plan=plan, max_items=3)
        with pytest.raises(TooManyTasks):
            rules.check_size(plan=plan, max_items=2)


class TestOpenErrors:
    def test_are_told_task_by_task(self) -> None:
        findings = [
            finding("number_twice", task_no=2), finding("number_gap", task_no=2), finding("number_gap", task_no=3),
            finding("unresolved_reference", task_no=4), finding("no_leader", level="warning", task_no=5), finding(),
        ]  # fmt: skip

        assert rules.open_errors_of_tasks(findings) == {2: ["number_gap", "number_twice"], 3: ["number_gap"]}


class TestDifferences:
    def test_name_tasks_and_fields(self) -> None:
        """E41."""
        before = [task(1), task(2), task(3)]
        after = [task(1, offset=7), task(2, lead=["市水利局"], title="新题"), task(4)]

        found = rules.differences(before=before, after=after)

        assert [(d.task_no, d.change, sorted(d.fields)) for d in found] == [
            (2, "changed", ["lead", "title"]), (3, "removed", []), (4, "added", []),
        ]  # fmt: skip

    @given(st.lists(st.integers(min_value=1, max_value=5)))
    def test_are_none_between_equal_readings(self, numbers: list[int]) -> None:
        tasks = [task(no, title=f"第{place}") for place, no in enumerate(numbers)]

        assert rules.differences(before=tasks, after=[dict(t) for t in tasks]) == ()

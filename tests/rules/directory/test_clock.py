"""Business time moves in steps and never back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi_directory.clock.rules import ClockMovesBackwards, next_until, target

NOW = datetime(2026, 1, 5, 0, 30, tzinfo=UTC)
DAY = timedelta(days=1)


class TestTarget:
    def test_keeps_the_time_of_day(self) -> None:
        assert target(now=NOW, to=None, days=3) == NOW + 3 * DAY

    @pytest.mark.parametrize("to", [NOW, NOW - DAY])
    def test_lies_never_behind(self, to: datetime) -> None:
        with pytest.raises(ClockMovesBackwards):
            target(now=NOW, to=to, days=None)


class TestSteps:
    def test_repeat_until_all_answer_the_same_twice(self) -> None:
        answers = {"tasks": NOW + DAY, "notify": None}

        assert next_until(until=NOW, to=NOW + 5 * DAY, answers=answers, previous=None) == NOW
        assert next_until(until=NOW, to=NOW + 5 * DAY, answers=answers, previous={**answers, "notify": NOW}) == NOW

    def test_go_to_the_earliest_timer(self) -> None:
        answers = {"tasks": NOW + 2 * DAY, "notify": NOW + DAY, "scoring": None}

        assert next_until(until=NOW, to=NOW + 5 * DAY, answers=answers, previous=answers) == NOW + DAY

    def test_go_past_a_timer_that_could_not_fire(self) -> None:
        answers = {"tasks": NOW - DAY}

        assert next_until(until=NOW, to=NOW + DAY, answers=answers, previous=answers) == NOW + DAY

    def test_end_at_the_target(self) -> None:
        answers = {"tasks": NOW + 9 * DAY}

        assert next_until(until=NOW + DAY, to=NOW + DAY, answers=answers, previous=answers) is None

    @given(st.lists(st.integers(min_value=-10, max_value=1000), max_size=30), st.integers(min_value=1, max_value=900))
    def test_rise_and_stop_at_every_timer_on_the_way(self, hours: list[int], length: int) -> None:
        timers = sorted(NOW + timedelta(hours=hour) for hour in hours)
        to, until, visited = NOW + timedelta(hours=length), NOW, [NOW]

        while True:
            answers = {"tasks": next((due for due in timers if due > until), None)}
            step = next_until(until=until, to=to, answers=answers, previous=answers)
            if step is None:
                break
            assert step > until
            until = step
            visited.append(until)

        assert visited[-1] == to
        assert {due for due in timers if NOW < due <= to} <= set(visited)

"""业务时间的规则: how far it may go, and in which steps."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from luoshi_common.errors import Refused

type Answers = Mapping[str, datetime | None]
"""Service → business time of its next timer; null = none."""


class ClockMovesBackwards(Refused):
    """不能倒拨: business time only goes forward."""

    code = "directory.clock.backwards"
    title = "业务时间只能向前推进：现在是{now}"


class ClockIsMoving(Refused):
    """正在推进: another advance has not reached its end."""

    code = "directory.clock.moving"
    title = "业务时间正在推进到{to}，请稍候"


class ClockHasBegun(Refused):
    """已经开始: the beginning of business time is set once, before anything else."""

    code = "directory.clock.begun"
    title = "业务时间已经开始，不能重新设定起点"


def target(*, now: datetime, to: datetime | None, days: int | None) -> datetime:
    """Where an advance leads: to an instant, or so many calendar days on (the time of day stays, Asia/Shanghai has no
    summer time). Raises ClockMovesBackwards.
    """
    aim = to if to is not None else now + timedelta(days=days or 0)
    if aim <= now:
        raise ClockMovesBackwards(now=now)
    return aim


def next_until(*, until: datetime, to: datetime, answers: Answers, previous: Answers | None) -> datetime | None:
    """When the next step reaches: the same instant again, the earliest timer after it, or the end; None = arrived.

    A step is repeated until all answer the same twice: what one service did may have planned something in another.
    """
    if previous is None or dict(answers) != dict(previous):
        return until
    if until >= to:
        return None
    return min([to, *(due for due in answers.values() if due is not None and due > until)])

"""Reading a plan: ten times the text against the text, for texts made to lead a reader into repeating itself (E43)."""

import time
from pathlib import Path

from benchmarks.harness import Measured
from luoshi_tasks.plans.parsing.parse import parse_plan

UNITS = (
    "推进甲工程建设。牵头单位:市A局,责任单位:市B局)",
    "甲,",
    "(",
    "。)",
    "“",
    "(责任单位:甲",
    "1.甲。",
    "市局及",
    "市局 ",
    "等",
    "其中10个,",
)


async def measure(*, smoke: bool, files: Path) -> list[Measured]:  # noqa: ARG001 - nothing is kept
    """Milliseconds of processor time; a ratio near 10 grows with the length, one near 100 with its square."""
    signs, rounds = (400, 1) if smoke else (4_000, 3)
    result = Measured("plan-reading, ten times the text", "ms", "≤ 20", higher_is_better=False)
    worst = 0.0
    for _ in range(rounds):
        long = {unit: _milliseconds(unit, signs * 10) for unit in UNITS}
        short = {unit: _milliseconds(unit, signs) for unit in UNITS}
        result.things.append(sum(long.values()))
        result.floors.append(sum(short.values()))
        worst = max(worst, *(long[unit] / max(short[unit], 0.1) for unit in UNITS))
    result.notes["worst text"] = worst
    return [result]


def _milliseconds(unit: str, signs: int) -> float:
    text = "工作方案\n1.推进甲。(牵头单位:" + unit * (signs // len(unit))
    begun = time.process_time()
    parse_plan(text=text, year=2026)
    return (time.process_time() - begun) * 1000

"""Time is an argument: one file asks the machine what time it is."""

from collections.abc import Iterator

from tools.houserules._ask import calls
from tools.houserules._source import Source

SENTENCE = "ask luoshi_common.clock for the time (or take it as an argument); nobody else reads the machine's clock"
CLOCK = "libs/common/luoshi_common/clock.py"
READINGS = frozenset({"now", "utcnow", "today"})
PLACES = frozenset({"datetime", "date"})
TIME = frozenset({"time.time", "time.time_ns", "time.localtime", "time.gmtime"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that read the clock."""
    if source.path == CLOCK or source.path.startswith(("tools/", "benchmarks/")):
        return
    for call, name in calls(source):
        *before, last = name.split(".")
        if name in TIME or (before and before[-1] in PLACES and last in READINGS):
            yield call.lineno

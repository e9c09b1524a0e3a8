"""Waiting is for an event, never for a while."""

import ast
from collections.abc import Iterator

from tools.houserules._ask import calls
from tools.houserules._source import Source

SENTENCE = "await the event instead of sleeping; only the loops of messaging, timers and the embedded engines may pause"
LOOPS = (
    "libs/common/luoshi_common/messaging/",
    "libs/common/luoshi_common/timers/",
    "libs/common/luoshi_common/runtime.py",  # watches until the mirror has caught up
    "libs/common/luoshi_common/watch.py",  # measures every few seconds
    "libs/client/luoshi_client/session.py",  # heeds Retry-After of a service that is away
    "cli/luoshi/embedded/",
    "benchmarks/",  # hold a pace
    "tests/stack.py",  # looks at two engines until nothing moves any more; they tell no single event of it
    "tests/faults/town.py",  # the same, at processes
    "cli/luoshi/up.py",
    "libs/client/luoshi_client/session.py",  # comes again after as long as Retry-After says
)
MODULES = frozenset({"asyncio", "time", "anyio", "trio"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that sleep; `sleep(0)`, which only lets others run, is none."""
    if source.path.startswith(LOOPS):
        return
    for call, name in calls(source):
        holder, _, last = name.rpartition(".")
        if last == "sleep" and holder in {*MODULES, ""} and not _yields(call):
            yield call.lineno


def _yields(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0

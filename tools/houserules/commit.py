"""Nobody but the unit of work commits."""

from collections.abc import Iterator

from tools.houserules._ask import calls
from tools.houserules._source import Source

SENTENCE = "only luoshi_common.db ends a transaction; leave the unit of work instead"
ALLOWED = (
    "libs/common/luoshi_common/db/",
    "libs/common/luoshi_common/messaging/relay.py",  # its wake-up call, outside every command's transaction
)
ENDINGS = frozenset({"commit", "rollback"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that commit or roll back."""
    if not source.is_product or source.path.startswith(ALLOWED):
        return
    for call, name in calls(source):
        if "." in name and name.rpartition(".")[2] in ENDINGS:
            yield call.lineno

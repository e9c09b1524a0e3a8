"""Every SELECT of a feature stands in its queries.py."""

from collections.abc import Iterator

from tools.houserules._ask import calls
from tools.houserules._source import Source

SENTENCE = "statements of a feature stand in its queries.py, so that one file shows what it asks of the database"
ALLOWED = frozenset({"queries.py", "model.py"})
STATEMENTS = frozenset({"select", "text", "insert", "update", "delete", "union", "exists"})
METHODS = frozenset({"execute", "scalars", "scalar", "stream", "stream_scalars", "get", "get_one", "refresh"})
HOLDERS = frozenset({"session", "connection", "sa", "sqlalchemy", "postgresql"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines of a feature that build or run a statement elsewhere."""
    if source.feature is None or source.name in ALLOWED:
        return
    for call, name in calls(source):
        holder, _, last = name.rpartition(".")
        by_session = last in METHODS and holder.rpartition(".")[2] in HOLDERS
        built = last in STATEMENTS and holder in {"", "sa", "sqlalchemy", "postgresql"}
        if by_session or built:
            yield call.lineno

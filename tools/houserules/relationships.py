"""A record never fetches another behind our back."""

import ast
from collections.abc import Iterator

from tools.houserules._ask import calls
from tools.houserules._source import Source

SENTENCE = 'relationship(…, lazy="raise"): what is needed is loaded by a statement in queries.py, or it is a failure'
SAFE = frozenset({"raise", "raise_on_sql", "write_only", "noload"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that map a relationship which loads by itself."""
    if not source.is_product:
        return
    for call, name in calls(source):
        if name.rpartition(".")[2] == "relationship" and not any(_safe(keyword) for keyword in call.keywords):
            yield call.lineno


def _safe(keyword: ast.keyword) -> bool:
    return keyword.arg == "lazy" and isinstance(keyword.value, ast.Constant) and keyword.value.value in SAFE

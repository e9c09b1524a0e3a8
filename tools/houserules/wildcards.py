"""A reader can see where every name comes from."""

import ast
from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "import names, never a star"


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that import everything."""
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield node.lineno

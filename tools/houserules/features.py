"""A feature folder introduces itself: the Chinese term, and the sentences of the plan it serves."""

import ast
import re
from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "the __init__ of a feature is only a docstring: Chinese term in the first line, R-numbers (or —) in it"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SERVES = re.compile(r"\bR\d{1,2}\b|—")


def faults(source: Source) -> Iterator[int]:
    """Yield the first line of an `__init__` that keeps silent about its feature, or holds code."""
    if source.feature_file != "__init__.py":
        return
    said = ast.get_docstring(source.tree) or ""
    silent = not CHINESE.search(said.partition("\n")[0]) or not SERVES.search(said)
    if silent or len(source.tree.body) > 1:
        yield 1

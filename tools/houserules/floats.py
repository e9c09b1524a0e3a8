"""Money, shares and measures are Decimal."""

import ast
from collections.abc import Iterator

from tools.houserules._ask import dotted
from tools.houserules._source import Source

SENTENCE = "amounts and shares are Decimal; a binary fraction has no place in a feature"
SECONDS = frozenset({"directory.clock"})  # counts seconds, no amounts
NAMES = frozenset({"float", "Float", "REAL", "Double", "DOUBLE_PRECISION"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines of a feature (and of money.py) that use binary fractions."""
    if source.path != "libs/common/luoshi_common/money.py" and source.feature in {None, *SECONDS}:
        return
    for node in source.nodes:
        named = isinstance(node, ast.Name | ast.Attribute) and dotted(node).rpartition(".")[2] in NAMES
        if named or (isinstance(node, ast.Constant) and isinstance(node.value, float)):
            yield getattr(node, "lineno", 1)

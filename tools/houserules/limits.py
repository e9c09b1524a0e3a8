"""Numbers live in the city profile."""

import ast
from collections.abc import Iterator

from tools.houserules._ask import dotted
from tools.houserules._source import Source

SENTENCE = "a limit is a setting of the city profile; only 0, 1, -1 and 2 may stand in a rule"
FILES = frozenset({"rules.py", "commands.py", "timers.py", "subscribers.py"})
HARMLESS = frozenset({0, 1, 2, -1})
MEASURES = frozenset({"timedelta", "Decimal", "Fraction", "relativedelta"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines of a feature that compare, calculate or default with a number of their own."""
    if source.feature_file not in FILES:
        return
    for node in source.nodes:
        if any(_is_limit(value) for value in _values(node)):
            yield getattr(node, "lineno", 1)


def _values(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.AugAssign(value=value):
            return [value]
        case ast.Call(func=func, args=args, keywords=keywords) if dotted(func).rpartition(".")[2] in MEASURES:
            return [*args, *(keyword.value for keyword in keywords)]
        case ast.arguments(defaults=defaults, kw_defaults=kw_defaults):
            return [*defaults, *(default for default in kw_defaults if default)]
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return [value]
    return []


def _is_limit(node: ast.expr) -> bool:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_limit(operand)
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int() | float() as value):
            return value not in HARMLESS
        case ast.Constant(value=str() as value):
            return value.removeprefix("-").replace(".", "", 1).isdigit() and value not in {"0", "1", "2"}
    return False

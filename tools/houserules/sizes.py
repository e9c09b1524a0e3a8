"""One screen for a function, one sitting for a file."""

import ast
from collections.abc import Iterator

from tools.houserules._ask import Function
from tools.houserules._source import Source

SENTENCE = "a file over 400 lines or a function over 40 asks for a split by sub-noun, never by layer"
FILE_LINES = 400
FUNCTION_LINES = 40
ALLOWED = {  # path, or path::function, with the reason
    "services/tasks/luoshi_tasks/plans/parsing/output.py::as_json": "one literal: the output that is fixed for tools",
}


def faults(source: Source) -> Iterator[int]:
    """Yield long files, and long functions of the product (docstrings not counted)."""
    if not source.is_python or "migrations/" in source.path:
        return
    if source.path not in ALLOWED and len(source.text.splitlines()) > FILE_LINES:
        yield 1
    if source.is_test:
        return
    for node in source.nodes:
        if (
            isinstance(node, Function)
            and f"{source.path}::{node.name}" not in ALLOWED
            and _lines(node) > FUNCTION_LINES
        ):
            yield node.lineno


def _lines(function: Function) -> int:
    """Count its own lines: a docstring is none, and a function inside counts for itself."""
    total = _span(function)
    if ast.get_docstring(function, clean=False) is not None:
        total -= _span(function.body[0])
    return total - sum(_span(inner) for inner in function.body if isinstance(inner, Function))


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1

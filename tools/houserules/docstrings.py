"""Rules can be read without reading their code."""

import ast
from collections.abc import Iterator

from tools.houserules._ask import public_functions
from tools.houserules._source import Source

SENTENCE = "modules of a feature, and every public function and class of its rules, say in a docstring what they are"


def faults(source: Source) -> Iterator[int]:
    """Yield public things of a feature's rules, and modules of a feature, that have no docstring."""
    if source.feature is None or not source.is_python:
        return
    if ast.get_docstring(source.tree) is None and (source.name == "__init__.py" or source.name == "rules.py"):
        yield 1
    if source.name != "rules.py":
        return
    public_classes = (n for n in source.tree.body if isinstance(n, ast.ClassDef) and not n.name.startswith("_"))
    for node in (*public_functions(source), *public_classes):
        if ast.get_docstring(node) is None:
            yield node.lineno

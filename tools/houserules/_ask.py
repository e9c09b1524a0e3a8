"""Small questions about a syntax tree that several rules ask."""

import ast
from collections.abc import Iterator

from tools.houserules._source import Source

Function = ast.FunctionDef | ast.AsyncFunctionDef


def dotted(node: ast.AST) -> str:
    """Write `a.b.c` for a chain of names; anything else in the chain becomes `?`."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case _:
            return "?"


def calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call with the dotted name of what is called."""
    for node in source.nodes:
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def public_functions(source: Source) -> Iterator[Function]:
    """Yield the functions at the top of a module whose names do not begin with an underscore."""
    for node in source.tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield node

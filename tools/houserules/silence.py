"""What may change without a fact is on one list."""

import ast
from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "what changes without an event is private working state; it stands, with its reason, on this rule's list"
ALLOWED = {  # class name, with the reason
    "ClockAdvance": "one move of business time; each of its steps is told as a fact of the clock",
    "Evidence": "private to the units of its item until it is applied with; the application tells of it",
    "Matter": "what notify remembers of an item or plan to know which duties are done; their own facts told it",
    "Message": "its read mark is private; its delivery and its closing are told as facts of the message",
    "ServiceState": "what a service keeps about itself; clock.reached and audit.sealed tell of it",
}


def faults(source: Source) -> Iterator[int]:
    """Yield the classes that call themselves silent and are not on the list."""
    if not source.is_product:
        return
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and node.name not in ALLOWED:
            yield from (statement.lineno for statement in node.body if _silences(statement))


def _silences(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets=[ast.Name(id="silent")], value=ast.Constant(value=True)):
            return True
        case ast.AnnAssign(target=ast.Name(id="silent"), value=ast.Constant(value=True)):
            return True
    return False

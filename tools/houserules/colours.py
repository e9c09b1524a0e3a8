"""Never a bare colour: 红 is good in 红榜 and bad in 红灯, so a colour always stands with its list."""

import ast
import re
from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "a colour needs its room: Lamp.RED, OrderLevel.RED, RankingList.HONOURED, never a bare colour"
ROOMS = frozenset({"Lamp", "OrderLevel", "RankingList"})
ENGLISH = frozenset({"red", "yellow", "green", "white", "black", "amber", "orange", "blue"})
CHINESE = frozenset(f"{colour}{tail}" for colour in "红黄绿白黑橙蓝" for tail in ("", "色"))
STYLING = frozenset({"style", "color", "colour", "fg", "bg", "border_style"})
CLASSES = re.compile(r'class="([^"]*)"')


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that name a colour without saying of what."""
    if source.path.endswith(".html"):
        yield from _in_template(source.text)
    if not source.is_product:
        return
    excused = _excused(source)
    for node in source.nodes:
        if id(node) not in excused and any(_bare(name) for name in _names(node)):
            yield getattr(node, "lineno", 1)


def _names(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.Attribute(attr=attr, value=value):
            return () if _last(value) in ROOMS else (attr,)
        case ast.Constant(value=str(text)):
            return (text,)
    return ()


def _excused(source: Source) -> set[int]:
    """Members of the three enums, and styling of a terminal."""
    found: set[int] = set()
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and node.name in ROOMS:
            found.update(id(inner) for inner in ast.walk(node))
        if isinstance(node, ast.keyword) and node.arg in STYLING:
            found.add(id(node.value))
    return found


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _bare(name: str) -> bool:
    return name.lower().removeprefix("is_").strip("_") in ENGLISH or name in CHINESE


def _in_template(text: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), start=1):
        if any(_bare(token) for match in CLASSES.finditer(line) for token in match[1].split()):
            yield number

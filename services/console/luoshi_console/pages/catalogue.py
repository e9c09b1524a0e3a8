"""目录: every page and act of the console, found in the modules beside this one; the demo's only in development mode."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import luoshi_console.pages
from luoshi_console.visit import Act, Page

DEVELOPMENT = frozenset({"demo", "styleguide"})


def pages(*, development: bool) -> tuple[Page, ...]:
    """List the pages."""
    return tuple(one for one in _found(development=development) if isinstance(one, Page))


def acts(*, development: bool) -> tuple[Act, ...]:
    """List the acts."""
    return tuple(one for one in _found(development=development) if isinstance(one, Act))


@cache
def _found(*, development: bool) -> tuple[Page | Act, ...]:
    """Each once: a module may name the page of another, to show it after an act."""
    names = [module.name for module in pkgutil.iter_modules(luoshi_console.pages.__path__)]
    said = [_said(name) for name in names if name != "catalogue" and (development or name not in DEVELOPMENT)]
    return tuple({one.path: one for module in said for one in module}.values())


def _said(name: str) -> Iterator[Page | Act]:
    module = importlib.import_module(f"{luoshi_console.pages.__name__}.{name}")
    values: list[Any] = [one for value in vars(module).values() for one in (value if type(value) is tuple else (value,))]
    return (one for one in values if isinstance(one, Page | Act))

"""目录: every page and act of the console, found in the modules beside this; the demo's in development only."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
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
    return tuple(dict.fromkeys(one for module in said for one in module))


def _said(name: str) -> Iterator[Page | Act]:
    module = importlib.import_module(f"{luoshi_console.pages.__name__}.{name}")
    for value in vars(module).values():
        several: Iterable[Any] = value if isinstance(value, tuple) else (value,)
        yield from (one for one in several if isinstance(one, Page | Act))

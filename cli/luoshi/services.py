"""The services of a city, in the order in which they are started."""

import importlib
from collections.abc import Iterable

from luoshi_common.service import Service

NAMES = ("directory", "tasks", "scoring", "notify")


def load(names: Iterable[str] = NAMES) -> tuple[Service, ...]:
    """Import the services of these names.

    Raises:
        KeyError: there is no such service.
    """
    found = []
    for name in names:
        if name not in NAMES:
            raise KeyError(name)
        service: Service = importlib.import_module(f"luoshi_{name}.app").SERVICE
        found.append(service)
    return tuple(found)

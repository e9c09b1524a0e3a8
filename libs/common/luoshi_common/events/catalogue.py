"""The catalogue: every event type that exists, by CloudEvents `type`. Importing it loads all payload modules."""

from collections.abc import Mapping
from types import MappingProxyType

from luoshi_common.events import directory, every_service, notify, tasks
from luoshi_common.events.registry import BY_TYPE, EventType

CATALOGUE: Mapping[str, EventType] = MappingProxyType(BY_TYPE)

_MODULES = (directory, every_service, notify, tasks)

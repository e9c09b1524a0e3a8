"""Services speak through logs."""

from collections.abc import Iterator

from tools.houserules._ask import calls
from tools.houserules._source import Source

SENTENCE = "libraries and services log; only the command line prints"


def faults(source: Source) -> Iterator[int]:
    """Yield the lines of libraries and services that print."""
    if source.path.startswith(("libs/", "services/")):
        yield from (call.lineno for call, name in calls(source) if name == "print")

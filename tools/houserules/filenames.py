"""A file is named for what it holds, never for being handy."""

from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "no drawer for everything: name the file for the noun or verb it holds"
FORBIDDEN = frozenset(
    {"utils", "util", "helpers", "constants", "exceptions", "repository", "service", "misc", "managers"}
)
ALLOWED = frozenset({"libs/common/luoshi_common/service.py"})  # the class `Service`: what a service is made of


def faults(source: Source) -> Iterator[int]:
    """Yield the first line of a file (or of a file in a folder) with such a name."""
    if source.is_python and source.path not in ALLOWED:
        names = {part.removesuffix(".py") for part in source.path.split("/")}
        if names & FORBIDDEN:
            yield 1

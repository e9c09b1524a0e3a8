"""Locks hold versions and hashes, never the address of an index."""

from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "a lock holds no address: whoever installs chooses the index"
LOCKS = frozenset({"requirements.lock", "package-lock.json"})


def faults(source: Source) -> Iterator[int]:
    """Yield the lines of a lock that hold an address."""
    if source.name in LOCKS:
        for number, line in enumerate(source.text.splitlines(), start=1):
            if "://" in line and '"funding"' not in line:
                yield number

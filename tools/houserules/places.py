"""The project stands alone: it names no folder outside itself."""

import re
from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "nothing in the project points outside it: no machine path, no folder beside the project (tests may)"
OUTSIDE = re.compile(r"\.\./" r"shared\b|(?<![\w.])/" r"(?:work|root)\b")


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that name a place outside the project."""
    if source.is_test:
        return
    for number, line in enumerate(source.text.splitlines(), start=1):
        if OUTSIDE.search(line):
            yield number

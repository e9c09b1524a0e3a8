"""Commands run from .venv; a plain run by uv would lock and sync again behind our back."""

import re
from collections.abc import Iterator

from tools.houserules._source import Source

SENTENCE = "run commands from .venv/bin (a plain run by uv locks and syncs again)"
PLAIN = re.compile(r"\buv" + r"\s+run\b(?!\s+--no-sync)")


def faults(source: Source) -> Iterator[int]:
    """Yield the lines that run something by uv without --no-sync."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        if PLAIN.search(line):
            yield number

"""A call reads as a sentence: what is given is named."""

from collections.abc import Iterator

from tools.houserules._ask import public_functions
from tools.houserules._source import Source

SENTENCE = "public functions of rules, commands and queries take keywords where there is more than one argument"
FILES = frozenset({"rules.py", "commands.py", "queries.py"})
GROUND = frozenset({"uow", "session"})


def faults(source: Source) -> Iterator[int]:
    """Yield functions with two positional arguments besides the ground (uow, session) they stand on."""
    if source.feature_file not in FILES:
        return
    for function in public_functions(source):
        positional = [a.arg for a in (*function.args.posonlyargs, *function.args.args) if a.arg not in GROUND]
        if len(positional) > 1:
            yield function.lineno

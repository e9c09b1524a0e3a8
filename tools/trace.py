"""docs/requirements.md: which sentence of the plan is carried out where, and which test shows it; `--check` compares.

R-numbers are read from the docstrings of the product (features, rules, events, …) and of the tests; what each number
says and how far it is carried out stands in tools/requirements.toml.
"""

import argparse
import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.houserules._source import Source, read_tree

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tools/requirements.toml"
TARGET = ROOT / "docs/requirements.md"
STATES = ("done", "partly", "open")
NUMBER = re.compile(r"\bR(\d{1,3})\b(?:\s*[–-]\s*R(\d{1,3})\b)?")


@dataclass(frozen=True)
class Requirement:
    """One sentence of the plan in our words, and how far it is carried out."""

    says: str
    state: str
    lacks: str = ""


@dataclass
class Trace:
    """Where each number is cited: features (or modules) of the product, and tests."""

    features: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def read_table(text: str) -> dict[str, Requirement]:
    """Read the table; an unknown state is a ValueError."""
    table = {name: Requirement(**row) for name, row in tomllib.loads(text).items()}
    if strange := [name for name, row in table.items() if row.state not in STATES]:
        raise ValueError(f"state must be one of {', '.join(STATES)}: {', '.join(strange)}")
    return table


def trace(sources: Iterable[Source]) -> Trace:
    """Collect the numbers cited in docstrings; `R34–R36` cites three."""
    found = Trace()
    for source in sources:
        if not source.is_python or not (source.is_product or source.is_test):
            continue
        for name, said in _docstrings(source):
            for number in _numbers(said):
                if source.is_test:
                    found.tests[number].add(f"{source.path}{name}")
                else:
                    found.features[number].add(source.feature or source.path)
    return found


def faults(table: Mapping[str, Requirement], found: Trace) -> list[str]:
    """Name unknown numbers, and states that claim more than the code shows."""
    unknown = (found.features.keys() | found.tests.keys()) - table.keys()
    said = [f"{number} is unknown, cited in {_some(found, number)}" for number in sorted(unknown, key=_order)]
    for number, requirement in table.items():
        if requirement.state == "done" and not found.tests.get(number):
            said.append(f"{number} is said to be done, but no test cites it")
        if requirement.state != "open" and not found.features.get(number):
            said.append(f"{number} is said to be {requirement.state}, but no feature cites it")
        if requirement.state == "partly" and not requirement.lacks:
            said.append(f"{number} is said to be partly done, but not what it lacks")
    return said


def document(table: Mapping[str, Requirement], found: Trace) -> str:
    """Write the page."""
    counts = {state: sum(row.state == state for row in table.values()) for state in STATES}
    lines = [
        "# Requirements: what the plan asks for, and where it is done",
        "",
        "<!-- Made by `python -m tools.trace` from tools/requirements.toml and docstrings. Do not edit by hand. -->",
        "",
        f"{len(table)} sentences: {counts['done']} done, {counts['partly']} partly, {counts['open']} open.",
        "",
        "| no. | what it asks | state | features | tests |",
        "|---|---|---|---|---|",
    ]
    for number, row in table.items():
        state = f"{row.state}: {row.lacks}" if row.lacks else row.state
        features = ", ".join(f"`{name}`" for name in sorted(found.features.get(number, ()))) or "—"
        lines.append(f"| {number} | {row.says} | {state} | {features} | {_tests(found.tests.get(number, set()))} |")
    return "\n".join(lines) + "\n"


def _tests(names: set[str]) -> str:
    by_file: dict[str, int] = defaultdict(int)
    for name in names:
        by_file[name.partition("::")[0]] += 1
    return ", ".join(f"[{Path(path).stem}](../{path}) ({count})" for path, count in sorted(by_file.items())) or "—"


def _docstrings(source: Source) -> Iterator[tuple[str, str]]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in source.nodes:
        if isinstance(node, documented) and (said := ast.get_docstring(node)):
            yield ("" if isinstance(node, ast.Module) else f"::{node.name}"), said


def _numbers(said: str) -> Iterator[str]:
    for match in NUMBER.finditer(said):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from (f"R{number}" for number in range(first, last + 1))


def _order(number: str) -> int:
    return int(number[1:])


def _some(found: Trace, number: str) -> str:
    return ", ".join(sorted(found.features.get(number, set()) | found.tests.get(number, set()))[:3])


def main() -> int:
    """Write or check; answer the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.trace", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    table, found = read_table(TABLE.read_text(encoding="utf-8")), trace(read_tree(ROOT))
    said, made = faults(table, found), document(table, found)
    if parser.parse_args().check:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != made:
            said.append("docs/requirements.md is out of date: run `python -m tools.trace`")
    else:
        TARGET.write_text(made, encoding="utf-8")
    print(*said, sep="\n", end="\n" if said else "")
    return int(bool(said))


if __name__ == "__main__":
    sys.exit(main())

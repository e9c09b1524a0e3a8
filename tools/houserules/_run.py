"""Find the rules, read the tree, collect the faults."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import tools.houserules
from tools.houserules._source import Source, read_tree

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, order=True)
class Fault:
    """One line that breaks one rule."""

    path: str
    line: int
    rule: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.rule}: {self.sentence}"


def rules() -> tuple[ModuleType, ...]:
    """Import every rule; the folder is the registry."""
    names = sorted(module.name for module in pkgutil.iter_modules(tools.houserules.__path__))
    return tuple(importlib.import_module(f"tools.houserules.{name}") for name in names if not name.startswith("_"))


def check(sources: Iterable[Source], only: str | None = None) -> Iterator[Fault]:
    """Yield the faults of the sources, by all rules or by the one named."""
    chosen = [rule for rule in rules() if only in (None, _name(rule))]
    for source in sources:
        for rule in chosen:
            for line in rule.faults(source):
                yield Fault(source.path, line, _name(rule), rule.SENTENCE)


def check_tree(root: Path = ROOT) -> list[Fault]:
    """Check the whole project."""
    return sorted(check(read_tree(root)))


def _name(rule: ModuleType) -> str:
    return rule.__name__.rpartition(".")[2]

"""The glossary as data, and the names in the code that must come from it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.houserules._ask import dotted
from tools.houserules._source import Source, read_tree

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/glossary.md"
SMALL_WORDS = frozenset({"of", "for", "and", "to", "in", "on", "by", "with", "not", "no", "year", "day", "month"})
CODE = re.compile(r"`([a-z_]+)`")
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Name:
    """A name found in the code: what kind of thing it names, and where."""

    kind: str
    text: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.kind} {self.text}"

    @property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case: `StrikeOffApplication` and `strike_off_application` are the same."""
        return tuple(word for word in CAMEL.sub("_", self.text).lower().split("_") if word)


@dataclass(frozen=True)
class Glossary:
    """Identifiers with their Chinese terms, and the words that are not used."""

    terms: Mapping[str, frozenset[str]]
    unused: frozenset[str]

    @cached_property
    def identifiers(self) -> frozenset[tuple[str, ...]]:
        """Every identifier as words, singular and plural."""
        words = {tuple(term.split("_")) for term in self.terms} | {(word,) for word in SMALL_WORDS}
        return frozenset(words | {(*term[:-1], _plural(term[-1])) for term in words})

    def knows(self, name: Name) -> bool:
        """Whether a name is made of identifiers only."""
        return self._made(name.words)

    def _made(self, words: tuple[str, ...]) -> bool:
        if not words:
            return True
        starts = range(1, len(words) + 1)
        return any(words[:end] in self.identifiers and self._made(words[end:]) for end in starts)

    def refuses(self, name: Name) -> str | None:
        """Return the word in a name that this project does not use, or None."""
        spelled = f"_{'_'.join(name.words)}_"
        return next((word for word in sorted(self.unused) if f"_{word}_" in spelled or f"_{word}s_" in spelled), None)

    def chinese(self, identifier: str) -> frozenset[str]:
        """Return the Chinese terms of an identifier, given in singular or plural; empty when unknown."""
        for known, terms in self.terms.items():
            head, _, last = known.rpartition("_")
            if identifier in {known, f"{head}_{_plural(last)}" if head else _plural(last)}:
                return terms
        return frozenset()


def read_glossary(text: str) -> Glossary:
    """Read the page; a row has four columns (Chinese, English, identifiers, meaning) or three (not, but, because)."""
    terms: dict[str, set[str]] = {}
    unused: set[str] = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4:
            for identifier in CODE.findall(cells[2]):
                terms.setdefault(identifier, set()).update(re.split("[、，]", cells[0]))
        elif len(cells) == 3:
            unused.update(CODE.findall(cells[0]))
    return Glossary({name: frozenset(chinese) for name, chinese in terms.items()}, frozenset(unused))


def names_in(sources: Iterable[Source]) -> Iterator[Name]:
    """Yield every name that belongs to the language of the work: features, records, events, states, actions."""
    features: set[str] = set()
    for source in sources:
        if not source.is_product or not source.is_python:
            continue
        if source.feature and source.feature not in features:
            features.add(source.feature)
            yield Name("feature", source.feature.partition(".")[2], source.path.rpartition("/")[0])
        for node in source.nodes:
            if isinstance(node, ast.ClassDef):
                yield from _class_names(node, source)


def _class_names(node: ast.ClassDef, source: Source) -> Iterator[Name]:
    place = f"{source.path}:{node.lineno}"
    if source.feature_file == "model.py" and not node.name.startswith("_"):
        yield Name("record", node.name, place)
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and dotted(decorator.func) == "event":
            first = decorator.args[0]
            if isinstance(first, ast.Constant):
                yield from (Name("event", word, place) for word in str(first.value).split("."))
    bases = {dotted(base) for base in node.bases}
    is_state = source.feature is not None and node.name.endswith("State")
    is_action = source.path.endswith("auth/actions.py") and node.name == "Action"
    if bases & {"StrEnum", "Enum", "enum.StrEnum"} and (is_state or is_action):
        yield from (Name("action" if is_action else "state", word, place) for word in _members(node))


def definitions_in(sources: Iterable[Source]) -> Iterator[Name]:
    """Yield every class, function and field that a service defines in public: none may use a word we do not use."""
    for source in sources:
        if not source.path.startswith("services/") or not source.is_python:
            continue
        for node in source.nodes:
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found = name
                case ast.AnnAssign(target=ast.Name(id=name)):
                    found = name
                case _:
                    continue
            if not found.startswith("_"):
                yield Name("name", found, f"{source.path}:{node.lineno}")


def _members(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id.lower()


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{word}s"


def project() -> tuple[Glossary, list[Source]]:
    """Read the page and the product's sources."""
    sources = [source for source in read_tree(ROOT) if source.is_product]
    return read_glossary(PAGE.read_text(encoding="utf-8")), sources

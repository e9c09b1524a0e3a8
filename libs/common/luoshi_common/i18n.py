"""文字: Chinese is written in the code and is the key; English is looked up in the package's catalogue.

A catalogue is `<package>/locale/en/LC_MESSAGES/messages.po`, read as it is: no compiled files to forget.
"""

from collections.abc import Iterator, Mapping, Set
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po

from luoshi_common.clock import to_shanghai
from luoshi_common.errors import Problem

COMMON = "luoshi_common"


class Language(StrEnum):
    """语言: the tongues people are answered in; the first is the one the code is written in."""

    CHINESE = "zh-CN"
    ENGLISH = "en"


class Term(str):
    """词语: a Chinese word inside a fact that is translated where it is spoken (a role's name, a kind of thing)."""

    __slots__ = ()


def translate(msgid: str, *, language: str, package: str = COMMON) -> str:
    """Give `msgid` in the language: from the package's catalogue, else from common's, else the Chinese itself."""
    if language == Language.CHINESE:
        return msgid
    return catalogue(package, language).get(msgid) or catalogue(COMMON, language).get(msgid) or msgid


def say(problem: Problem, *, language: str) -> str:
    """Say a refusal in the language, its facts filled in."""
    if language == Language.CHINESE:
        return problem.text()
    package = package_of(type(problem))
    title = translate(problem.title, language=language, package=package)
    facts = {name: spoken(fact, language=language, package=package) for name, fact in problem.facts.items()}
    return title.format_map(facts)


def spoken(fact: object, *, language: str, package: str = COMMON) -> str:
    """Write one fact as it is read in a language other than Chinese: lists with commas, terms translated."""
    match fact:
        case Term():
            return translate(str(fact), language=language, package=package)
        case Enum():
            return spoken(fact.value, language=language, package=package)
        case datetime() if fact.tzinfo is not None:
            return to_shanghai(fact).strftime("%Y-%m-%d %H:%M")
        case Mapping():
            return ", ".join(
                ": ".join(spoken(part, language=language, package=package) for part in pair) for pair in fact.items()
            )
        case Set():
            return ", ".join(sorted(spoken(item, language=language, package=package) for item in fact))
        case list() | tuple():
            return ", ".join(spoken(item, language=language, package=package) for item in fact)
        case _:
            return str(fact)


@cache
def catalogue(package: str, language: str) -> Mapping[str, str]:
    """Read the package's catalogue of a language: Chinese → translation; empty where the package has none."""
    path = resources.files(package) / "locale" / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {
        str(message.id): str(message.string)
        for message in messages
        if message.id and message.string and not message.fuzzy
    }


def problem_titles(*, package: str = "") -> Mapping[str, str]:
    """Collect the titles of all refusals imported so far: title → package that must translate it."""
    return {kind.title: package_of(kind) for kind in _kinds_of(Problem) if not package or package_of(kind) == package}


def package_of(kind: type) -> str:
    """Name the top package a class belongs to: the owner of its catalogue."""
    return kind.__module__.partition(".")[0]


def _kinds_of(kind: type[Problem]) -> Iterator[type[Problem]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds_of(below)

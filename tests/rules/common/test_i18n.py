"""English is complete: every title, word and term of common that people can meet has its translation."""

import importlib
import pkgutil
import string
from datetime import UTC, datetime
from enum import Enum

import pytest

import luoshi_common
from luoshi_common.auth.mode import Mode
from luoshi_common.auth.policy import NotPermitted
from luoshi_common.auth.roles import Role
from luoshi_common.errors import Refused, TooManyRequests
from luoshi_common.http.validation import OTHERWISE, WORDS
from luoshi_common.i18n import COMMON, Language, Term, catalogue, problem_titles, say, spoken, translate


def everything_in(package: str) -> None:
    """Import every module of a package, so that all its refusals are known."""
    found = importlib.import_module(package)
    for module in pkgutil.walk_packages(found.__path__, prefix=f"{package}."):
        if ".testing" not in module.name and "migrations" not in module.name:
            importlib.import_module(module.name)


def fields_of(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}


class TestEnglish:
    def test_has_every_title(self) -> None:
        everything_in(luoshi_common.__name__)

        untranslated = problem_titles(package=COMMON).keys() - catalogue(COMMON, Language.ENGLISH).keys()

        assert not untranslated

    def test_has_every_word_of_validation_and_every_role(self) -> None:
        said = {*WORDS.values(), OTHERWISE, *(role.term for role in Role)}

        assert not said - catalogue(COMMON, Language.ENGLISH).keys()

    @pytest.mark.parametrize("chinese", catalogue(COMMON, Language.ENGLISH))
    def test_says_it_with_the_same_facts(self, chinese: str) -> None:
        english = translate(chinese, language=Language.ENGLISH)

        assert english.isascii()
        assert fields_of(english) == fields_of(chinese)


class TestSaying:
    def test_is_chinese_as_written(self) -> None:
        assert say(TooManyRequests(retry_after=3), language=Language.CHINESE) == "请求过于频繁，请在 3 秒后重试"

    def test_fills_the_facts_into_the_english_sentence(self) -> None:
        refused = NotPermitted(action="x", who=(Role.OFFICE.term, Role.LEADER.term))

        assert say(refused, language=Language.ENGLISH).endswith("those who may: inspection office, city leader")

    def test_falls_back_to_chinese_where_a_word_is_unknown(self) -> None:
        assert translate("没有收录的词", language=Language.ENGLISH) == "没有收录的词"

    @pytest.mark.parametrize(
        ("fact", "english"),
        [
            (("市水利局", "市住建局"), "市水利局, 市住建局"),
            ({Term("市领导"): Term("督查室")}, "city leader: inspection office"),
            (frozenset({"b", "a"}), "a, b"),
            (datetime(2026, 3, 10, 1, 30, tzinfo=UTC), "2026-03-10 09:30"),
            (Mode.PRODUCTION, "production"),
            (7, "7"),
        ],
    )
    def test_speaks_facts_with_commas_and_shanghai_time(self, fact: object | Enum, english: str) -> None:
        assert spoken(fact, language=Language.ENGLISH) == english

    def test_finds_the_catalogue_of_the_package_that_defines_the_refusal(self) -> None:
        class Odd(Refused):
            """奇: defined here, so no catalogue of common need have it."""

            code = "odd"
            title = "只在这里出现"

        assert Odd.title not in problem_titles(package=COMMON)
        assert say(Odd(), language=Language.ENGLISH) == "只在这里出现"

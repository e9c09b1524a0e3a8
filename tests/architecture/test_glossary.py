"""Glossary: the names of the work come from one page, in the code as in talk."""

import ast

import pytest

from luoshi_common.auth.roles import Role
from tools.glossary import Glossary, Name, definitions_in, names_in, project, read_glossary
from tools.houserules._source import Source

PAGE = """
| 中文 | English | identifier | meaning |
|---|---|---|---|
| 销号 | strike off | `strike_off`, `struck_off` | closed |
| 申请 | application | `application` | asked |
| 事项 | item | `item` | entry |

| not | but | because |
|---|---|---|
| `cancel`, `cancellation` | `strike_off` | reads as abandoned |
"""
FOLDER = "services/tasks/luoshi_tasks"


@pytest.fixture(scope="module")
def read() -> tuple[Glossary, list[Source]]:
    return project()


class TestGlossary:
    def test_knows_every_name_of_the_work(self, read: tuple[Glossary, list[Source]]) -> None:
        glossary, sources = read

        unknown = [str(name) for name in names_in(sources) if not glossary.knows(name)]

        assert not unknown, "add the term to docs/glossary.md or use its word:\n" + "\n".join(unknown)

    def test_finds_no_word_that_is_not_used(self, read: tuple[Glossary, list[Source]]) -> None:
        glossary, sources = read

        names = [*names_in(sources), *definitions_in(sources)]
        refused = [f"{name} uses {word!r}" for name in names if (word := glossary.refuses(name))]

        assert not refused, "\n".join(refused)

    def test_gives_each_feature_the_term_its_docstring_uses(self, read: tuple[Glossary, list[Source]]) -> None:
        glossary, sources = read
        strangers = []
        for source in sources:
            if source.feature_file == "__init__.py":
                terms = glossary.chinese(str(source.feature).partition(".")[2])
                first = (ast.get_docstring(source.tree) or "").partition("\n")[0]
                if not any(term in first for term in terms):
                    strangers.append(f"{source.path}: none of {sorted(terms)} in {first!r}")

        assert not strangers, "\n".join(strangers)

    def test_knows_every_role(self, read: tuple[Glossary, list[Source]]) -> None:
        glossary, _ = read

        assert {role.value for role in Role if not glossary.chinese(role.value)} == set()

    def test_says_each_word_that_is_not_used_differently(self, read: tuple[Glossary, list[Source]]) -> None:
        glossary, _ = read

        assert not glossary.unused & glossary.terms.keys()


class TestCheck:
    @pytest.mark.parametrize(
        ("path", "text", "unknown"),
        [
            (f"{FOLDER}/closing/__init__.py", '""', "closing"),
            (f"{FOLDER}/items/model.py", "class Entry(Base): ...", "Entry"),
            ("libs/common/luoshi_common/events/tasks.py", "@event('item.item.finished')\nclass F: ...", "finished"),
            (f"{FOLDER}/items/rules.py", "class ItemState(StrEnum):\n    DONE = 'done'", "done"),
            ("libs/common/luoshi_common/auth/actions.py", "class Action(StrEnum):\n    END_ITEM = 'e'", "end_item"),
        ],
    )
    def test_catches_a_name_that_stands_nowhere(self, path: str, text: str, unknown: str) -> None:
        glossary = read_glossary(PAGE)

        found = [name.text for name in names_in([Source(path, text)]) if not glossary.knows(name)]

        assert found == [unknown]

    @pytest.mark.parametrize(
        "text",
        ["class ItemCancellation: ...", "async def cancel_item(uow): ...", "cancelled_at: str\ncancel: int"],
    )
    def test_catches_a_word_that_is_not_used(self, text: str) -> None:
        glossary = read_glossary(PAGE)

        assert any(glossary.refuses(name) for name in definitions_in([Source(f"{FOLDER}/items/commands.py", text)]))

    @pytest.mark.parametrize("text", ["StrikeOffApplication", "strike_off_applications", "items", "struck_off"])
    def test_takes_names_made_of_its_words(self, text: str) -> None:
        assert read_glossary(PAGE).knows(Name("record", text, ""))

    def test_gives_the_term_of_a_plural(self) -> None:
        assert read_glossary(PAGE).chinese("items") == {"事项"}

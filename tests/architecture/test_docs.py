"""The documents are true: their links lead somewhere, their commands exist, both READMEs say the same."""

import ast
import importlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from luoshi.cli import app
from luoshi_common.settings import ServiceSettings
from luoshi_console.settings import ConsoleSettings

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def _documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    # What lies in tools becomes a page of docs, and its links are read there.
    return [ROOT / name for name in sorted(set(listed)) if (ROOT / name).exists() and not name.startswith("tools/")]


def _prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def _blocks(name: str, language: str) -> list[str]:
    return [code for kind, code in _FENCE.findall((ROOT / name).read_text(encoding="utf-8")) if kind == language]


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _commands(text: str) -> Iterator[list[str]]:
    """What stands behind `luoshi` in code: the words up to the first that is no name of a command."""
    for said in re.findall(r"(?<![\w.-])(?:\.venv/bin/)?luoshi ((?:[a-z-]+ ?)+)", text):
        yield said.split()


class TestLinks:
    @pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(ROOT)))
    def test_lead_to_files_and_headings_that_exist(self, document: Path) -> None:
        lost = []
        for link in _LINK.findall(_prose(document)):
            if re.match(r"[a-z]+:", link):
                continue
            file, _, anchor = link.partition("#")
            target = Path(os.path.normpath(document.parent / file)) if file else document
            if not target.exists() or (anchor and anchor not in _anchors(target)):
                lost.append(link)

        assert lost == []

    def test_lead_from_the_readme_to_every_hand_written_page(self) -> None:
        reached, waiting = set[Path](), [ROOT / "README.md"]
        while waiting:
            page = waiting.pop()
            reached.add(page)
            for link in _LINK.findall(_prose(page)):
                target = Path(os.path.normpath(page.parent / link.partition("#")[0]))
                if target.suffix == ".md" and target.exists() and target not in reached:
                    waiting.append(target)

        pages = {path for path in _documents() if path.is_relative_to(ROOT / "docs") or path.parent == ROOT}
        assert pages - reached == set()


class TestReadme:
    @pytest.mark.parametrize("name", READMES)
    def test_names_only_commands_that_exist(self, name: str) -> None:
        text = (ROOT / name).read_text(encoding="utf-8")
        code = "\n".join([*re.findall(r"`([^`\n]+)`", text), *_blocks(name, "sh")])
        known = typer.main.get_command(app)

        named = list(_commands(code))
        for words in named:
            command = known
            while words and (inner := getattr(command, "commands", None)):
                command = inner[words.pop(0)]

        assert len(named) >= len(getattr(known, "commands", {}))

    @pytest.mark.parametrize("name", READMES)
    def test_names_only_make_targets_that_exist(self, name: str) -> None:
        targets = set(re.findall(r"^([a-z.]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

        named = set(re.findall(r"\bmake ([a-z.]+)", "\n".join(_blocks(name, "sh"))))

        assert {"up", "test"} <= named <= targets

    def test_is_the_same_in_both_languages(self) -> None:
        shapes = []
        for name in READMES:
            text = (ROOT / name).read_text(encoding="utf-8")
            prose = _FENCE.sub("", text)
            shapes.append(
                {
                    "headings": re.findall(r"^(#+) ", prose, re.MULTILINE),
                    "rows": [line.count("|") for line in prose.splitlines() if line.startswith("|")],
                    "links": sorted(set(_LINK.findall(prose)) - set(READMES)),
                    "programs": _blocks(name, "python"),
                    "commands": sorted(re.findall(r"`(luoshi [^`]+)`", prose)),
                }
            )

        assert shapes[0] == shapes[1]

    def test_shows_a_subscriber_of_ten_lines(self) -> None:
        (program,) = _blocks("README.md", "python")

        ast.parse(program)

        assert len(program.splitlines()) <= 10


class TestInstall:
    def test_names_every_setting_of_the_environment(self) -> None:
        text = (ROOT / "docs/operations/install.md").read_text(encoding="utf-8")

        wanted = {
            str(field.validation_alias or f"LUOSHI_{prefix}_{name.upper()}")
            for prefix, settings in (("TASKS", ServiceSettings), ("CONSOLE", ConsoleSettings))
            for name, field in settings.model_fields.items()
        }

        assert {name for name in wanted if name not in text} == set()

    def test_shows_programs_that_can_be_read(self) -> None:
        for name in ("docs/operations/install.md", "docs/operations/parked-messages.md"):
            for program in _blocks(name, "python"):
                missing = [
                    node.module
                    for node in ast.walk(ast.parse(program))
                    if isinstance(node, ast.ImportFrom) and node.module and not _importable(node)
                ]
                assert missing == []


def _importable(node: ast.ImportFrom) -> bool:
    module = importlib.import_module(node.module or "")
    return all(hasattr(module, alias.name) for alias in node.names)

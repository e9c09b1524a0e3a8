"""What the tests of plan reading share: the texts, and ways to look at what was read."""

import json
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from luoshi_tasks.plans.parsing.model import Finding, ParsedPlan, ParsedTask
from luoshi_tasks.plans.parsing.parse import parse_plan

_DESIGN = Path(__file__).resolve().parents[3] / "shared" / "design"

type Read = Callable[..., ParsedPlan]
type Codes = Callable[[ParsedPlan], set[str]]


def _beside(name: str) -> Path:
    path = _DESIGN / name
    if not path.is_file():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} must lie beside the project when CI=true")
        pytest.skip(f"{name} does not lie beside the project")
    return path


@pytest.fixture
def original_path() -> Path:
    """The file of the original plan text."""
    return _beside("plan.txt")


@pytest.fixture
def original_text(original_path: Path) -> str:
    """The original plan text, where it lies beside the project."""
    return original_path.read_bytes().decode("utf-8")


@pytest.fixture
def published() -> dict[str, Any]:
    """The published facts of the original plan."""
    facts: dict[str, Any] = json.loads(_beside("plan_tasks.json").read_text(encoding="utf-8"))
    return facts


@pytest.fixture
def demo_text() -> str:
    """The demo plan document that the product ships."""
    return files("luoshi").joinpath("demo", "plan.txt").read_text(encoding="utf-8")


@pytest.fixture
def read() -> Read:
    """Parse a text and hold every finding to its place."""

    def reading(text: str, *, year: int | None = None, known_units: set[str] | None = None) -> ParsedPlan:
        plan = parse_plan(text=text, year=year, known_units=known_units)
        for finding in plan.findings:
            assert text[finding.offset : finding.offset + len(finding.quote)] == finding.quote, finding
            assert finding.quote, finding
        return plan

    return reading


@pytest.fixture
def read_task(read: Read) -> Callable[..., ParsedTask]:
    """Parse one task, given as the words behind its number, under one area of a plan of 2026."""

    def reading(entry: str, *, year: int | None = 2026) -> ParsedTask:
        plan = read(f"工作方案\n(一)促进建设。\n1.{entry}\n", year=year)
        assert [task.no for task in plan.tasks] == [1]
        return plan.tasks[0]

    return reading


@pytest.fixture
def found() -> Callable[[ParsedPlan, str], list[Finding]]:
    """The findings of one code, in reading order."""
    return lambda plan, code: [finding for finding in plan.findings if finding.code == code]


@pytest.fixture
def quotes() -> Callable[[ParsedPlan, str], list[str]]:
    """The quotes of the findings of one code, in reading order."""
    return lambda plan, code: [finding.quote for finding in plan.findings if finding.code == code]

"""Import contracts: the tree keeps them, and faults planted in a skeleton of it are reported."""

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT / ".importlinter"
PACKAGES = ("luoshi_common", "luoshi_client", "luoshi_console", "luoshi")
SERVICES = ("luoshi_directory", "luoshi_tasks", "luoshi_scoring", "luoshi_notify")
ACCESS = ("actions", "actor", "policy", "tokens", "roles")
COMMON = (
    "errors",
    "clock",
    "calendar",
    "policy",
    "db",
    "messaging",
    "http",
    "auth/__init__",
    *(f"auth/{name}" for name in ACCESS),
)

CLEAN_FEATURE = {
    "__init__": "",
    "rules": "import luoshi_common.auth.roles\nfrom luoshi_common import calendar, errors",
    "model": "import sqlalchemy\nfrom {here} import rules",
    "events": "from {here} import model",
    "queries": "import sqlalchemy\nfrom {here} import model",
    "commands": "from luoshi_common import db\nfrom {here} import events, queries, rules",
    "api": "import fastapi\nfrom {here} import commands, queries",
    "parsing/__init__": "",
    "parsing/grammar": "import re",
}
TASKS = "luoshi_tasks/items"
PLANTED = {
    "services-independent": [
        (
            "luoshi_scoring/items/api",
            "luoshi_tasks.items.queries",
            "luoshi_scoring.items.api -> luoshi_tasks.items.queries",
        ),
        ("luoshi_console/pages", "luoshi_tasks.items.queries", "luoshi_console.pages -> luoshi_tasks.items.queries"),
    ],
    "common-below": [
        ("luoshi_common/errors", "luoshi_tasks.items.rules", "luoshi_common.errors -> luoshi_tasks.items.rules"),
        ("luoshi_common/errors", "luoshi_client", "luoshi_common.errors -> luoshi_client"),
    ],
    "feature-layers": [
        (f"{TASKS}/rules", "luoshi_tasks.items.commands", "luoshi_tasks.items.rules -> luoshi_tasks.items.commands"),
        (f"{TASKS}/model", "luoshi_tasks.items.queries", "luoshi_tasks.items.model -> luoshi_tasks.items.queries"),
        (f"{TASKS}/api", "luoshi_tasks.items.timers", "luoshi_tasks.items.api -> luoshi_tasks.items.timers"),
    ],
    "rules-are-pure": [
        (f"{TASKS}/rules", "sqlalchemy", "luoshi_tasks.items.rules -> sqlalchemy"),
        (f"{TASKS}/parsing/grammar", "sqlalchemy", "luoshi_tasks.items.parsing.grammar -> sqlalchemy"),
        (f"{TASKS}/rules", "luoshi_common.auth.policy", "luoshi_tasks.items.rules -> luoshi_common.auth.policy"),
        ("luoshi_common/calendar", "luoshi_common.db", "luoshi_common.calendar -> luoshi_common.db"),
    ],
    "doors": [
        (f"{TASKS}/queries", "luoshi_tasks.acceptance.model", "luoshi_tasks.items.queries is not allowed to import"),
    ],
    "acyclic": [
        (f"{TASKS}/commands", "luoshi_tasks.acceptance.queries", ".items -> .acceptance"),
    ],
}
FAULTS = [
    pytest.param(contract, *fault, id=f"{contract}-{fault[2]}") for contract, some in PLANTED.items() for fault in some
]


class TestImportContracts:
    def test_are_kept_by_the_whole_tree(self) -> None:
        answer = lint_imports()

        assert answer.returncode == 0, answer.stdout + answer.stderr

    def test_are_kept_by_a_clean_skeleton(self, skeleton: Path) -> None:
        answer = lint_imports(skeleton)

        assert answer.returncode == 0, answer.stdout + answer.stderr
        assert "0 broken" in answer.stdout

    @pytest.mark.parametrize(("contract", "place", "imported", "report"), FAULTS)
    def test_report_a_planted_fault(
        self, skeleton: Path, contract: str, place: str, imported: str, report: str
    ) -> None:
        with (skeleton / f"{place}.py").open("a", encoding="utf-8") as module:
            module.write(f"\nimport {imported}\n")

        answer = lint_imports(skeleton)

        said = " ".join(answer.stdout.split())
        assert answer.returncode == 1, answer.stdout + answer.stderr
        assert f"{written()[f'importlinter:contract:{contract}']['name']} BROKEN" in said, answer.stdout
        assert report in said, answer.stdout

    def test_each_have_a_planted_fault(self) -> None:
        contracts = {name.rpartition(":")[2] for name in written().sections() if ":" in name}

        assert contracts == set(PLANTED)

    def test_cover_every_service_that_exists(self) -> None:
        contracts = written()
        services = {path.name for path in ROOT.glob("services/*/luoshi_*") if path.is_dir()}
        contract = "importlinter:contract:"

        assert services <= set(contracts["importlinter"]["root_packages"].split())
        assert services == set(contracts[f"{contract}services-independent"]["modules"].split())
        assert services - {"luoshi_console"} == set(contracts[f"{contract}doors"]["services"].split())
        layered = {
            container.partition(".")[0] for container in contracts[f"{contract}feature-layers"]["containers"].split()
        }
        assert services - {"luoshi_console"} == layered


def written() -> configparser.ConfigParser:
    """The contracts as they stand in the file."""
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    return parser


def lint_imports(packages: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the contracts of the project, on its own packages or on those in a folder."""
    environment = os.environ | {"PYTHONPATH": str(packages or ""), "COLUMNS": "200"}
    program = Path(sys.executable).with_name("lint-imports")
    command = [str(program), "--no-cache", "--config", str(CONTRACTS)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """A clean house: every package, and in each service `items` and `acceptance`, which stands on it."""
    for package in (*PACKAGES, *SERVICES):
        write(tmp_path / package, {"__init__": ""})
    write(tmp_path / "luoshi_common", dict.fromkeys(COMMON, ""))
    write(tmp_path / "luoshi_console", {"pages": "import luoshi_client"})
    for service in SERVICES:
        for feature in ("items", "acceptance"):
            here = {name: text.format(here=f"{service}.{feature}") for name, text in CLEAN_FEATURE.items()}
            write(tmp_path / service / feature, here | {"timers": ""})
        stands_on = (
            f"from {service}.items import commands as item_commands, queries as item_queries, rules as item_rules"
        )
        write(tmp_path / service / "acceptance", {"commands": stands_on})
        write(
            tmp_path / service / "migrations",
            {"__init__": "", "versions/__init__": "", "versions/first": "import alembic"},
        )
    return tmp_path


def write(folder: Path, modules: dict[str, str]) -> None:
    """Write modules into a folder."""
    for name, text in modules.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

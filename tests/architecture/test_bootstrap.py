"""From a clone to a running house: what the Makefile, the locks and the bootstrap script promise."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
NAMED = {"help", "up", "test", "fix", "bench", "soak", "fuzz", "docs", ".venv"}


class TestMakefile:
    def test_explains_every_target_a_person_may_call(self) -> None:
        targets = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()

        explained = set(re.findall(r"^([a-z.]+):.*## \S", MAKEFILE, re.MULTILINE))

        assert set(targets) == explained
        assert explained >= NAMED

    def test_helps_when_no_target_is_named(self) -> None:
        answer = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)

        assert all(f"make {target}" in answer.stdout for target in NAMED)

    def test_is_what_continuous_integration_calls(self) -> None:
        assert "exec make test\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


class TestLocks:
    @pytest.mark.parametrize("lock", ["requirements.lock", "services/console/assets/package-lock.json"])
    def test_hold_no_index_address(self, lock: str) -> None:
        assert "://" not in (ROOT / lock).read_text(encoding="utf-8")

    def test_pin_every_python_package_by_hash(self) -> None:
        entries = re.split(
            r"^(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8"), flags=re.MULTILINE
        )

        assert [entry.splitlines()[0] for entry in entries[1:] if "--hash=sha256:" not in entry] == []

    def test_pin_every_script_by_hash(self) -> None:
        lock = (ROOT / "services/console/assets/package-lock.json").read_text(encoding="utf-8")

        assert lock.count('"node_modules/') == lock.count('"integrity": "sha512-')


class TestPythonChoice:
    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        """A folder with nothing but the script, and tools that a machine always has."""
        (tmp_path / "tools").mkdir()
        shutil.copy(ROOT / "tools" / "bootstrap.sh", tmp_path / "tools")
        (tmp_path / "bin").mkdir()
        for program in ("sh", "dirname", "printf"):
            (tmp_path / "bin" / program).symlink_to(shutil.which(program) or program)
        return tmp_path

    def ask(self, checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
        # A Python that was moved may need this to run at all.
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        return subprocess.run(
            [checkout / "tools" / "bootstrap.sh", "python"],
            env={"HOME": str(checkout), "PATH": str(checkout / "bin"), **kept, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_takes_what_the_person_names_if_it_runs(self, checkout: Path) -> None:
        answer = self.ask(checkout, PYTHON=str(ROOT / ".venv/bin/python"))

        assert answer.returncode == 0, answer.stderr
        assert Path(answer.stdout.strip()).is_absolute()
        assert ".venv" not in answer.stdout

    def test_passes_over_programs_that_are_broken_or_too_old(self, checkout: Path) -> None:
        for name, body in {"python3.13": "exit 126", "python3.14": "exit 1"}.items():
            (checkout / "bin" / name).write_text(f"#!/bin/sh\n{body}\n")
            (checkout / "bin" / name).chmod(0o755)
        versions = checkout / ".pyenv" / "versions" / "3.13.0" / "bin"
        versions.mkdir(parents=True)
        (versions / "python3.13").symlink_to(ROOT / ".venv/bin/python")

        answer = self.ask(checkout)

        assert answer.returncode == 0, answer.stderr
        assert Path(answer.stdout.strip()).exists()

    def test_says_in_one_sentence_what_to_install(self, checkout: Path) -> None:
        if any([*Path(folder).glob("**/bin/python3.1[2-9]")] for folder in ("/usr/local", "/opt")):
            pytest.skip("this machine has a Python in a place that is always looked at")

        answer = self.ask(checkout)

        assert answer.returncode == 1
        assert answer.stdout == ""
        assert len(answer.stderr.splitlines()) == 1
        assert "install Python 3.12 or newer" in answer.stderr

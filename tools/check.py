"""Everything that must hold, in the order of how soon it tells: ``python -m tools.check [pytest arguments]``.

All steps run also after one failed, so that one run shows all there is to mend; the exit code is 1 if any failed.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tools.browser import NoBrowser, provide

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
STEPS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "."],
    "layout": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "house rules": ["python", "-m", "tools.houserules"],
    "tests": ["pytest", "-n", "2", "--dist", "loadfile", "--ignore", "tests/journeys"],
    # The browser's driver keeps an event loop running in its worker, so coroutine tests stay away from it.
    "journeys": ["pytest", "-n", "2", "--dist", "loadfile", "tests/journeys"],
}


def main(arguments: list[str]) -> int:
    """Run all steps and print one line for each."""
    try:
        environment = {**os.environ, "LUOSHI_CHROMIUM": str(provide())}
    except NoBrowser as refusal:
        print(refusal, file=sys.stderr)
        return 1
    failed = []
    for name, command in STEPS.items():
        started = time.monotonic()
        extra = arguments if command[0] == "pytest" else []
        code = subprocess.run(
            [BIN / command[0], *command[1:], *extra], cwd=ROOT, env=environment, check=False
        ).returncode
        print(f"--- {name}: {'passed' if code == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
        if code:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

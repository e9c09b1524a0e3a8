"""Service tests again and again, to meet what happens once in a thousand: ``python -m tools.soak MINUTES``."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ("tests/services", "tests/contracts")


def main(minutes: float) -> int:
    """Repeat until the time is over; stop at the first failure with its exit code."""
    end, rounds = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        rounds += 1
        tests = [test for test in TESTS if (ROOT / test).exists()]
        command = [sys.executable, "-m", "pytest", "-n", "2", "-x", *tests]
        if code := subprocess.run(command, cwd=ROOT, check=False).returncode:
            print(f"round {rounds} failed", file=sys.stderr)
            return code
    print(f"{rounds} rounds in {minutes:g} minutes without a failure")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))

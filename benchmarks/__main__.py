"""`python -m benchmarks [--smoke] [name …]`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from benchmarks import latency, plan_reading, relay, start, write_core
from benchmarks.harness import Measured, report
from luoshi_common.observability import logs

ALL = {"write-core": write_core, "relay": relay, "latency": latency, "start": start, "plan-reading": plan_reading}


def main(arguments: list[str]) -> int:
    """Run the named benchmarks, or all."""
    logs.configure(city="000000", level="ERROR")
    smoke = "--smoke" in arguments
    names = [argument for argument in arguments if not argument.startswith("--")] or list(ALL)
    results: list[Measured] = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            results += asyncio.run(ALL[name].measure(smoke=smoke, files=Path(folder)))
    report(results, smoke=smoke or len(names) < len(ALL))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

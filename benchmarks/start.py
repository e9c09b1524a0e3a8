"""18 start: second start of `luoshi up` and its memory, against the two engines alone."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks.harness import Measured
from luoshi.embedded.engine import free_port
from luoshi.place import Place

MEGABYTE = 1024 * 1024
PATIENCE_SECONDS = 60


async def measure(*, smoke: bool, files: Path) -> list[Measured]:
    """Seconds to the address of the board, and megabytes of the whole tree."""
    folder = files / "city"
    first, _ = _up(folder, story=not smoke)
    result = Measured("start (second)", "s", "≤ 10 s", higher_is_better=False)
    memory = Measured("memory", "MB", "≤ 1200 MB", higher_is_better=False)
    for _ in range(1 if smoke else 3):
        seconds, megabytes = _up(folder, story=not smoke)
        engines_seconds, engines_megabytes = _engines(folder)
        result.things.append(seconds)
        result.floors.append(engines_seconds)
        memory.things.append(megabytes)
        memory.floors.append(engines_megabytes)
    result.notes["first start with the story, s" if not smoke else "first start, s"] = first
    return [result, memory]


def _up(folder: Path, *, story: bool) -> tuple[float, float]:
    start = time.perf_counter()
    command = [sys.executable, "-m", "luoshi", "up", "--data", str(folder), "--port", str(free_port())]
    process = subprocess.Popen(
        [*command, *([] if story else ["--no-story"])], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        if not process.stdout.readline().startswith("http://"):
            raise RuntimeError(f"luoshi up ended with {process.wait()}")
        return time.perf_counter() - start, _memory(psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_SECONDS)


def _engines(folder: Path) -> tuple[float, float]:
    start = time.perf_counter()
    place = Place.at(folder)
    place.start_engines()
    seconds = time.perf_counter() - start
    try:
        pids = [pid for pid in (place.postgres.pid, place.nats.pid) if pid]
        return seconds, sum(_memory(psutil.Process(pid)) for pid in pids)
    finally:
        place.stop_engines()


def _memory(root: psutil.Process) -> float:
    """Proportional set size of the tree: shared pages are counted once."""
    total = 0
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / MEGABYTE

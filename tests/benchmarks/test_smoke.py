"""Every benchmark runs once, small, and without a verdict on time."""

import asyncio
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks


@pytest.mark.parametrize("name", sorted(benchmarks.ALL))
def test_measures_something(name: str, tmp_path: Path) -> None:
    """performance of the house: each gives thing and floor, so that a ratio can be made."""
    results = asyncio.run(benchmarks.ALL[name].measure(smoke=True, files=tmp_path))

    assert results
    for result in results:
        assert len(result.things) == len(result.floors) >= 1
        assert all(figure > 0 for figure in (*result.things, *result.floors))

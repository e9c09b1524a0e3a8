"""城市资料: what the lines of the city folder have in common: their shape, and what is found wrong with them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=64)]
"""Key of an entry in the folder; it stays when the name changes."""
Name = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]+$", max_length=100)]

type Place = tuple[str | int, ...]


class Entry(BaseModel):
    """一行资料: frozen; a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(StrEnum):
    """程度: an error refuses the whole folder; a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """问题: something in the city folder that a person has to look at. `path` leads to it; `file` and `line` (from 1)
    are known where the folder was read from files.
    """

    code: str
    message: str
    path: Place
    level: Level = Level.ERROR
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        return f"{place or '.'.join(str(step) for step in self.path)} {self.message}"


class Coded(Protocol):
    """Anything with a code."""

    @property
    def code(self) -> str: ...


def doubled_codes(entries: Sequence[Coded], *, place: str) -> Iterator[Finding]:
    """Find codes that stand more than once, at each place after the first."""
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        if entry.code in seen:
            message = f"编码“{entry.code}”重复"
            yield Finding(code="duplicate_code", message=message, path=(place, number, "code"))
        seen.add(entry.code)


def doubled(values: Iterable[str]) -> frozenset[str]:
    """Name what stands more than once."""
    return frozenset(value for value, times in Counter(values).items() if times > 1)

"""不变量: what must always hold in a service's tables; run by operators, and after every service test."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SHOWN = 10
"""How many of the offending rows a violation shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """不变量: a sentence, the requirement it guards ("R62" or ""), and a query that finds the rows breaking it."""

    name: str
    requirement: str
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """违例: rows that should not be, as text."""

    invariant: Invariant
    rows: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.invariant.name}: {'; '.join(self.rows)}"


async def run(invariants: Iterable[Invariant], connection: AsyncConnection) -> list[Violation]:
    """Ask every invariant on one connection; the answer is empty where all hold."""
    found = []
    for invariant in invariants:
        result = await connection.execute(text(invariant.sql))
        if rows := tuple(str(tuple(row)) for row in result.fetchmany(SHOWN)):
            found.append(Violation(invariant=invariant, rows=rows))
    return found

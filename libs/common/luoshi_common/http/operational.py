"""运行状态: tells "a part we need is away for now" (503, try later) from "we have a fault" (500)."""

import asyncio
import errno
from collections.abc import Iterator

import asyncpg
import nats.errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = ("08", "53", "57", "58", "40")
"""SQLSTATE classes: connection, resources, operator intervention, system error, rolled back (deadlock)."""
BAD_TEXT = frozenset({"22021", "22P05"})
"""SQLSTATE: a character that no text column can hold (NUL)."""
TOO_BIG = frozenset({"22003"})
"""SQLSTATE: a number that no column of its kind can hold."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})
"""No room on the disk, or no file handle left."""
_ERRORS = (ConnectionError, asyncio.TimeoutError, PoolTimeout, nats.errors.Error)


def is_operational(error: BaseException) -> bool:
    """Whether trying the same again later may work: database or bus away, pool empty, deadlock, disk full."""
    return any(
        isinstance(cause, _ERRORS)
        or (isinstance(cause, asyncpg.InterfaceError) and not isinstance(cause, ValueError))
        or (isinstance(cause, OSError) and cause.errno in FULL)
        or (isinstance(cause, DBAPIError) and cause.connection_invalidated)
        or _sqlstate(cause).startswith(AWAY)
        for cause in chain_of(error)
    )


def unstorable(error: BaseException) -> str | None:
    """Say as a type of validation error what the database cannot hold of the request; None where that is not it.

    The driver refuses a number by its size before the database sees it, with a state of its own for all its refusals.
    """
    for cause in chain_of(error):
        if _sqlstate(cause) in BAD_TEXT:
            return "nul"
        if _sqlstate(cause) in TOO_BIG or (isinstance(cause, DBAPIError) and "(value out of int" in str(cause)):
            return "int_parsing_size"
    return None


def chain_of(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, outermost first."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = getattr(cause, "orig", None) or cause.__cause__


def _sqlstate(error: BaseException) -> str:
    return str(getattr(error, "sqlstate", None) or "")

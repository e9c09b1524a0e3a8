"""运行状态: tells "a part we need is away for now" (503, try later) from "we have a fault" (500)."""

import asyncio
import errno
from collections.abc import Iterator

import nats.errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

AWAY = ("08", "53", "57", "58", "40")
"""SQLSTATE classes: connection, resources, operator intervention, system error, rolled back (deadlock)."""
BAD_TEXT = frozenset({"22021", "22P05"})
"""SQLSTATE: a character that no text column can hold (NUL)."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE})
"""No room on the disk, or no file handle left."""
_ERRORS = (ConnectionError, asyncio.TimeoutError, PoolTimeout, nats.errors.Error)


def is_operational(error: BaseException) -> bool:
    """Whether trying the same again later may work: database or bus away, pool empty, deadlock, disk full."""
    return any(
        isinstance(cause, _ERRORS)
        or (isinstance(cause, OSError) and cause.errno in FULL)
        or (isinstance(cause, DBAPIError) and cause.connection_invalidated)
        or _sqlstate(cause).startswith(AWAY)
        for cause in chain_of(error)
    )


def is_bad_text(error: BaseException) -> bool:
    """Whether the database refused a character in a text that came with the request."""
    return any(_sqlstate(cause) in BAD_TEXT for cause in chain_of(error))


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

"""The connection pool of one service: small, impatient, and never pinging."""

import asyncpg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL = 8
POOL_TIMEOUT_SECONDS = 2
COMMAND_TIMEOUT_SECONDS = 5
STATEMENT_CACHE = 200
RECYCLE_SECONDS = 1800

DATABASE_ERRORS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
"""Everything a database that is away can raise. The mechanism rows go past SQLAlchemy to the driver, so its errors are
among them; what runs for ever in the background waits for these to end.
"""


def create_engine(
    url: str, *, application: str, pool: int = POOL, command_seconds: float | None = COMMAND_TIMEOUT_SECONDS
) -> AsyncEngine:
    """Open a pool. A full pool answers 503 after two seconds instead of queueing without end.

    A statement may take `command_seconds`; None (a migration) = as long as it takes.
    """
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT_SECONDS,
        pool_recycle=RECYCLE_SECONDS,
        hide_parameters=True,  # they hold what people wrote; it must not reach a log by way of an error
        connect_args={
            "command_timeout": command_seconds,
            "statement_cache_size": STATEMENT_CACHE,
            "server_settings": {
                "application_name": application,
                "jit": "off",
                "idle_in_transaction_session_timeout": "10000",
                "timezone": "UTC",
            },
        },
    )

"""登录会话: who is signed in at which browser. The cookie is a secret; the table holds only its hash (machine time)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, Table, Uuid, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from luoshi_common.clock import machine_now
from luoshi_common.db.base import Instant, new_metadata
from luoshi_common.db.engine import create_engine
from luoshi_common.db.migrations import upgrade

COOKIE = "luoshi_session"
metadata = new_metadata()
_table = Table(
    "session",
    metadata,
    Column("secret_sha256", LargeBinary, primary_key=True),
    Column("person_id", Uuid, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Index(None, "person_id"),
    Index(None, "ends_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """会话: a person at a browser. ``key`` names it in memory; ``csrf`` is the token its forms carry."""

    person_id: UUID
    key: str
    csrf: str

    def proves(self, token: str) -> bool:
        """Tell whether a form's token belongs to this session."""
        return hmac.compare_digest(self.csrf.encode(), token.encode())


class Sessions:
    """会话表: opened at sign-in, looked up on every request, gone at once on sign-out."""

    def __init__(self, engine: AsyncEngine, *, life: timedelta) -> None:
        self._engine = engine
        self._life = life

    async def open(self, person_id: UUID) -> str:
        """Open a session and return the secret for the cookie; ended ones are cleared on the way."""
        secret, now = secrets.token_urlsafe(32), machine_now()
        row = {"secret_sha256": _hash(secret), "person_id": person_id, "opened_at": now, "ends_at": now + self._life}
        async with self._engine.begin() as connection:
            await connection.execute(delete(_table).where(_table.c.ends_at <= now))
            await connection.execute(insert(_table).values(row))
        return secret

    async def find(self, secret: str) -> Session | None:
        """Return the session of a cookie, or None when it never was, has ended or was signed out."""
        wanted = select(_table.c.person_id).where(
            _table.c.secret_sha256 == _hash(secret), _table.c.ends_at > machine_now()
        )
        async with self._engine.connect() as connection:
            person_id = await connection.scalar(wanted)
        if person_id is None:
            return None
        return Session(person_id=person_id, key=_hash(secret).hex(), csrf=_derive(secret))

    async def close(self, secret: str) -> None:
        """End a session now; every later request with its cookie is a stranger's."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(_table).where(_table.c.secret_sha256 == _hash(secret)))


async def migrate(url: str) -> None:
    """Bring the console's schema, which holds this one table, to its newest version."""
    engine = create_engine(url, application="luoshi-console-migrate", pool=1, command_seconds=None)
    folder = Path(__file__).parent / "migrations"
    try:
        async with engine.begin() as connection:
            await connection.run_sync(lambda sync: upgrade(sync, folder=folder, version_table="service_version"))
    finally:
        await engine.dispose()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _derive(secret: str) -> str:
    return hmac.new(secret.encode(), b"luoshi form token", hashlib.sha256).hexdigest()

"""Write the next migration of a branch from its tables: `python -m tools.migration BRANCH "what changes"`.

BRANCH is `mechanism` or a service. It migrates an empty schema to the newest version on a PostgreSQL of its own,
compares, and writes the difference as `versions/NNNN_what_changes.py`, to be read and mended by a person.
"""

import asyncio
import contextlib
import importlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from luoshi.embedded.postgres import EmbeddedPostgres
from luoshi_common.db import mechanism, service_state
from luoshi_common.db.base import Instant
from luoshi_common.db.engine import create_engine
from luoshi_common.db.migrations import MECHANISM, upgrade
from luoshi_common.mirror import model

ROOT = Path(__file__).parent.parent
_ = (service_state, model)

HEAD = '''"""{message}"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
{body}
'''


def branch_of(name: str) -> tuple[MetaData, Path]:
    """Metadata and migration folder of a branch."""
    if name == "mechanism":
        return mechanism.metadata, MECHANISM
    service = importlib.import_module(f"luoshi_{name}.app")
    return service.SERVICE.metadata, ROOT / "services" / name / f"luoshi_{name}" / "migrations"


def difference(connection: Connection, metadata: MetaData) -> Any:
    """What the tables in the database lack; tables of the other branch are left alone."""

    def own(_object: object, _name: str | None, kind: str, reflected: bool, compared: object) -> bool:
        return not (kind == "table" and reflected and compared is None)

    context = MigrationContext.configure(
        connection, opts={"target_metadata": metadata, "include_object": own, "compare_server_default": False}
    )
    return context, produce_migrations(context, metadata)


def _render(kind: str, thing: object, _context: object) -> str | Literal[False]:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Instant) else False


async def write(name: str, message: str) -> Path | None:
    """Compare and write; None when nothing changed."""
    metadata, folder = branch_of(name)
    versions = sorted((folder / "versions").glob("[0-9]*.py"))
    with contextlib.ExitStack() as stack:
        postgres = EmbeddedPostgres(Path(tempfile.mkdtemp()))
        stack.callback(postgres.discard)
        postgres.start()
        postgres.ensure_database("migration")
        dsn = postgres.ensure_service("branch", database="migration").replace("postgresql://", "postgresql+asyncpg://")
        engine = create_engine(dsn, application="migration", pool=1)
        async with engine.begin() as connection:

            def compare(sync: Connection) -> str:
                upgrade(sync, folder=folder, version_table="version")
                _context, script = difference(sync, metadata)
                if script.upgrade_ops is None or script.upgrade_ops.is_empty():
                    return ""
                return render_python_code(script.upgrade_ops, render_item=_render)

            body = await connection.run_sync(compare)
        await engine.dispose()
    if not body:
        return None
    revision = f"{len(versions) + 1:04d}"
    down = f'"{len(versions):04d}"' if versions else "None"
    path = folder / "versions" / f"{revision}_{re.sub(r'[^a-z0-9]+', '_', message.lower()).strip('_')}.py"
    body = body.replace("astext_type=Text()", "astext_type=sa.Text()").replace("ARRAY(Uuid())", "ARRAY(sa.Uuid())")
    path.write_text(HEAD.format(message=message, revision=revision, down=down, body=_indented(body)), encoding="utf-8")
    return path


def _indented(body: str) -> str:
    return "\n".join(line if line.startswith("    ") or not line else f"    {line}" for line in body.splitlines())


if __name__ == "__main__":
    written = asyncio.run(write(sys.argv[1], sys.argv[2]))
    if written:
        subprocess.run([sys.executable, "-m", "ruff", "format", "-q", written], check=True)
    print(written.relative_to(ROOT) if written else "nothing has changed")

"""迁移: Alembic for one service's schema: first the mechanism's own scripts, then the service's."""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from luoshi_common.db.engine import create_engine

MECHANISM = Path(__file__).parent / "mechanism_migrations"


def upgrade(connection: Connection, *, folder: Path, version_table: str) -> None:
    """Bring one branch of tables to its newest version, in the running transaction; a twin waits for its end."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('luoshi.migrate'), hashtext(current_schema()))")
    config = Config()
    config.set_main_option("script_location", str(folder))
    script = ScriptDirectory.from_config(config)
    with EnvironmentContext(
        config,
        script,
        fn=lambda revision, _context: script._upgrade_revs("head", revision),
    ) as environment:
        environment.configure(connection=connection, version_table=version_table)
        environment.run_migrations()


def upgrade_service(connection: Connection, *, migrations: Path) -> None:
    """Mechanism tables, then the service's own tables. Run again, it changes nothing."""
    upgrade(connection, folder=MECHANISM, version_table="mechanism_version")
    upgrade(connection, folder=migrations, version_table="service_version")


async def migrate(url: str, *, migrations: Path, application: str) -> None:
    """Migrate the schema that the role's search path names."""
    engine = create_engine(url, application=application, pool=1, command_seconds=None)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(lambda sync: upgrade_service(sync, migrations=migrations))
    finally:
        await engine.dispose()

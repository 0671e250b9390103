"""Brings the tables to the program's version when the store is opened."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.store.storage_error import StorageError

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
#: Any number that no other program of the database takes for a lock.
ADVISORY_LOCK: Final = 7_309_453


def migrate(connection: Connection, store: str) -> None:
    """Make or change the tables, in the connection's transaction.

    Args:
        connection: One that writes.
        store: What an error names.

    Raises:
        StorageError: newerStore where a newer program made them.
    """
    if connection.dialect.name == "postgresql":
        # Workers that start together would all make the tables.
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
    config = _config()
    script = ScriptDirectory.from_config(config)
    check_version(connection, store, script)
    if version(connection) != script.get_current_head():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_version(connection: Connection, store: str, script: ScriptDirectory | None = None) -> None:
    """Raise StorageError newerStore where the tables are of a version that this program does not know."""
    found = version(connection)
    known = {revision.revision for revision in (script or ScriptDirectory.from_config(_config())).walk_revisions()}
    if found is not None and found not in known:
        raise StorageError("newerStore", came=found, expected=store)


def version(connection: Connection) -> str | None:
    """Return the version of the tables; None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config

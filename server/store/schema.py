"""Brings the tables to the program's version when the store is opened."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from server.store.storage_error import StorageError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
#: The version of the tables that this program makes: that of the newest migration.
NEWEST: Final = "002"
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
    check_version(connection, store)
    if version(connection) != NEWEST:
        # Here, not above: most starts migrate nothing, and are 0.1 s sooner without it.
        from alembic import command

        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check_version(connection: Connection, store: str) -> None:
    """Raise StorageError newerStore where the tables are of a version that this program does not know."""
    found = version(connection)
    if found in (None, NEWEST):
        return
    from alembic.script import ScriptDirectory

    if found not in {revision.revision for revision in ScriptDirectory.from_config(_config()).walk_revisions()}:
        raise StorageError("newerStore", came=found, expected=store)


def version(connection: Connection) -> str | None:
    """Return the version of the tables; None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config

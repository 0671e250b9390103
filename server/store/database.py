"""Opens the database: SQLite in a folder, or PostgreSQL by its URL. ``store.py`` and ``backup.py`` use it."""

import os
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

FILE: Final = "rooms.db"
#: Three embeddings of 1,280 numbers fill one of these, and one would leave a third of a smaller one empty.
PAGE_BYTES: Final = 16384
BUSY_MS: Final = 10_000
CACHE_KIB: Final = 16_000
#: An execution option: the transaction will write, and takes the lock for that at once.
WRITES: Final = "showtell_writes"

#: A database that takes nothing for so long is gone.
SILENT_SECONDS: Final = 20
#: A worker that stops in the middle of a change does not keep the others from the room for ever.
SESSION: Final = {
    "synchronous_commit": "on",
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "30s",
}


def sqlite_engine(path: Path) -> Engine:
    """Return an engine for SQLite in a file, which is made where it is missing, for this user's eyes only.

    Raises:
        OSError: Where the file can't be made.
    """
    # SQLite gives its -wal and -shm files the rights of this one.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def postgresql_engine(url: URL) -> Engine:
    """Return an engine for PostgreSQL, whose commits are on disk when they return."""
    # Here, not above: a server with SQLite starts without it, and so 0.1 s sooner.
    from psycopg import ServerCursor
    from psycopg.pq import Format

    class BinaryCursor(ServerCursor[Any]):
        """Fetches many rows as they are: as text, which is usual, embeddings take twice the bytes and the time."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self.format = Format.BINARY

    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,  # a connection may have died since its last use: nothing is lost by another one
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
            "connect_timeout": 10,
            "tcp_user_timeout": 1000 * SILENT_SECONDS,
        },
    )

    def fetch_binary(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.server_cursor_factory = BinaryCursor

    event.listen(engine, "connect", fetch_binary)
    return engine


def parse_url(text: str) -> URL:
    """Return a database's URL, for psycopg 3.

    Raises:
        ValueError: For a URL of another database, without the password that may be in it.

    Example:
        >>> str(parse_url("postgresql://teacher@db.example/rooms"))
        'postgresql+psycopg://teacher@db.example/rooms'
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("database is no URL; one like postgresql+psycopg://user@host/name was expected.") from None
    if url.drivername not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError(f"database begins with {url.drivername}://; postgresql+psycopg:// was expected.")
    return url.set(drivername="postgresql+psycopg")


def writes(engine: Engine) -> Connection:
    """Return a connection whose transactions write."""
    return engine.connect().execution_options(**{WRITES: True})


def reads(engine: Engine, one: bool = False) -> Connection:
    """Return a connection whose transaction sees one moment of the database, however many statements it has.

    Args:
        engine: The database's.
        one: There is one statement, which needs no transaction: to begin and end one are two more ways to PostgreSQL.
    """
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="AUTOCOMMIT" if one else "REPEATABLE READ")
    return connection


def truncate_log(engine: Engine) -> bool:
    """Move what SQLite's log holds into the file, and empty the log; say whether that was possible.

    What was deleted is overwritten in the file, but the log still has it until then. On PostgreSQL: does nothing.
    """
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row: Any = cursor.fetchone()
        cursor.close()
        return bool(row[0] == 0)
    finally:
        raw.close()


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, in _begin
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_MS}",
        f"page_size = {PAGE_BYTES}",  # counts only before there is a page
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "foreign_keys = ON",
        f"cache_size = -{CACHE_KIB}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later could be refused in its middle.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

"""The SQLite file behind ``toolchain/embedding/cache.py``: how it is made, and told from another program's."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final, NoReturn

from toolchain.errors import ToolchainError

#: What SQLite keeps in a file's header for programs to know their own by: "ShTe".
APPLICATION_ID: Final = 0x53685465
#: Of the tables: 0 is the one without the mark.
VERSION: Final = 1
_ELSEWHERE: Final = "Choose another file with --cache."
_MOVE_AWAY: Final = (
    "If it is damaged, move it away, or choose another file with --cache: the photos are embedded again then."
)
_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS embeddings "
    "(model TEXT NOT NULL, digest BLOB NOT NULL, embedding BLOB NOT NULL, PRIMARY KEY (model, digest))",
    "CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, state TEXT NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID",
)
#: Of the tables without the mark.
_COLUMNS: Final = {"embeddings": ["model", "digest", "embedding"], "files": ["path", "state", "digest"]}
_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
#: Where the header has the format, the version and the mark.
_FORMAT_AT: Final = 18
_VERSION_AT: Final = slice(60, 64)
_MARK_AT: Final = slice(68, 72)
_WAL: Final = 2
_WAIT_SECONDS: Final = 60
_PAUSE_SECONDS: Final = 0.02


def open_database(path: Path) -> sqlite3.Connection:
    """Open the file of a cache; an empty one, or none, becomes one.

    Args:
        path: Its folder is made where it is missing.

    Raises:
        ToolchainError: It is another program's, which is left as it is; or it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            _check_ours(path)
        # Another thread than this one may use it, but no two at a time.
        database = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(database)
        except sqlite3.Error:
            database.close()
            raise
    except (sqlite3.Error, OSError, ValueError) as error:
        raise ToolchainError(f"{path} can't keep embeddings: {error}.", what_to_do(error)) from error
    return database


def what_to_do(error: Exception) -> str:
    """Return the hint for an error of the file, or of SQLite; by its words, since Python 3.10 does not tell its codes.

    Example:
        >>> what_to_do(sqlite3.OperationalError("database or disk is full"))
        'Make room on the disk and run the command again: what is done is kept.'
    """
    text = str(error)
    if not isinstance(error, sqlite3.Error) or "readonly" in text or "unable to open" in text:
        return _ELSEWHERE
    if "lock" in text:
        return "Another command is writing into it: run this one again when that has ended. What is done is kept."
    # A disk that fills up while SQLite writes its log is told as an I/O error.
    if "full" in text or "I/O" in text:
        return "Make room on the disk and run the command again: what is done is kept."
    return _MOVE_AWAY


def _check_ours(path: Path) -> None:
    """Refuse another's file. It is only looked at: SQLite itself may write into what it opens."""
    if not path.is_file():
        _refuse(path, "it is no file")
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        _refuse(path, "it is no SQLite file, or a damaged one")
    mark, version = int.from_bytes(header[_MARK_AT], "big"), int.from_bytes(header[_VERSION_AT], "big")
    if mark == 0 and version == 0:
        # Perhaps from the version that did not mark its files, or marked in the log that lies beside.
        is_quiet = header[_FORMAT_AT] == _WAL and not _size(path.with_name(f"{path.name}-wal"))
        mark, version = _mark_by_tables(path, "immutable=1" if is_quiet else "mode=ro")
    if mark != APPLICATION_ID:
        _refuse(path, "it is another program's database")
    if version > VERSION:
        _refuse(path, f"it is of a newer version of this program: {version}; {VERSION} is known here")


def _mark_by_tables(path: Path, how: str) -> tuple[int, int]:
    """Return the mark and the version; a file without a mark, but with exactly our tables, counts as marked."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=_WAIT_SECONDS)) as database:
        marked = _marked(database)
        if marked != (0, 0):
            return marked
        names = database.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex_%'").fetchall()
        tables = {str(name): _columns(database, name) for (name,) in names}
    return (APPLICATION_ID if tables == _COLUMNS else 0), 0


def _marked(database: sqlite3.Connection) -> tuple[int, int]:
    return (
        int(database.execute("PRAGMA application_id").fetchone()[0]),
        int(database.execute("PRAGMA user_version").fetchone()[0]),
    )


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[0] for row in database.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _prepare(database: sqlite3.Connection) -> None:
    if _marked(database) != (APPLICATION_ID, VERSION):
        with database:
            # Tables and mark together, and before the log is used: a file is never seen with one of them only.
            database.execute("BEGIN IMMEDIATE")
            for statement in _SCHEMA:
                database.execute(statement)
            if "check_sum" not in _columns(database, "embeddings"):
                # NULL in rows of the version before.
                database.execute("ALTER TABLE embeddings ADD COLUMN check_sum INTEGER")
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {VERSION}")
    _use_log(database)
    database.execute("PRAGMA synchronous = NORMAL")


def _use_log(database: sqlite3.Connection) -> None:
    """Switch to the write-ahead log. SQLite does not wait here while another process does the same."""
    until = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_SECONDS)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _refuse(path: Path, why: str) -> NoReturn:
    raise ToolchainError(f"{path} can't keep embeddings: {why}.", _ELSEWHERE)

"""Backups of the rooms in SQLite: made while a server runs, checked, put in a store's place. For the command line."""

import contextlib
import os
import secrets
import shutil
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, event

from server.store import rows
from server.store.database import FILE
from server.store.facts import RoomSummary
from server.store.folder_lock import FolderLock
from server.store.schema import check_version
from server.store.storage_error import StorageError, as_storage_error, is_damage, reason
from server.system import sync

SIDE_FILES: Final = ("-wal", "-shm")


def back_up(folder: Path, target: Path) -> int:
    """Copy all rooms of a folder into one file, of one moment, while a server may go on; return how many there are.

    Args:
        folder: A data folder.
        target: The file; not one that is there. It is for this user's eyes only.

    Raises:
        StorageError: notOpened, damagedStore, or badBackup for the target.
    """
    source = _existing(folder)
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        why = "there is a file of this name already" if isinstance(error, FileExistsError) else reason(error)
        raise StorageError("badBackup", came=why, expected=target) from None
    try:
        _copy(source, target)
        return verify(target)
    except BaseException as error:
        for path in (target, *(_beside(target, end) for end in SIDE_FILES)):
            path.unlink(missing_ok=True)
        if isinstance(error, Exception):
            raise as_storage_error(error, "notOpened", str(source)) from None
        raise


def restore(folder: Path, source: Path) -> Path | None:
    """Put a backup in the place of a folder's rooms, once it was checked, and keep what was there beside it.

    Args:
        folder: A data folder that no server uses.
        source: A file that ``back_up`` wrote.

    Returns:
        The file that was there before, under its new name; None if there was none.

    Raises:
        StorageError: storeInUse, badBackup, newerStore or notOpened; nothing is changed then.
    """
    if not source.is_file():
        raise StorageError("badBackup", came="there is no such file", expected=source)
    lock = FolderLock(folder)
    place, copy = folder / FILE, folder / f"{FILE}.new"
    try:
        copy.unlink(missing_ok=True)
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(source, copy)
        verify(copy, source)
        _rename(copy)
        sync(copy)
        kept = _set_aside(place)
        copy.replace(place)
        sync(folder)
        return kept
    except (OSError, sqlite3.Error) as error:
        raise as_storage_error(error, "notOpened", str(folder)) from None
    finally:
        copy.unlink(missing_ok=True)
        lock.release()


def verify(path: Path, name: Path | None = None) -> int:
    """Read every page and every row of a backup, and return how many rooms are in it.

    Args:
        path: The file, which nothing writes to.
        name: What an error calls it.

    Raises:
        StorageError: badBackup or newerStore.
    """
    engine = _reading(path, "?mode=ro&immutable=1")
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            if list(found) != ["ok"]:
                raise StorageError("badBackup", came="it is damaged", expected=name or path)
            check_version(connection, str(name or path))
            summaries = rows.summaries(connection)
            for room in summaries:
                rows.load_room(connection, room.code)
            return len(summaries)
    except StorageError:
        raise
    except Exception as error:
        came = "it is damaged" if is_damage(error) else "it is no backup of this program"
        raise StorageError("badBackup", came=came, expected=name or path) from None
    finally:
        engine.dispose()


def list_rooms(folder: Path) -> list[RoomSummary]:
    """Return all rooms of a folder, by their codes, while a server may go on.

    Raises:
        StorageError: notOpened or damagedStore.
    """
    path = _existing(folder)
    engine = _reading(path, "?mode=ro")
    try:
        with engine.connect() as connection:
            return rows.summaries(connection)
    except Exception as error:
        raise as_storage_error(error, "notOpened", str(path)) from None
    finally:
        engine.dispose()


def _existing(folder: Path) -> Path:
    path = folder / FILE
    try:
        os.close(os.open(path, os.O_RDONLY))
    except FileNotFoundError:
        raise StorageError("notOpened", came="there are no rooms yet") from None
    except OSError as error:
        raise StorageError("notOpened", came=reason(error)) from None
    return path


def _copy(source: Path, target: Path) -> None:
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    writing = sqlite3.connect(target)
    try:
        # All pages in one step: they are of one moment, and nobody who writes meanwhile makes it begin anew.
        reading.backup(writing, pages=-1)
        writing.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    finally:
        writing.close()
        reading.close()
    sync(target)


def _reading(path: Path, how: str) -> Engine:
    uri = path.absolute().as_uri() + how
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True, check_same_thread=False), hide_parameters=True
    )
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _rename(path: Path) -> None:
    """Give a store another identity: what it does not know may have been made, or changed, after the backup."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if ("identity",) in tables.fetchall():  # else the migration gives it one
            connection.execute("UPDATE identity SET id = ?", (secrets.token_hex(4),))


def _set_aside(place: Path) -> Path | None:
    if not place.exists():
        return None
    number = 1
    while (kept := place.with_name(f"rooms-before-{number}.db")).exists():
        number += 1
    # A link: at no moment there is no file, which a server would take for no rooms. The log must not meet the new file.
    os.link(place, kept)
    for end in SIDE_FILES:
        if (side := _beside(place, end)).exists():
            side.replace(_beside(kept, end))
    return kept


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)

"""What goes wrong with the store, in the one shape of errors, and how a database's own errors become that.

An error that goes to a client names no folder and no address of a database: these are for the log and the command line.
"""

import errno
import logging
import re
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from server.contract.errors import ContractError

logger = logging.getLogger(__name__)

#: What SQLite says, and what that means. The texts are the same in all its versions; codes are new in Python 3.11.
REASONS: Final = (
    ("database or disk is full", "the disk is full"),
    ("attempt to write a readonly database", "the disk can't be written to"),
    ("disk I/O error", "the disk does not take or give it"),
    ("unable to open database file", "the file can't be opened"),
    ("database is locked", "another program keeps the file locked"),
)
#: What is wrong with a folder.
PLACES: Final = (
    (PermissionError, "this user may not write there"),
    (FileNotFoundError, "there is no such folder"),
    ((FileExistsError, NotADirectoryError), "a file is in the folder's place"),
)
#: What PostgreSQL says to who may not come in, as a pattern, and what that means.
LOGINS: Final = (
    ("password authentication failed", "the database does not know this user or password"),
    ("no password supplied", "the database asks for a password"),
    ('FATAL:  database ".*" does not exist', "there is no such database"),
    ('FATAL:  role ".*" does not exist', "the database does not know this user or password"),
    ('FATAL:  role ".*" is not permitted to log in', "the database does not know this user or password"),
)
#: What stays wrong until a person mends it.
LASTING: Final = frozenset({*(meant for _, meant in PLACES), *(meant for _, meant in LOGINS)})
DAMAGE: Final = ("database disk image is malformed", "file is not a database", "malformed database schema")


class StorageError(ContractError):
    """The store could not keep, give or find something. ``code`` says which of its errors it is.

    Example:
        >>> StorageError("notSaved", came="the disk is full").status
        503
    """

    @property
    def is_lasting(self) -> bool:
        """Whether it stays so until a person mends it."""
        return self.code in ("damagedStore", "newerStore") or self.came.strip('"') in LASTING


class DamagedRowError(Exception):
    """A row's content is not what was written. It says which."""


def as_storage_error(error: BaseException, code: str, store: str) -> StorageError:
    """Return what a person should know of an error, and log what whoever looks after the server should.

    Args:
        error: What happened.
        code: The code where it is no damage: notSaved or notOpened.
        store: Which store: the file's path, or the database's address without its password.
    """
    if isinstance(error, StorageError):
        return error
    text = _first_line(error)
    if is_damage(error):
        advice = "Stop the server and run: show-and-tell restore FILE (from its source: python -m server restore FILE)"
        logger.error("The store %s is damaged: %s. %s", store, text, advice)
        came = str(error) if isinstance(error, DamagedRowError) else "a page can't be read"
        return StorageError("damagedStore", came=came, expected=store.replace("\\", "/").rsplit("/", 1)[-1])
    logger.error("The store %s: %s: %s", store, type(error).__name__, text)
    return StorageError(code, came=reason(error))


def is_damage(error: BaseException) -> bool:
    """Say whether an error means that the store's file is not what was written."""
    return isinstance(error, DamagedRowError) or any(damage in _first_line(error) for damage in DAMAGE)


def reason(error: BaseException) -> str:
    """Return why something was not saved or opened, for anybody to read.

    Example:
        >>> reason(OSError(errno.ENOSPC, "No space left on device"))
        'the disk is full'
    """
    text = _first_line(error)
    for line, meant in REASONS:
        if line in text:
            return meant
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "the disk is full"
        return next((meant for kind, meant in PLACES if isinstance(error, kind)), "the disk can't be written to")
    for pattern, meant in LOGINS:
        if re.search(pattern, text):
            return meant
    if isinstance(error, DBAPIError) and (error.connection_invalidated or type(error).__name__ == "OperationalError"):
        return "the database does not answer"
    if isinstance(error, SQLAlchemyError):
        return "the database refused it"
    return "something in it can't be kept"


def _first_line(error: BaseException) -> str:
    # The lines after the first may quote a row, and with it a class name; so may what SQLAlchemy adds.
    lines = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()
    return lines[0] if lines else type(error).__name__

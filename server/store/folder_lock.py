"""One server a folder: a lock that dies with the process that holds it."""

import os
from pathlib import Path
from typing import Final

from server.store.storage_error import StorageError, as_storage_error
from server.system import hold_file

LOCK_FILE: Final = "rooms.lock"


class FolderLock:
    """Holds a data folder, and makes it where it is missing, for this user's eyes only.

    Args:
        folder: The folder.

    Raises:
        StorageError: storeInUse where another process holds it; notOpened where it can't be made or written to.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     lock = FolderLock(Path(folder))
        ...     lock.release()
    """

    def __init__(self, folder: Path) -> None:
        self._file = -1
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise as_storage_error(error, "notOpened", str(folder)) from None
        try:
            # Not a file that says who is there: that one would outlive a kill -9.
            hold_file(self._file)
        except OSError:
            self.release()
            raise StorageError("storeInUse", expected=folder) from None

    def release(self) -> None:
        """Let others have the folder. Again: does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

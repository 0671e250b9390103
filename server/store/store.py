"""Rooms on disk, behind one narrow class: SQLite in a folder, or PostgreSQL by its URL.

Whoever keeps rooms uses ``Store`` and the data of ``facts.py``; nothing else of this folder.
"""

import time
from collections.abc import Callable, Sequence
from concurrent import futures
from concurrent.futures import Future
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine

from server.store import rows
from server.store.committer import Committer, Observe
from server.store.database import FILE, parse_url, postgresql_engine, reads, sqlite_engine, truncate_log, writes
from server.store.encoding import encode_snapshot
from server.store.facts import Fact, Position, RoomSummary, StoredRoom
from server.store.folder_lock import FolderLock
from server.store.positions import Positions
from server.store.schema import migrate
from server.store.storage_error import StorageError, as_storage_error
from server.store.transaction import Transaction, writing

T = TypeVar("T")

#: A commit within so many seconds proves that the disk takes what it is given.
FRESH_SECONDS: Final = 5
#: A store that has not written one small row by then is not well.
PROBE_SECONDS: Final = 10
#: How often the log of a deleted room is tried to be emptied, while others read.
TRUNCATE_TRIES: Final = 3


def identity_of(file: Path | None) -> tuple[int, int] | None:
    """Return what tells a file from every other; None where there is none."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return found and (found.st_dev, found.st_ino)


class Store:
    """Keeps rooms. Any thread may call it. Every method but ``append`` blocks: call it where waiting harms nobody.

    Open one with ``Store.open``.

    Example:
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> store = Store.open(folder.name)
        >>> store.append("KIWI-42", [Fact("labelAdded", {"label": "cat"})]).result()
        1
        >>> store.load("KIWI-42").facts
        [Fact(event='labelAdded', data={'label': 'cat'})]
        >>> store.close()
        >>> folder.cleanup()

    Attributes:
        is_durable: A room that leaves memory can come back.
        is_shared: Nobody else changes its rooms, as far as this class's user must know.
        identity: Its own name.
    """

    is_durable = True
    is_shared = False

    def __init__(
        self,
        engine: Engine,
        name: str,
        identity: str,
        lock: FolderLock | None,
        observe: Observe,
        file: Path | None = None,
    ) -> None:
        self._engine = engine
        self._file, self._identity = file, identity_of(file)
        self._name = name
        self.identity = identity
        self._lock = lock
        self._committer = Committer(engine, name, observe)
        self._positions = Positions(engine)

    @classmethod
    def open(cls, place: str | Path, observe: Observe = lambda seconds, facts: None) -> "Store":
        """Open a store, and make or bring up to date its tables.

        Args:
            place: A folder for SQLite, or the URL of a PostgreSQL database.
            observe: Called after each transaction of appends, with its seconds and its number of facts.

        Raises:
            ValueError: For a URL of another database.
            StorageError: storeInUse, newerStore, damagedStore, or notOpened.
        """
        lock, file = None, None
        if isinstance(place, str) and "://" in place:
            url = parse_url(place)
            engine, name = postgresql_engine(url), url.render_as_string(hide_password=True)
        else:
            file = Path(place) / FILE
            lock, name = FolderLock(file.parent), str(file)
            try:
                engine = sqlite_engine(file)
            except OSError as error:
                lock.release()
                raise as_storage_error(error, "notOpened", name) from None
        try:
            with writes(engine) as connection, connection.begin():
                migrate(connection, name)
                identity = rows.identity(connection)
        except Exception as error:
            engine.dispose()
            if lock:
                lock.release()
            raise as_storage_error(error, "notOpened", name) from None
        return cls(engine, name, identity, lock, observe, file)

    def close(self) -> None:
        """Write what waits, and let others have the store."""
        self._committer.close()
        self._positions.close()
        try:
            truncate_log(self._engine)
        except Exception as error:
            as_storage_error(error, "notSaved", self._name)  # logs it; nothing that was confirmed depends on it
        self._engine.dispose()
        if self._lock:
            self._lock.release()

    def append(self, code: str, facts: Sequence[Fact], after: int | None = None) -> "Future[int]":
        """Keep facts behind those that a room has, all or none; a room that is not there is made. Returns at once.

        The facts must not be changed from now on: they are encoded later, on the store's own thread.

        Args:
            code: The room's.
            facts: What happened, oldest first. Their data are JSON, but for ``embedding`` (float32, (d,)) and bytes.
            after: The number of the fact that they come after; where the room has another last one, they are refused.
                None: they come after any.

        Returns:
            The number of the last fact, once all of them are on disk; in the order of the calls. It can't be cancelled.
            Or StorageError notSaved: then every later append of the room fails as well, until it was loaded again.
        """
        return self._committer.append(code, facts, after)

    def load(self, code: str) -> StoredRoom | None:
        """Return a room with all that was appended before; None where there is none.

        Raises:
            StorageError: damagedStore or notOpened.
        """
        self._committer.begin_life(code)
        return self._read(lambda connection: rows.load_room(connection, code))

    def facts_after(self, code: str, seq: int, life: float | None = None) -> list[Fact] | None:
        """Return a room's facts after one, oldest first; None where it has to be loaded as a whole instead.

        Args:
            code: The room's.
            seq: The number of the last fact that the caller knows.
            life: The life of the room that the caller knows; None for none, or any.

        Raises:
            StorageError: damagedStore or notOpened.
        """

        def read(connection: Connection) -> list[Fact] | None:
            here = rows.positions(connection, [code]).get(code, Position(0, 0))
            if here.seq < seq or life not in (None, here.life) or rows.snapshot_seq(connection, code) > seq:
                return None
            return rows.facts_after(connection, code, seq)

        return self._read(read)

    def attachment(self, code: str, seq: int, name: str) -> bytes | None:
        """Return the bytes that came with a fact under a key of its data; None where there are none.

        Raises:
            StorageError: damagedStore or notOpened.
        """
        return self._read(lambda connection: rows.attachment(connection, code, seq, name))

    def write_snapshot(
        self, code: str, seq: int, state: dict[str, Any], embedding_keys: list[int], life: float | None = None
    ) -> bool:
        """Let a snapshot take the place of a room's facts, and delete what it does not name.

        Args:
            code: The room's.
            seq: The number of the last fact in it.
            state: What the facts add up to, without embeddings; JSON.
            embedding_keys: The numbers of the facts whose embeddings and attachments stay.
            life: The life of the room that it is of; None where there is only one.

        Returns:
            False where the room, or that life of it, is gone or has a newer snapshot.

        Raises:
            StorageError: notSaved; nothing is changed then.
        """
        try:
            data = encode_snapshot(state, embedding_keys)
        except (TypeError, ValueError) as error:
            raise as_storage_error(error, "notSaved", self._name) from None
        put = partial(rows.put_snapshot, code=code, seq=seq, data=data, kept=embedding_keys, life=life)
        done = self._committer.run(put)
        if done:
            self._truncate_log(1)
        return done

    def delete(self, code: str, before: float | None = None) -> bool:
        """Delete a room, so that nothing of it is left in the files; say whether it was deleted.

        Args:
            code: The room's.
            before: In seconds since 1970: a room that was used since then stays.

        Raises:
            StorageError: notSaved; nothing is changed then.
        """
        done = self._committer.run(lambda connection: rows.delete_room(connection, code, before))
        self._truncate_log(TRUNCATE_TRIES)
        return done

    def delete_attachments(self, code: str) -> None:
        """Delete all bytes that came with a room's facts, but for embeddings, so that nothing of them is left.

        Raises:
            StorageError: notSaved; nothing is changed then.
        """
        self._committer.run(lambda connection: rows.delete_attachments(connection, code))
        self._truncate_log(TRUNCATE_TRIES)

    def renew_identity(self) -> None:
        """Give the store another name: it was restored, and may have lost something. Raises StorageError."""
        self._committer.run(rows.renew_identity)
        self.identity = self._read(rows.identity)

    def exists(self, code: str) -> bool:
        """Say whether there is a room. Raises StorageError damagedStore or notOpened."""
        return bool(self.positions([code]))

    def positions(self, codes: Sequence[str]) -> dict[str, Position]:
        """Return how far each room is that is there.

        Raises:
            StorageError: damagedStore or notOpened.
        """
        try:
            return self._positions.read(codes)
        except Exception as error:
            raise as_storage_error(error, "notOpened", self._name) from None

    def rooms(self) -> list[RoomSummary]:
        """Return all rooms, by their codes. Raises StorageError damagedStore or notOpened."""
        return self._read(rows.summaries)

    def used_at(self, code: str) -> float | None:
        """Return when a room was last used, in seconds since 1970; None where there is none.

        Raises:
            StorageError: damagedStore or notOpened.
        """
        return self._read(lambda connection: rows.used_at(connection, code))

    def touch(self, code: str) -> None:
        """Note that a room is used. Raises StorageError notSaved."""
        self._committer.run(lambda connection: rows.touch_room(connection, code, time.time()))

    def expired(self, before: float) -> list[str]:
        """Return the codes of the rooms that were last used before a time, in seconds since 1970.

        Raises:
            StorageError: damagedStore or notOpened.
        """
        return self._read(lambda connection: rows.unused_since(connection, before))

    def check(self) -> None:
        """See whether the store takes anything: a commit of the last seconds says so, else one small row is written.

        Raises:
            StorageError: notSaved.
        """
        if identity_of(self._file) != self._identity:
            # SQLite would go on with a file that nobody finds again.
            raise StorageError("notSaved", came="the file is not where it was")
        if time.monotonic() - self._committer.committed_at < FRESH_SECONDS:
            return
        try:
            self._committer.run(lambda connection: rows.probe(connection, time.time()), PROBE_SECONDS)
        except futures.TimeoutError:  # another class than Python's own before 3.11
            raise StorageError("notSaved", came="the disk is too slow") from None

    def writing(self, code: str, after_seq: int, life: float | None = None) -> AbstractContextManager[Transaction]:
        """Change a room that other workers may change, too: ``with store.writing(code, seq) as transaction: ...``.

        Nobody else changes it until the end. Without ``transaction.commit`` nothing is changed. Do not mix it with
        ``append`` for one room, whose order is that of this process only.

        Args:
            code: The room's; it is made if it is not there.
            after_seq: The number of the last fact that the caller knows.
            life: The life of the room that the caller knows; None for none, or any.

        Raises:
            StorageError: damagedStore or notOpened.
        """
        return writing(self._engine, self._name, code, after_seq, life)

    def _read(self, read: Callable[[Connection], T]) -> T:
        try:
            with reads(self._engine) as connection:
                return read(connection)
        except Exception as error:
            raise as_storage_error(error, "notOpened", self._name) from None

    def _truncate_log(self, tries: int) -> None:
        """Empty SQLite's log on the thread that writes, so that no commit is in its way."""
        for _ in range(tries):
            try:
                if self._committer.run_outside(lambda: truncate_log(self._engine)):
                    return
            except Exception as error:
                as_storage_error(error, "notSaved", self._name)  # logs it; the next one empties it
                return

"""One worker's change of a room that other workers may change, too; see ``Store.writing``."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from server.store import rows
from server.store.database import writes
from server.store.encoding import encode_fact
from server.store.facts import Fact
from server.store.storage_error import as_storage_error


class Transaction:
    """A room that nobody else changes until the end of the ``with``.

    Args:
        connection: One that writes, with the room locked.
        store: What the log calls the store.
        code: The room's.
        after_seq: The number of the last fact that the caller knows.
        seq: That of the room's last fact.

    Attributes:
        newer: The facts of other workers since then, oldest first.
        is_outdated: The room was deleted or began anew, or a snapshot took the place of facts that the caller does not
            know: it has to load the room. ``newer`` is empty then.
    """

    def __init__(self, connection: Connection, store: str, code: str, after_seq: int, seq: int) -> None:
        self._connection = connection
        self._store = store
        self._code = code
        self._is_used = False
        self.is_outdated = seq < after_seq or rows.snapshot_seq(connection, code) > after_seq
        is_behind = seq > after_seq and not self.is_outdated
        self.newer: list[Fact] = rows.facts_after(connection, code, after_seq) if is_behind else []

    def commit(self, facts: Sequence[Fact]) -> int:
        """Keep facts behind ``newer``, on disk when this returns, and return the last one's number. Once only.

        Raises:
            StorageError: notSaved.
            RuntimeError: The second time, and where ``is_outdated``.
        """
        if self._is_used or self.is_outdated:
            raise RuntimeError("A transaction commits once, and only what follows the room's last fact.")
        self._is_used = True
        try:
            last = rows.append(self._connection, [(self._code, [encode_fact(fact) for fact in facts])], time.time())[0]
            self._connection.commit()
        except Exception as error:
            raise as_storage_error(error, "notSaved", self._store) from None
        return last


@contextmanager
def writing(engine: Engine, store: str, code: str, after_seq: int) -> Iterator[Transaction]:
    """See ``Store.writing``."""
    try:
        connection = writes(engine)
    except Exception as error:
        raise as_storage_error(error, "notOpened", store) from None
    with connection:
        try:
            transaction = Transaction(connection, store, code, after_seq, rows.lock_room(connection, code, time.time()))
        except Exception as error:
            raise as_storage_error(error, "notOpened", store) from None
        yield transaction

"""One worker's change of a room that other workers may change, too; see ``Store.writing``."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine

from server.store import rows
from server.store.database import writes
from server.store.encoding import encode_fact
from server.store.facts import Fact, Position
from server.store.storage_error import as_storage_error

T = TypeVar("T")
#: A room that is used, and not changed, is noted as used so often.
NOTED_SECONDS: Final = 24 * 60 * 60


class Transaction:
    """A room that nobody else changes until the end of the ``with``.

    Args:
        connection: One that writes, with the room locked.
        store: What the log calls the store.
        code: The room's.
        after_seq: The number of the last fact that the caller knows.
        life: The life of the room that the caller knows; None for none, or any.
        position: How far the room is.
        used_at: When it was last used.

    Attributes:
        life: The room's.
        newer: The facts of other workers since then, oldest first.
        is_over: The life of the room that the caller knows is over: it was deleted.
        is_outdated: The room was deleted or began anew, or a snapshot took the place of facts that the caller does not
            know: it has to load the room. ``newer`` is empty then.
    """

    def __init__(
        self,
        connection: Connection,
        store: str,
        code: str,
        after_seq: int,
        life: float | None,
        position: Position,
        used_at: float,
    ) -> None:
        self._connection = connection
        self._store = store
        self._code = code
        self._is_used = False
        self._used_at = used_at
        self.life = position.life
        self.is_over = life not in (None, position.life)
        is_behind = position.seq > after_seq
        is_replaced = is_behind and rows.snapshot_seq(connection, code) > after_seq
        self.is_outdated = self.is_over or position.seq < after_seq or is_replaced
        # Most turns follow one of the same worker: nothing is read then.
        is_read = is_behind and not self.is_outdated
        self.newer: list[Fact] = rows.facts_after(connection, code, after_seq) if is_read else []

    def commit(self, facts: Sequence[Fact]) -> int:
        """Keep facts behind ``newer``, on disk when this returns, and return the last one's number. Once only.

        Raises:
            StorageError: notSaved.
            RuntimeError: The second time, and where ``is_outdated``.
        """

        def append() -> int:
            return rows.append(self._connection, [(self._code, [encode_fact(fact) for fact in facts])], time.time())[0]

        return self._end(append)

    def delete(self) -> None:
        """Delete the room, instead of ``commit``; raises as it does."""
        self._end(lambda: rows.delete_room(self._connection, self._code))

    def touch(self) -> None:
        """Note that the room is used, instead of ``commit``, where that was not noted for long; raises as it does."""
        now = time.time()
        if now - self._used_at > NOTED_SECONDS:
            self._end(lambda: rows.touch_room(self._connection, self._code, now))

    def _end(self, do: Callable[[], T]) -> T:
        if self._is_used or self.is_outdated:
            raise RuntimeError("A transaction commits once, and only what follows the room's last fact.")
        self._is_used = True
        try:
            done = do()
            self._connection.commit()
        except Exception as error:
            raise as_storage_error(error, "notSaved", self._store) from None
        return done


@contextmanager
def writing(engine: Engine, store: str, code: str, after_seq: int, life: float | None) -> Iterator[Transaction]:
    """See ``Store.writing``."""
    try:
        connection = writes(engine)
    except Exception as error:
        raise as_storage_error(error, "notOpened", store) from None
    with connection:
        try:
            here = rows.lock_room(connection, code, time.time())
            transaction = Transaction(connection, store, code, after_seq, life, *here)
        except Exception as error:
            raise as_storage_error(error, "notOpened", store) from None
        yield transaction

"""The storage of a worker that is one of several: a room is changed in turns, of which one worker has one at a time.

A turn is a transaction that locks the room's row: it begins with what other workers kept meanwhile, so that every
change stands on all changes before it, whoever made them. ``copies.py`` takes the turns.
"""

import contextlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from server.rooms.storage import Fact, StorageError, StoredRoom
from server.store.facts import Position, RoomSummary
from server.store.store import Store
from server.store.transaction import Transaction


class Turn:
    """One worker's changes of a room.

    Args:
        transaction: In which nobody else changes the room.

    Attributes:
        life: The room's; see ``Position``.
        newer: The facts of other workers, oldest first.
        is_over, is_outdated: Whether the room was deleted, or must be opened again first; see ``Transaction``.
        facts: What is to be kept.
        is_deleted: Whether the room is to be deleted.
        kept: Done once it is kept.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.life = transaction.life
        self.newer = transaction.newer
        self.is_over = transaction.is_over
        self.is_outdated = transaction.is_outdated
        self.facts: list[Fact] = []
        self.is_deleted = False
        self.kept: Future[int] = Future()

    def commit(self) -> None:
        """Keep the facts, or delete the room, on disk when this returns. Raises StorageError."""
        if self.is_deleted:
            self._transaction.delete()
            self.kept.set_result(0)
        elif self.facts:
            self.kept.set_result(self._transaction.commit(self.facts))
        else:
            self._transaction.touch()


class SharedStorage:
    """Keeps rooms that several workers have copies of.

    Args:
        store: The store; on PostgreSQL.

    Attributes:
        is_durable: A room that leaves memory can come back.
        is_shared: Other workers have copies of the rooms.
        identity: The store's.
    """

    is_durable = True
    is_shared = True

    def __init__(self, store: Store) -> None:
        self._store = store
        self.identity = store.identity
        self._turns: dict[tuple[int, str], Turn] = {}  # by thread and room

    @contextlib.contextmanager
    def turn(self, code: str, after: int, life: float | None) -> Iterator[Turn]:
        """Let nobody else change a room; what this thread appends meanwhile, ``Turn.commit`` keeps.

        Args:
            code: The room's.
            after: The number of the last fact that the caller knows.
            life: The life of the room that the caller knows; None for none.

        Raises:
            StorageError: notOpened or notSaved.
        """
        key = threading.get_ident(), code
        with self._store.writing(code, after, life) as transaction:
            turn = self._turns[key] = Turn(transaction)
            try:
                yield turn
            except StorageError as error:
                self._fail(turn, error)
                raise
            finally:
                del self._turns[key]
                self._fail(turn, StorageError("notSaved", came="a turn that ended early"))

    def append(self, code: str, facts: Sequence[Fact], after: int | None = None) -> "Future[int]":
        """Keep facts with the turn of this thread; without one, alone, and only if nobody else changed the room."""
        turn = self._turns.get((threading.get_ident(), code))
        if turn is None:
            return self._store.append(code, facts, after)
        turn.facts += facts
        return turn.kept

    def positions(self, codes: Sequence[str]) -> dict[str, Position]:
        """Return how far each room is that is there. Raises StorageError."""
        return self._store.positions(codes)

    def facts_after(self, code: str, seq: int, life: float | None) -> list[Fact] | None:
        """Return a room's facts after one; None where it was deleted or must be opened again. Raises StorageError."""
        return self._store.facts_after(code, seq, life)

    def load(self, code: str) -> StoredRoom | None:
        """Return what is kept of a room; see ``Storage``."""
        return self._store.load(code)

    def exists(self, code: str) -> bool:
        """Say whether anything is kept of a room. Raises StorageError."""
        return self._store.exists(code)

    def write_snapshot(
        self, code: str, seq: int, state: dict[str, Any], embedding_keys: list[int], life: float | None = None
    ) -> bool:
        """Let a snapshot take the place of a room's facts; see ``Store.write_snapshot``."""
        return self._store.write_snapshot(code, seq, state, embedding_keys, life)

    def rooms(self) -> list[RoomSummary]:
        """Return all rooms; see ``Storage``."""
        return self._store.rooms()

    def expired(self, before: float) -> list[str]:
        """Return the codes of rooms that were last used before a time; see ``Storage``."""
        return self._store.expired(before)

    def touch(self, code: str) -> None:
        """Note that a room is used; see ``Storage``."""
        self._store.touch(code)

    def used_at(self, code: str) -> float | None:
        """Return when a room was last used; see ``Storage``."""
        return self._store.used_at(code)

    def attachment(self, code: str, seq: int, name: str) -> bytes | None:
        """Return the bytes that came with a fact; see ``Storage``."""
        return self._store.attachment(code, seq, name)

    def delete_attachments(self, code: str) -> None:
        """Delete all bytes that came with a room's facts, but for embeddings; see ``Storage``."""
        self._store.delete_attachments(code)

    def delete(self, code: str, before: float | None = None) -> bool:
        """Delete a room, with the turn of this thread where there is one; see ``Storage``."""
        turn = self._turns.get((threading.get_ident(), code))
        if turn is None:
            return self._store.delete(code, before)
        turn.is_deleted = True
        return True

    def check(self) -> None:
        """See whether anything can be kept. Raises StorageError."""
        self._store.check()

    def _fail(self, turn: Turn, error: StorageError) -> None:
        if turn.facts and not turn.kept.done():
            turn.kept.set_exception(error)

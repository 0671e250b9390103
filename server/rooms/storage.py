"""What a room asks of the place that keeps it.

A room is the sum of its facts: the same events, with the same data, as it announces to its clients. ``Store`` of
``server/store`` is the place; ``MemoryStorage`` stands in for it where nothing is to be kept.
"""

import secrets
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple, Protocol

from server.contract.errors import ContractError
from server.store.facts import Fact as Fact
from server.store.facts import RoomSummary
from server.store.facts import StoredRoom as StoredRoom
from server.store.storage_error import StorageError as StorageError


class Life(NamedTuple):
    """A life of a room as a client knows it: what names it, and the last revision that the client heard of."""

    epoch: str
    revision: int

    def check(self, identity: str, code: str, epoch: str | None = None) -> None:
        """See whether a storage has lost a room of its own: it never does, so that room was closed.

        Args:
            identity: The storage's.
            code: The room's.
            epoch: That of the room's life now; None where there is no such room.

        Raises:
            ContractError: roomClosed.

        Example:
            >>> Life("5eb1e0f0a2c4d6e8", 3).check("5eb1e0f0", "KIWI-42", "5eb1e0f0a2c4d6e8")
            >>> Life("0ther0ne", 3).check("5eb1e0f0", "KIWI-42")  # another server had it
        """
        # Of a room in which nothing was taught, nothing is kept.
        if self.revision > 0 and self.epoch.startswith(identity) and self.epoch != epoch:
            raise ContractError("roomClosed", came=code)


class Storage(Protocol):
    """Keeps rooms. Its methods are called from any thread; all but ``append`` may wait for the disk.

    Attributes:
        is_durable: Whether a room that leaves memory can come back.
        is_shared: Whether other workers have copies of the same rooms; see ``shared_storage.py``.
        identity: A name of its own. A room that began with it, was changed, and is not there any more, was deleted.
    """

    is_durable: bool
    is_shared: bool
    identity: str

    def append(self, code: str, facts: Sequence[Fact], after: int | None = None) -> "Future[int]":
        """Keep facts, all or none, after those of earlier calls; it does not wait.

        Args:
            code: The room's.
            facts: What happened.
            after: How many facts the room has before these; with another number, they are refused.

        Returns:
            Done once the facts are kept; it has a StorageError where they, or earlier ones of the room, were not. Its
            callbacks run in the order of the calls.
        """

    def load(self, code: str) -> StoredRoom | None:
        """Return what is kept of a room; None for a room that was never kept. Raises StorageError."""

    def exists(self, code: str) -> bool:
        """Say whether anything is kept of a room. Raises StorageError."""

    def write_snapshot(
        self, code: str, seq: int, state: dict[str, Any], embedding_keys: list[int], life: float | None = None
    ) -> bool:
        """Let a snapshot take the place of a room's facts; see ``Store.write_snapshot``. Raises StorageError."""

    def rooms(self) -> list[RoomSummary]:
        """Return all rooms that are kept. Raises StorageError."""

    def used_at(self, code: str) -> float | None:
        """Return when a room last changed, in seconds since 1970; None where nothing is kept. Raises StorageError."""

    def expired(self, before: float) -> list[str]:
        """Return the codes of the rooms that last changed before a time. Raises StorageError."""

    def touch(self, code: str) -> None:
        """Note that a room changed now. Raises StorageError."""

    def attachment(self, code: str, seq: int, name: str) -> bytes | None:
        """Return the bytes that came with a fact under a key of its data; None for none. Raises StorageError."""

    def delete_attachments(self, code: str) -> None:
        """Delete all bytes that came with a room's facts, but for embeddings. Raises StorageError."""

    def delete(self, code: str, before: float | None = None) -> bool:
        """Delete a room, unless it was used since a time; say whether it was deleted. Raises StorageError."""

    def check(self) -> None:
        """See whether anything can be kept. Raises StorageError."""


class MemoryStorage:
    """Keeps nothing: a room lives as long as the server's process does."""

    is_durable = False
    is_shared = False

    def __init__(self) -> None:
        self.identity = secrets.token_hex(4)

    def append(self, code: str, facts: Sequence[Fact], after: int | None = None) -> "Future[int]":
        """Drop the facts; the room itself holds what they add up to."""
        done: Future[int] = Future()
        done.set_result(0)
        return done

    def load(self, code: str) -> StoredRoom | None:
        """Return no room."""
        return None

    def exists(self, code: str) -> bool:
        """Say that nothing is."""
        return False

    def write_snapshot(
        self, code: str, seq: int, state: dict[str, Any], embedding_keys: list[int], life: float | None = None
    ) -> bool:
        """Drop the snapshot."""
        return True

    def rooms(self) -> list[RoomSummary]:
        """Return none."""
        return []

    def used_at(self, code: str) -> float | None:
        """Say that nothing is kept."""
        return None

    def expired(self, before: float) -> list[str]:
        """Return none."""
        return []

    def touch(self, code: str) -> None:
        """Note nothing."""

    def attachment(self, code: str, seq: int, name: str) -> bytes | None:
        """Return nothing."""
        return None

    def delete_attachments(self, code: str) -> None:
        """There are none."""

    def delete(self, code: str, before: float | None = None) -> bool:
        """Say that there was nothing."""
        return False

    def check(self) -> None:
        """All is well."""

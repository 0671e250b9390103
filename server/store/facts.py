"""What the store keeps and gives back: facts, snapshots, rooms. Data only; anything above the store may import it."""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

#: The key of a fact's data under which its embedding is, float32, (d,).
EMBEDDING: Final = "embedding"


class Fact(NamedTuple):
    """One change of a room: an event's name and its data, with ``revision`` where it has one.

    Example:
        >>> Fact("labelAdded", {"label": "cat", "revision": 1})
        Fact(event='labelAdded', data={'label': 'cat', 'revision': 1})
    """

    event: str
    data: dict[str, Any]


class Snapshot(NamedTuple):
    """What a room's facts added up to, so that opening it does not begin with the first of them.

    Attributes:
        seq: The number of the last fact in it.
        state: What whoever wrote it wanted to find again; JSON.
        embedding_keys: The numbers of the facts whose embeddings it has, in the writer's order.
        embeddings: These embeddings, float32, (n, d), C-contiguous, in that order; (0, 0) for none.
    """

    seq: int
    state: dict[str, Any]
    embedding_keys: list[int]
    embeddings: NDArray[np.float32]


class StoredRoom(NamedTuple):
    """A room as the store has it. Order is by ``seq`` alone: the times are a clock's, which may jump.

    Attributes:
        code: The room's.
        seq: The number of its last fact. Facts are numbered from 1, without a gap.
        snapshot: The newest, if there is one.
        facts: Those after the snapshot, oldest first. An embedding in them is a float32 view that can't be written to.
        created_at: When its first fact came, in seconds since 1970.
        used_at: When it was last used, likewise.
    """

    code: str
    seq: int
    snapshot: Snapshot | None
    facts: list[Fact]
    created_at: float
    used_at: float


class Position(NamedTuple):
    """How far a room is: which life of its code, by when it began, and the number of its last fact.

    A room that is deleted and made again is another life, whose facts begin with 1 again.
    """

    life: float
    seq: int


class RoomSummary(NamedTuple):
    """One room in the list of all.

    Attributes:
        code: The room's.
        created_at: When its first fact came, in seconds since 1970.
        used_at: When it was last used, likewise.
        bytes: How much its facts and embeddings take.
        seq: The number of its last fact.
    """

    code: str
    created_at: float
    used_at: float
    bytes: int
    seq: int

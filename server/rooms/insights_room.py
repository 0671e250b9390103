"""A room as its insights see it. Only the thread of the insights calls it, and never with the room's lock."""

import threading
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.adaptation import Fitted
from server.knn.certainty import UnknownLimit
from server.knn.examples import ExampleInfo
from server.knn.model import Model
from server.rooms.broadcast import Announcement, Broadcast
from server.rooms.first_limit import read_first_limit
from server.rooms.room_state import RoomState


class RoomSnapshot(NamedTuple):
    """What a room holds: its revision, its labels in class order, and its examples in order of arrival.

    ``serials`` numbers the examples; see ``KNN.serials``.
    """

    revision: int
    labels: list[str]
    items: list[ExampleInfo]
    serials: NDArray[np.int64]


class InsightsRoom:
    """Reads a room's content, and installs and announces what was worked out of it.

    Args:
        lock: The room's; each method holds it for as long as it takes to copy some rows or to list the examples.
        state: The room's.
        broadcast: The room's.
        page: The folder of the built page, whose model's first limit is read.
    """

    def __init__(self, lock: threading.Lock, state: RoomState, broadcast: Broadcast, page: Path) -> None:
        self._lock = lock
        self._state = state
        self._broadcast = broadcast
        self._page = page
        self._first_limit: tuple[Model | None, UnknownLimit] | None = None

    def first_limit(self) -> UnknownLimit:
        """Return the model's own limit of "I don't know", and its centre."""
        model = self._state.model
        # Each answer asks for it.
        if self._first_limit is None or self._first_limit[0] != model:
            self._first_limit = (model, read_first_limit(self._page, model))
        return self._first_limit[1]

    def snapshot(self) -> RoomSnapshot:
        """Return the room's content, without embeddings."""
        with self._lock:
            knn = self._state.knn
            return RoomSnapshot(self._state.revision, knn.labels(), knn.outline(), knn.serials())

    def embeddings(self, ids: list[str]) -> NDArray[np.float32]:
        """Return copies of some embeddings, float32, (m, d).

        Raises:
            ContractError: noSuchExample, where one was removed meanwhile.
        """
        with self._lock:
            return np.stack([self._state.knn.example(example_id)["embedding"] for example_id in ids])

    def install(self, fitted: Fitted | None) -> None:
        """Answer for "adapted" by this metric from now on; None for none."""
        with self._lock:
            self._state.knn.adapt(fitted)

    def announce_evaluated(self, revision: int) -> None:
        """Announce to everyone that there are newer figures, of this revision."""
        with self._lock:
            self._broadcast.send(Announcement("evaluated", {"revision": revision}))

"""Queries to one room, answered together: one matrix product for all that wait.

The event loop reads what all clients have sent before it runs what was put off "soon": so the queries that came at once
are answered at once. There is no timer, so a single client waits for nothing. ``server/rooms/room.py`` owns one.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from itertools import groupby
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

import server.knn
from server.contract.errors import ContractError
from server.knn.options import ClassifierSettings
from server.knn.result import Result
from server.rooms.insights import ResolvedSettings

#: Replaces what settings leave to "auto"; called with the room's lock.
Resolve = Callable[[ClassifierSettings, "server.knn.KNN"], tuple[ClassifierSettings, ResolvedSettings]]


class PendingQuery:
    """One embedding, float32, (d,), how to classify it, and its outcome, which is awaited."""

    __slots__ = ("asked_at", "embedding", "outcome", "resolved", "settings")

    def __init__(
        self, embedding: NDArray[np.float32], settings: ClassifierSettings, outcome: "asyncio.Future[Result]"
    ) -> None:
        self.asked_at = time.perf_counter()
        self.embedding = embedding
        self.settings = settings
        self.resolved: ResolvedSettings | None = None
        self.outcome = outcome


class QueryCombiner:
    """The queries to one room. Used on the event loop only.

    Args:
        lock: The room's.
        classifier: Returns the room's classifier; called with the lock.
        resolve: Replaces what settings leave to "auto".

    Attributes:
        observe_wait: Told how many seconds each query waited for its turn.
    """

    def __init__(self, lock: threading.Lock, classifier: Callable[[], "server.knn.KNN"], resolve: Resolve) -> None:
        self._lock = lock
        self._classifier = classifier
        self._resolve = resolve
        self._pending: list[PendingQuery] = []
        self.observe_wait: Callable[[float], None] = lambda seconds: None

    async def classify(
        self, embedding: NDArray[np.float32], settings: ClassifierSettings
    ) -> tuple[Result, ResolvedSettings]:
        """Classify one embedding, together with all that came at the same time. Called without the room's lock.

        Args:
            embedding: float32, (d,).
            settings: How to classify it.

        Returns:
            The result, and what "auto" was resolved to.

        Raises:
            ContractError: As ``KNN.classify``.
        """
        loop = asyncio.get_running_loop()
        query = PendingQuery(embedding, settings, loop.create_future())
        self._pending.append(query)
        if len(self._pending) == 1:
            loop.call_soon(self._answer_pending)
        result = await query.outcome
        return result, cast(ResolvedSettings, query.resolved)

    def _answer_pending(self) -> None:
        # A client may have left meanwhile.
        queries = [query for query in self._pending if not query.outcome.done()]
        self._pending.clear()
        try:
            self._answer_all(queries)
        except Exception as error:
            # Whatever it was, nobody waits for ever.
            for query in queries:
                if not query.outcome.done():
                    query.outcome.set_exception(error)

    def _answer_all(self, queries: list[PendingQuery]) -> None:
        with self._lock:
            knn = self._classifier()
            now = time.perf_counter()
            for query in queries:
                self.observe_wait(now - query.asked_at)
                query.settings, query.resolved = self._resolve(query.settings, knn)
            if len(queries) > 1:
                # Any order that puts equal settings side by side; they have no order of their own.
                queries.sort(key=lambda query: hash(query.settings))
            for settings, group in groupby(queries, key=lambda query: query.settings):
                _answer(knn, settings, list(group))


def _answer(knn: "server.knn.KNN", settings: ClassifierSettings, queries: list[PendingQuery]) -> None:
    """Answer queries with the same settings.

    Where the batch is refused, each query is answered on its own, so that a bad one harms no other.
    """
    try:
        k, metric, weights, unknown_distance = settings
        embeddings = [query.embedding for query in queries]
        results = knn.classify_batch(embeddings, k, metric, weights, cast(Any, unknown_distance))
    except ContractError as error:
        if len(queries) == 1:
            queries[0].outcome.set_exception(error)
            return
        for query in queries:
            _answer(knn, settings, [query])
    except Exception as error:
        for query in queries:
            query.outcome.set_exception(error)
    else:
        for query, result in zip(queries, results, strict=True):
            query.outcome.set_result(result)

"""Queries that wait for one room, answered together: one matrix product instead of one a client.

Whoever gets the room's lock answers everything that waits, so that nobody waits for a timer and a lone client waits
for nothing ("flat combining": Hendler, Incze, Shavit and Tzafrir, 2010).
"""

import threading
from collections import deque
from collections.abc import Callable
from itertools import groupby
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.options import ClassifierSettings
from server.knn.result import Result
from server.rooms.insights import ResolvedSettings

#: Returns what a choice leaves open; called with the room's lock.
Resolve = Callable[[ClassifierSettings, KNN], tuple[ClassifierSettings, ResolvedSettings]]


class Query:
    """One embedding, float32, (d,), how to classify it, and what came of it."""

    __slots__ = ("choice", "embedding", "made", "outcome")

    def __init__(self, embedding: NDArray[np.float32], choice: ClassifierSettings) -> None:
        self.embedding = embedding
        self.choice = choice
        self.made: ResolvedSettings | None = None
        self.outcome: Result | Exception | None = None


class Waiting:
    """The queries of one room.

    Args:
        lock: The room's.
        classifier: Returns the room's classifier; called with the lock.
        resolve: Returns what a choice leaves open.
    """

    def __init__(self, lock: threading.Lock, classifier: Callable[[], KNN], resolve: Resolve) -> None:
        self._lock = lock
        self._classifier = classifier
        self._resolve = resolve
        self._queries: deque[Query] = deque()

    def classify(self, embedding: NDArray[np.float32], choice: ClassifierSettings) -> tuple[Result, ResolvedSettings]:
        """Classify one embedding, together with all that wait.

        Returns:
            The result, and how it was made.

        Raises:
            ContractError: What ``KNN.classify`` raises.
        """
        query = Query(embedding, choice)
        self._queries.append(query)
        with self._lock:
            if query.outcome is None:
                self._answer_all()
        if isinstance(query.outcome, dict):
            return query.outcome, cast(ResolvedSettings, query.made)
        raise cast(Exception, query.outcome)

    def _answer_all(self) -> None:
        waiting = []
        while self._queries:
            waiting.append(self._queries.popleft())
        knn = self._classifier()
        for query in waiting:
            query.choice, query.made = self._resolve(query.choice, knn)
        if len(waiting) > 1:
            waiting.sort(key=_sort_key)
        for choice, group in groupby(waiting, key=lambda query: query.choice):
            _answer(knn, choice, list(group))


def _sort_key(query: Query) -> tuple[Any, ...]:
    choice = query.choice
    return (choice.k, choice.metric, choice.weights, -1 if choice.unknown_distance is None else choice.unknown_distance)


def _answer(knn: KNN, choice: ClassifierSettings, queries: list[Query]) -> None:
    """Answer queries that want the same; where that fails, each on its own, so that a bad one harms no other."""
    try:
        k, metric, weights, limit = choice
        results = knn.classify_batch([query.embedding for query in queries], k, metric, weights, cast(Any, limit))
    except ContractError as error:
        if len(queries) == 1:
            queries[0].outcome = error
            return
        for query in queries:
            _answer(knn, choice, [query])
    except Exception as error:
        for query in queries:
            query.outcome = error
    else:
        for query, result in zip(queries, results, strict=True):
            query.outcome = result

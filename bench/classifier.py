"""Python's classifier against scikit-learn's and against the floor, one NumPy product; and the cost of an add."""

import statistics
import time
from collections.abc import Iterator
from functools import partial

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from bench.table import Row
from bench.timing import in_turn
from server.knn import KNN

D = 1280
K = 10
SIZES = (200, 2_000, 10_000)
ADDS = (1_000, 10_000, 100_000)
ADDS_TIMED = 500


def classify() -> Iterator[Row]:
    """Time one query and a batch of 32, cosine, k = 10."""
    random = np.random.default_rng(0)
    for n in SIZES:
        examples = (random.normal(size=D) + random.normal(size=(n, D))).astype(np.float32)
        queries = (random.normal(size=D) + random.normal(size=(32, D))).astype(np.float32)
        labels = [f"class {i % 5}" for i in range(n)]
        knn = KNN()
        for embedding, label in zip(examples, labels, strict=True):
            knn.add_example(embedding, label)
        peer = KNeighborsClassifier(K, metric="cosine", algorithm="brute").fit(examples, labels)
        medians = in_turn(
            {
                "one": partial(knn.classify, queries[0], K),
                "floor": partial(np.matmul, examples, queries[0]),
                "peer": partial(peer.predict_proba, queries[:1]),
                "batch": partial(knn.classify_batch, queries, K),
                "batch floor": partial(np.matmul, queries, examples.T),
            },
            30,
        )
        largest = n == SIZES[-1]
        what = f"Python classify, n = {n:,}"
        yield Row(what, medians["one"], "one NumPy product", medians["floor"], "<= 4" if largest else "")
        yield Row(what, medians["one"], "scikit-learn's KNN", medians["peer"], "<= 0.1" if largest else "")
        what = f"Python classifyBatch(32), n = {n:,}"
        yield Row(what, medians["batch"], "one NumPy product", medians["batch floor"], "<= 2.5" if largest else "")


def adds() -> Iterator[Row]:
    """Time adding an example as n grows to 100,000."""
    random = np.random.default_rng(1)
    examples = random.normal(size=(1_000, D)).astype(np.float32)
    knn = KNN()
    taken: list[float] = []
    first: float | None = None
    for n in range(max(ADDS)):
        embedding = examples[n % len(examples)]
        start = time.perf_counter()
        knn.add_example(embedding, "class")
        taken.append((time.perf_counter() - start) * 1000)
        if n + 1 in ADDS:
            median = statistics.median(taken[-ADDS_TIMED:])
            against = "" if first is None else f"an add at n = {ADDS[0]:,}"
            yield Row(f"Python add, n = {n + 1:,}", median, against, first, "<= 2" if first else "")
            first = first or median
    yield Row(f"Python add, mean of all {max(ADDS):,}", statistics.fmean(taken))

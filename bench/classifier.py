"""Python's classifier against scikit-learn's and against the floor, one NumPy product; and adding examples."""

import statistics
import time
from collections.abc import Iterator
from functools import partial

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from bench.table import Row
from bench.timing import in_turn
from server.knn import KNN

#: The length of an embedding, as EfficientNet-Lite0's.
D = 1280
#: Neighbours that vote.
K = 10
#: Numbers of examples at which an answer is timed.
EXAMPLE_COUNTS = (200, 2_000, 10_000)
#: Embeddings that are classified together.
BATCH_SIZE = 32
#: Numbers of examples at which adding is timed, as the median of the last TIMED_ADDS.
ADD_COUNTS = (1_000, 10_000, 100_000)
TIMED_ADDS = 500


def classify() -> Iterator[Row]:
    """Time one embedding and a batch, by cosine distance."""
    random = np.random.default_rng(0)
    for n in EXAMPLE_COUNTS:
        examples = (random.normal(size=D) + random.normal(size=(n, D))).astype(np.float32)
        embeddings = (random.normal(size=D) + random.normal(size=(BATCH_SIZE, D))).astype(np.float32)
        labels = [f"class {i % 5}" for i in range(n)]
        knn = KNN()
        for embedding, label in zip(examples, labels, strict=True):
            knn.add_example(embedding, label)
        peer = KNeighborsClassifier(K, metric="cosine", algorithm="brute").fit(examples, labels)
        medians = in_turn(
            {
                "one": partial(knn.classify, embeddings[0], K),
                "floor": partial(np.matmul, examples, embeddings[0]),
                "peer": partial(peer.predict_proba, embeddings[:1]),
                "batch": partial(knn.classify_batch, embeddings, K),
                "batch floor": partial(np.matmul, embeddings, examples.T),
            },
            rounds=30,
        )
        is_largest = n == EXAMPLE_COUNTS[-1]
        what = f"Python classify, n = {n:,}"
        yield Row(what, medians["one"], "one NumPy product", medians["floor"], "<= 4" if is_largest else "")
        yield Row(what, medians["one"], "scikit-learn's KNN", medians["peer"], "<= 0.1" if is_largest else "")
        what = f"Python classifyBatch({BATCH_SIZE}), n = {n:,}"
        yield Row(what, medians["batch"], "one NumPy product", medians["batch floor"], "<= 2.5" if is_largest else "")


def adds() -> Iterator[Row]:
    """Time adding an example as n grows to the largest of ADD_COUNTS."""
    random = np.random.default_rng(1)
    examples = random.normal(size=(1_000, D)).astype(np.float32)
    knn = KNN()
    times_ms: list[float] = []
    first_median: float | None = None
    for n in range(max(ADD_COUNTS)):
        embedding = examples[n % len(examples)]
        start = time.perf_counter()
        knn.add_example(embedding, "class")
        times_ms.append((time.perf_counter() - start) * 1000)
        if n + 1 in ADD_COUNTS:
            what, median = f"Python add, n = {n + 1:,}", statistics.median(times_ms[-TIMED_ADDS:])
            if first_median is None:
                first_median = median
                yield Row(what, median)
            else:
                yield Row(what, median, f"an add at n = {ADD_COUNTS[0]:,}", first_median, "<= 2")
    yield Row(f"Python add, mean of all {max(ADD_COUNTS):,}", statistics.fmean(times_ms))

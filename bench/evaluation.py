"""The server's evaluation: from nothing, after one more example, and while live answers are given."""

import itertools
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import socketio
from numpy.typing import NDArray
from sklearn.metrics import pairwise_distances

from bench.classifier import D, K
from bench.round_trip import SETTINGS, N, call, connected
from bench.serving import serving
from bench.table import Row
from bench.timing import in_turn
from server.contract.constants import MAX_FITTED, MAX_NEIGHBOURS, Metric
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN, adapted
from server.knn.adaptation import Fitted
from server.knn.examples import ExampleInfo
from server.knn.options import Question

CLASS_COUNT = 5
#: Examples in one recording.
RECORDING_SIZE = 20
ROUNDS = 5
#: Examples that are added one at a time.
ADDED_COUNT = 20
#: How much later a live answer may come: one frame at 15 frames a second.
FRAME_MS = 66
IDLE_ROUNDS = 1_000


class SampleExamples:
    """Examples for timing: classes lie far apart, recordings of a class a little, and each example has noise.

    Attributes:
        matrix: Their embeddings, float32, (n, d).
        labels: In class order.
        outline: The n examples in order of arrival.
    """

    def __init__(self, n: int) -> None:
        random = np.random.default_rng(3)
        recording_count = -(-n // RECORDING_SIZE)
        centres = random.normal(size=(CLASS_COUNT, D)) + 2
        shifts = 0.7 * random.normal(size=(recording_count, D))
        recordings = np.arange(n) // RECORDING_SIZE
        classes = recordings % CLASS_COUNT
        noise = 0.7 * random.normal(size=(n, D))
        self.matrix: NDArray[np.float32] = (centres[classes] + shifts[recordings] + noise).astype(np.float32)
        self.labels = [f"class {index}" for index in range(CLASS_COUNT)]
        self.outline = [
            ExampleInfo(str(i), self.labels[index], str(recording))
            for i, (index, recording) in enumerate(zip(classes, recordings, strict=True))
        ]

    def snapshot(self, n: int) -> Snapshot:
        """Return what a room with the first n of them holds."""
        return Snapshot(self.labels, self.outline[:n], lambda ids: self.matrix[[int(row) for row in ids]])

    def class_indices(self, n: int) -> NDArray[np.int64]:
        """Return the first n examples' classes, int64, (n,)."""
        return np.array([self.labels.index(example.label) for example in self.outline[:n]])


def time_ms(call: Callable[[], object]) -> float:
    """Return how long a call takes, in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def evaluate() -> Iterator[Row]:
    """Time the evaluation itself at n = N, while nothing else runs."""
    examples = SampleExamples(N + ADDED_COUNT)
    question = Question(K, "auto", "distance")

    def update(evaluation: Evaluation, n: int) -> Evaluation:
        for _ in evaluation.update(examples.snapshot(n)):
            pass
        if evaluation.evaluate(question) is None:
            raise RuntimeError("There are no figures.")
        return evaluation

    def peer() -> None:
        # The nearest examples by each metric: no votes and no figures, and only the example itself is left out.
        for metric in ("cosine", "euclidean"):
            distances = pairwise_distances(examples.matrix[:N], metric=metric)
            np.fill_diagonal(distances, np.inf)
            np.argpartition(distances, MAX_NEIGHBOURS, axis=1)

    medians = in_turn({"ours": lambda: update(Evaluation(), N), "peer": peer}, ROUNDS)
    what = f"Python evaluation, n = {N:,}, cosine and Euclidean, from nothing"
    yield Row(what, medians["ours"], "scikit-learn's pairwise_distances + argpartition", medians["peer"], "<= 1000 ms")

    evaluation = update(Evaluation(), N)
    times_ms = [time_ms(partial(update, evaluation, N + i + 1)) for i in range(ADDED_COUNT)]
    yield Row(f"The same, one more example, median of {ADDED_COUNT}", statistics.median(times_ms), bound="<= 50 ms")
    yield Row("The same, the slowest", max(times_ms), bound="<= 50 ms")

    for metric, name in (("adapted", "adapted, cross-fitting"), ("manhattan", "Manhattan")):
        times_ms = []
        for _ in range(3):
            evaluation = update(Evaluation(), N)
            times_ms.append(time_ms(partial(_measure, evaluation, metric)))
        yield Row(f"Python evaluation, n = {N:,}, {name}, after that", statistics.median(times_ms))


def _measure(evaluation: Evaluation, metric: Metric) -> None:
    for _ in evaluation.measure(metric):
        pass


def adapted_metric() -> Iterator[Row]:
    """Time fitting the adapted metric, and answering by it."""
    examples = SampleExamples(N)
    norms = np.linalg.norm(examples.matrix.astype(np.float64), axis=1)
    metric = adapted.fit(examples.matrix, norms, examples.class_indices(N))
    if metric is None:
        raise RuntimeError("Nothing varies.")
    fit = partial(adapted.fit, examples.matrix[:MAX_FITTED], norms[:MAX_FITTED], examples.class_indices(MAX_FITTED))
    yield Row(f"Python adapted metric, fit, n = {MAX_FITTED:,}", in_turn({"fit": fit}, ROUNDS)["fit"])

    knn = KNN()
    for example, embedding in zip(examples.outline, examples.matrix, strict=True):
        knn.add_example(embedding, example.label, example.id, example.group)
    squares = adapted.squared_norms(metric, examples.matrix, norms)
    knn.adapt(Fitted(metric, [example.id for example in examples.outline], squares))
    embedding = examples.matrix[::7].mean(axis=0) + examples.matrix[1]
    medians = in_turn({name: partial(knn.classify, embedding, K, name) for name in ("adapted", "cosine")}, 100)
    what = f"Python classify, n = {N:,}, adapted, fitted before"
    yield Row(what, medians["adapted"], "the same by cosine", medians["cosine"])


def answers_while_evaluating() -> Iterator[Row]:
    """Time live answers while the server evaluates the room from nothing, against the same while it is idle."""
    examples = SampleExamples(N)
    server = serving("server", "--port", "0", "--requests-per-second", "100000")
    with server as address, connected(address) as client:
        call(client, "join", {"model": {"id": "bench", "dimension": D}})
        for example, embedding in zip(examples.outline, examples.matrix, strict=True):
            data = {"id": str(uuid.uuid4()), "label": example.label, "group": example.group}
            call(client, "addExample", data, embedding.astype("<f4").tobytes())
        embedding_bytes = examples.matrix[::7].mean(axis=0).astype("<f4").tobytes()
        ask = partial(call, client, "classify", SETTINGS, embedding_bytes)
        for _ in range(50):
            ask()
        idle = sorted(time_ms(ask) for _ in range(IDLE_ROUNDS))
        start = time.perf_counter()
        busy = sorted(_until_evaluated(client, ask))
        seconds = time.perf_counter() - start
    what = f"Live answer beside an evaluation from nothing ({seconds:.0f} s of all figures), n = {N:,}"
    yield Row(f"{what}, median", statistics.median(busy), "idle", statistics.median(idle))
    late_busy, late_idle = _percentile_95(busy), _percentile_95(idle)
    yield Row("The same, 95th percentile", late_busy, "idle", late_idle)
    yield Row("The same, 95th percentile", late_busy, f"idle + {FRAME_MS} ms, a frame", late_idle + FRAME_MS, "<= 1")
    yield Row("The same, the slowest", busy[-1], "idle, the slowest", idle[-1])


def _until_evaluated(client: socketio.Client, ask: Callable[[], Any]) -> Iterator[float]:
    """Ask for the evaluation, and yield how long each live answer takes, in ms, until all figures are known."""
    for number in itertools.count():
        if number % 20 == 0:
            figures = call(client, "evaluate", {})
            if number and figures["progress"] is None:
                break
        yield time_ms(ask)
    if figures["evaluation"] is None or figures["evaluation"]["learningCurve"] is None:
        raise RuntimeError("The room was not evaluated.")


def _percentile_95(times_ms: list[float]) -> float:
    """Return the 95th percentile of ascending times."""
    return times_ms[len(times_ms) * 95 // 100]

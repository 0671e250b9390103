"""The server's evaluation: from nothing, after one more example, and beside live answers."""

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
from bench.round_trip import ASKED, N, call, client
from bench.serving import serving
from bench.table import Row
from bench.timing import in_turn
from server.contract.constants import MAX_FITTED, MAX_NEIGHBOURS
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN, adapted
from server.knn.adaptation import Fitted
from server.knn.examples import ExampleInfo
from server.knn.options import Question

CLASSES = 5
#: Examples a recording.
RECORDED = 20
ROUNDS = 5
#: Examples that come one at a time.
MORE = 20
#: What a live answer may come later for: a frame at 15 a second.
FRAME_MS = 66
IDLE_ROUNDS = 1_000


class Examples:
    """Some examples: classes that lie apart, recordings a little, and each one's own noise.

    Attributes:
        matrix: float32, (n, d).
        items: n, in order of arrival.
    """

    def __init__(self, n: int) -> None:
        random = np.random.default_rng(3)
        recordings = -(-n // RECORDED)
        classes = random.normal(size=(CLASSES, D)) + 2
        shifts = 0.7 * random.normal(size=(recordings, D))
        numbers = np.arange(n) // RECORDED
        noise = 0.7 * random.normal(size=(n, D))
        self.matrix: NDArray[np.float32] = (classes[numbers % CLASSES] + shifts[numbers] + noise).astype(np.float32)
        self.labels = [f"class {index}" for index in range(CLASSES)]
        self.items = [
            ExampleInfo(str(i), self.labels[number % CLASSES], str(number)) for i, number in enumerate(numbers)
        ]

    def snapshot(self, n: int) -> Snapshot:
        """Return what a room holds that has the first n."""
        return Snapshot(self.labels, self.items[:n], lambda ids: self.matrix[[int(example) for example in ids]])

    def class_indices(self, n: int) -> NDArray[np.int64]:
        """Return the first n examples' classes, int64, (n,)."""
        return np.array([self.labels.index(item.label) for item in self.items[:n]])


def timed(call: Callable[[], object]) -> float:
    """Return how long a call takes, in milliseconds."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def evaluate() -> Iterator[Row]:
    """Time the evaluation itself at n = 2,000, while nothing else runs."""
    examples = Examples(N + MORE)
    question = Question(K, "auto", "distance")

    def take_in(evaluation: Evaluation, n: int) -> Evaluation:
        for _ in evaluation.update(examples.snapshot(n)):
            pass
        if evaluation.evaluate(question) is None:
            raise RuntimeError("There are no figures.")
        return evaluation

    def peer() -> None:
        # The nearest of all for each metric; no votes, no figures, nothing left out but the example itself.
        for metric in ("cosine", "euclidean"):
            distances = pairwise_distances(examples.matrix[:N], metric=metric)
            np.fill_diagonal(distances, np.inf)
            np.argpartition(distances, MAX_NEIGHBOURS, axis=1)

    medians = in_turn({"ours": lambda: take_in(Evaluation(), N), "peer": peer}, ROUNDS)
    what = f"Python evaluation, n = {N:,}, cosine and Euclidean, from nothing"
    yield Row(what, medians["ours"], "scikit-learn's pairwise_distances + argpartition", medians["peer"], "<= 1000 ms")

    evaluation = take_in(Evaluation(), N)
    taken = [timed(partial(take_in, evaluation, N + i + 1)) for i in range(MORE)]
    yield Row(f"The same, one more example, median of {MORE}", statistics.median(taken), bound="<= 50 ms")
    yield Row("The same, the slowest", max(taken), bound="<= 50 ms")

    for metric, name in (("adapted", "adapted, cross-fitting"), ("manhattan", "Manhattan")):
        taken = []
        for _ in range(3):
            evaluation = take_in(Evaluation(), N)
            taken.append(timed(lambda metric=metric, of=evaluation: list(of.measure(metric))))  # type: ignore[misc]
        yield Row(f"Python evaluation, n = {N:,}, {name}, after that", statistics.median(taken))


def adapt() -> Iterator[Row]:
    """Time fitting the adapted metric, and answering by it."""
    examples = Examples(N)
    norms = np.linalg.norm(examples.matrix.astype(np.float64), axis=1)
    most = MAX_FITTED
    metric = adapted.fit(examples.matrix, norms, examples.class_indices(N))
    if metric is None:
        raise RuntimeError("Nothing varies.")
    fit = partial(adapted.fit, examples.matrix[:most], norms[:most], examples.class_indices(most))
    yield Row(f"Python adapted metric, fit, n = {most:,}", in_turn({"fit": fit}, ROUNDS)["fit"])

    knn = KNN()
    for item, embedding in zip(examples.items, examples.matrix, strict=True):
        knn.add_example(embedding, item.label, item.id, item.group)
    knn.adapt(
        Fitted(metric, [item.id for item in examples.items], adapted.squared_norms(metric, examples.matrix, norms))
    )
    query = examples.matrix[::7].mean(axis=0) + examples.matrix[1]
    medians = in_turn({kind: partial(knn.classify, query, K, kind) for kind in ("adapted", "cosine")}, 100)
    what = f"Python classify, n = {N:,}, adapted, fitted before"
    yield Row(what, medians["adapted"], "the same by cosine", medians["cosine"])


def beside() -> Iterator[Row]:
    """Time live answers while the room is evaluated from nothing, against the same with nothing else to do."""
    examples = Examples(N)
    with serving("server", "--port", "0", "--requests-per-second", "100000") as address:
        person = client(address)
        call(person, "join", {"model": {"id": "bench", "dimension": D}})
        for item, embedding in zip(examples.items, examples.matrix, strict=True):
            data = {"id": str(uuid.uuid4()), "label": item.label, "group": item.group}
            call(person, "addExample", data, embedding.astype("<f4").tobytes())
        packed = examples.matrix[::7].mean(axis=0).astype("<f4").tobytes()
        ask = partial(call, person, "classify", ASKED, packed)
        for _ in range(50):
            ask()
        idle = sorted(timed(ask) for _ in range(IDLE_ROUNDS))
        begun = time.perf_counter()
        during = sorted(_until_evaluated(person, ask))
        seconds = time.perf_counter() - begun
        person.disconnect()
    what = f"Live answer beside an evaluation from nothing ({seconds:.0f} s of all figures), n = {N:,}"
    yield Row(f"{what}, median", statistics.median(during), "idle", statistics.median(idle))
    yield Row("The same, 95th percentile", _late(during), "idle", _late(idle))
    yield Row(
        "The same, 95th percentile", _late(during), f"idle + {FRAME_MS} ms, a frame", _late(idle) + FRAME_MS, "<= 1"
    )
    yield Row("The same, the slowest", during[-1], "idle, the slowest", idle[-1])


def _until_evaluated(person: socketio.Client, ask: Callable[[], Any]) -> Iterator[float]:
    """Ask for the evaluation, and yield what each live answer takes until all figures are there."""
    for number in itertools.count():
        if number % 20 == 0:
            figures = call(person, "evaluate", {})
            if number and figures["progress"] is None:
                break
        yield timed(ask)
    if figures["evaluation"] is None or figures["evaluation"]["learningCurve"] is None:
        raise RuntimeError("The room was not evaluated.")


def _late(times: list[float]) -> float:
    """Return the 95th percentile of ascending times."""
    return times[len(times) * 95 // 100]

"""How well "I don't know" separates known from unknown classes, at the limit that the product's evaluation finds."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from PIL import Image

from bench.photo_sets import Embed, PhotoSet
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN
from server.knn.arrays import Embeddings
from server.knn.options import Question
from tests.support.film import PHOTOS, photo, varied

#: At most this many photos of each class are examples.
EXAMPLES_PER_CLASS = 20
#: Frames in one recording.
FRAMES = 40
#: How many of the things in PHOTOS are classes; the others are unknown.
RECORDED_CLASSES = 3


class Novelty(NamedTuple):
    """A result; each number is a mean.

    Attributes:
        what: What was classified.
        kept: The share of pictures of the known classes that were not unknown.
        rejected: The share of pictures of something else that were unknown.
        limit: The cosine distance beyond which something is unknown.
    """

    what: str
    kept: float
    rejected: float
    limit: float


def evaluated(knn: KNN) -> Evaluation:
    """Evaluate a classifier's examples with the product's evaluation, by "adapted" too."""
    evaluation = Evaluation()
    embeddings = {example["id"]: example["embedding"] for example in knn.examples()}
    snapshot = Snapshot(knn.labels(), knn.outline(), lambda ids: np.stack([embeddings[key] for key in ids]))
    for _ in evaluation.update(snapshot):
        pass
    for _ in evaluation.measure("adapted"):
        pass
    return evaluation


def photos(sets: Sequence[PhotoSet], shipped: Embeddings, draw_count: int) -> Iterator[Novelty]:
    """Classify each set's held-out photos, and as unknown the photos of the other sets and those that packages ship.

    Args:
        sets: At least one.
        shipped: Embeddings of photos of none of their classes, float32, (n, d).
        draw_count: How often a set's examples are drawn.
    """
    for photo_set in sets:
        others = [
            other.embeddings[[other.labels[index] not in photo_set.labels for index in other.classes]]
            for other in sets
            if other is not photo_set
        ]
        count = min(EXAMPLES_PER_CLASS, 2 * photo_set.smallest // 3)
        outcomes = []
        for seed in range(draw_count):
            training_rows, test_rows = photo_set.draw(count, seed)
            knn = KNN()
            for row in training_rows.tolist():
                knn.add_example(photo_set.embeddings[row], photo_set.labels[photo_set.classes[row]])
            outcomes.append(_outcome(knn, photo_set.embeddings[test_rows], np.concatenate([*others, shipped])))
        yield Novelty(f"{photo_set.name}, {count} photos a class", *np.mean(outcomes, axis=0).tolist())


def recordings(embed: Embed) -> Iterator[Novelty]:
    """Classify frames of a second recording, and of other things, after one recording of each class."""
    frames = {name: (embed(_record(name, 0)), embed(_record(name, 1))) for name in PHOTOS}
    outcomes = []
    for chosen in combinations(PHOTOS, RECORDED_CLASSES):
        knn = KNN()
        for name in chosen:
            for embedding in frames[name][0]:
                knn.add_example(embedding, name, group=name)
        known = np.concatenate([frames[name][1] for name in chosen])
        unknown = np.concatenate([frames[name][1] for name in set(PHOTOS) - {*chosen}])
        outcomes.append(_outcome(knn, known, unknown))
    yield Novelty(f"One hold of {FRAMES} frames a class", *np.mean(outcomes, axis=0).tolist())


def _record(name: str, take: int) -> Iterator[Image.Image]:
    """Yield frames of a thing that is held in one pose and moved a little; another take has another pose."""
    random = np.random.default_rng([take, *name.encode()])
    pose = varied(photo(name), random)
    for _ in range(FRAMES):
        yield varied(pose, random)


def _outcome(knn: KNN, known: Embeddings, unknown: Embeddings) -> tuple[float, float, float]:
    """Return the share of the known that is kept, the share of the unknown that is rejected, and the limit."""
    figures = evaluated(knn).evaluate(Question())
    if figures is None:
        raise ValueError("There are fewer than two examples.")
    limit = figures["unknown"]["distance"]

    def unknown_share(embeddings: Embeddings) -> float:
        results = knn.classify_batch(embeddings, unknown_distance=limit)
        return float(np.mean([result["isUnknown"] for result in results]))

    return 1 - unknown_share(known), unknown_share(unknown), limit

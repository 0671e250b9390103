"""How well "I don't know" tells what was taught from what was not, at the limit that the product's test finds."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from PIL import Image

from bench.photo_sets import Embed, PhotoSet, Vectors
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN
from server.knn.examples import ExampleInfo
from server.knn.options import Question
from tests.support.film import PHOTOS, photo, varied

#: Photos that a class is taught by.
TAUGHT = 20
#: Frames of one hold of the button, and the classes that are taught of the five things there are.
FRAMES = 40
HELD = 3


class Novelty(NamedTuple):
    """What came of it, each a mean.

    Attributes:
        what: What was shown.
        kept: The share of things of the taught classes that were not unknown.
        rejected: The share of things of another kind that were.
        limit: The cosine distance from which on something is unknown.
    """

    what: str
    kept: float
    rejected: float
    limit: float


def evaluated(knn: KNN) -> Evaluation:
    """Return the product's evaluation of a classifier's examples, by "adapted" too."""
    made = Evaluation()
    of = {example["id"]: example["embedding"] for example in knn.examples()}
    items: Sequence[ExampleInfo] = knn.outline()
    for _ in made.update(Snapshot(knn.labels(), items, lambda ids: np.stack([of[example] for example in ids]))):
        pass
    for _ in made.measure("adapted"):
        pass
    return made


def photos(sets: Sequence[PhotoSet], shipped: Vectors, draws: int) -> Iterator[Novelty]:
    """Measure each set's held-out photos against the other sets' and those that packages ship.

    Args:
        sets: At least one.
        shipped: Embeddings of photos of none of their classes, float32, (n, d).
        draws: How often a set's examples are drawn.
    """
    for photo_set in sets:
        others = [
            other.embeddings[[other.labels[index] not in photo_set.labels for index in other.classes]]
            for other in sets
            if other is not photo_set
        ]
        count = min(TAUGHT, 2 * photo_set.smallest // 3)
        outcomes = []
        for seed in range(draws):
            taught, held_out = photo_set.draw(count, seed)
            knn = KNN()
            for row in taught.tolist():
                knn.add_example(photo_set.embeddings[row], photo_set.labels[photo_set.classes[row]])
            outcomes.append(_outcome(knn, photo_set.embeddings[held_out], np.concatenate([*others, shipped])))
        yield Novelty(f"{photo_set.name}, {count} photos a class", *np.mean(outcomes, axis=0).tolist())


def holds(embed: Embed) -> Iterator[Novelty]:
    """Measure frames of a second hold, and of things that were not held, against one hold of forty frames a class."""
    frames = {name: (embed(_hold(name, 0)), embed(_hold(name, 1))) for name in PHOTOS}
    outcomes = []
    for chosen in combinations(PHOTOS, HELD):
        knn = KNN()
        for name in chosen:
            for embedding in frames[name][0]:
                knn.add_example(embedding, name, group=name)
        next_hold = np.concatenate([frames[name][1] for name in chosen])
        outcomes.append(_outcome(knn, next_hold, np.concatenate([frames[name][1] for name in set(PHOTOS) - {*chosen}])))
    yield Novelty(f"One hold of {FRAMES} frames a class", *np.mean(outcomes, axis=0).tolist())


def _hold(name: str, take: int) -> Iterator[Image.Image]:
    """Yield what a camera sees of a thing that is held in one pose, and moved a little."""
    random = np.random.default_rng([take, *name.encode()])
    pose = varied(photo(name), random)
    for _ in range(FRAMES):
        yield varied(pose, random)


def _outcome(knn: KNN, known: Vectors, strange: Vectors) -> tuple[float, float, float]:
    """Return the share of the known that is kept, the share of the strange that is rejected, and the limit."""
    figures = evaluated(knn).evaluate(Question())
    if figures is None:
        raise ValueError("There are fewer than two examples.")
    limit = figures["unknown"]["distance"]

    def unknown(embeddings: Vectors) -> float:
        return float(
            np.mean([result["isUnknown"] for result in knn.classify_batch(embeddings, unknown_distance=limit)])
        )

    return 1 - unknown(known), unknown(strange), limit

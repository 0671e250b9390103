"""Which photos of a folder a model is tested with: those of the validation and test parts that it was not taught."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from photos.folder import PassedOver, PhotoFile
from server.knn.arrays import ClassIndices, Embeddings, Floats
from toolchain.cleaning.duplicates import NEAR_DISTANCE
from toolchain.cleaning.split import FILE, PARTS, SplitRow, read_split
from toolchain.embedding.embed import Embedded
from toolchain.errors import ToolchainError
from toolchain.models.trained import TrainedModel

TRAINING, VALIDATION, TEST = PARTS
#: Up to this cosine distance an example is of the same picture: embedded in another batch, numbers are rounded
#: otherwise.
SAME: Final = 1e-5
#: The same where a browser embedded the example.
_SAME_IN_BROWSER: Final = 1e-3
_BATCH: Final = 512


class Tested(NamedTuple):
    """The photos to test with.

    Attributes:
        photos: n of them, of the parts validation and test.
        parts: Of each, n.
        truths: Their classes, int64, (n,).
        embeddings: float32, (n, d).
        near: Whether each looks the same as a taught one, bool, (n,): a copy that was saved again, a frame beside it.
        taught: How many were left out because the model was taught them.
        others: Photos of classes that the model does not know, by class; left out.
        unsplit: How many the folder's ``split.csv`` does not name; left out, as in training.
        passed_over: Photos that can't be read.
    """

    photos: list[PhotoFile]
    parts: list[str]
    truths: ClassIndices
    embeddings: Embeddings
    near: NDArray[np.bool_]
    taught: int
    others: Mapping[str, int]
    unsplit: int
    passed_over: Sequence[PassedOver]

    def rows(self, part: str) -> NDArray[np.intp]:
        """Return the rows of a part's photos, intp."""
        return np.flatnonzero(np.array(self.parts) == part)


def choose(
    folder: Path, photos: Sequence[PhotoFile], trained: TrainedModel, embed: Callable[[Sequence[PhotoFile]], Embedded]
) -> Tested:
    """Choose and embed the photos to test with.

    The folder's ``split.csv`` says each photo's part. Without one the split that the model was trained by does, where
    it is of these photos; what has no part by it is tested.

    Args:
        folder: Of class folders.
        photos: Its photos.
        trained: The model.
        embed: Embeds photos.

    Raises:
        ToolchainError: None is left.
    """
    places = {label: index for index, label in enumerate(trained.classes_)}
    others = Counter(str(photo.label) for photo in photos if photo.label not in places)
    known = [photo for photo in photos if photo.label in places]
    rows = read_split(folder)
    unsplit = 0 if rows is None else sum(photo.name not in rows for photo in known)
    wanted = known if rows is None else [p for p in known if p.name in rows and rows[p.name].part != TRAINING]
    embedded = embed(wanted)
    distances = _to_nearest(embedded.embeddings, trained)
    is_taught = distances <= _most(trained)
    if rows is None:
        rows = _own_split(trained, embedded.photos, is_taught)
    parts = [rows[photo.name].part if photo.name in rows else TEST for photo in embedded.photos]
    is_asked = np.array([part != TRAINING for part in parts], bool)
    kept = np.flatnonzero(is_asked & ~is_taught)
    taught = int((is_asked & is_taught).sum())
    if not kept.size:
        raise ToolchainError(
            f"There is no photo in {folder} to test with: {len(known):,} are of the model's classes "
            f"({', '.join(trained.classes_)}), {taught:,} of them taught, {unsplit:,} not in {FILE}.",
            "Give class folders of the same names, with photos that were not taught; "
            "python -m toolchain split keeps some for the test.",
        )
    tested = [embedded.photos[row] for row in kept]
    return Tested(
        tested,
        [parts[row] for row in kept],
        np.array([places[str(photo.label)] for photo in tested], np.int64),
        embedded.embeddings[kept],
        distances[kept] <= NEAR_DISTANCE,
        taught,
        others,
        unsplit,
        embedded.passed_over,
    )


def find_taught(embeddings: Embeddings, trained: TrainedModel) -> NDArray[np.bool_]:
    """Return whether a model was taught each of n photos: whether an example has the same embedding, but for rounding.

    Args:
        embeddings: float32, (n, d).
        trained: The model.
    """
    is_taught: NDArray[np.bool_] = _to_nearest(embeddings, trained) <= _most(trained)
    return is_taught


def _most(trained: TrainedModel) -> float:
    return _SAME_IN_BROWSER if trained.folder is None else SAME


def _to_nearest(embeddings: Embeddings, trained: TrainedModel) -> Floats:
    """Return the cosine distance from each of n photos to the nearest example, float64, (n,)."""
    examples = _normed(trained.examples).T
    distances = np.zeros(len(embeddings))
    for start in range(0, len(embeddings), _BATCH):
        distances[start : start + _BATCH] = 1 - (_normed(embeddings[start : start + _BATCH]) @ examples).max(axis=1)
    return distances


def _own_split(trained: TrainedModel, photos: Sequence[PhotoFile], is_taught: NDArray[np.bool_]) -> dict[str, SplitRow]:
    """Return the split that a model was trained by; nothing where it is of other photos with the same names."""
    rows = (None if trained.folder is None else read_split(trained.folder)) or {}
    training = [
        taught
        for photo, taught in zip(photos, is_taught.tolist(), strict=True)
        if photo.name in rows and rows[photo.name].part == TRAINING
    ]
    return rows if training and 2 * sum(training) > len(training) else {}


def _normed(embeddings: Embeddings) -> Floats:
    wide = embeddings.astype(np.float64)
    normed: Floats = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return normed

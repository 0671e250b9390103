"""Sets of photos for ``make accuracy``: folders of class folders, embedded as the page embeds them."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench.embedding_cache import EmbeddingCache
from bench.views import views
from convert import manifest as manifests
from convert import tfjs
from convert.errors import ConvertError
from convert.photos import open_photo, photos_in, shipped_photos
from photos.reader import as_seen
from server.knn.arrays import ClassIndices, Embeddings, Rows

#: Where ``make setup`` puts the model.
DEFAULT_MODEL: Final = Path("web/public/model")
#: Photos that are in memory as pixels at one time.
BATCH_SIZE: Final = 256
#: A process of its own is started for this many photos; starting one takes as long as some photos.
MIN_PART: Final = 16
#: Near-copies in one recording.
VIEWS: Final = 5
#: The name of the set of photos that the installed packages ship.
SHIPPED: Final = "shipped photos"

#: Returns the embeddings of pictures, float32, (n, d), in their order.
Embed = Callable[[Iterable[Image.Image]], Embeddings]


class PhotoSet(NamedTuple):
    """Photos of some classes.

    Attributes:
        name: The name of its folder.
        labels: c names, sorted.
        classes: Each photo's class, int64, (n,).
        embeddings: float32, (n, d).
        views: A recording of each photo that may be recorded: from its row to its near-copies, float32, (VIEWS, d).
    """

    name: str
    labels: list[str]
    classes: ClassIndices
    embeddings: Embeddings
    views: Mapping[int, Embeddings] = MappingProxyType({})

    @property
    def smallest(self) -> int:
        """The number of photos of the smallest class."""
        return int(np.bincount(self.classes).min())

    def draw(self, count: int, seed: int, *, recorded: bool = False) -> tuple[Rows, Rows]:
        """Draw photos to train on.

        Args:
            count: How many of each class.
            seed: Of the generator.
            recorded: Whether only photos with views are drawn.

        Returns:
            The rows of the drawn photos, intp, (c * count,), and the rows of all others, ascending.
        """
        random = np.random.default_rng(seed)
        rows = np.arange(len(self.classes))
        allowed = np.isin(rows, list(self.views)) if recorded else np.ones(len(rows), bool)
        chosen = [
            random.permutation(np.flatnonzero((self.classes == index) & allowed))[:count]
            for index in range(len(self.labels))
        ]
        training_rows = np.concatenate(chosen)
        return training_rows, np.setdiff1d(rows, training_rows)

    def only(self, labels: Sequence[str]) -> "PhotoSet":
        """Return the photos of these classes alone."""
        kept = sorted(labels)
        rows = np.flatnonzero([self.labels[index] in kept for index in self.classes])
        classes = np.searchsorted(kept, [self.labels[index] for index in self.classes[rows]])
        views = {new: self.views[old] for new, old in enumerate(rows.tolist()) if old in self.views}
        return PhotoSet(self.name, kept, classes, self.embeddings[rows], views)

    def other_than(self, labels: Sequence[str]) -> Embeddings:
        """Return the embeddings of the photos of all classes but these, float32, (m, d)."""
        kept: Embeddings = self.embeddings[[self.labels[index] not in labels for index in self.classes]]
        return kept


class Sampling(NamedTuple):
    """Which photos of a folder are embedded; None is all of them.

    Attributes:
        photos: At most this many photos of each class, spread evenly over their sorted names.
        recorded: Views are made of at most this many of those.
    """

    photos: int | None = None
    recorded: int | None = None


ALL: Final = Sampling()


def embedder(model: Path, cache: Path | None = None) -> Embed:
    """Return a function that embeds pictures with a converted model.

    Args:
        model: The model's folder.
        cache: A folder that keeps embeddings from one run to the next; it need not exist.

    Raises:
        ConvertError: There is no model, or it is not the one that was converted.
    """
    manifest = manifests.read(model)
    problems = manifests.check_files(manifest, model)
    if problems:
        raise ConvertError(f"The model in {model} is damaged: {problems[0]}.", "Convert it again: make setup")

    def run(pixels: NDArray[np.uint8]) -> Embeddings:
        return tfjs.run(model, manifest, pixels, ["embedding"])["embedding"]

    def run_beside(pixels: NDArray[np.uint8]) -> Embeddings:
        # Each process runs on one core.
        with ThreadPoolExecutor() as pool:
            parts = np.array_split(pixels, min(os.cpu_count() or 1, -(-len(pixels) // MIN_PART)))
            return np.concatenate(list(pool.map(run, parts)))

    embed_batch = EmbeddingCache(cache, manifest).wrap(run_beside) if cache else run_beside

    def embed(pictures: Iterable[Image.Image]) -> Embeddings:
        batches = [np.empty((0, manifest["dimension"]), np.float32)]
        pixels = (as_seen(picture, manifest["input"]["size"]) for picture in pictures)
        while batch := list(islice(pixels, BATCH_SIZE)):
            batches.append(embed_batch(np.stack(batch)))
        return np.concatenate(batches)

    return embed


def read_set(folder: Path, min_count: int, embed: Embed, sampling: Sampling = ALL) -> PhotoSet:
    """Embed a folder's photos; a photo that is in none of its class folders is left out.

    Args:
        folder: Holds a folder of photos for each class; the photos may be in folders of any depth.
        min_count: How many photos each class must have.
        embed: See ``embedder``.
        sampling: Which photos are embedded, and which of them as recordings too.

    Raises:
        ConvertError: There are fewer than two classes, a class has too few photos, or a photo can't be read.
    """
    paths = [path for path in photos_in(folder) if path.parent != folder]
    names = [path.relative_to(folder).parts[0] for path in paths]
    labels = sorted({path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")})
    if len(labels) < 2:
        raise ConvertError(
            f"{folder} has {len(labels)} folders of photos; two classes or more are needed.",
            "Give a folder that holds a folder of photos for each class.",
        )
    for label in labels:
        if names.count(label) < min_count:
            raise ConvertError(
                f"The class {label} in {folder} has {names.count(label)} photos; {min_count} or more are needed.",
                "Add photos to it, or move it elsewhere.",
            )
    classes = np.searchsorted(labels, names)
    kept = spread_evenly(classes, sampling.photos)
    recorded = kept[spread_evenly(classes[kept], sampling.recorded)]
    embeddings = embed(open_photo(paths[row]) for row in kept)
    seen = embed(view for row in recorded for view in views(open_photo(paths[row]), VIEWS, int(row)))
    return PhotoSet(folder.name, labels, classes[kept], embeddings, _by_row(np.searchsorted(kept, recorded), seen))


def shipped_set(embed: Embed) -> PhotoSet:
    """Embed what the installed packages ship, five views of each photo, as a set with a class for each photo."""
    pictures = [(name.partition(" view ")[0], picture) for name, picture in shipped_photos()]
    labels = sorted({name for name, _ in pictures})
    classes = np.searchsorted(labels, [name for name, _ in pictures])
    embeddings = embed(picture for _, picture in pictures)
    seen = embed(view for row, (_, picture) in enumerate(pictures) for view in views(picture, VIEWS, row))
    return PhotoSet(SHIPPED, labels, classes, embeddings, _by_row(np.arange(len(pictures)), seen))


def spread_evenly(classes: ClassIndices, count: int | None) -> Rows:
    """Return the rows of at most ``count`` photos of each class, ascending, intp; all where it is None.

    Example:
        >>> spread_evenly(np.array([0, 0, 0, 0, 1]), 2).tolist()
        [0, 2, 4]
    """
    if count is None:
        return np.arange(len(classes))
    rows_by_class = [np.flatnonzero(classes == index) for index in np.unique(classes)]
    sizes = [min(count, len(rows)) for rows in rows_by_class]
    chosen = [rows[len(rows) * np.arange(q) // q] for rows, q in zip(rows_by_class, sizes, strict=True)]
    return np.sort(np.concatenate(chosen))


def _by_row(rows: Rows, seen: Embeddings) -> Mapping[int, Embeddings]:
    """Return the views of each row; ``seen`` has VIEWS embeddings for each of the rows in turn."""
    return dict(zip(rows.tolist(), seen.reshape(len(rows), VIEWS, -1), strict=True))

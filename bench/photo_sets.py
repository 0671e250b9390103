"""Sets of photos for ``make accuracy``: folders of class folders, embedded as the page embeds them."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from convert import manifest as manifests
from convert import tfjs
from convert.errors import ConvertError
from convert.photos import as_seen, open_photo, photos_in
from server.knn.arrays import ClassIndices, Embeddings, Rows

#: Photos that are in memory as pixels at one time.
BATCH_SIZE = 128

#: Returns the embeddings of pictures, float32, (n, d), in their order.
Embed = Callable[[Iterable[Image.Image]], Embeddings]


class PhotoSet(NamedTuple):
    """Photos of some classes.

    Attributes:
        name: The name of its folder.
        labels: c names, sorted.
        classes: Each photo's class, int64, (n,).
        embeddings: float32, (n, d).
    """

    name: str
    labels: list[str]
    classes: ClassIndices
    embeddings: Embeddings

    @property
    def smallest(self) -> int:
        """The number of photos of the smallest class."""
        return int(np.bincount(self.classes).min())

    def draw(self, count: int, seed: int) -> tuple[Rows, Rows]:
        """Draw photos to train on.

        Args:
            count: How many of each class.
            seed: Of the generator.

        Returns:
            The rows of the drawn photos, intp, (c * count,), and the rows of all others, ascending.
        """
        random = np.random.default_rng(seed)
        chosen = [
            random.permutation(np.flatnonzero(self.classes == index))[:count] for index in range(len(self.labels))
        ]
        training_rows = np.concatenate(chosen)
        return training_rows, np.setdiff1d(np.arange(len(self.classes)), training_rows)


def embedder(model: Path) -> Embed:
    """Return a function that embeds pictures with a converted model.

    Raises:
        ConvertError: There is no model, or it is not the one that was converted.
    """
    manifest = manifests.read(model)
    problems = manifests.check_files(manifest, model)
    if problems:
        raise ConvertError(f"The model in {model} is damaged: {problems[0]}.", "Convert it again: make setup")

    def embed(pictures: Iterable[Image.Image]) -> Embeddings:
        batches = [np.empty((0, manifest["dimension"]), np.float32)]
        pixels = (as_seen(picture, manifest["input"]["size"]) for picture in pictures)
        while batch := list(islice(pixels, BATCH_SIZE)):
            batches.append(tfjs.run(model, manifest, np.stack(batch), ["embedding"])["embedding"])
        return np.concatenate(batches)

    return embed


def read_set(folder: Path, min_count: int, embed: Embed) -> PhotoSet:
    """Embed a folder's photos; a photo that is in none of its class folders is left out.

    Args:
        folder: Holds a folder of photos for each class; the photos may be in folders of any depth.
        min_count: How many photos each class must have.
        embed: See ``embedder``.

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
                "Add photos to it (.jpg, .jpeg, .png, .webp), or move it elsewhere.",
            )
    return PhotoSet(folder.name, labels, np.searchsorted(labels, names), embed(map(open_photo, paths)))

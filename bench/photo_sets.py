"""Folders of class folders, embedded as the page embeds them. For ``make accuracy``."""

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convert import manifest as manifests
from convert import tfjs
from convert.errors import ConvertError
from convert.photos import as_seen, open_photo, photos_in

#: Photos that are held as pixels at once.
BATCH = 128

Vectors = NDArray[np.float32]
#: Returns pictures' embeddings, float32, (n, d), in their order.
Embed = Callable[[Iterable[Image.Image]], Vectors]


class PhotoSet(NamedTuple):
    """Photos of some classes.

    Attributes:
        name: The folder's.
        labels: c names, sorted.
        classes: Each photo's class, int64, (n,).
        embeddings: float32, (n, d).
    """

    name: str
    labels: list[str]
    classes: NDArray[np.int64]
    embeddings: Vectors

    @property
    def smallest(self) -> int:
        """How many photos its smallest class has."""
        return int(np.bincount(self.classes).min())

    def draw(self, count: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the rows of as many photos of each class, drawn, and the rows of all others."""
        random = np.random.default_rng(seed)
        chosen = [
            random.permutation(np.flatnonzero(self.classes == index))[:count] for index in range(len(self.labels))
        ]
        taught = np.concatenate(chosen)
        return taught, np.setdiff1d(np.arange(len(self.classes)), taught)


def embedder(model: Path) -> Embed:
    """Return what embeds pictures with a converted model.

    Raises:
        ConvertError: There is no model, or it is not the one that was converted.
    """
    manifest = manifests.read(model)
    problems = manifests.check_files(manifest, model)
    if problems:
        raise ConvertError(f"The model in {model} is damaged: {problems[0]}.", "Convert it again: make setup")

    def embed(pictures: Iterable[Image.Image]) -> Vectors:
        made = [np.empty((0, manifest["dimension"]), np.float32)]
        seen = (as_seen(picture, manifest["input"]["size"]) for picture in pictures)
        while batch := list(islice(seen, BATCH)):
            made.append(tfjs.run(model, manifest, np.stack(batch), ["embedding"])["embedding"])
        return np.concatenate(made)

    return embed


def read_set(folder: Path, least: int, embed: Embed) -> PhotoSet:
    """Embed a folder's photos; what is in none of its folders belongs to no class, and is left out.

    Args:
        folder: It holds a folder of photos a class, in folders of any depth.
        least: How many photos each class must have.
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
        if names.count(label) < least:
            raise ConvertError(
                f"The class {label} in {folder} has {names.count(label)} photos; {least} or more are needed.",
                "Add photos to it (.jpg, .jpeg, .png, .webp), or move it elsewhere.",
            )
    return PhotoSet(folder.name, labels, np.searchsorted(labels, names), embed(map(open_photo, paths)))

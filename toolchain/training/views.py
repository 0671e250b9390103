"""What an example shows: a photo, a changed copy of it, or a part of it; and from there to pixels and embeddings."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from photos.folder import PhotoFile
from photos.problem import PhotoProblem
from photos.reader import read_photo
from server.contract.limits import LIMITS
from server.knn.arrays import Embeddings
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.model import BATCH_SIZE, EmbeddingModel, core_count
from toolchain.errors import ToolchainError
from toolchain.progress import Progress
from toolchain.training.augment import Change, apply_change
from toolchain.training.boxes import Box, cut

#: Counted up when what a change means changes: older embeddings are of other pictures then.
_CHANGE_VERSION: Final = 1
#: As the page's own.
_THUMBNAIL_PX: Final = 96
_JPEG_QUALITY: Final = 82
_LOWEST_QUALITY: Final = 30


class View(NamedTuple):
    """What one example shows.

    Attributes:
        photo: The photo; its label is the example's.
        digest: The SHA-256 of its file, in hex.
        change: What is done to it; None for nothing.
        box: The part that is shown; None for all.
        number: Tells views of one photo apart; 0 for the photo itself.
    """

    photo: PhotoFile
    digest: str
    change: Change | None = None
    box: Box | None = None
    number: int = 0

    @property
    def id(self) -> str:
        """The example's id: the same for the same photo under the same name."""
        return hashlib.sha256(f"{self.photo.name}\0{self.key}\0{self.number}".encode(errors="replace")).hexdigest()[:32]

    @property
    def key(self) -> str:
        """What its embedding is kept by: the photo's digest, or one of photo and change."""
        if self.change is None and self.box is None:
            return self.digest
        stated = f"{_CHANGE_VERSION} {self.digest} {self.change} {self.box}"
        return hashlib.sha256(stated.encode()).hexdigest()

    def of(self, picture: Image.Image, side: int) -> Image.Image:
        """Return what it shows, as a square of this side in pixels.

        Args:
            picture: The photo.
            side: In pixels.

        Raises:
            ToolchainError: Its box is not in the photo.
        """
        if self.box is not None:
            try:
                picture = cut(picture, self.box)
            except ValueError as error:
                raise ToolchainError(
                    f"The box {tuple(self.box)} is not in {self.photo.name}, of {picture.size} pixels.",
                    "Sides of boxes are in pixels of the upright photo.",
                ) from error
        return apply_change(picture, self.change or Change(), side)


def open_views(views: Sequence[View], side: int) -> Iterator[tuple[View, Image.Image]]:
    """Yield views as squares of a side in pixels; a photo whose views follow each other is read once.

    Raises:
        ToolchainError: A photo can't be read any more, or a box is not in it.
    """
    for photo, group in groupby(views, lambda view: view.photo):
        together = list(group)
        has_box = any(view.box for view in together)
        try:
            # Boxes are in pixels of the whole photo.
            picture = read_photo(photo.path, at_least=None if has_box else side)
        except PhotoProblem as problem:
            raise ToolchainError(
                f"{photo.name} could be read a moment ago, and can't any more: {problem}.", "Run the command again."
            ) from problem
        for view in together:
            yield view, view.of(picture, side)


def embed_views(
    views: Sequence[View],
    network: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    say_progress: Progress | None = None,
) -> Embeddings:
    """Return the embeddings of views, float32, (n, d). What the cache has is not computed again.

    Raises:
        ToolchainError: A photo can't be read any more, or a box is not in it.
    """
    embeddings = np.empty((len(views), network.dimension), np.float32)
    keys = [view.key for view in views]
    kept = cache.get(keys, network.dimension) if cache else {}
    missing = [row for row, key in enumerate(keys) if key not in kept]
    for row, key in enumerate(keys):
        if key in kept:
            embeddings[row] = kept[key]
    if say_progress:
        say_progress.advance(len(views) - len(missing))
    pictures = (np.asarray(each) for _, each in open_views([views[row] for row in missing], network.size))
    for start in range(0, len(missing), BATCH_SIZE):
        rows = missing[start : start + BATCH_SIZE]
        pixels: list[NDArray[np.uint8]] = [next(pictures) for _ in rows]
        embeddings[rows] = network.embed(np.stack(pixels))
        if cache:
            cache.put([keys[row] for row in rows], embeddings[rows])
        if say_progress:
            say_progress.advance(len(rows))
    return embeddings


def make_thumbnails(views: Sequence[View]) -> list[bytes]:
    """Return each view as a small JPEG, as the page keeps them.

    Raises:
        ToolchainError: A photo can't be read any more.
    """
    groups = [list(group) for _, group in groupby(views, lambda view: view.photo)]

    def thumbnails(together: list[View]) -> list[bytes]:
        return [_jpeg(picture) for _, picture in open_views(together, _THUMBNAIL_PX)]

    # Pillow decodes outside of Python's lock.
    with ThreadPoolExecutor(core_count()) as pool:
        return [thumbnail for part in pool.map(thumbnails, groups) for thumbnail in part]


def _jpeg(picture: Image.Image) -> bytes:
    for quality in (_JPEG_QUALITY, _LOWEST_QUALITY):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=quality, optimize=True)
        if file.tell() <= LIMITS["thumbnailBytes"]:
            break
    return file.getvalue()

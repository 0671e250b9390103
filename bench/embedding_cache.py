"""Embeddings of pictures that were embedded before, kept in a folder: by the pictures' pixels and the model."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from convert.manifest import Manifest
from server.knn.arrays import Embeddings

#: Embeds uint8 (n, size, size, 3) as float32 (n, d).
EmbedPixels = Callable[[NDArray[np.uint8]], Embeddings]


class EmbeddingCache:
    """A file for each picture, in a folder for each model.

    Args:
        folder: Made where it is missing.
        manifest: The model's; a model of other files has a folder of its own.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        files = hashlib.sha256(json.dumps(manifest["files"], sort_keys=True).encode()).hexdigest()
        self._folder = folder / f"{manifest['id']}-{files[:12]}"

    def wrap(self, embed: EmbedPixels) -> EmbedPixels:
        """Return a function that embeds only the pictures that are not kept yet, and keeps them."""

        def embed_new(pixels: NDArray[np.uint8]) -> Embeddings:
            self._folder.mkdir(parents=True, exist_ok=True)
            paths = [self._folder / f"{hashlib.sha256(picture.tobytes()).hexdigest()}.npy" for picture in pixels]
            new = [index for index, path in enumerate(paths) if not path.exists()]
            if new:
                for index, embedding in zip(new, embed(pixels[new]), strict=True):
                    part = paths[index].with_suffix(".part.npy")
                    np.save(part, embedding)
                    part.replace(paths[index])  # a run that is stopped leaves no half file
            return np.stack([np.load(path) for path in paths])

        return embed_new

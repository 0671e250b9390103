"""Two pictures and their embeddings, by which the page finds a backend that computes wrong numbers.

The pictures are patterns of blocks, so nothing is resized and nobody has rights in them. The embeddings are those of
the browser's very files, by TF.js in Node: a backend is compared with the model itself, whatever its weights are.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convert.embedder import Choice
from convert.errors import ConvertError
from convert.manifest import Manifest, kept
from convert.tfjs import run
from convert.verify import LEAST_COSINE

#: What the file's name begins with; the hash of its content follows.
GOLDEN = "golden"
#: Width and height of a stored picture.
SIDE = 32
# Side of a block, one a picture: a fine and a coarse pattern, which no model takes for each other.
_BLOCKS = (1, 8)
_BETWEEN = 0.9


def golden_pictures(size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Makes the pictures.

    Args:
        size: Side of the model's input in pixels.

    Returns:
        As they are stored, uint8 (2, SIDE, SIDE, 3), RGB; as the model sees them, uint8 (2, size, size, 3): the pixel
        at (x, y) is the stored one at (floor(x * SIDE / size), floor(y * SIDE / size)).
    """
    stored = np.stack([_pattern(block) for block in _BLOCKS])
    places = np.arange(size) * SIDE // size
    return stored, stored[:, places][:, :, places]


def write_golden(folder: Path, manifest: Manifest, choice: Choice, original: NDArray[np.float32]) -> dict[str, Any]:
    """Writes the file of pictures and embeddings into a converted model's folder.

    Args:
        folder: The model's; its manifest is written.
        manifest: What it says, without the entry `golden`.
        choice: What was converted.
        original: The original's embeddings of the pictures, float32 (2, d): what TF.js says must be near them.

    Returns:
        The manifest's entry `golden`, see `manifest.describe`.

    Raises:
        ConvertError: TF.js can't run here, or it computes something else than the original.
    """
    stored, seen = golden_pictures(choice.size)
    embeddings = run(folder, manifest, seen, ("embedding",))["embedding"]
    cosines = [_cosine(ours, theirs) for ours, theirs in zip(original, embeddings, strict=True)]
    # NaN, which is not less than anything, must fail too.
    if not all(cosine >= LEAST_COSINE[choice.quantize] for cosine in cosines):
        raise ConvertError(
            f"TF.js computes other numbers than the original: cosine {min(cosines):.6f}.",
            "Convert again with another --quantize: python -m convert --quantize none",
        )
    if not _cosine(*embeddings) <= _BETWEEN:
        raise ConvertError("The model gives two different pictures the same numbers.", "Convert trained weights.")
    content = stored.tobytes() + embeddings.astype("<f4").tobytes()
    return {**kept(folder, GOLDEN, ".bin", content), "pictures": len(stored), "side": SIDE}


def _pattern(block: int) -> NDArray[np.uint8]:
    count = SIDE // block
    colours = np.random.default_rng(block).integers(0, 256, (count, count, 3), dtype=np.uint8)
    return colours.repeat(block, axis=0).repeat(block, axis=1)


def _cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    x, y = a.astype(np.float64), b.astype(np.float64)
    return float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))

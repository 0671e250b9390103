"""Where in a photo the classes are: windows that slide over feature maps, answered one by one, the best ones kept.

The mean of the cells of a window is the embedding that the network would have, had it looked at about that part alone.
A first step to detection: boxes follow the grid of cells, and things much smaller than a tile are missed.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from PIL import Image

from photos.reader import as_seen
from server.knn.arrays import Embeddings
from toolchain.embedding.model import EmbeddingModel
from toolchain.explaining.heat_map import Features
from toolchain.explaining.overlay import Box
from toolchain.models.trained import TrainedModel

#: Sides of the squares that a photo is looked at in, as shares of its shorter side; and for each the sides of its
#: windows, as shares of its feature map's. What is smaller sees too little to be told.
TILES: Final = ((1.0, (1.0, 0.72, 0.57)), (0.6, (1.0,)))
#: Two boxes of one class are one thing if the smaller one lies in the other by this share.
OVERLAP: Final = 0.25
#: Boxes of one photo, at most.
MOST_BOXES: Final = 20
#: In a photo that is so many times as long as it is wide, or more, nothing is looked for: of squares there could be
#: millions.
STRIP: Final = 20


class Found(NamedTuple):
    """A thing in a photo.

    Attributes:
        label: Its class.
        score: The class's share of the votes.
        novelty: The cosine distance to the nearest example.
        box: In pixels of the upright photo.
    """

    label: str
    score: float
    novelty: float
    box: Box


def find_things(
    model: TrainedModel, network: EmbeddingModel, photo: Image.Image, threshold: float, without: str | None = None
) -> list[Found]:
    """Find what is where in a photo.

    Args:
        model: Who answers.
        network: Whose feature maps.
        photo: Mode RGB.
        threshold: Answers below it are left out, and so are unknown ones.
        without: A class that is nothing to find: that of anything else.

    Returns:
        At most MOST_BOXES, the nearest to an example first; no two of one class on top of each other. None of a strip.
    """
    boxes: list[Box] = []
    embeddings: list[Embeddings] = []
    if is_strip(photo.size):
        return []
    for tile, shares in tiles(photo.size):
        _, features = network.features(as_seen(photo.crop(tile), network.size)[None])
        for box, embedding in windows(features[0], tile, shares):
            boxes.append(box)
            embeddings.append(embedding)
    if not embeddings:
        return []
    answers = model.answer(np.stack(embeddings))
    found = [
        Found(label, float(shares.max()), float(novelty), box)
        for label, shares, novelty, is_unknown, box in zip(
            answers.labels, answers.probabilities, answers.novelty, answers.is_unknown, boxes, strict=True
        )
        if not is_unknown and shares.max() >= threshold and label != without
    ]
    return suppress(found)[:MOST_BOXES]


def is_strip(size: tuple[int, int]) -> bool:
    """Return whether a photo of this width and height is too long for its width to be looked through.

    Example:
        >>> is_strip((1999, 100)), is_strip((100, 2000))
        (False, True)
    """
    return max(size) >= STRIP * min(size)


def tiles(size: tuple[int, int]) -> Iterator[tuple[Box, Sequence[float]]]:
    """Yield the squares that a photo is looked at in, and the sides of their windows; large ones first.

    Example:
        >>> [tuple(box) for box, _ in tiles((200, 100))][:3]
        [(0, 0, 100, 100), (50, 0, 150, 100), (100, 0, 200, 100)]
    """
    width, height = size
    for share, inner in TILES:
        side = max(1, round(share * min(size)))
        for top in _starts(height, side):
            for left in _starts(width, side):
                yield Box(left, top, left + side, top + side), inner


def _starts(length: int, side: int) -> list[int]:
    count = max(1, -(-2 * (length - side) // side) + 1)
    starts: list[int] = np.linspace(0, length - side, count).round().astype(int).tolist()
    return starts


def windows(features: Features, tile: Box, shares: Sequence[float]) -> Iterator[tuple[Box, Embeddings]]:
    """Yield the windows of a tile's feature map: the box in the photo, and the embedding, float32, (d,).

    Args:
        features: float32, (h, w, d).
        tile: Where the feature map is of.
        shares: Sides of the windows, as shares of the map's.
    """
    height, width, _ = features.shape
    sums = np.zeros((height + 1, width + 1, features.shape[2]))
    sums[1:, 1:] = features.astype(np.float64).cumsum(axis=0).cumsum(axis=1)
    x_px, y_px = (tile.right - tile.left) / width, (tile.bottom - tile.top) / height
    for rows, columns in dict.fromkeys(
        (max(1, round(share * height)), max(1, round(share * width))) for share in shares
    ):
        for top in range(height - rows + 1):
            for left in range(width - columns + 1):
                bottom, right = top + rows, left + columns
                total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
                embedding = (total / (rows * columns)).astype(np.float32)
                # Where the network sees nothing there is nothing to ask about.
                if not embedding.any():
                    continue
                yield (
                    Box(
                        round(tile.left + left * x_px),
                        round(tile.top + top * y_px),
                        round(tile.left + right * x_px),
                        round(tile.top + bottom * y_px),
                    ),
                    embedding,
                )


def suppress(found: list[Found]) -> list[Found]:
    """Keep the best of boxes of one class that lie on each other (non-maximum suppression).

    Example:
        >>> one, two = Found("cat", 1.0, 0.1, Box(0, 0, 9, 9)), Found("cat", 1.0, 0.2, Box(1, 1, 9, 9))
        >>> suppress([two, one]) == [one]
        True
    """
    kept: list[Found] = []
    for each in sorted(found, key=lambda one: (one.novelty, -one.score, one.box)):
        if all(other.label != each.label or overlap(other.box, each.box) <= OVERLAP for other in kept):
            kept.append(each)
    return kept


def overlap(one: Box, other: Box) -> float:
    """Return which share of the smaller box lies in the other one.

    Example:
        >>> overlap(Box(0, 0, 10, 10), Box(5, 0, 15, 10)), overlap(Box(0, 0, 9, 9), Box(2, 2, 4, 4))
        (0.5, 1.0)
    """
    common = Box(
        max(one.left, other.left),
        max(one.top, other.top),
        min(one.right, other.right),
        min(one.bottom, other.bottom),
    )
    if common.left >= common.right or common.top >= common.bottom:
        return 0.0
    return common.area / max(1, min(one.area, other.area))

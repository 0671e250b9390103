"""Paints heat maps over photos, and finds the thing in them: the map above a threshold, and the box around it."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from photos.reader import middle_square
from server.knn.arrays import Floats

#: Red, green, blue, evenly spaced from 0 to 1: inferno (N. Smith and S. van der Walt, matplotlib), as in the page.
INFERNO: Final = np.array(
    [
        (0, 0, 4),
        (31, 12, 72),
        (85, 15, 109),
        (136, 34, 106),
        (186, 54, 85),
        (227, 89, 51),
        (249, 140, 10),
        (249, 201, 50),
        (252, 255, 164),
    ],
    np.float64,
)
_MAX_OPAQUE: Final = 0.85
_MIN_DRAWN: Final = 0.06
_FULL_FROM: Final = 0.75
#: How bright the picture stays below the heat, and how grey it becomes.
_BRIGHTNESS: Final = 0.45
_OUTLINE: Final = (255, 255, 255)
_BOX: Final = (47, 84, 214)
_OUTSIDE: Final = 0.35
#: Maps of one bright spot have a high threshold, and the thing is larger than the spot.
_MOST_THRESHOLD: Final = 0.35
#: From so many levels a threshold is chosen.
_LEVELS: Final = 64


class Box(NamedTuple):
    """A box in a picture, in pixels; right and bottom are the first ones outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)


def enlarge(values: Floats, size: int) -> Floats:
    """Return a map of cells at a size in pixels, smoothly, float64, (size, size), 0..1."""
    picture = Image.fromarray(values.astype(np.float32))
    enlarged = np.asarray(picture.resize((size, size), Image.Resampling.BICUBIC), np.float64)
    return np.clip(enlarged, 0, 1)


def paint_heat(photo: Image.Image, values: Floats) -> Image.Image:
    """Return a photo with a heat map over its middle square, which is what the network saw.

    Args:
        photo: Mode RGB.
        values: float64, (h, w), 0..1.
    """
    left, top, right, bottom = middle_square(*photo.size)
    side = right - left
    grey = photo.convert("L").convert("RGB")
    dimmed = np.asarray(grey, np.float64) * _BRIGHTNESS
    heat = enlarge(values, side)
    ramp = np.clip((heat - _MIN_DRAWN) / (_FULL_FROM - _MIN_DRAWN), 0, 1)
    alpha = (_MAX_OPAQUE * ramp * ramp * (3 - 2 * ramp))[..., None]
    seen = dimmed[top:bottom, left:right]
    dimmed[top:bottom, left:right] = seen * (1 - alpha) + heat_colours(heat) * alpha
    return Image.fromarray(np.clip(dimmed + 0.5, 0, 255).astype(np.uint8))


def heat_colours(values: Floats) -> Floats:
    """Return the colours of values from 0 to 1, float64, (..., 3), 0..255."""
    at = np.clip(values, 0, 1) * (len(INFERNO) - 1)
    low = np.minimum(len(INFERNO) - 2, np.floor(at)).astype(np.intp)
    share = (at - low)[..., None]
    colours: Floats = INFERNO[low] * (1 - share) + INFERNO[low + 1] * share
    return colours


class Segment(NamedTuple):
    """Where in a photo the thing is.

    Attributes:
        mask: bool, (side, side), of the middle square.
        box: Around it, in pixels of the photo; None where the map says nothing.
    """

    mask: NDArray[np.bool_]
    box: Box | None


def segment(values: Floats, size: tuple[int, int]) -> Segment:
    """Find the thing: the largest part of the map that is above its threshold (N. Otsu, 1979).

    Args:
        values: float64, (h, w), 0..1.
        size: Width and height of the photo.
    """
    from scipy.ndimage import find_objects, label

    left, top, right, _ = middle_square(*size)
    side = right - left
    heat = enlarge(values, side)
    if heat.max(initial=0) <= 0:
        return Segment(np.zeros((side, side), np.bool_), None)
    # Of photos of a few points the map is flat, and may be below every threshold: then all of it is the thing.
    parts, count = label(heat >= min(otsu(heat), _MOST_THRESHOLD, heat.max()))
    sums = np.bincount(parts.ravel(), heat.ravel(), minlength=count + 1)
    best = 1 + int(np.argmax(sums[1:]))
    rows, columns = find_objects(parts)[best - 1]
    box = Box(left + columns.start, top + rows.start, left + columns.stop, top + rows.stop)
    return Segment(parts == best, box)


def otsu(values: Floats) -> float:
    """Return the threshold that parts values from 0 to 1 best into low and high ones (N. Otsu, 1979).

    Example:
        >>> 0.1 < otsu(np.array([0.1, 0.1, 0.9])) <= 0.9
        True
        >>> otsu(np.array([0.7]))
        0.5
    """
    counts, edges = np.histogram(values, _LEVELS, (0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    low = np.cumsum(counts)[:-1]
    high = counts.sum() - low
    sums = np.cumsum(counts * middles)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = low * high * (sums[:-1] / low - (sums[-1] - sums[:-1]) / high) ** 2
    # A level with nothing on one side parts nothing.
    best = np.nan_to_num(between, nan=0.0)
    # Of equal ones the middle: between two groups every level is as good.
    equal = np.flatnonzero(best >= best.max() * (1 - 1e-12))
    return float(edges[1 + equal[len(equal) // 2]])


def paint_segment(photo: Image.Image, found: Segment) -> Image.Image:
    """Return a photo in which all but the thing is dark, with its box.

    Args:
        photo: Mode RGB.
        found: Where the thing is.
    """
    left, top, right, bottom = middle_square(*photo.size)
    pixels = np.asarray(photo, np.float64) * _OUTSIDE
    seen = np.asarray(photo, np.float64)[top:bottom, left:right]
    pixels[top:bottom, left:right] = np.where(found.mask[..., None], seen, pixels[top:bottom, left:right])
    painted = Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))
    if found.box is not None:
        draw_box(painted, found.box)
    return painted


def draw_box(picture: Image.Image, box: Box, text: str = "") -> None:
    """Draw a box into a picture, seen on light and on dark."""
    draw = ImageDraw.Draw(picture)
    width = max(2, min(picture.size) // 150)
    corners = (box.left, box.top, max(box.left, box.right - 1), max(box.top, box.bottom - 1))
    draw.rectangle(corners, outline=_OUTLINE, width=width + 2)
    draw.rectangle(corners, outline=_BOX, width=width)
    if text:
        at = (box.left + width + 3, box.top + width + 2)
        frame = draw.textbbox(at, text)
        draw.rectangle((frame[0] - 3, frame[1] - 2, frame[2] + 3, frame[3] + 2), fill=_BOX)
        draw.text(at, text, fill=_OUTLINE)

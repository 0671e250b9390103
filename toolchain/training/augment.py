"""Copies of a photo as another camera, another hand or another light would have seen it. Of training photos only.

Every copy is drawn from the photo's content, its number and a seed: the same at every run, in whatever order.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from PIL import Image, ImageEnhance

from photos.reader import middle_square

KINDS: Final = ("flip", "shift", "rotation", "zoom", "shear", "brightness", "colour")
_MOST_SHIFT: Final = 0.1
_MOST_TURN_DEGREES: Final = 15.0
_MOST_SHEAR_DEGREES: Final = 10.0
_ZOOMS: Final = (0.8, 1.2)
_LIGHTS: Final = (0.7, 1.3)


class Change(NamedTuple):
    """What is done to a photo; without anything given, nothing.

    Attributes:
        is_flipped: Left becomes right.
        shift: To the right and down, as shares of the side.
        turn_degrees: Counter-clockwise.
        zoom: Above 1: nearer.
        shear_degrees: How far verticals lean.
        brightness: Above 1: lighter.
        colour: Above 1: stronger; 0: grey.
    """

    is_flipped: bool = False
    shift: tuple[float, float] = (0.0, 0.0)
    turn_degrees: float = 0.0
    zoom: float = 1.0
    shear_degrees: float = 0.0
    brightness: float = 1.0
    colour: float = 1.0


def draw_change(kinds: Sequence[str], digest: str, number: int, seed: int) -> Change:
    """Draw what is done for one copy of a photo.

    Args:
        kinds: Some of KINDS; nothing else is changed.
        digest: The SHA-256 of the photo's file, in hex.
        number: Of the copy.
        seed: Another one gives other copies.

    Example:
        >>> draw_change(["zoom"], "ab", 1, 0) == draw_change(["zoom"], "ab", 1, 0)
        True
        >>> draw_change([], "ab", 1, 0) == Change()
        True
    """
    entropy = hashlib.sha256(f"{digest} {number} {seed}".encode()).digest()
    random = np.random.default_rng(int.from_bytes(entropy[:8], "little"))
    # All are drawn, whatever is wanted: one kind more or less does not change the others.
    drawn = Change(
        is_flipped=bool(random.random() < 0.5),
        shift=(_between(random, -_MOST_SHIFT, _MOST_SHIFT), _between(random, -_MOST_SHIFT, _MOST_SHIFT)),
        turn_degrees=_between(random, -_MOST_TURN_DEGREES, _MOST_TURN_DEGREES),
        zoom=_between(random, *_ZOOMS),
        shear_degrees=_between(random, -_MOST_SHEAR_DEGREES, _MOST_SHEAR_DEGREES),
        brightness=_between(random, *_LIGHTS),
        colour=_between(random, *_LIGHTS),
    )
    nothing = Change()
    wanted = [value if kind in kinds else same for kind, value, same in zip(KINDS, drawn, nothing, strict=True)]
    return Change(*wanted)  # type: ignore[arg-type] # each of its own kind


def apply_change(picture: Image.Image, change: Change, side: int) -> Image.Image:
    """Return a changed copy of a photo's middle square; what lies beyond its edge is its reflection.

    Args:
        picture: Its mode is RGB.
        change: What to do.
        side: Of the copy in pixels.
    """
    square = picture.crop(middle_square(*picture.size)).resize((side, side), Image.Resampling.BILINEAR)
    if change[:5] != Change()[:5]:
        square = _moved(square, change)
    if change.brightness != 1:
        square = ImageEnhance.Brightness(square).enhance(change.brightness)
    if change.colour != 1:
        square = ImageEnhance.Color(square).enhance(change.colour)
    return square


def _moved(square: Image.Image, change: Change) -> Image.Image:
    side = square.width
    pad = side // 2
    padded = Image.fromarray(np.pad(np.asarray(square), ((pad, pad), (pad, pad), (0, 0)), mode="symmetric"))
    turn, shear = math.radians(change.turn_degrees), math.tan(math.radians(change.shear_degrees))
    # From places in the copy, around its middle, to places in the photo.
    cos, sin = math.cos(turn) / change.zoom, math.sin(turn) / change.zoom
    matrix = np.array([[cos, -sin], [sin, cos]]) @ np.array([[1, shear], [0, 1]])
    if change.is_flipped:
        matrix = matrix @ np.diag([-1, 1])
    middle = np.array([side / 2, side / 2])
    offset = pad + middle - side * np.array(change.shift) - matrix @ middle
    (a, b), (d, e) = matrix.tolist()
    c, f = offset.tolist()
    return padded.transform((side, side), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR)


def _between(random: np.random.Generator, least: float, most: float) -> float:
    return float(random.uniform(least, most))

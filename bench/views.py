"""Near-copies of one photo, as one hold of a camera records them: the thing moved, nearer, darker or turned a little.

All measurements on holds make their views by this one function.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image, ImageEnhance

#: The sides of a view: a share of the photo's shorter side, at least this.
MIN_SCALE: Final = 0.85
#: Degrees that a hand-held camera turns, either way.
MAX_TURN: Final = 4.0
#: Brightness differs by at most this share.
MAX_BRIGHTNESS: Final = 0.1

#: Fills the corners that a turn leaves empty.
GREY: Final = (128, 128, 128)


def views(photo: Image.Image, count: int, seed: int) -> Iterator[Image.Image]:
    """Yield near-copies of a photo.

    Args:
        photo: Any size; made RGB.
        count: How many.
        seed: Of the generator; the same photo, count and seed give the same views.
    """
    random = np.random.default_rng(seed)
    picture = photo.convert("RGB")
    for _ in range(count):
        turn = random.uniform(-MAX_TURN, MAX_TURN)
        turned = picture.rotate(turn, Image.Resampling.BILINEAR, fillcolor=GREY)
        side = min(picture.size) * random.uniform(MIN_SCALE, 1)
        left, top = (random.uniform(0, length - side) for length in picture.size)
        # Most of what a view leaves out is at the edges: a hand keeps the thing in the middle.
        left, top = ((place + (length - side) / 2) / 2 for place, length in zip((left, top), picture.size, strict=True))
        view = turned.crop((round(left), round(top), round(left + side), round(top + side)))
        yield ImageEnhance.Brightness(view).enhance(random.uniform(1 - MAX_BRIGHTNESS, 1 + MAX_BRIGHTNESS))

"""Scenes: walls that nobody has, and things that were cut out, held before them."""

import colorsys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: The sides of a scene, pixels.
SIDE: Final = 256
#: The longer side of a thing held near, as a share of the scene.
NEAR: Final = 0.85
#: Smaller cut-outs show too little, and those of fewer colours are drawings, no photos.
MIN_SIDE: Final = 150
MIN_COLOURS: Final = 250
#: A pixel belongs to the thing from this opacity on, of 255.
OPAQUE: Final = 200

Pixels = NDArray[np.float64]


def cutouts_in(folder: Path) -> Iterator[Image.Image]:
    """Yield the photos of things on nothing that a folder holds at any depth: its PNGs with transparency, cropped.

    What lies in a folder named ``cartoon`` or ``symbols`` is left out; so are small pictures, and those of few colours.
    """
    for path in sorted(folder.rglob("*.png")):
        with Image.open(path) as picture:
            if max(picture.size) < MIN_SIDE or picture.mode not in ("RGBA", "LA", "P"):
                continue
            cut = picture.convert("RGBA")
        box = cut.getchannel("A").getbbox()
        if box and not {"cartoon", "symbols"} & set(path.parts) and _colours(cut) > MIN_COLOURS:
            yield cut.crop(box)


def walls(count: int) -> Iterator[Image.Image]:
    """Yield ``count`` scenes with nothing in them."""
    for number in range(count):
        yield Image.fromarray(_wall(np.random.default_rng(number)))


def scenes(cutouts: Sequence[Image.Image], count: int) -> Iterator[Image.Image]:
    """Yield ``count`` scenes of each thing: turned, moved, near and far, each before another wall."""
    for number in range(count * len(cutouts)):
        random = np.random.default_rng(number)
        yield scene(cutouts[number % len(cutouts)], random)


def scene(cut: Image.Image, random: np.random.Generator) -> Image.Image:
    """Return a thing before a wall."""
    frame = Image.fromarray(_wall(random))
    scale = random.uniform(0.5, 1) * NEAR * SIDE / max(cut.size)
    size = (max(1, int(cut.width * scale)), max(1, int(cut.height * scale)))
    held = cut.resize(size).rotate(random.uniform(-40, 40), Image.Resampling.BILINEAR, expand=True)
    left, top = (int(SIDE / 2 + random.uniform(-0.15, 0.15) * SIDE - side / 2) for side in (held.width, held.height))
    frame.paste(held, (left, top), held)
    return frame


def _wall(random: np.random.Generator) -> NDArray[np.uint8]:
    kinds: tuple[Callable[[np.random.Generator], Pixels], ...] = (_plain, _lit_from_a_side, _uneven, _furnished)
    wall = kinds[random.integers(len(kinds))](random)
    noisy = wall + random.normal(0, random.uniform(1, 8), wall.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _plain(random: np.random.Generator) -> Pixels:
    colour = colorsys.hsv_to_rgb(random.random(), random.uniform(0, 0.25), random.uniform(0.35, 0.95))
    wall: Pixels = np.tile(np.array(colour) * 255, (SIDE, SIDE, 1))
    return wall


def _lit_from_a_side(random: np.random.Generator) -> Pixels:
    wall, angle = _plain(random), random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    light = (x * np.cos(angle) + y * np.sin(angle)) * random.uniform(0.2, 0.8)
    lit: Pixels = wall * (1 + light)[..., None]
    return lit


def _uneven(random: np.random.Generator) -> Pixels:
    coarse = random.normal(size=(random.integers(4, 12),) * 2)
    grey = ((coarse - coarse.min()) / np.ptp(coarse) * 255).astype(np.uint8)
    spots = np.asarray(Image.fromarray(grey).resize((SIDE, SIDE), Image.Resampling.BICUBIC)) / 255 - 0.5
    return _plain(random) * (1 + spots * random.uniform(0.1, 0.6))[..., None]


def _furnished(random: np.random.Generator) -> Pixels:
    wall = _lit_from_a_side(random)
    for _ in range(random.integers(1, 5)):
        left, top = random.integers(-SIDE // 3, SIDE, 2)
        width, height = random.integers(40, 200, 2)
        wall[max(0, top) : top + height, max(0, left) : left + width] = _plain(random)[0, 0]
    return wall


def _colours(cut: Image.Image) -> int:
    """Return how many colours a thing has, in a small copy, to 5 bits a channel."""
    pixels = np.asarray(cut.resize((64, 64))).reshape(-1, 4)
    return len(np.unique(pixels[pixels[:, 3] > OPAQUE, :3] >> 3, axis=0))

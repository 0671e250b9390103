"""Scenes: walls that nobody has, and things that were cut out, held before them."""

import colorsys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: The sides of a scene, pixels.
SIDE: Final = 256
#: The longer side of a thing held near, as a share of the scene.
NEAR: Final = 0.85
#: The longer sides, pixels, of the cut-outs that a centre is made of, and of those that are kept back to measure with.
#: Smaller ones show too little.
FITTED: Final = range(150, 100_000)
KEPT_BACK: Final = range(100, 150)
#: Cut-outs of fewer colours are drawings, no photos.
MIN_COLOURS: Final = 250
#: A pixel belongs to the thing from this opacity on, of 255.
OPAQUE: Final = 200

Pixels = NDArray[np.float64]


class Cutout(NamedTuple):
    """A photo of a thing on nothing, RGBA, cropped; and its kind: its folder, below the one asked for."""

    kind: str
    picture: Image.Image


class Pose(NamedTuple):
    """How a thing is held: the size as a share of NEAR, the turn in degrees, the middle's place in shares of a side."""

    size: float = 1
    turn: float = 0
    x: float = 0
    y: float = 0


def cutouts_in(folder: Path, sides: range = FITTED) -> Iterator[Cutout]:
    """Yield the photos of things on nothing that a folder holds at any depth: its PNGs with transparency.

    What lies in a folder named ``cartoon`` or ``symbols`` is left out; so are pictures whose longer side is none of
    ``sides``, and those of few colours.
    """
    for path in sorted(folder.rglob("*.png")):
        with Image.open(path) as picture:
            if max(picture.size) not in sides or picture.mode not in ("RGBA", "LA", "P"):
                continue
            cut = picture.convert("RGBA")
        box = cut.getchannel("A").getbbox()
        if box and not {"cartoon", "symbols"} & set(path.parts) and _colours(cut) > MIN_COLOURS:
            yield Cutout(str(path.parent.relative_to(folder)), cut.crop(box))


def walls(count: int) -> Iterator[Image.Image]:
    """Yield ``count`` scenes with nothing in them."""
    for number in range(count):
        yield wall(np.random.default_rng(number))


def wall(random: np.random.Generator) -> Image.Image:
    """Return a scene with nothing in it."""
    return Image.fromarray(_wall(random))


def scenes(cutouts: Sequence[Cutout], count: int) -> Iterator[Image.Image]:
    """Yield ``count`` scenes of each thing: turned, moved, near and far, each before another wall."""
    for number in range(count * len(cutouts)):
        random = np.random.default_rng(number)
        frame = wall(random)
        pose = Pose(
            size=random.uniform(0.5, 1),
            turn=random.uniform(-40, 40),
            x=random.uniform(-0.15, 0.15),
            y=random.uniform(-0.15, 0.15),
        )
        yield hold(cutouts[number % len(cutouts)].picture, frame, pose)


def hold(cut: Image.Image, frame: Image.Image, pose: Pose) -> Image.Image:
    """Put a thing before a wall; return the frame."""
    scale = pose.size * NEAR * SIDE / max(cut.size)
    size = (max(1, int(cut.width * scale)), max(1, int(cut.height * scale)))
    held = cut.resize(size).rotate(pose.turn, Image.Resampling.BILINEAR, expand=True)
    left, top = int(SIDE / 2 + pose.x * SIDE - held.width / 2), int(SIDE / 2 + pose.y * SIDE - held.height / 2)
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

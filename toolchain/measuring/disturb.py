"""Photos made worse on purpose, as a camera in use makes them: dark, turned, shifted, blurred, covered, elsewhere."""

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance, ImageFilter

from server.knn.arrays import Floats
from toolchain.explaining.overlay import enlarge, otsu

Pixels = NDArray[np.uint8]
#: What is beside a picture that is turned or shifted: the middle of all greys.
_BESIDE: Final = (124, 116, 104)
_COVER: Final = (128, 128, 128)
#: Of the cells' share of heat above its threshold the thing is seen; round about it the picture is kept, too.
_MARGIN_SHARE: Final = 0.08


class Disturbance(NamedTuple):
    """One kind of worse picture: what a report calls it, and how it is made of a picture and a generator."""

    title: str
    make: Callable[[Image.Image, np.random.Generator], Image.Image]


def _turned(degrees: float) -> Callable[[Image.Image, np.random.Generator], Image.Image]:
    def turn(picture: Image.Image, random: np.random.Generator) -> Image.Image:
        angle = degrees * int(random.choice([-1, 1]))
        return picture.rotate(angle, Image.Resampling.BILINEAR, fillcolor=_BESIDE)

    return turn


def _brightened(factor: float) -> Callable[[Image.Image, np.random.Generator], Image.Image]:
    return lambda picture, _random: ImageEnhance.Brightness(picture).enhance(factor)


def _shifted(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    reach = picture.width // 5
    x, y = random.choice([-reach, reach], 2).tolist()
    moved = Image.new("RGB", picture.size, _BESIDE)
    moved.paste(picture, (x, y))
    return moved


def _nearer(picture: Image.Image, _random: np.random.Generator) -> Image.Image:
    edge = picture.width // 6
    return picture.resize(
        picture.size, Image.Resampling.BILINEAR, box=(edge, edge, picture.width - edge, picture.height - edge)
    )


def _farther(picture: Image.Image, _random: np.random.Generator) -> Image.Image:
    side = picture.width * 3 // 5
    away = Image.new("RGB", picture.size, _BESIDE)
    away.paste(picture.resize((side, side), Image.Resampling.BILINEAR), ((picture.width - side) // 2,) * 2)
    return away


def _blurred(picture: Image.Image, _random: np.random.Generator) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(picture.width / 75))


def _noisy(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    noise = random.normal(0, 25, (picture.height, picture.width, 3))
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


def _compressed(picture: Image.Image, _random: np.random.Generator) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=8)
    return Image.open(file).convert("RGB")


def _covered(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    side = picture.width * 2 // 5
    x, y = random.integers(0, picture.width - side, 2).tolist()
    hidden = picture.copy()
    hidden.paste(_COVER, (x, y, x + side, y + side))
    return hidden


def _grey(picture: Image.Image, _random: np.random.Generator) -> Image.Image:
    return picture.convert("L").convert("RGB")


#: In the order of the report; "background" is made by ``replace_background``.
DISTURBANCES: Final[Mapping[str, Disturbance]] = MappingProxyType(
    {
        "dark": Disturbance("darker (0.4 times the light)", _brightened(0.4)),
        "bright": Disturbance("brighter (1.8 times the light)", _brightened(1.8)),
        "grey": Disturbance("without colours", _grey),
        "turn": Disturbance("turned by 15 degrees, left or right", _turned(15)),
        "quarter": Disturbance("turned by 90 degrees, left or right", _turned(90)),
        "shift": Disturbance("shifted by a fifth", _shifted),
        "near": Disturbance("nearer (1.5 times as large)", _nearer),
        "far": Disturbance("farther (0.6 times as large)", _farther),
        "blur": Disturbance("blurred", _blurred),
        "noise": Disturbance("with noise", _noisy),
        "compressed": Disturbance("saved as a poor JPEG (quality 8)", _compressed),
        "covered": Disturbance("a sixth covered", _covered),
    }
)
BACKGROUND: Final = "before another background (where the heat map is low)"


def disturb(kind: str, pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Return a picture made worse.

    Args:
        kind: A key of DISTURBANCES.
        pixels: uint8, (size, size, 3).
        random: Of what is left to chance.

    Returns:
        uint8, (size, size, 3).
    """
    return np.asarray(DISTURBANCES[kind].make(Image.fromarray(pixels), random))


def replace_background(pixels: Pixels, heat: Floats, other: Pixels) -> Pixels:
    """Return a picture before another background.

    Where the thing is, is what the heat map says: so a model that looks at the background loses the thing here, which
    is what this asks.

    Args:
        pixels: uint8, (size, size, 3).
        heat: Its heat map, float64, (h, w), 0..1.
        other: Whose picture is behind, uint8, (size, size, 3); it is blurred, so that its thing is none.
    """
    size = len(pixels)
    strength = enlarge(heat, size)
    seen = Image.fromarray(((strength >= min(otsu(strength), 0.5)) * 255).astype(np.uint8))
    grown = seen.filter(ImageFilter.MaxFilter(2 * round(_MARGIN_SHARE * size / 2) + 1))
    mask = np.asarray(grown.filter(ImageFilter.GaussianBlur(size / 50)), np.float64)[..., None] / 255
    behind = np.asarray(Image.fromarray(other).filter(ImageFilter.GaussianBlur(size / 20)), np.float64)
    return np.clip(pixels * mask + behind * (1 - mask) + 0.5, 0, 255).astype(np.uint8)

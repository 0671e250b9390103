"""Things cut out of photos, held before a camera: in one pose, turned, moved, before something else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from skimage import data

from tests.support.film import HEIGHT, PICTURES_PER_SECOND, WIDTH, photo

#: Where the thing is in its photo: the ellipse's left, upper, right and lower edge, as shares of the photo's sides.
CUT_OUT: Final = {
    "cat": (0.0, 0.0, 0.88, 1.0),
    "coffee": (0.11, 0.02, 0.81, 0.98),
    "motorcycle": (0.02, 0.08, 0.98, 0.98),
    "astronaut": (0.08, 0.0, 0.92, 1.0),
    "rocket": (0.3, 0.1, 0.7, 1.0),
}
#: What can be behind a thing, beside a plain wall.
BACKGROUNDS: Final = {"brick": data.brick, "grass": data.grass, "gravel": data.gravel}
#: The longer side of a thing held near, as a share of the picture's height.
NEAR: Final = 0.85


@dataclass(frozen=True)
class Pose:
    """How a thing is held.

    ``turn`` is in degrees, ``size`` 1 for near; ``x`` and ``y`` are from the middle, as shares of the picture's height.
    """

    turn: float = 0
    size: float = 1
    x: float = 0
    y: float = 0


@dataclass(frozen=True)
class Held:
    """A thing that a hand moves slowly from one pose to another; the hand is never quite still."""

    thing: str
    start: Pose = Pose()
    end: Pose = Pose()
    background: str | None = None
    seconds: float = 2

    def pictures(self, number: int) -> Iterator[Image.Image]:
        random = np.random.default_rng(number)
        cut = cut_out(self.thing)
        count = round(self.seconds * PICTURES_PER_SECOND)
        for part in np.linspace(0, 1, count):
            pose = Pose(
                *(
                    (1 - part) * getattr(self.start, name) + part * getattr(self.end, name)
                    for name in ("turn", "size", "x", "y")
                )
            )
            trembling = Pose(
                pose.turn + random.uniform(-4, 4),
                pose.size * random.uniform(0.95, 1.05),
                pose.x + random.uniform(-0.02, 0.02),
                pose.y + random.uniform(-0.02, 0.02),
            )
            frame = behind(self.background, random)
            place(cut, frame, trembling)
            yield ImageEnhance.Brightness(frame).enhance(random.uniform(0.9, 1.1))


def cut_out(thing: str) -> Image.Image:
    """The thing on nothing, RGBA, its longer side NEAR; its edge is soft, so that it draws no line of its own."""
    picture = photo(thing)
    edges = CUT_OUT[thing]
    box = tuple(round(edge * side) for edge, side in zip(edges, (*picture.size, *picture.size), strict=True))
    cut = picture.crop((box[0], box[1], box[2], box[3]))
    scale = NEAR * HEIGHT / max(cut.size)
    cut = cut.resize((round(cut.width * scale), round(cut.height * scale)), Image.Resampling.LANCZOS)
    mask = Image.new("L", cut.size, 0)
    ImageDraw.Draw(mask).ellipse((4, 4, cut.width - 5, cut.height - 5), fill=255)
    cut.putalpha(mask.filter(ImageFilter.GaussianBlur(2)))
    return cut


def behind(background: str | None, random: np.random.Generator) -> Image.Image:
    """A plain wall, or another photo."""
    if background is None:
        return Image.fromarray(np.clip(random.normal(150, 6, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8))
    grey = np.asarray(BACKGROUNDS[background]())  # type: ignore[no-untyped-call]
    return Image.fromarray(grey).convert("RGB").resize((WIDTH, WIDTH)).crop((0, 0, WIDTH, HEIGHT))


def place(cut: Image.Image, frame: Image.Image, pose: Pose) -> None:
    """Paste the thing into the frame as the pose says."""
    size = (max(1, round(cut.width * pose.size)), max(1, round(cut.height * pose.size)))
    turned = cut.resize(size).rotate(pose.turn, Image.Resampling.BILINEAR, expand=True)
    left = round(WIDTH / 2 + pose.x * HEIGHT - turned.width / 2)
    top = round(HEIGHT / 2 + pose.y * HEIGHT - turned.height / 2)
    frame.paste(turned, (left, top), turned)

"""The project that the page opens for *Try with an example*, and the picture that it asks about.

Made of three photos that scikit-image ships, of which nobody reserves any rights. Each is varied by crop, scale, turn,
brightness and background, as if it had been recorded three times.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from convert.manifest import kept
from convert.photos import find_shipped, open_photo
from photos.reader import as_seen
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.showandtell import write_showandtell
from server.knn.model import Model

#: What a file's name begins with; the hash of its content follows.
PROJECT, PICTURE = "sample", "sample-ask"
RECORDINGS = ("near", "whole", "card")
EXAMPLES_PER_RECORDING = 4
_SEED = 0
_THUMBNAIL_PX = 96  # as the page's own
_SIDE_PX = 448  # pictures are varied at this size, which is larger than most models'
_JPEG_QUALITY = 82
# Always the same, so that the same model has the same file.
_WRITTEN = datetime(2026, 1, 1, tzinfo=timezone.utc)
_WALL = (196, 190, 180)


@dataclass(frozen=True)
class Photo:
    """One photo: its class, and where its rights are given up.

    Attributes:
        file: In scikit-image's folder `data`.
        middle: Of the thing, as shares of width and height.
    """

    file: str
    label: str
    emoji: str
    title: str
    author: str
    licence: str
    source: str
    middle: tuple[float, float]

    def as_source(self) -> dict[str, str]:
        """What the manifest says of it."""
        return {
            "file": self.file,
            "title": self.title,
            "author": self.author,
            "licence": self.licence,
            "source": self.source,
        }


_DOCUMENTED = "https://scikit-image.org/docs/stable/api/skimage.data.html#skimage.data."
PHOTOS = (
    Photo(
        *("chelsea.png", "cat", "🐱", "Chelsea the cat", "Stéfan van der Walt", "CC0-1.0"),
        *(f"{_DOCUMENTED}chelsea", (0.53, 0.5)),
    ),
    Photo(
        *("coffee.png", "coffee", "☕", "Coffee cup", "Rachel Michetti, Pikolo Espresso Bar", "CC0-1.0"),
        *(f"{_DOCUMENTED}coffee", (0.46, 0.45)),
    ),
    Photo(
        *("rocket.jpg", "rocket", "🚀", "Launch of DSCOVR on Falcon 9", "SpaceX", "public domain"),
        *(f"{_DOCUMENTED}rocket", (0.5, 0.58)),
    ),
)

Embed = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def write_sample(folder: Path, model: Model, *, title: str, size: int, embed: Embed | None) -> dict[str, Any] | None:
    """Writes the sample project and its question into a model's folder.

    Args:
        folder: The model's.
        model: Whose embeddings the project holds.
        title: The model's, for a person.
        size: Side of the model's input in pixels.
        embed: From pictures, uint8 (n, size, size, 3), RGB, to embeddings, float32 (n, d). None: the project holds
            pictures alone, of the model's size, and the page embeds them.

    Returns:
        The manifest's entry `sample`, see `manifest.describe`; None where the photos are not installed.

    Example:
        >>> write_sample(tmp, Model("m", 2), title="M", size=96, embed=None)["project"]  # doctest: +SKIP
        'sample-0123456789abcdef.showandtell'
    """
    paths = [find_shipped("skimage", f"data/{photo.file}") for photo in PHOTOS]
    if None in paths:
        return None
    opened = [open_photo(path) for path in paths if path is not None]
    random = np.random.default_rng(_SEED)
    examples: list[ContentExample] = []
    pictures: list[NDArray[np.uint8]] = []
    for photo, whole in zip(PHOTOS, opened, strict=True):
        for recording in RECORDINGS:
            for number in range(1, EXAMPLES_PER_RECORDING + 1):
                picture = _varied(whole, photo.middle, recording, random)
                side = size if embed is None else _THUMBNAIL_PX
                name = f"sample-{photo.label}-{recording}"
                thumbnail = _jpeg(picture.resize((side, side), Image.Resampling.LANCZOS))
                examples.append(ContentExample(f"{name}-{number}", photo.label, name, thumbnail))
                pictures.append(as_seen(picture, size))
    content = ProjectContent(
        "Example",
        model,
        None,
        [ContentClass(photo.label, place, photo.emoji) for place, photo in enumerate(PHOTOS)],
        examples,
        None if embed is None else embed(np.stack(pictures)),
    )
    project = io.BytesIO()
    write_showandtell(content, project, title=title, written=_WRITTEN)
    files = [
        kept(folder, PROJECT, ".showandtell", project.getvalue()),
        kept(folder, PICTURE, ".jpg", _jpeg(_question(opened[0]))),
    ]
    return {
        "project": files[0]["name"],
        "picture": files[1]["name"],
        "files": files,
        "photos": [photo.as_source() for photo in PHOTOS],
    }


def _question(cat: Image.Image) -> Image.Image:
    """The cat at the edge of the picture, which is none of the examples: the heat map has something to show."""
    left = round(0.3 * cat.width)
    square = cat.crop((left, 0, left + cat.height, cat.height))
    return square.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS)


def _varied(
    photo: Image.Image, middle: tuple[float, float], recording: str, random: np.random.Generator
) -> Image.Image:
    """A square picture of the photo's thing, as a hand-held camera sees it."""
    turn = random.uniform(-8, 8)
    scale = random.uniform(0.5, 0.7) if recording == "near" else random.uniform(0.85, 1.0)
    shift = random.uniform(-0.06, 0.06, 2)
    picture = _square(photo, middle, scale, shift, turn)
    if random.random() < 0.5:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if recording == "card":
        picture = _as_card(picture, random)
    return ImageEnhance.Brightness(picture).enhance(random.uniform(0.8, 1.2))


def _square(
    photo: Image.Image, middle: tuple[float, float], scale: float, shift: NDArray[np.float64], turn: float
) -> Image.Image:
    """A turned square around the thing; what lies beyond the photo's edge is its reflection."""
    pad = photo.height // 2
    padded = Image.fromarray(np.pad(np.asarray(photo), ((pad, pad), (pad, pad), (0, 0)), mode="reflect"))
    x, y = (pad + share * edge for share, edge in zip(middle, photo.size, strict=True))
    half = scale * photo.height / 2
    # The photo's own edges, where the square fits between them.
    x = _between(x + shift[0] * photo.height, pad + half, pad + photo.width - half)
    y = _between(y + shift[1] * photo.height, pad + half, pad + photo.height - half)
    turned = padded.rotate(turn, Image.Resampling.BICUBIC, center=(x, y))
    box = (x - half, y - half, x + half, y + half)
    return turned.resize((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS, box=box)


def _as_card(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """The picture as a printed card, held before a plain wall."""
    noise = random.normal(0, 4, (_SIDE_PX, _SIDE_PX, 1))
    wall = Image.fromarray(np.clip(np.asarray(_WALL) + noise, 0, 255).astype(np.uint8))
    side = round(_SIDE_PX * random.uniform(0.68, 0.8))
    card = picture.resize((side, side), Image.Resampling.LANCZOS).convert("RGBA")
    card = card.rotate(random.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True)
    room = _SIDE_PX - card.width
    left, top = (int(random.uniform(0.3, 0.7) * room) for _ in range(2))
    wall.paste(card, (left, top), card)
    return wall


def _between(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return out.getvalue()

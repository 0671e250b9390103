"""Real photos to compare models with: a person's own folder, or those that installed packages ship."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from convert.errors import ConvertError
from server.exchange.formats.tree import is_kept
from server.exchange.picture_shape import picture_shape

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
_SHIPPED = {
    "sklearn": ("datasets/images/china.jpg", "datasets/images/flower.jpg"),
    "skimage": (
        "data/astronaut.png",
        "data/chelsea.png",
        "data/coffee.png",
        "data/rocket.jpg",
        "data/motorcycle_left.png",
        "data/retina.jpg",
        "data/hubble_deep_field.jpg",
        "data/ihc.png",
    ),
}
# left, top, side as shares of the shorter side: the whole and four views of one photo, so that each has neighbours
_VIEWS = ((0.0, 0.0, 1.0), (0.0, 0.0, 0.75), (0.25, 0.0, 0.75), (0.0, 0.25, 0.75), (0.2, 0.2, 0.6))


def load_photos(folder: Path | None, size: int) -> tuple[list[str], NDArray[np.uint8]]:
    """Loads photos as a model sees them: the centre square, resized.

    Args:
        folder: A folder with photos in folders of any depth; or None for five views of each photo that the installed
            packages ship.
        size: Side of the result in pixels.

    Returns:
        Their names, and uint8 (n, size, size, 3), RGB, n >= 2.

    Raises:
        ConvertError: There are fewer than two photos, or one can't be read.
    """
    views = (
        list(shipped_photos())
        if folder is None
        else [(str(path.relative_to(folder)), _square(open_photo(path), *_VIEWS[0])) for path in photos_in(folder)]
    )
    if len(views) < 2:
        where = folder or "the installed packages"
        raise ConvertError(
            f"Comparing takes two photos or more; {where} has {len(views)}.",
            f"Give a folder with --photos; {', '.join(sorted(_SUFFIXES))} are read.",
        )
    return [name for name, _ in views], np.stack([as_seen(view, size) for _, view in views])


def as_seen(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    """The centre square of a picture as a model sees it, uint8 (size, size, 3)."""
    return np.asarray(_square(picture, *_VIEWS[0]).resize((size, size), Image.Resampling.BILINEAR))


def photos_in(folder: Path) -> list[Path]:
    """The files of the photos in a folder and its folders, sorted.

    Hidden files and folders, such as thumbnails and what macOS writes beside files, don't count. A photo that is cut
    off or none at all is named on the standard error and passed over.
    """
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _SUFFIXES and path.is_file()]
    return [path for path in found if is_kept(path.relative_to(folder).as_posix()) and _is_usable(path)]


def _is_usable(path: Path) -> bool:
    try:
        with Image.open(path):
            if picture_shape(path.read_bytes()).is_whole:
                return True
            why = "a part of it is missing"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        why = str(error)
    print(f"Passed over: {path} ({why})", file=sys.stderr)
    return False


def shipped_photos() -> Iterator[tuple[str, Image.Image]]:
    """Yields five square views of each photo that the installed packages ship, and their names."""
    for package, files in _SHIPPED.items():
        for path in (find_shipped(package, file) for file in files):
            if path is not None:
                picture = open_photo(path)
                for number, view in enumerate(_VIEWS, 1):
                    yield f"{path.name} view {number}", _square(picture, *view)


def find_shipped(package: str, file: str) -> Path | None:
    """The path of a file that a package ships; None if the package is not installed, or lacks it."""
    spec = importlib.util.find_spec(package)
    paths = [Path(root) / file for root in (spec.submodule_search_locations or [] if spec else [])]
    return next((path for path in paths if path.is_file()), None)


def open_photo(path: Path) -> Image.Image:
    """Opens a photo, upright and in RGB.

    Raises:
        ConvertError: It can't be read.
    """
    try:
        with Image.open(path) as picture:
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ConvertError(f"{path} can't be read as a photo: {error}.", "Remove it from the folder.") from error


def _square(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    """A square view inside the centre square of a picture."""
    edge = min(picture.size)
    x = (picture.width - edge) / 2 + left * edge
    y = (picture.height - edge) / 2 + top * edge
    return picture.crop((round(x), round(y), round(x + side * edge), round(y + side * edge)))

"""Real photos to compare models with: a person's own folder, or those that installed packages ship."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from convert.errors import ConvertError
from photos.folder import list_photos
from photos.problem import PhotoProblem
from photos.reader import as_seen, read_photo

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
        else [(str(path.relative_to(folder)), open_photo(path)) for path in photos_in(folder)]
    )
    if len(views) < 2:
        where = folder or "the installed packages"
        raise ConvertError(
            f"Comparing takes two photos or more; {where} has {len(views)}.",
            "Give a folder of photos with --photos.",
        )
    return [name for name, _ in views], np.stack([as_seen(view, size) for _, view in views])


def photos_in(folder: Path) -> list[Path]:
    """The files of the photos in a folder and its folders, sorted.

    Hidden files and folders, such as thumbnails and what macOS writes beside files, don't count. A photo that is cut
    off or none at all is named on the standard error and passed over.
    """
    listing = list_photos(folder)
    loose = [folder / each.name for each in listing.passed_over if each.code == "loose"]
    return sorted(path for path in [*(photo.path for photo in listing.photos), *loose] if _is_usable(path))


def _is_usable(path: Path) -> bool:
    try:
        read_photo(path, at_least=1)
    except PhotoProblem as problem:
        print(f"Passed over: {path} ({problem})", file=sys.stderr)
        return False
    return True


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
        return read_photo(path)
    except PhotoProblem as problem:
        raise ConvertError(f"{path} can't be read as a photo: {problem}.", "Remove it from the folder.") from problem


def _square(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    """A square view inside the centre square of a picture."""
    edge = min(picture.size)
    x = (picture.width - edge) / 2 + left * edge
    y = (picture.height - edge) / 2 + top * edge
    return picture.crop((round(x), round(y), round(x + side * edge), round(y + side * edge)))

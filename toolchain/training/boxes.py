"""A table of boxes: parts of photos that show one thing, as extra examples of it."""

from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from PIL import Image

from toolchain.errors import ToolchainError
from toolchain.tables import read_table

COLUMNS: Final = ("name", "left", "top", "right", "bottom", "label")
_HINT: Final = f"Its first row has to be {','.join(COLUMNS)}; sides are in pixels of the upright photo."


class Box(NamedTuple):
    """A part of a photo, in pixels of the upright photo."""

    left: float
    top: float
    right: float
    bottom: float


class BoxRow(NamedTuple):
    """One row: a photo by its name in the folder, a part of it, and what that shows."""

    name: str
    box: Box
    label: str


def read_boxes(path: Path) -> list[BoxRow]:
    """Read a table of boxes.

    Args:
        path: A CSV file in UTF-8, with the columns COLUMNS in any order; untrusted.

    Raises:
        ToolchainError: It is none, or a row makes no sense; says which.
    """
    try:
        table = read_table(path)
    except (OSError, ValueError) as error:
        raise ToolchainError(f"{path} can't be read as a table: {error}.", _HINT) from error
    # A spreadsheet's last rows may be empty.
    return [_row(path, number, row) for number, row in enumerate(table, 2) if any(row.values())]


def _row(path: Path, number: int, row: dict[str, str]) -> BoxRow:
    missing = [column for column in COLUMNS if column not in row]
    if missing:
        raise ToolchainError(f"{path} lacks the columns {', '.join(missing)}.", _HINT)
    try:
        box = Box(*(float(row[side]) for side in COLUMNS[1:5]))
    except (TypeError, ValueError):
        _refuse(path, number, f"sides {[row[side] for side in COLUMNS[1:5]]}, which are not four numbers")
    if not (0 <= box.left < box.right < float("inf") and 0 <= box.top < box.bottom < float("inf")):
        _refuse(path, number, f"the box {tuple(box)}; left has to be below right, and top below bottom")
    if not row["name"] or not row["label"]:
        _refuse(path, number, "no name or no label")
    return BoxRow(row["name"], box, row["label"])


def _refuse(path: Path, number: int, came: str) -> NoReturn:
    raise ToolchainError(f"{path}, row {number}, has {came}.", _HINT)


def cut(picture: Image.Image, box: Box) -> Image.Image:
    """Return the square around a box, as far as the picture reaches; the whole box is in it.

    Args:
        picture: Any.
        box: What lies beyond the picture's edges is left out.

    Raises:
        ValueError: Nothing of the box is in the picture.

    Example:
        >>> cut(Image.new("RGB", (100, 50)), Box(80, 10, 90, 40)).size
        (30, 30)
    """
    left, right = min(box.left, picture.width), min(box.right, picture.width)
    top, bottom = min(box.top, picture.height), min(box.bottom, picture.height)
    if right - left < 1 or bottom - top < 1:
        raise ValueError("nothing of the box is in the picture")
    side = max(right - left, bottom - top)
    x, width = _stretched(left, right, side, picture.width)
    y, height = _stretched(top, bottom, side, picture.height)
    return picture.crop((round(x), round(y), round(x + width), round(y + height)))


def _stretched(start: float, end: float, side: float, edge: int) -> tuple[float, float]:
    """Return where a stretch of this length begins that has the old one in its middle, and its length in the edge."""
    length = min(side, edge)
    begin = (start + end - length) / 2
    return min(max(begin, 0.0), edge - length), length

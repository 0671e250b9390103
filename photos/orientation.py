"""How a camera was held, by the EXIF of its photo: read as browsers read it, whatever else is in there.

EXIF is a TIFF: a head, and a directory of tags, each with its type, its count and four bytes of its value.
"""

import struct
from typing import Final

from PIL import Image

#: The first bytes of EXIF in a JPEG; of other files Pillow gives it with them, too.
_START: Final = b"Exif\0\0"
#: How numbers are written, by the first bytes of the head.
_ORDERS: Final = {b"II*\0": "<", b"MM\0*": ">"}
_ORIENTATION: Final = 0x0112
#: The tag with the place of a second directory, and the types of both.
_EXIF_DIRECTORY: Final = 0x8769
_SHORT: Final = 3
_LONG: Final = 4
#: What turns a picture upright, by its orientation; 1 is upright.
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def turned_upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Return a picture upright.

    Args:
        picture: Of any mode; it stays as it is.
        orientation: As ``read_orientation`` returns it.

    Example:
        >>> turned_upright(Image.new("L", (3, 2)), 6).size
        (2, 3)
    """
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def read_orientation(exif: bytes) -> int:
    r"""Return how a picture is stored, 1 to 8; 1, upright, where EXIF is damaged or does not say.

    Args:
        exif: As it is in the file; untrusted.

    Example:
        >>> read_orientation(b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0")
        6
    """
    tiff = exif.removeprefix(_START)
    order = _ORDERS.get(tiff[:4])
    if order is None or len(tiff) < 8:
        return 1
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    return _find(tiff, order, start, is_first=True) or 1


def _find(tiff: bytes, order: str, start: int, *, is_first: bool) -> int | None:
    """Return the first orientation in a directory, or in the one that it refers to."""
    if start + 2 > len(tiff):
        return None
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for at in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, values = struct.unpack_from(order + "HHI", tiff, at)
        if (tag, kind, values) == (_ORIENTATION, _SHORT, 1):
            (found,) = struct.unpack_from(order + "H", tiff, at + 8)
            return int(found)
        if is_first and (tag, kind, values) == (_EXIF_DIRECTORY, _LONG, 1):
            (inner,) = struct.unpack_from(order + "I", tiff, at + 8)
            if found := _find(tiff, order, inner, is_first=False):
                return int(found)
    return None

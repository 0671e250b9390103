r"""Whether a picture's file is all there, and how many pixels it would fill: from its markers and chunks alone.

A browser shows what is left of a cut file, and learns grey from it; other programs stop at it. A small file can hold a
picture that fills the memory of every device that shows it. The twin is ``web/src/exchange/picture-shape.js``.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from server.exchange.content import PNG_START, picture_kind

#: A marker of JPEG that has a length behind it, or the end of the picture. Others are skipped, as decoders do.
_MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]", re.DOTALL)
#: The start of a frame; C4, C8 and CC are something else.
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
#: Of the markers: the start of a scan, which is nearly all of the file, and the end.
_SCAN: Final = 0xDA
_END: Final = 0xD9
#: What the height of a JPEG can be at most. 0 in its place says that it comes later.
_MAX_HEIGHT: Final = 65535


class PictureShape(NamedTuple):
    """What a picture's file says of it.

    Attributes:
        is_whole: False where something is missing at its end, or where it is no JPEG, PNG or WebP.
        width: In pixels; 0 where the file doesn't say, and then nothing can show it.
        height: Likewise. Where the file says several sizes, it is the largest.
    """

    is_whole: bool
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many pixels it has."""
        return self.width * self.height


def picture_shape(picture: bytes) -> PictureShape:
    r"""Return what a picture's file says of it. Nothing is decoded.

    Example:
        >>> picture_shape(b"\xff\xd8\xff\xc0\0\x11\x08\0\x03\0\x04\x03\xff\xd9")
        PictureShape(is_whole=False, width=4, height=3)
    """
    kind = picture_kind(picture)
    walk = {"jpg": _jpeg_sizes, "png": _png_sizes, "webp": _webp_sizes}.get(kind or "")
    is_whole, most = False, (0, 0)
    for found in walk(picture) if walk else ():
        if found is None:
            is_whole = True
        else:
            most = max(most, found, key=lambda size: size[0] * size[1])
    return PictureShape(is_whole, *most)


def is_whole(picture: bytes) -> bool:
    r"""Return whether nothing is missing at a picture's end, as ``picture_shape`` does. It is faster.

    Example:
        >>> is_whole(b"\xff\xd8\xff\xda\0\x02 any number of bytes \xff\xd9")
        True
    """
    if picture_kind(picture) != "jpg":
        return picture_shape(picture).is_whole
    for marker, at in _jpeg_parts(picture):
        if marker == _SCAN:
            # In a scan the two bytes of the end stand nowhere else.
            return picture.rfind(bytes((0xFF, _END)), at) >= 0
        if marker == _END:
            return True
    return False


_Found = Iterator[tuple[int, int] | None]


def _jpeg_sizes(picture: bytes) -> _Found:
    """Yield each size, and None at its end. A preview inside, which has its own, is stepped over."""
    for marker, at in _jpeg_parts(picture):
        if marker == _END:
            yield None
        elif marker in _FRAMES and at + 9 <= len(picture):
            yield _number(picture, at + 7, 2), _number(picture, at + 5, 2) or _MAX_HEIGHT


def _jpeg_parts(picture: bytes) -> Iterator[tuple[int, int]]:
    """Yield the marker of each part and its place, up to the end."""
    at = 2
    while match := _MARKER.search(picture, at):
        at, marker = match.start(), picture[match.start() + 1]
        yield marker, at
        if marker == _END or at + 4 > len(picture):
            return
        at += 2 + max(2, _number(picture, at + 2, 2))


def _png_sizes(picture: bytes) -> _Found:
    """Yield each size, and None at its end."""
    at = len(PNG_START)
    while at + 12 <= len(picture):
        name = picture[at + 4 : at + 8]
        if name == b"IHDR" and at + 16 <= len(picture):
            yield _number(picture, at + 8, 4), _number(picture, at + 12, 4)
        at += 12 + _number(picture, at, 4)
        if name == b"IEND" and at <= len(picture):
            yield None
            return


def _webp_sizes(picture: bytes) -> _Found:
    """Yield each size: of the canvas, and of what is on it. None: the file is as long as it says."""
    if int.from_bytes(picture[4:8], "little") + 8 <= len(picture):
        yield None
    at = 12
    # One colour of any size takes no more than a few bytes of VP8L.
    while at + 13 <= len(picture):
        name, data = picture[at : at + 4], picture[at + 8 : at + 18]
        if name == b"VP8X" and len(data) == 10:
            yield 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
        elif name == b"VP8L":
            bits = int.from_bytes(data[1:5], "little")
            yield 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        elif name == b"VP8 " and len(data) == 10:
            yield int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
        size = int.from_bytes(picture[at + 4 : at + 8], "little")
        at += 8 + size + size % 2


def _number(picture: bytes, at: int, length: int) -> int:
    return int.from_bytes(picture[at : at + length], "big")

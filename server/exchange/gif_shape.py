r"""How large a GIF is: its screen, and the frames on it. Nothing is decoded.

A browser makes the screen as large as the first frame, whatever the header says: a small file of a small screen can
fill the memory of every device that shows it. The twin is ``web/src/exchange/gif-shape.js``.
"""

from typing import Final, NamedTuple

_IMAGE: Final = 0x2C
_EXTENSION: Final = 0x21
#: The header: signature, size of the screen, and three bytes on colours.
_HEADER_BYTES: Final = 13
#: A frame's own: its mark, place, size, and a byte on colours.
_FRAME_BYTES: Final = 10


class GifShape(NamedTuple):
    """What a GIF says of its size.

    Attributes:
        width: Of the screen, in pixels.
        height: Likewise.
        frame_width: Of the widest frame; 0 where there is none.
        frame_height: Of the highest.
    """

    width: int
    height: int
    frame_width: int
    frame_height: int


def gif_shape(data: bytes) -> GifShape:
    r"""Return the sizes in a GIF; what follows a break in its blocks is passed over, as decoders do.

    Args:
        data: Untrusted, and begins as a GIF does.

    Example:
        >>> gif_shape(b"GIF89a\x04\0\x03\0\0\0\0\x2c\0\0\0\0\x02\0\x01\0\0\x02\0;")
        GifShape(width=4, height=3, frame_width=2, frame_height=1)
    """
    widest = highest = 0
    at = _HEADER_BYTES + _colour_bytes(data, 10)
    while at < len(data):
        if data[at] == _IMAGE:
            widest = max(widest, _number(data, at + 5))
            highest = max(highest, _number(data, at + 7))
            # A byte on the compression stands before the pixels.
            at = _after_blocks(data, at + _FRAME_BYTES + _colour_bytes(data, at + 9) + 1)
        elif data[at] == _EXTENSION:
            at = _after_blocks(data, at + 2)
        else:
            break
    return GifShape(_number(data, 6), _number(data, 8), widest, highest)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _colour_bytes(data: bytes, at: int) -> int:
    """Return the length of the table of colours that a byte announces."""
    flags = data[at] if at < len(data) else 0
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Return where a row of blocks ends, each of which begins with its length; an empty one is the last."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1

"""Whether a picture's file is all there.

A browser shows what is left of a cut file, and learns grey from it; other programs stop at it. The twin is
``web/src/exchange/formats/whole-picture.js``.
"""

from server.exchange.content import PNG_START, picture_kind


def is_whole_picture(picture: bytes) -> bool:
    r"""Return False where something is missing at its end, or where it is no JPEG, PNG or WebP.

    Example:
        >>> is_whole_picture(b"\xff\xd8\xff\xd9")
        True
    """
    kind = picture_kind(picture)
    if kind == "jpg":
        return _has_jpeg_end(picture)
    if kind == "png":
        return _has_png_end(picture)
    return kind == "webp" and int.from_bytes(picture[4:8], "little") + 8 <= len(picture)


def _has_jpeg_end(picture: bytes) -> bool:
    """Go from marker to marker: a small preview inside has an end of its own."""
    at = 2
    while at + 1 < len(picture):
        if picture[at] != 0xFF:
            # The picture's own numbers: up to the next marker.
            at = picture.find(0xFF, at)
            if at < 0:
                return False
            continue
        marker = picture[at + 1]
        if marker == 0xD9:
            return True
        if marker == 0xFF:
            at += 1
        elif marker in (0, 1) or 0xD0 <= marker <= 0xD8:
            at += 2
        elif at + 3 >= len(picture):
            return False
        else:
            at += 2 + max(2, int.from_bytes(picture[at + 2 : at + 4], "big"))
    return False


def _has_png_end(picture: bytes) -> bool:
    at = len(PNG_START)
    while at + 12 <= len(picture):
        end = at + 12 + int.from_bytes(picture[at : at + 4], "big")
        if end > len(picture):
            return False
        if picture[at + 4 : at + 8] == b"IEND":
            return True
        at = end
    return False

"""A sound or a picture of an action in a project's file. The twin is ``web/src/exchange/action-file.js``."""

from typing import Final

from server.contract.actions import FILE_KINDS, file_kind
from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file
from server.exchange.gif_shape import gif_shape
from server.exchange.picture_shape import picture_shape

PICTURES: Final = ("jpg", "png", "webp")


def check_action_file(data: bytes, name: str) -> bytes:
    """Return a file as it is. Raises badFile where it is something else than its name says, or too large."""
    kind = file_kind(data)
    if kind is None or not name.endswith(f".{kind}"):
        raise bad_file(name, ", ".join(FILE_KINDS))
    pixels = 0
    if kind == "gif":
        gif = gif_shape(data)
        if gif.frame_width > gif.width or gif.frame_height > gif.height:
            raise bad_file(name, f"≤ {gif.width} × {gif.height} px")
        pixels = gif.width * gif.height
    elif kind in PICTURES:
        pixels = picture_shape(data).pixels
    if pixels > LIMITS["picturePixels"]:
        raise bad_file(name, f"≤ {LIMITS['picturePixels']} px")
    return data

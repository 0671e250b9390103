"""Writes a report: one HTML file that opens from the disk, without a script, and loads nothing from elsewhere.

Names of files and classes are untrusted: Jinja escapes all that comes from data.
"""

import base64
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from PIL import Image

from server.exchange.whole_file import whole
from toolchain.report.blocks import Section

if TYPE_CHECKING:
    import jinja2

_THUMBNAIL_QUALITY: Final = 80


def write_page(path: Path, title: str, lead: str, sections: Sequence[Section]) -> None:
    """Write a report, whole or not at all.

    Args:
        path: Of the file.
        title: Of the report.
        lead: What it says, in a sentence or two.
        sections: In their order.
    """
    with whole(path) as place:
        place.write_bytes(render(title, lead, sections).encode("utf-8", "backslashreplace"))


def render(title: str, lead: str, sections: Sequence[Section]) -> str:
    """Return a report as HTML."""
    return _templates().get_template("report.html").render(title=title, lead=lead, sections=sections)


def file_link(path: str) -> str:
    """Return the address of a file beside the report.

    Example:
        >>> file_link("photos/a b#1.jpg")
        'photos/a%20b%231.jpg'
    """
    return quote(path.encode("utf-8", "surrogateescape"))


def thumbnail(picture: Image.Image, side: int) -> str:
    """Return a picture as a data URI: JPEG, its longer side at most so many pixels."""
    small = picture.copy()
    small.thumbnail((side, side))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=_THUMBNAIL_QUALITY)
    return jpeg_uri(file.getvalue())


def jpeg_uri(data: bytes) -> str:
    """Return a JPEG as a data URI."""
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


@cache
def _templates() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )

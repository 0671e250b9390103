"""Orientations as Chromium reads them; some of these files are in tests/browser/photos/test_odd_photos.py, too."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from photos.orientation import read_orientation
from photos.reader import read_photo
from tests.photos.made_files import ORIENTATION, SHORT, entry, exif, jpeg_with, png_with

MAKER = entry(0x010F, 2, 4, b"abc\0")
TURNED = entry(ORIENTATION, SHORT, 1, struct.pack("<HH", 6, 0))
OTHER = entry(ORIENTATION, SHORT, 1, struct.pack("<HH", 3, 0))
BEHIND = 8 + 2 + 12 + 4
INNER = struct.pack("<H", 1) + TURNED + bytes(4)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(exif(TURNED), 6, id="plain"),
        pytest.param(exif(entry(ORIENTATION, SHORT, 1, b"\0\6\0\0", ">"), order=">"), 6, id="big end first"),
        pytest.param(exif(MAKER, TURNED), 6, id="behind another tag"),
        pytest.param(exif(entry(0x010F, 2, 9999, struct.pack("<I", 99999)), TURNED), 6, id="behind a damaged tag"),
        pytest.param(exif(entry(0x010F, 99, 1, bytes(4)), TURNED), 6, id="behind a tag of no type"),
        pytest.param(exif(TURNED, OTHER), 6, id="twice"),
        pytest.param(exif(TURNED, start=20), 6, id="the directory further on"),
        pytest.param(exif(TURNED)[:-4], 6, id="cut behind it"),
        pytest.param(exif(TURNED).replace(b"\1\0\x12", b"\x09\0\x12", 1), 6, id="says that there are more tags"),
        pytest.param(exif(entry(0x8769, 4, 1, struct.pack("<I", BEHIND))) + INNER, 6, id="in the second directory"),
        pytest.param(exif(MAKER, after=BEHIND) + INNER, 1, id="of the preview"),
        pytest.param(exif(TURNED)[:-6], 1, id="cut in it"),
        pytest.param(exif(entry(ORIENTATION, 4, 1, struct.pack("<I", 6))), 1, id="a long"),
        pytest.param(exif(entry(ORIENTATION, 1, 1, b"\6\0\0\0")), 1, id="a byte"),
        pytest.param(exif(entry(ORIENTATION, SHORT, 2, struct.pack("<HH", 6, 6))), 1, id="two numbers"),
        pytest.param(exif(entry(ORIENTATION, SHORT, 0, struct.pack("<HH", 6, 6))), 1, id="no number"),
        pytest.param(exif(MAKER), 1, id="not there"),
        pytest.param(exif(TURNED, magic=43), 1, id="another head"),
        pytest.param(exif(entry(0x8769, 4, 1, struct.pack("<I", 8))), 1, id="a directory in itself"),
        pytest.param(b"Exif\0\0garbage garbage", 1, id="garbage"),
        pytest.param(b"Exif\0\0II*\0", 1, id="a head cut off"),
        pytest.param(b"Exif\0\0", 1, id="nothing in it"),
        pytest.param(b"", 1, id="nothing"),
    ],
)
def test_read_orientation(data, expected):
    assert read_orientation(data) == expected
    photo = read_photo(jpeg_with(data))
    assert photo.size == ((20, 30) if expected == 6 else (30, 20))


def test_read_orientation__of_any_bytes_raises_nothing():
    rng = np.random.default_rng(0)
    whole = bytearray(exif(MAKER, entry(0x8769, 4, 1, struct.pack("<I", BEHIND)), TURNED))
    for _ in range(3000):
        data = whole.copy()
        for at in rng.integers(6, len(data), 3):
            data[at] = rng.integers(256)
        read_orientation(bytes(data[: rng.integers(len(data) + 1)]))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_read_photo__an_orientation_that_there_is_not_is_upright(orientation):
    data = jpeg_with(exif(entry(ORIENTATION, SHORT, 1, struct.pack("<HH", orientation, 0))))
    assert read_photo(data).size == (30, 20)


def test_read_photo__a_png_is_turned_by_what_is_before_its_picture():
    tiff = exif(TURNED).removeprefix(b"Exif\0\0")
    assert read_photo(png_with(tiff)).size == (20, 30)
    assert read_photo(png_with(tiff, at_end=True)).size == (30, 20)
    assert read_photo(png_with(exif(TURNED))).size == (30, 20)
    assert read_photo(png_with(b"garbage")).size == (30, 20)


def test_read_photo__other_programs_notes_do_not_turn_a_photo_that_has_exif():
    """Pillow reads them while it opens a JPEG that says nothing of its resolution."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=exif(MAKER), xmp=xmp)
    assert b"tiff:Orientation" in out.getvalue()
    assert read_photo(out.getvalue()).size == (30, 20)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_read_photo__a_tiff_is_turned_once(orientation):
    out = io.BytesIO()
    points = np.arange(6, dtype=np.uint8).reshape(2, 3)
    Image.fromarray(points).save(out, "TIFF", tiffinfo={ORIENTATION: orientation})
    seen = np.asarray(read_photo(out.getvalue()))[..., 0]
    turns = (points, points[:, ::-1], points[::-1, ::-1], points[::-1])
    expected = (*turns, *(turn.T for turn in (points, points[::-1], points[::-1, ::-1], points[:, ::-1])))
    np.testing.assert_array_equal(seen, expected[orientation - 1])

"""What a picture's headers say. web/tests/exchange/picture-shape.test.js reads the same pictures."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from server.exchange.picture_shape import is_whole, picture_shape

SHAPES = json.loads((Path(__file__).parent / "picture-shapes.json").read_text("utf-8"))


@pytest.mark.parametrize("case", SHAPES)
def test_picture_shape(case):
    expected = SHAPES[case]
    shape = picture_shape(base64.b64decode(expected["base64"]))
    assert shape == (expected["isWhole"], expected["width"], expected["height"])
    assert shape.pixels == expected["width"] * expected["height"]
    assert is_whole(base64.b64decode(expected["base64"])) is expected["isWhole"]


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 2}], ids=str)
def test_is_whole__of_a_jpeg_that_is_cut_anywhere(options):
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    preview = io.BytesIO()
    Image.fromarray(noise[:8, :8]).save(preview, "JPEG")
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG", comment=preview.getvalue(), **options)
    data = out.getvalue()
    for cut in range(3, len(data), 7):
        assert is_whole(data[:cut]) is picture_shape(data[:cut]).is_whole is False
    assert is_whole(data)
    assert is_whole(data + b"and more")

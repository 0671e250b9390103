"""What a picture's headers say. web/tests/exchange/picture-shape.test.js reads the same pictures."""

import base64
import json
from pathlib import Path

import pytest

from server.exchange.picture_shape import picture_shape

SHAPES = json.loads((Path(__file__).parent / "picture-shapes.json").read_text("utf-8"))


@pytest.mark.parametrize("case", SHAPES)
def test_picture_shape(case):
    expected = SHAPES[case]
    shape = picture_shape(base64.b64decode(expected["base64"]))
    assert shape == (expected["isWhole"], expected["width"], expected["height"])
    assert shape.pixels == expected["width"] * expected["height"]

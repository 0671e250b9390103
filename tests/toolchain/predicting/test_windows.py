"""Where things are: each of two photos side by side is found in its half."""

import numpy as np
import pytest
from PIL import Image

from convert.photos import find_shipped
from photos.reader import read_photo
from tests.toolchain.trained import train_shipped
from toolchain.explaining.overlay import Box
from toolchain.predicting.windows import Found, find_things, overlap, suppress, tiles, windows


def test_find_things__of_two_photos_side_by_side(model, shipped_folder):
    trained = train_shipped(shipped_folder, model)
    halves = [read_photo(find_shipped("skimage", f"data/{name}")) for name in ("chelsea.png", "coffee.png")]
    picture = Image.new("RGB", (600, 300), "white")
    for place, half in enumerate(halves):
        side = min(half.size)
        picture.paste(half.crop((0, 0, side, side)).resize((300, 300)), (300 * place, 0))
    found = find_things(trained, model, picture, 0.9)
    assert {each.label for each in found} == {"cat", "coffee"}
    for label, left, right in (("cat", 0, 300), ("coffee", 300, 600)):
        best = next(each for each in found if each.label == label)
        assert overlap(best.box, Box(left, 0, right, 300)) > 0.8
        assert left - 40 <= (best.box.left + best.box.right) / 2 <= right + 40


@pytest.mark.parametrize("size", [(100, 100), (300, 100), (100, 250), (1, 1), (7, 3)])
def test_tiles__cover_the_photo_and_stay_in_it(size):
    seen = np.zeros(size, bool)
    for box, _ in tiles(size):
        assert 0 <= box.left < box.right <= size[0]
        assert 0 <= box.top < box.bottom <= size[1]
        assert box.right - box.left == box.bottom - box.top
        seen[box.left : box.right, box.top : box.bottom] = True
    assert seen.all()


def test_windows__are_the_means_of_their_cells():
    features = np.random.default_rng(0).random((7, 7, 3)).astype(np.float32)
    found = dict(windows(features, Box(0, 0, 70, 70), (1.0, 0.43)))
    np.testing.assert_allclose(found[Box(0, 0, 70, 70)], features.mean(axis=(0, 1)), rtol=1e-5)
    np.testing.assert_allclose(found[Box(40, 10, 70, 40)], features[1:4, 4:7].mean(axis=(0, 1)), rtol=1e-5)
    assert len(found) == 1 + 25
    assert list(windows(np.zeros((7, 7, 3), np.float32), Box(0, 0, 7, 7), (1.0,))) == []


def test_suppress__keeps_the_nearest_of_each_class_and_place():
    boxes = [Box(0, 0, 10, 10), Box(1, 0, 11, 10), Box(2, 2, 5, 5), Box(20, 0, 30, 10)]
    cats = [Found("cat", 1.0, 0.1 + 0.1 * place, box) for place, box in enumerate(boxes)]
    dog = Found("dog", 1.0, 0.5, boxes[0])
    assert suppress([dog, *reversed(cats)]) == [cats[0], cats[3], dog]

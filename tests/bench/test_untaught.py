"""What the page is asked about in ``bench.page.untaught``."""

import numpy as np
import pytest
from PIL import Image

from bench.centre.scenes import SIDE, Cutout
from bench.page.untaught import SECONDS, TAUGHT, UNTAUGHT, Held, draw
from tests.support.film import HEIGHT, MAX_SCENES, PICTURES_PER_SECOND, WIDTH

RED = Image.new("RGBA", (120, 120), "red")
CUTOUTS = [Cutout(f"kind {number // 4}", RED) for number in range(40)]


def test_draw__asks_about_things_of_other_kinds_than_the_taught_ones():
    drawn = [draw(CUTOUTS, number) for number in range(20)]
    for taught, untaught in drawn:
        assert (len(taught), len(untaught)) == (TAUGHT, UNTAUGHT)
        assert len({cut.kind for cut in taught}) == TAUGHT
        assert not {cut.kind for cut in taught} & {cut.kind for cut in untaught}
    assert len({tuple(cut.kind for cut in taught) for taught, _ in drawn}) > 10


def test_draw__says_where_there_are_too_few():
    with pytest.raises(ValueError, match="4 things of other kinds"):
        draw(CUTOUTS[:16], 0)


def test_draw__fits_a_film():
    assert TAUGHT + UNTAUGHT + TAUGHT <= MAX_SCENES


def test_held__shows_the_thing_in_the_middle_of_the_camera_s_picture():
    frames = list(Held(CUTOUTS[0], Image.new("RGB", (SIDE, SIDE), "white"), 20).pictures(0))
    assert len(frames) == SECONDS * PICTURES_PER_SECOND
    for frame in frames:
        pixels = np.asarray(frame).astype(int)
        assert pixels.shape == (HEIGHT, WIDTH, 3)
        red, green, _ = pixels[HEIGHT // 2, WIDTH // 2]
        assert red - green > 100
        assert np.ptp(pixels[HEIGHT // 2, 5]) < 10
    assert not np.array_equal(np.asarray(frames[0]), np.asarray(frames[-1]))

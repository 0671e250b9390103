"""The centre of a backbone: which pictures it is made of, and what it does to scenes like them."""

import base64

import numpy as np
from click.testing import CliRunner
from PIL import Image

from bench.centre.__main__ import main
from bench.centre.fit import fit, pack
from bench.centre.scenes import SIDE, cutouts_in, scenes, walls
from server.knn.centre import Centre


def cutout(side=200, colours=True, opaque=True):
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (side, side, 4), np.uint8) if colours else np.full((side, side, 4), 90, np.uint8)
    pixels[:, :, 3] = 0
    pixels[20:-20, 40:-40, 3] = 255 if opaque else 0
    return Image.fromarray(pixels)


def test_cutouts_in__are_photos_of_things_cropped(tmp_path):
    (tmp_path / "animals" / "cartoon").mkdir(parents=True)
    cutout().save(tmp_path / "animals" / "cat.png")
    cutout(100).save(tmp_path / "animals" / "small.png")
    cutout(colours=False).save(tmp_path / "animals" / "drawn.png")
    cutout(opaque=False).save(tmp_path / "animals" / "nothing.png")
    cutout().save(tmp_path / "animals" / "cartoon" / "dog.png")
    cutout().convert("RGB").save(tmp_path / "photo.png")
    assert [each.size for each in cutouts_in(tmp_path)] == [(120, 160)]


def test_scenes__are_the_same_again_and_differ_from_each_other():
    things = [cutout(), cutout(180)]
    once, again = ([np.asarray(each) for each in scenes(things, 3)] for _ in range(2))
    assert len(once) == 6
    assert all(each.shape == (SIDE, SIDE, 3) for each in once)
    assert all((ours == theirs).all() for ours, theirs in zip(once, again, strict=True))
    assert len({each.tobytes() for each in once}) == 6
    assert len({np.asarray(each).tobytes() for each in walls(5)}) == 5


def test_fit__tells_apart_what_shares_most():
    random = np.random.default_rng(0)
    scenes_of = (np.eye(32)[2] * 6 + random.normal(size=(400, 32))).astype(np.float32)
    found = Centre.from_dict({"ratio": 1, **fit(scenes_of[:200], scenes_of[200:])})
    rows = scenes_of[:40].astype(float)
    norms = np.linalg.norm(rows, axis=1)
    cosines = 1 - (rows @ rows.T) / norms[:, None] / norms
    shares = [found.share(row, norm) for row, norm in zip(rows, norms, strict=True)]
    pairs = np.argwhere(np.triu(np.ones((40, 40)), 1))
    centred = np.mean([found.distance(cosines[i, j], shares[i], shares[j]) for i, j in pairs])
    cosine = np.mean([cosines[i, j] for i, j in pairs])
    assert centred > 1.2 * cosine


def test_pack__keeps_numbers_to_a_part_of_the_largest():
    numbers = np.random.default_rng(0).normal(size=500)
    packed = pack(numbers)
    kept = np.frombuffer(base64.b64decode(packed["values"]), np.int8) * packed["step"]
    np.testing.assert_allclose(kept, numbers, atol=np.abs(numbers).max() / 250)


def test_main__of_too_few_says_so(tmp_path):
    done = CliRunner().invoke(main, [str(tmp_path)])
    assert done.exit_code == 1
    assert "has 0 cut-out photos; 50 or more are needed" in done.output

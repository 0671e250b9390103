"""The centre of a backbone: which pictures it is made of, and what it does to scenes like them."""

import base64
import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import bench.centre.__main__ as command
from bench.centre.fit import fit, pack
from bench.centre.held import ELSEWHERE, MOVED, RECORDED, TURNED, Frames, Shares, draw, film, frames_of, mean_of, rounds
from bench.centre.scenes import FITTED, KEPT_BACK, SIDE, Cutout, cutouts_in, scenes, walls
from server.knn.centre import Centre
from server.knn.certainty import UnknownLimit
from tests.bench.conftest import embed


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
    assert [(each.kind, each.picture.size) for each in cutouts_in(tmp_path)] == [("animals", (120, 160))]
    assert [each.picture.size for each in cutouts_in(tmp_path, KEPT_BACK)] == [(20, 60)]
    assert not set(FITTED) & set(KEPT_BACK)


def test_scenes__are_the_same_again_and_differ_from_each_other():
    things = [Cutout("a", cutout()), Cutout("b", cutout(180))]
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


def held(direction, kind_share=0.0):
    """A thing's frames in 6 dimensions: its own direction, and the first one, which others of its kind share."""
    row = np.zeros(6, np.float32)
    row[direction], row[0] = 1, kind_share
    return Frames(*(np.tile(row, (4, 1)) for _ in Frames._fields))


def test_draw__is_another_for_each_round_and_wall():
    drawn = [tuple(sorted(rows)) for wall in range(3) for rows in draw(52, wall, 10)]
    assert all(len(set(rows)) == 3 for rows in drawn)
    assert len(set(drawn)) > 25
    assert [rows.tolist() for rows in draw(52, 1, 10)] == [rows.tolist() for rows in draw(52, 1, 10)]


def test_rounds__name_what_was_taught_and_do_not_know_the_rest():
    apart, drawn = [held(direction) for direction in (1, 2, 3, 4)], draw(4, 0, 3)
    assert [each[:4] for each in rounds("abcd", apart, UnknownLimit(0.5), drawn)] == [(1, 1, 1, 1)] * 3
    # With no limit, everything is like something.
    assert [each.others for each in rounds("abcd", apart, UnknownLimit(2.0), drawn)] == [0, 0, 0]
    # A thing that is never like itself is not named, though all others are unknown.
    changed = [each._replace(turned=-each.turned) for each in apart]
    assert [each[:4] for each in rounds("abcd", changed, UnknownLimit(0.5), drawn)] == [(0, 1, 1, 1)] * 3
    # Nor is one that is nearest to itself, and further away than the limit.
    far = [each._replace(elsewhere=each.elsewhere + 3 * np.eye(6, dtype=np.float32)[5]) for each in apart]
    assert [each[:4] for each in rounds("abcd", far, UnknownLimit(0.5), drawn)] == [(1, 1, 0, 1)] * 3


def test_rounds__count_things_of_a_kind_apart():
    alike = [held(1, 2), held(2, 2), held(3, 2), held(4, 2), held(5)]
    found = list(rounds("kkkkx", alike, UnknownLimit(0.5), draw(5, 0, 12)))
    # What shares the first direction is taken for what was taught; what shares nothing is unknown.
    assert {each.of_a_kind for each in found} == {0}
    assert {each.others for each in found if not np.isnan(each.others)} == {1}
    assert all(np.isnan(each.of_a_kind) for each in rounds("abcd", alike[:4], UnknownLimit(0.5), draw(4, 0, 3)))
    # Rounds without such things, as where the one of another kind is taught, say nothing of them.
    assert any(np.isnan(each.others) for each in found)
    assert mean_of(found).tolist() == [*np.mean([each[:3] for each in found], axis=0), 1, 0]
    assert np.isnan(mean_of([Shares(1, 1, 1, float("nan"), 1)])).tolist() == [False, False, False, True, False]


def test_film__shows_each_thing_before_one_wall_and_then_elsewhere():
    things = [Cutout("a", cutout()), Cutout("b", cutout(180))]
    pictures = list(film(things, 0))
    poses = (RECORDED, TURNED, MOVED, ELSEWHERE)
    assert len(pictures) == 2 * sum(len(each) for each in poses)
    assert len({each.tobytes() for each in pictures}) == len(pictures)
    frames = frames_of(things, 0, embed)
    assert [[len(part) for part in thing] for thing in frames] == [[len(each) for each in poses]] * 2
    np.testing.assert_array_equal(np.concatenate([part for thing in frames for part in thing]), embed(pictures))
    # A corner shows what is behind; the light is not always the same.
    corners = [np.asarray(each)[:20, :20].astype(float) for each in pictures]
    patterns = [(corner / corner.mean()).ravel() for corner in corners]
    is_wall = [np.abs(pattern - patterns[0]).max() < 0.1 for pattern in patterns]
    assert is_wall == ([True] * (len(pictures) // 2 - len(ELSEWHERE)) + [False] * len(ELSEWHERE)) * 2
    assert not np.array_equal(embed(film(things, 1)), embed(pictures))
    # The thing is all noise, which no wall is.
    edges = [np.abs(np.diff(np.asarray(each).astype(float)[..., 0])) > 60 for each in pictures]
    middles = [np.argwhere(each)[:, 1].mean() / SIDE - 0.5 for each in edges]
    placed = [pose.x for pose in (*RECORDED, *TURNED, *MOVED)]
    np.testing.assert_allclose(middles[: len(placed)], placed, atol=0.06)


def test_table__has_means_and_their_standard_errors():
    shares = np.array([[1, 0.5, 0.25, 0.9, np.nan], [1, 0.7, 0.75, 1, np.nan]])
    lines = [line.split() for line in command.table("so", shares).splitlines()[1:]]
    assert [line[-5:] for line in lines] == [
        ["100.0%", "50.0%", "25.0%", "90.0%", "–"],
        ["100.0%", "70.0%", "75.0%", "100.0%", "–"],
        ["100.0%", "60.0%", "50.0%", "95.0%", "–"],
        ["0.0%", "10.0%", "25.0%", "5.0%", "–"],
    ]


def test_main__measures_the_cosine_alone_and_the_model(monkeypatch, tmp_path):
    for number in range(4):
        (tmp_path / str(number)).mkdir()
        cutout(100 + number).save(tmp_path / str(number) / "thing.png")
    for name, value in {"MIN_CUTOUTS": 4, "MEASURED_WALLS": 2, "ROUNDS": 2}.items():
        monkeypatch.setattr(command, name, value)
    monkeypatch.setattr(command, "embedder", lambda model, cache: embed)
    unknown = {"distance": 0.5, "centre": {"distance": 0.4, **pack(np.linspace(-1, 1, 48))}}
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 5, "dimension": 48, "unknown": unknown}))
    measured, measure = [], command.shares_by_wall
    monkeypatch.setattr(command, "shares_by_wall", lambda *given: measured.extend(given[1]) or measure(*given))
    done = CliRunner().invoke(command.main, [str(tmp_path), "--model", str(tmp_path), "--measure"])
    assert done.exit_code == 0, done.output
    assert [(limit.distance, limit.centre is None) for limit in measured] == [(0.5, True), (0.5, False)]
    tables = [part.splitlines() for part in done.output.split("\n\n")]
    assert [lines[0].split("  ")[0] for lines in tables] == ["by the cosine alone", "with the model's centre"]
    assert [[line.split("  ")[0] for line in lines[1:]] for lines in tables] == [["wall 1", "wall 2", "mean", "±"]] * 2


@pytest.mark.parametrize("options", [[], ["--measure"]])
def test_main__of_too_few_says_so(options, tmp_path):
    done = CliRunner().invoke(command.main, [str(tmp_path), *options])
    assert done.exit_code == 1
    assert "has 0 cut-out photos of the right size; 50 or more are needed" in done.output

import subprocess

import numpy as np
import pytest

from bench import coach
from bench.coach import KINDS, CoachRow, Kind, Project, advice_on, alarms, draw, table
from bench.photo_sets import PhotoSet

LABELS = ["pen", "cup", "hat"]
VIEW_COUNT = 3
D = 64


def made_up(spread, sizes=(24, 24, 24), seed=0):
    """Photos around a direction for each class, and their near-copies."""
    random = np.random.default_rng(seed)
    classes = np.repeat(range(len(sizes)), sizes)
    photos = np.eye(D)[classes] + random.normal(0, spread / np.sqrt(D), (len(classes), D))
    views = photos[:, None] + random.normal(0, 0.1 / np.sqrt(D), (len(classes), VIEW_COUNT, D))
    by_row = dict(enumerate(views.astype(np.float32)))
    return PhotoSet("made up", LABELS[: len(sizes)], classes, photos.astype(np.float32), by_row)


PHOTOS, HOLDS, RECORDINGS = Kind("", 10), Kind("", 4, is_hold=True), Kind("", 4, is_hold=True, swaps_recordings=True)


def test_draw__gives_photos_of_two_classes_or_more():
    photo_set = made_up(1)
    drawn = [draw(photo_set, PHOTOS, seed) for seed in range(20)]
    assert {len(set(right.classes)) for right, _ in drawn} == {2, 3}
    for right, _ in drawn:
        assert photo_set.classes[right.rows].tolist() == right.classes
        assert set(np.bincount(right.classes).tolist()) <= {0, 10}
        assert len(set(right.rows)) == len(right.rows)
        assert set(right.groups) == {None}
        assert not right.swapped
    assert drawn[3] == draw(photo_set, PHOTOS, 3)


def test_draw__gives_the_views_of_a_photo_as_one_recording():
    photo_set = made_up(1)
    right, _ = draw(photo_set, HOLDS, 1)
    count = len(photo_set.classes)
    for i in range(0, len(right.rows), VIEW_COUNT):
        (photo,) = set(right.groups[i : i + VIEW_COUNT])
        assert right.rows[i : i + VIEW_COUNT] == [count + photo * VIEW_COUNT + view for view in range(VIEW_COUNT)]
        assert set(right.classes[i : i + VIEW_COUNT]) == {photo_set.classes[photo]}
    assert len(set(right.groups)) == 4 * len(set(right.classes))


@pytest.mark.parametrize(("kind", "unit"), [(PHOTOS, 1), (HOLDS, 1), (RECORDINGS, VIEW_COUNT)])
def test_draw__swaps_a_tenth_of_the_labels_and_nothing_else(kind, unit):
    photo_set = made_up(1)
    for seed in range(20):
        right, wrong = draw(photo_set, kind, seed)
        assert (right.rows, right.groups) == (wrong.rows, wrong.groups)
        assert {i for i in range(len(right.rows)) if right.classes[i] != wrong.classes[i]} == wrong.swapped
        assert len(wrong.swapped) == unit * max(1, round(0.1 * len(right.rows) / unit))
        assert set(wrong.classes) <= set(right.classes)
        if unit > 1:
            groups = [wrong.groups[i] for i in wrong.swapped]
            assert all(groups.count(group) == unit for group in groups)


def test_draw__leaves_out_classes_with_too_few_photos():
    photo_set = made_up(1, sizes=(24, 9, 24))
    assert {index for seed in range(20) for index in draw(photo_set, PHOTOS, seed)[0].classes} == {0, 2}
    small = made_up(1, sizes=(24, 9))
    assert draw(small, PHOTOS, 0) is None


def test_draw__holds_only_photos_that_have_views():
    photo_set = made_up(1)
    some = {row: photo_set.views[row] for row in (0, 1, 2, 3, 24, 25, 26, 27, 48)}
    right, _ = draw(photo_set._replace(views=some), HOLDS, 0)
    assert set(right.groups) == {0, 1, 2, 3, 24, 25, 26, 27}
    assert draw(photo_set._replace(views={}), HOLDS, 0) is None
    assert len(draw(photo_set._replace(views={}), PHOTOS, 0)[0].rows) >= 20


def test_advice_on__is_what_the_page_shows():
    photo_set = made_up(0.5)
    rows, classes = [*range(10), *range(24, 34)], [0] * 10 + [1] * 10
    right = Project(rows, classes, [None] * 20, frozenset())
    wrong = right._replace(classes=[1, *classes[1:]])
    few = Project(rows[:13], classes[:13], [None] * 13, frozenset())
    shown = list(advice_on([right, wrong, few], LABELS, photo_set.embeddings))
    assert shown == [[], [["swapped", ["pen", "cup"], [0]]], [["few", ["cup"], [10, 11, 12]]]]
    assert list(advice_on([], LABELS, photo_set.embeddings)) == []


def test_alarms__is_silent_where_labels_are_right_and_finds_swapped_ones():
    rows = alarms([made_up(0.7)], 4)
    assert [(row.name, row.kind) for row in rows] == [
        (name, kind.what) for name in ("made up", "all") for kind in KINDS
    ]
    for row in rows:
        assert row.projects == 4
        assert row.false_alarms == 0
        assert row.found > 0.8
        assert row.right > 0.8
    assert "swapped: shown" in table(rows)


def test_alarms__counts_false_ones():
    # One thing under three names.
    photo_set = made_up(1)
    one = photo_set._replace(classes=np.random.default_rng(1).permutation(photo_set.classes))
    rows = {row.kind: row for row in alarms([one], 6)}
    assert rows["20 photos a class"].false_alarms > 0.5
    assert rows["one hold a class"].false_alarms == 0


def test_alarms__leaves_out_kinds_that_a_set_has_too_few_photos_for(monkeypatch):
    monkeypatch.setattr(coach, "KINDS", KINDS[:3])
    small, large = made_up(0.7, sizes=(12, 12)), made_up(0.7)
    rows = alarms([small, large], 2)
    counts = ["5 photos a class", "10 photos a class", "20 photos a class"]
    assert [row.kind for row in rows] == [*counts[:2], *counts, *counts]
    assert [row.projects for row in rows if row.name == "all"] == [4, 4, 2]


def test_means__are_over_sets():
    rows = [CoachRow(name, KINDS[0].what, 9, *figures) for name, *figures in (
        ("one", 0.0, 0.03, 0.5, 0.3, None), ("two", 0.1, 0.04, 0.7, 0.4, 0.9),
    )]  # fmt: skip
    (mean,) = coach._means(rows)
    assert mean[:3] == ("all", KINDS[0].what, 18)
    assert mean[3:] == pytest.approx((0.05, 0.025, 0.6, 0.25, 0.9))


def test_advice_on__fails_if_the_script_does(monkeypatch, tmp_path):
    script = tmp_path / "broken.mjs"
    script.write_text("process.exit(3)")
    monkeypatch.setattr(coach, "SCRIPT", script)
    with pytest.raises(subprocess.CalledProcessError):
        list(advice_on([Project([0], [0], [None], frozenset())], LABELS, np.ones((1, 2), np.float32)))


def test_advice_on__without_node_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(coach.shutil, "which", lambda name: None)
    monkeypatch.setattr(coach, "ROOT", tmp_path)
    with pytest.raises(RuntimeError, match="make setup"):
        list(advice_on([Project([0], [0], [None], frozenset())], LABELS, np.ones((1, 2), np.float32)))

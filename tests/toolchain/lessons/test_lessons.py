"""Lessons: pixels against the network, fingerprints that are right about what everybody knows, borders in the plane."""

import csv
import shutil

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from convert.photos import find_shipped
from photos.reader import as_seen, read_photo
from toolchain.lessons.boundaries import project, regions
from toolchain.lessons.fingerprint import class_names, find_head, logits, top_names
from toolchain.lessons.pixels import compare, ways


def test_class_names__are_image_nets():
    names = class_names()
    assert len(names) == 1000
    assert (names[0], names[281], names[812], names[967], names[999]) == (
        "tench",
        "tabby",
        "space shuttle",
        "espresso",
        "toilet tissue",
    )


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        ("chelsea.png", {"tabby", "tiger cat", "Egyptian cat"}),
        ("coffee.png", {"espresso", "cup", "coffee mug"}),
        ("rocket.jpg", {"missile", "space shuttle", "projectile"}),
    ],
)
def test_fingerprint__of_photos_that_everybody_knows(model, photo, words):
    head = find_head(model)
    if head is None:
        pytest.skip(f"{model.title} has no list of names; EfficientNet-Lite0 has (python -m convert)")
    seen = as_seen(read_photo(find_shipped("skimage", f"data/{photo}")), model.size)
    best = top_names(head, logits(head, model.embed(seen[None]))[0])
    assert {name for name, _ in best} & words, best
    assert [share for _, share in best] == sorted((share for _, share in best), reverse=True)


def test_compare__is_scikit_learns_leave_one_out():
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (30, 4, 4, 3)).astype(np.uint8)
    classes = random.integers(0, 3, 30)
    for key, metric in (("l1", "manhattan"), ("l2", "euclidean")):
        points = pixels.reshape(30, -1).astype(float)
        rights = 0
        for row in range(30):
            rest = np.arange(30) != row
            knn = KNeighborsClassifier(1, metric=metric).fit(points[rest], classes[rest])
            rights += int(knn.predict(points[row : row + 1])[0] == classes[row])
        way = ways(pixels, random.random((30, 5)).astype(np.float32))[key]
        assert compare(way, classes, [None] * 30, k=1).accuracy == pytest.approx(rights / 30)


def test_compare__leaves_out_the_burst():
    pixels = np.zeros((4, 2, 2, 3), np.uint8)
    pixels[2:] = 255
    classes = np.array([0, 1, 0, 1])
    way = ways(pixels, np.ones((4, 2), np.float32))["l2"]
    assert compare(way, classes, [None] * 4, k=1).accuracy == 0
    # Without the one that is like it, the nearest is any of the others.
    result = compare(way, classes, ["a", "a", "b", "b"], k=1)
    assert result.nearest[0][0] in (2, 3)


def test_project_and_regions():
    random = np.random.default_rng(0)
    embeddings = np.concatenate([random.normal((9, 1, 1), 0.1, (20, 3)), random.normal((1, 9, 1), 0.1, (20, 3))])
    points = project(embeddings.astype(np.float32))
    assert points.shape == (40, 2)
    assert points[:20, 0].max() < points[20:, 0].min() or points[:20, 0].min() > points[20:, 0].max()
    np.testing.assert_allclose(points, project(embeddings.astype(np.float32)))
    found, edges = regions(points, np.repeat([0, 1], 20), 3, "euclidean")
    assert set(np.unique(found)) == {0, 1}
    assert edges[0] < points[:, 0].min()
    assert edges[1] > points[:, 0].max()


def test_lessons__as_a_command(run, run_json, shipped_folder, model_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "clean")
    (tmp_path / "clean/cat/broken.jpg").write_bytes(b"x")
    told = run_json("lessons", "clean", "--model", model_folder)
    assert told["accuracies"]["embedding"] == 1
    assert set(told["accuracies"]) == {"l1", "l2", "embedding"}
    page = (tmp_path / "lessons-data/lessons.html").read_text("utf-8")
    assert "Pixels against a network" in page
    assert "100.0 %" in page
    assert "100.0 %  right by" in run("lessons", "clean", "--model", model_folder).stdout
    with (tmp_path / "lessons-data/neighbours.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 3 * 36
    with (tmp_path / "lessons-data/points.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 36
    shutil.rmtree(tmp_path / "clean/cat")
    shutil.rmtree(tmp_path / "clean/coffee")
    assert "two class folders" in run("lessons", "clean", "--model", model_folder, code=1).output

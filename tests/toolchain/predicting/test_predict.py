"""Prediction as a command: what counts, what is left out and why, the pictures, and a second run."""

import csv
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from photos.reader import read_photo
from tests.toolchain.odd_files import content_of


@pytest.fixture
def unsorted(shipped_folder, tmp_path):
    """A folder of photos at any depth: known things, an unknown one, and what can't be read."""
    shutil.copytree(shipped_folder, tmp_path / "clean")
    folder = tmp_path / "unsorted"
    for place, label in (("a", "cat"), ("b/deep", "coffee")):
        (folder / place).mkdir(parents=True)
        read_photo(shipped_folder / label / "03.jpg").rotate(4).resize((700, 500)).save(folder / place / "1.jpg")
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[::10] = 255
    Image.fromarray(stripes).save(folder / "=stripes <b>.png")
    (folder / "broken.jpg").write_bytes(b"")
    return folder


def test_predict__trains_finds_and_explains(run, run_json, unsorted, model_folder, tmp_path):
    before = content_of(unsorted)
    arguments = ["-c", "rocket, cat,coffee", "-p", "unsorted", "-t", "0.6", "--model", model_folder]
    missing = run("predict", *arguments, code=1)
    assert "--train" in missing.output
    told = run_json("predict", *arguments, "--train", "clean")
    fates = {each["name"]: (each["label"], each["answer"]) for each in told["predictions"]}
    assert fates["a/1.jpg"] == ("cat", "answered")
    assert fates["b/deep/1.jpg"] == ("coffee", "answered")
    assert fates["=stripes <b>.png"][1] == "unknown"
    assert [(each["name"], each["code"]) for each in told["passedOver"]] == [("broken.jpg", "empty")]
    assert content_of(unsorted) == before
    with (tmp_path / "predictions/predictions.csv").open(newline="") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert "'=stripes <b>.png" in rows
    row = rows["a/1.jpg"]
    for kind in ("photo", "heat", "thing"):
        with Image.open(tmp_path / "predictions" / row[kind]) as picture:
            assert picture.size == (640, 457)
    assert 0 <= int(row["left"]) < int(row["right"]) <= 700
    assert 0 <= int(row["top"]) < int(row["bottom"]) <= 500
    assert row["nearest"].startswith("cat/")
    page = (tmp_path / "predictions/report.html").read_text("utf-8")
    assert "=stripes &lt;b&gt;.png" in page
    assert "project.showandtell" in page
    # A second run finds the model, and writes no picture again.
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "predictions/pictures").iterdir()}
    again = run_json("predict", *arguments)
    assert again["predictions"] == told["predictions"]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "predictions/pictures").iterdir()} == times
    assert "--index ivf changes nothing" in run("predict", *arguments, "--index", "ivf").output


def test_predict__below_the_threshold_is_left_out(run_json, unsorted, model_folder, tmp_path):
    arguments = ["-c", "cat,coffee,rocket", "-p", "unsorted", "--model", model_folder, "--train", "clean", "--windows"]
    told = run_json("predict", *arguments, "-t", "1")
    assert {each["answer"] for each in told["predictions"]} <= {"answered", "below the threshold", "unknown"}
    assert all(each["score"] == 1 for each in told["predictions"] if each["answer"] == "answered")
    found = next(each["found"] for each in told["predictions"] if each["name"] == "a/1.jpg")
    assert {each["label"] for each in found} == {"cat"}
    with (tmp_path / "predictions/boxes.csv").open(newline="") as file:
        assert {row["label"] for row in csv.DictReader(file)} <= {"cat", "coffee", "rocket"}


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["-c", "cat", "-p", "unsorted"], 2, "two classes or more"),
        (["-c", "cat,dog", "-p", "unsorted", "--train", "clean"], 1, "has no photos in a class folder dog"),
        (["-c", "cat,coffee", "-p", "unsorted", "--train", "clean"], 1, "rocket beside those that are wanted"),
        (["-c", "cat,coffee,rocket", "-p", "unsorted", "--train", "clean", "--out", "unsorted/x"], 1, "--out"),
    ],
)
def test_predict__explains_what_is_wrong(run, unsorted, model_folder, arguments, code, why):
    assert why in run("predict", *arguments, "--model", model_folder, code=code).output


@pytest.mark.parametrize("classes", ["", ",", " , ", "cat", "cat,cat", " cat ,cat,"])
def test_predict__wants_two_different_classes(run, unsorted, classes):
    assert "two classes or more" in run("predict", "-c", classes, "-p", "unsorted", code=2).output


@pytest.mark.parametrize("classes", ["cat,cat,cafe\u0301", "cat,,caf\u00e9", " cat , caf\u00e9 ", "caf\u00e9,cat,"])
def test_predict__takes_each_class_once_without_spaces_and_blanks(run_json, model_folder, unsorted, tmp_path, classes):
    shutil.rmtree(tmp_path / "clean/rocket")
    (tmp_path / "clean/coffee").rename(tmp_path / "clean/caf\u00e9")
    arguments = ["-c", classes, "-p", "unsorted", "--model", model_folder]
    told = run_json("predict", *arguments, "--train", "clean")
    assert told["model"] == "models/caf\u00e9-cat"
    assert run_json("predict", *arguments)["model"] == told["model"]


def test_predict__trains_from_class_folders_among_the_photos(run_json, model_folder, shipped_folder, tmp_path):
    folder = tmp_path / "mixed"
    for label in ("cat", "coffee"):
        shutil.copytree(shipped_folder / label, folder / label)
    (folder / "new").mkdir()
    shutil.copyfile(shipped_folder / "cat/03.jpg", folder / "new/1.jpg")
    shutil.copyfile(shipped_folder / "coffee/03.jpg", folder / "2.jpg")
    arguments = ["-c", "cat,coffee", "-p", "mixed", "--model", model_folder]
    told = run_json("predict", *arguments)
    assert [(each["name"], each["label"]) for each in told["predictions"]] == [
        ("2.jpg", "coffee"),
        ("new/1.jpg", "cat"),
    ]
    facts = json.loads((tmp_path / "models/cat-coffee/trained.json").read_text())
    assert facts["classes"] == ["cat", "coffee"]
    assert sum(facts["photos"][part] for part in ("training", "validation", "test")) == 24
    # The second run finds that model, and asks about the same photos.
    again = run_json("predict", *arguments)
    assert (again["predictions"], again["new"]) == (told["predictions"], 0)
    # Where there is nothing beside the examples, they are asked about; and so are other folders' photos of a class.
    shutil.rmtree(folder / "new")
    (folder / "2.jpg").unlink()
    assert len(run_json("predict", *arguments)["predictions"]) == 24
    arguments[3] = shipped_folder
    assert len(run_json("predict", *arguments)["predictions"]) == 36


def test_predict__says_what_to_do_where_there_is_nothing_to_train_from(run, model_folder, shipped_folder, tmp_path):
    shutil.copytree(shipped_folder / "cat", tmp_path / "mixed/cat")
    output = run("predict", "-c", "cat,coffee", "-p", "mixed", "--model", model_folder, code=1).output
    assert "mixed has no folder of photos for each of them" in output
    assert "put such folders into mixed" in output
    assert "--train" in output
    assert "python -m toolchain train" in output


def test_predict__explains_that_a_folder_has_no_classes(run, unsorted, model_folder, shipped_folder, tmp_path):
    (tmp_path / "loose").mkdir()
    shutil.copyfile(shipped_folder / "cat/01.jpg", tmp_path / "loose/a.jpg")
    arguments = ["-c", "cat,dog", "-p", "unsorted", "--train", "loose", "--model", model_folder]
    assert "; it has no class folders." in run("predict", *arguments, code=1).output

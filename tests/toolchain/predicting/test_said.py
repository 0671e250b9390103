"""What a prediction says of the model: that it was trained, how good it is, what it was taught, and what is damaged."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from tests.toolchain.odd_files import content_of, encoded, picture

CLASSES = ["-c", "cat,coffee,rocket"]


@pytest.fixture
def photos(shipped_folder, tmp_path):
    """Class folders, with a photo among them that can't be read."""
    shutil.copytree(shipped_folder, tmp_path / "photos")
    (tmp_path / "photos/cat/broken.jpg").write_bytes(b"x")
    return tmp_path / "photos"


def test_predict__says_what_it_trained_and_that_the_photos_were_taught(run, run_json, photos, model_folder, tmp_path):
    arguments = ["predict", *CLASSES, "-p", "photos", "--model", model_folder, "--processes", 1]
    result = run(*arguments)
    told = result.stderr
    assert "one was trained on the class folders of photos" in told
    assert "photos trained" in told
    assert "Head: knn" in told
    assert "accuracy" in told
    assert "The model: models/cat-coffee-rocket" in told
    assert told.count("Passed over: cat/broken.jpg") == 1
    taught = len(json.loads((tmp_path / "models/cat-coffee-rocket/trained.json").read_text())["examples"])
    assert 0 < taught < 36
    assert f"{taught} of the 36 photos were taught" in result.stdout
    page = (tmp_path / "predictions/report.html").read_text("utf-8")
    assert f"{taught} of the 36 photos were taught" in page
    assert "Model: models/cat-coffee-rocket; head knn; saved on 2" in page
    assert "cat/broken.jpg" in page
    # The model is there now: it is not trained again, and the photos are known from what they show.
    (tmp_path / "other").mkdir()
    shutil.copyfile(tmp_path / "photos/rocket/01.jpg", tmp_path / "other/copy.jpg")
    (tmp_path / "other/new.png").write_bytes(encoded(picture(3), "PNG"))
    arguments[4] = "other"
    again = run_json(*arguments)
    assert again["training"] is None
    examples = json.loads((tmp_path / "models/cat-coffee-rocket/trained.json").read_text())["examples"]
    assert {each["name"]: each["taught"] for each in again["predictions"]} == {
        "copy.jpg": "rocket/01.jpg" in examples,
        "new.png": False,
    }


def test_predict__gives_the_figures_of_what_it_trained_as_json(run_json, photos, shipped_folder, model_folder):
    told = run_json("predict", *CLASSES, "-p", shipped_folder / "cat", "--train", "photos", "--model", model_folder)
    assert told["training"]["figures"]["training"]["accuracy"] > 0.5
    assert [each["name"] for each in told["training"]["passedOver"]] == ["cat/broken.jpg"]
    assert told["taught"] == sum(each["taught"] for each in told["predictions"]) > 0


def test_predict__refuses_a_folder_without_a_photo(run, predict, photos, tmp_path):
    (tmp_path / "unsorted").mkdir()
    (tmp_path / "unsorted/notes.txt").write_text("none")
    arguments = ["predict", *CLASSES, "-p", "unsorted"]
    assert "There are no photos in unsorted." in run(*arguments, code=1).output
    # Nor is a model trained for nothing.
    failed = run(*arguments, "--train", "photos", "--models", "nowhere", code=1)
    assert "There are no photos in unsorted." in failed.output
    assert not (tmp_path / "nowhere").exists()


def test_predict__names_a_damaged_model(run, predict, shipped_folder, tmp_path):
    (tmp_path / "unsorted").mkdir()
    shutil.copyfile(shipped_folder / "cat/03.jpg", tmp_path / "unsorted/1.jpg")
    shutil.copytree(tmp_path / "models/known", tmp_path / "models/newer")
    path = tmp_path / "models/newer/trained.json"
    path.write_bytes(path.read_bytes()[:200])
    assert predict()["damagedModels"][0].startswith("models/newer/trained.json is damaged")
    warned = [line for line in run("predict", *CLASSES, "-p", "unsorted").stderr.splitlines() if "newer" in line]
    assert len(warned) == 1
    assert "passed over: models/newer/trained.json is damaged" in warned[0]
    assert "Train it again" in warned[0]
    shutil.rmtree(tmp_path / "models/known")
    failed = run("predict", *CLASSES, "-p", "unsorted", code=1)
    assert "There is no trained model of cat, coffee, rocket" in failed.output
    assert "which may be it: models/newer/trained.json is damaged" in failed.output


def test_predict__trains_beside_a_model_that_is_damaged(run_json, photos, model_folder, tmp_path):
    arguments = ["predict", *CLASSES, "-p", "photos", "--model", model_folder]
    assert run_json(*arguments)["model"] == "models/cat-coffee-rocket"
    path = tmp_path / "models/cat-coffee-rocket/trained.json"
    path.write_bytes(path.read_bytes()[:200])
    before = content_of(path.parent)
    told = run_json(*arguments)
    assert told["model"] == "models/cat-coffee-rocket-2"
    assert len(told["damagedModels"]) == 1
    assert content_of(path.parent) == before
    assert run_json(*arguments)["training"] is None


def test_predict__keeps_pictures_only_of_what_counts_or_is_found(run_json, photos, model_folder, tmp_path):
    (tmp_path / "unsorted").mkdir()
    shutil.copyfile(photos / "cat/03.jpg", tmp_path / "unsorted/1.jpg")
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[::10] = 255
    Image.fromarray(stripes).save(tmp_path / "unsorted/2.png")
    arguments = ["predict", *CLASSES, "-p", "unsorted", "--train", "photos", "--model", model_folder, "--windows"]
    told = {each["name"]: each for each in run_json(*arguments)["predictions"]}
    assert (told["2.png"]["answer"], told["2.png"]["found"]) == ("unknown", [])
    assert told["2.png"]["pictures"] == {}
    assert set(told["1.jpg"]["pictures"]) == {"photo", "heat", "thing"}
    assert len([*(tmp_path / "predictions/pictures").iterdir()]) == 3
    page = (tmp_path / "predictions/report.html").read_text("utf-8")
    assert " 100 %" in page
    assert not [line for line in page.split("<body>")[1].splitlines() if "width:" not in line and "0%" in line]

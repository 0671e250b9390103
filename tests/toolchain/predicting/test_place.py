"""Nothing is written through a link, nor over what is no file."""

import pytest
from PIL import Image

from tests.toolchain.predicting.conftest import CLASSES


@pytest.fixture
def elsewhere(tmp_path):
    """What no prediction may touch; and one photo to predict."""
    (tmp_path / "unsorted").mkdir()
    Image.new("RGB", (30, 20), "brown").save(tmp_path / "unsorted/1.png")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    return folder


def refused(run, predict, model_folder):
    return run("predict", "-c", CLASSES, "-p", "unsorted", "-t", 0, "--model", model_folder, code=1).output


@pytest.mark.parametrize("name", ["predictions.csv", "boxes.csv", "report.html", ".predict.json", "pictures"])
@pytest.mark.parametrize("target", ["mine.txt", "new.txt", ""])
def test_predict__refuses_a_link(run, predict, elsewhere, model_folder, tmp_path, name, target):
    (tmp_path / "predictions").mkdir()
    (tmp_path / "predictions" / name).symlink_to(elsewhere / target)
    assert f"predictions/{name} is a link" in refused(run, predict, model_folder)
    assert [path.name for path in elsewhere.iterdir()] == ["mine.txt"]
    assert (elsewhere / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("target", ["mine.txt", "new.txt"])
def test_predict__refuses_a_link_among_the_pictures(run, predict, elsewhere, model_folder, tmp_path, target):
    name = predict()["predictions"][0]["pictures"]["heat"]
    path = tmp_path / "predictions" / name
    path.unlink()
    path.symlink_to(elsewhere / target)
    assert f"{name} is a link" in refused(run, predict, model_folder)
    assert [(each.name, each.read_text()) for each in elsewhere.iterdir()] == [("mine.txt", "mine")]


def test_predict__writes_into_a_folder_that_is_named_by_a_link(predict, elsewhere, tmp_path):
    (tmp_path / "linked").symlink_to(elsewhere, target_is_directory=True)
    predict("--out", "linked")
    assert (elsewhere / "report.html").is_file()


@pytest.mark.parametrize(("name", "what"), [("report.html", "no file"), ("pictures", "no folder")])
def test_predict__refuses_what_is_in_the_way(run, predict, elsewhere, model_folder, tmp_path, name, what):
    (tmp_path / "predictions").mkdir()
    path = tmp_path / "predictions" / name
    if what == "no file":
        path.mkdir()
    else:
        path.write_text("mine")
    assert f"predictions/{name} is {what}" in refused(run, predict, model_folder)


def test_predict__refuses_a_link_to_nowhere_as_the_folder(run, predict, elsewhere, model_folder, tmp_path):
    (tmp_path / "predictions").symlink_to(tmp_path / "nowhere")
    assert "predictions is a link" in refused(run, predict, model_folder)

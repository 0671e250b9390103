"""Evaluation as a command: parts, several models, a project's file, and the report."""

import csv
import json
import re
import shutil

import pytest

from photos.reader import read_photo
from server.exchange.showandtell import write_showandtell
from tests.toolchain.trained import train_shipped
from toolchain.cleaning.split import SplitRow, write_split

#: Few photos: no second process is worth its start.
ONE = ("--processes", 1)


@pytest.fixture
def folder(shipped_folder, tmp_path):
    """Class folders with a split, and what no model of them can use."""
    folder = tmp_path / "clean"
    shutil.copytree(shipped_folder, folder)
    parts = ["train"] * 8 + ["validation"] * 2 + ["test"] * 2
    rows = [
        SplitRow(f"{label}/{n:02d}.jpg", label, parts[n], "")
        for label in ("cat", "coffee", "rocket")
        for n in range(12)
    ]
    write_split(folder, rows)
    (folder / "coffee/11.jpg").write_bytes(b"broken")
    return folder


def test_evaluate__parts_side_by_side_and_a_report(run, run_json, folder, model_folder, tmp_path):
    run("train", folder, "--model", model_folder, "--out", "models/three", *ONE)
    shutil.copyfile(folder / "cat/00.jpg", folder / "cat/later.jpg")
    (folder / "owl").mkdir()
    shutil.copyfile(folder / "cat/00.jpg", folder / "owl/00.jpg")
    arguments = ("--trained", "models/three", "--model", model_folder, "--robustness", *ONE)
    told = run_json("evaluate", folder, *arguments)
    (found,) = told["models"]
    assert found["notInSplit"] == 1
    assert {part: figures["count"] for part, figures in found["parts"].items()} == {
        "training": 24,
        "validation": 6,
        "test": 5,
    }
    assert found["parts"]["training"]["leftOut"]
    assert found["looksTaught"] == 0
    assert (found["tested"], found["otherClasses"]) == ("test", {"owl": 1})
    assert found["all"]["accuracy"] == 1
    assert [each["name"] for each in found["passedOver"] if each["code"] != "hidden"][-1] == "coffee/11.jpg"
    rows = {row["kind"]: row for row in found["robustness"]}
    assert rows["plain"]["accuracy"] == 1
    assert len(rows) == 14
    assert min(row["accuracy"] + row["unknown"] for row in rows.values()) < 2
    report = (tmp_path / "models/three/report/report.html").read_text("utf-8")
    assert 'href="../project.showandtell"' in report
    assert "coffee/11.jpg" in report
    assert "<script" not in report
    with (tmp_path / "models/three/report/predictions.csv").open(newline="") as file:
        assert [row["right"] for row in csv.DictReader(file)] == ["yes"] * 5
    assert json.loads((tmp_path / "models/three/report/report.json").read_text())[0]["all"] == found["all"]

    shutil.copytree(tmp_path / "models/three", tmp_path / "others/three")
    (tmp_path / "others/three/history.png").write_bytes(b"a picture")
    both = ("--trained", "others/three", "--trained", "models/three", "--out", "both", *ONE)
    printed = run("evaluate", folder, *both, "--model", model_folder).stdout
    for name in ("models/three", "others/three"):
        assert f"{name}: test " in printed
        assert f"{name}: 5 of 5 photos of the test part are named rightly (100.0 %)" in printed
    assert "5 photos prove little: of many others like these between 57 % and 100 % would be named rightly" in printed
    assert "others/three and models/three tie: 100.0 % named rightly." in printed
    report = (tmp_path / "both/report.html").read_text("utf-8")
    assert "<h1>others/three and models/three tie: 100.0 % named rightly</h1>" in report
    assert "unknownDistance" not in report
    assert not re.search(r"\d%(?!\d|[;\"}A-F])", re.sub(r"<style>.*?</style>|data:[^\"]*", "", report, flags=re.S))
    assert 'href="../others/three/project.showandtell"' in report
    assert 'href="../models/three/project.showandtell"' in report
    assert "data:image/png;base64,YSBwaWN0dXJl" in report


def test_evaluate__what_was_taught_in_the_page(run, run_json, shipped_folder, model, model_folder, tmp_path):
    trained = train_shipped(shipped_folder, model)
    write_showandtell(trained.content, tmp_path / "taught.showandtell")
    shutil.copytree(shipped_folder, tmp_path / "photos")
    failed = run("evaluate", "photos", "--trained", "taught.showandtell", "--model", model_folder, *ONE, code=1)
    assert "36 of them taught" in failed.output
    for n in range(3):
        photo = read_photo(tmp_path / f"photos/cat/0{n}.jpg")
        photo.rotate(5).save(tmp_path / f"photos/cat/new{n}.jpg")
    arguments = ("photos", "--trained", "taught.showandtell", "--model", model_folder, *ONE)
    (found,) = run_json("evaluate", *arguments)["models"]
    assert (found["parts"]["test"]["count"], found["leftOutAsTaught"]) == (3, 36)
    assert (tmp_path / "taught-report/report.html").exists()


def test_evaluate__explains_what_is_wrong(run, folder, model_folder, tmp_path):
    assert "--trained" in run("evaluate", folder, code=2).output
    (tmp_path / "x.showandtell").write_bytes(b"no zip")
    failed = run("evaluate", folder, "--trained", "x.showandtell", "--model", model_folder, code=1)
    assert "x.showandtell is no project's file" in failed.output


def test_evaluate__i_dont_know_is_no_right_answer(run, folder, model_folder, tmp_path):
    network = ("--model", model_folder, *ONE)
    run("train", folder, *network, "--head", "softmax", "--steps", 50, "--unknown-distance", 0, "--out", "models/soft")
    run("train", folder, *network, "--unknown-distance", 0, "--out", "models/knn")
    printed = run("evaluate", folder, "--trained", "models/soft", *network).stdout
    assert "are named rightly (100.0 %); for 5 of these the page says “I don’t know” nevertheless" in printed
    report = (tmp_path / "models/soft/report/report.html").read_text("utf-8")
    assert "a softmax head answers (limit of “I don’t know”: 0" in report
    assert "weights uniform" not in report
    assert "Cross-entropy tells" in report
    assert "Expected calibration error: " in report
    printed = run("evaluate", folder, "--trained", "models/knn", *network).stdout
    assert "for 5 of these" in printed


def test_evaluate__warns_of_taught_photos_that_were_saved_again(run, run_json, folder, model_folder):
    read_photo(folder / "cat/00.jpg").save(folder / "cat/10.jpg", quality=75)
    run("train", folder, "--model", model_folder, "--out", "models/three", *ONE)
    arguments = ("evaluate", folder, "--trained", "models/three", "--model", model_folder, *ONE)
    told = run(*arguments).stdout
    assert "1 of the 5 test photos looks the same as a taught one, so the figure flatters." in told
    (found,) = run_json(*arguments)["models"]
    assert (found["looksTaught"], found["parts"]["test"]["count"]) == (1, 5)

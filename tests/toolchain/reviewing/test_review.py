"""Review as a command: swapped photos are named, doubts and news are proposed, nothing is moved."""

import shutil

import numpy as np
from PIL import Image

from photos.reader import read_photo
from tests.toolchain.odd_files import content_of


def test_review__finds_what_was_put_into_the_wrong_folder(run, run_json, shipped_folder, model_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "clean")
    assert run_json("review", "clean", "--model", model_folder)["rows"] == []
    shutil.move(tmp_path / "clean/cat/05.jpg", tmp_path / "clean/rocket/stray.jpg")
    (tmp_path / "unsorted").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (30, 30, 3)).astype(np.uint8)
    Image.fromarray(noise).resize((300, 300)).save(tmp_path / "unsorted/noise.png")
    halves = [read_photo(shipped_folder / name).resize((150, 300)) for name in ("cat/01.jpg", "coffee/01.jpg")]
    both = Image.new("RGB", (300, 300))
    for place, half in enumerate(halves):
        both.paste(half, (150 * place, 0))
    both.save(tmp_path / "unsorted/both.png")
    before = content_of(tmp_path / "clean")
    told = run_json("review", "clean", "--unlabelled", "unsorted", "--model", model_folder)
    rows = {row["name"]: row for row in told["rows"]}
    assert (rows["rocket/stray.jpg"]["what"], rows["rocket/stray.jpg"]["better"]) == ("label looks wrong", "cat")
    assert [row["name"] for row in told["rows"] if row["what"] == "label looks wrong"] == ["rocket/stray.jpg"]
    assert rows["noise.png"]["what"] == "novel"
    assert content_of(tmp_path / "clean") == before
    page = (tmp_path / "review/review.html").read_text("utf-8")
    assert "rocket/stray.jpg: cat?" in page
    text = run("review", "clean", "--model", model_folder).stdout
    assert "rocket/stray.jpg: label looks wrong, rather cat" in text


def test_review__needs_two_classes(run, shipped_folder, model_folder, tmp_path):
    shutil.copytree(shipped_folder / "cat", tmp_path / "clean/cat")
    assert "two class folders" in run("review", "clean", "--model", model_folder, code=1).output

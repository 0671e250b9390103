"""Review as a command: swapped photos are named, doubts and news are proposed, nothing is moved."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photos.folder import PhotoFile
from photos.reader import read_photo
from tests.toolchain.odd_files import content_of
from toolchain.models.facts import Resolved
from toolchain.models.left_out import LeftOut
from toolchain.reviewing import review


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


def test_review__calls_novel_what_predict_calls_unknown(run_json, run, shipped_folder, model_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "clean")
    (tmp_path / "unsorted").mkdir()
    # Some are so near that the network's own limit would let them pass.
    cat, coffee = (read_photo(shipped_folder / name) for name in ("cat/00.jpg", "coffee/00.jpg"))
    for share in (0.0, 0.4, 0.5):
        Image.blend(cat, coffee, share).rotate(2).save(tmp_path / f"unsorted/mix {share}.png")
    for side in (40, 160):
        cat.crop((0, 0, side, side)).resize((256, 256)).save(tmp_path / f"unsorted/part {side}.png")
    told = run_json("review", "clean", "--unlabelled", "unsorted", "--model", model_folder)
    novel = {row["name"] for row in told["rows"] if row["what"] == "novel"}
    arguments = ["-c", "cat,coffee,rocket", "-p", "unsorted", "--train", "clean", "--model", model_folder]
    answers = run_json("predict", *arguments)["predictions"]
    unknown = {each["name"] for each in answers if each["answer"] == "unknown"}
    assert unknown == {"mix 0.4.png", "mix 0.5.png", "part 40.png", "part 160.png"}
    assert novel == unknown
    assert f"{len(told['rows'])} of 5 photos without a label are worth one most." in (
        tmp_path / "review/review.html"
    ).read_text("utf-8")


def test_review__says_why_nothing_is_worth_a_label(run, shipped_folder, model_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "clean")
    (tmp_path / "unsorted").mkdir()
    arguments = ["review", "clean", "--unlabelled", "unsorted", "--model", model_folder]
    assert "There are no photos in unsorted." in run(*arguments, code=1).output
    for number in (2, 3):
        shutil.copyfile(shipped_folder / f"cat/{number:02d}.jpg", tmp_path / f"unsorted/{number}.jpg")
    why = "A label of any of the 2 photos would teach little"
    assert why in run(*arguments).stdout
    page = (tmp_path / "review/review.html").read_text("utf-8")
    assert why in page.split("What to label next</h2>")[1]


def test_review__names_two_classes_where_their_shares_are_equal(model, monkeypatch):
    # The winner of equal shares is the class of the nearest example, whichever is first by name.
    names = ["apple", "banana"]
    known = [PhotoFile(Path(f"{name}/{row}.jpg"), f"{name}/{row}.jpg", name) for name in names for row in range(2)]
    embeddings = np.zeros((4, model.dimension), np.float32)
    embeddings[np.arange(4), np.arange(4)] = 1
    asked = embeddings[:1] + 0.5 * embeddings[2:3]
    answer = {
        "confidences": {"apple": 0.5, "banana": 0.5},
        "novelty": 0.1,
        "isUnknown": False,
        "label": "apple",
        "neighbours": [{"id": "0"}, {"id": "2"}],
    }
    monkeypatch.setattr(review.LargeKNN, "classify_batch", lambda *_: [answer])
    monkeypatch.setattr(review, "leave_out", lambda *_: LeftOut(Resolved("cosine", None), None))
    photos = [PhotoFile(Path("x.jpg"), "x.jpg")]
    labels = [str(photo.label) for photo in known]
    (row,) = review._next_rows(known, embeddings, labels, photos, asked, model, 5)
    assert (row.what, row.better, row.why) == ("uncertain", "apple", "between apple and banana")


@pytest.mark.parametrize(
    ("wanted", "asked", "line"),
    [
        (0, 0, ""),
        (0, 1, "A label of the one photo would teach little: it is known, and one class has all votes."),
        (1, 1, "1 of 1 photo without a label is worth one most."),
        (1, 9, "1 of 9 photos without a label is worth one most."),
        (2, 9, "2 of 9 photos without a label are worth one most."),
    ],
)
def test_labels_line__fits_the_numbers(wanted, asked, line):
    row = review.ReviewRow(PhotoFile(Path("x.jpg"), "x.jpg"), "novel", "", 0.9, "")
    assert review.labels_line(review.Reviewed([row] * wanted, 5, asked, [])) == line

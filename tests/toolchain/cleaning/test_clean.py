"""Cleaning: nothing broken aborts it, every file's fate is told, and the originals stay as they are."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from convert.photos import find_shipped
from tests.toolchain.conftest import REPOSITORY
from tests.toolchain.odd_files import content_of, encoded, picture, write_odd_files
from toolchain.cleaning.clean import CleanOptions, clean_folder
from toolchain.errors import ToolchainError


def put(folder, photos):
    for name, photo in photos.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photo if isinstance(photo, bytes) else encoded(photo, "JPEG", quality=95))


def fates(result):
    return {row["name"]: row["fate"] for row in result.rows}


@pytest.fixture
def folder(tmp_path):
    put(
        tmp_path / "photos", {f"{label}/{i}.jpg": picture(10 * n + i) for n, label in enumerate("ab") for i in range(4)}
    )
    return tmp_path / "photos"


def test_clean_folder__odd_and_broken_files_are_named_and_the_originals_stay(tmp_path):
    folder, out = tmp_path / "photos", tmp_path / "clean"
    expected = write_odd_files(folder, 200)
    before = content_of(folder)
    result = clean_folder(folder, out, CleanOptions(near="none"), processes=2)
    assert content_of(folder) == before
    told = {row["name"]: row for row in result.rows}
    for name, code in expected.items():
        row = told[name]
        wanted = {"": "kept", "small": "small", "hidden": "hidden", "notPicture": ("broken", "notPicture")}
        assert row["fate"] in wanted.get(code, "broken"), (name, row)
        assert code == "" or row["reason"], name
    kept = [row["kept_as"] for row in result.rows if row["fate"] == "kept"]
    assert len(kept) == len(set(kept)) == sum(code == "" for code in expected.values())
    for name in kept:
        with Image.open(out / name) as written:
            assert (written.format, written.mode, written.size) == ("JPEG", "RGB", (256, 256)), name
            assert not written.getexif()
    with (out / "report.csv").open(newline="", encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(result.rows)


def test_clean_folder__duplicates_of_both_kinds_and_pictures_in_two_classes(folder, tmp_path):
    same = encoded(picture(0), "JPEG", quality=95)
    put(
        folder,
        {
            "a/z copy.jpg": same,
            "a/1 again.jpg": encoded(picture(1).resize((280, 280)), "JPEG", quality=60),
            "b/2 stolen.jpg": encoded(picture(2), "PNG"),
        },
    )
    result = fates(clean_folder(folder, tmp_path / "clean"))
    assert result["a/z copy.jpg"] == "duplicate"
    assert (result["a/1.jpg"], result["a/1 again.jpg"]) == ("kept", "near-duplicate")
    assert result["a/2.jpg"] == result["b/2 stolen.jpg"] == "in two classes"
    assert sum(fate == "kept" for fate in result.values()) == 7
    first = fates(clean_folder(folder, tmp_path / "first", CleanOptions(conflicts="first")))
    assert (first["a/2.jpg"], first["b/2 stolen.jpg"]) == ("kept", "in two classes")
    assert fates(clean_folder(folder, tmp_path / "none", CleanOptions(near="none")))["a/1 again.jpg"] == "kept"


def _block(colour, background="white"):
    """A photo of a block before a wall."""
    photo = Image.new("RGB", (300, 300), background)
    photo.paste(colour, (90, 90, 210, 210))
    return photo


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # A hash of the brightness sees no difference in any of them.
        (_block((200, 20, 20)), _block((20, 109, 20))),
        (_block((200, 60, 60)), _block((60, 131, 60))),
        (Image.new("RGB", (300, 300), (200, 20, 20)), Image.new("RGB", (300, 300), (20, 109, 20))),
        (Image.new("RGB", (300, 300), (20, 20, 20)), Image.new("RGB", (300, 300), (220, 220, 220))),
    ],
)
def test_clean_folder__what_differs_only_in_colour_is_kept(tmp_path, first, second):
    put(tmp_path / "photos", {"a/1.jpg": first, "a/2.jpg": second, "b/1.jpg": picture(1)})
    assert set(fates(clean_folder(tmp_path / "photos", tmp_path / "clean")).values()) == {"kept"}
    put(tmp_path / "classes", {"a/1.jpg": first, "b/2.jpg": second})
    assert set(fates(clean_folder(tmp_path / "classes", tmp_path / "two")).values()) == {"kept"}


@pytest.mark.parametrize("file", ["chelsea.png", "coffee.png", "rocket.jpg"])
@pytest.mark.parametrize(
    "change",
    [
        lambda photo: Image.open(io.BytesIO(encoded(photo, "JPEG", quality=60))),
        lambda photo: ImageEnhance.Brightness(photo).enhance(1.1),
        lambda photo: ImageEnhance.Color(photo).enhance(1.2),
        lambda photo: photo.resize((photo.width // 2, photo.height // 2)),
        lambda photo: photo.crop((3, 3, photo.width - 3, photo.height - 3)),
    ],
    ids=["quality 60", "brighter", "more colour", "half as large", "cropped"],
)
def test_clean_folder__finds_a_photo_that_was_saved_otherwise(tmp_path, file, change):
    with Image.open(find_shipped("skimage", f"data/{file}")) as opened:
        photo = opened.convert("RGB")
    put(tmp_path / "photos", {"a/1.jpg": photo, "a/2.jpg": change(photo)})
    found = clean_folder(tmp_path / "photos", tmp_path / "clean", CleanOptions(min_side=100))
    assert sorted(fates(found).values()) == ["kept", "near-duplicate"]


def test_clean_folder__resizes_the_shorter_side_and_crops_the_middle(tmp_path):
    wide = Image.new("RGB", (900, 300), "white")
    wide.paste("black", (300, 0, 600, 300))
    put(tmp_path / "photos", {"a/wide.jpg": wide, "a/small.jpg": picture(1).resize((230, 240))})
    clean_folder(tmp_path / "photos", tmp_path / "clean")
    with Image.open(tmp_path / "clean/a/wide.jpg") as cropped:
        assert cropped.size == (256, 256)
        assert np.asarray(cropped)[:, 8:-8].max() < 40
    with Image.open(tmp_path / "clean/a/small.jpg") as small:
        assert small.size == (230, 230)
    clean_folder(tmp_path / "photos", tmp_path / "whole", CleanOptions(crop=False, side=100))
    with Image.open(tmp_path / "whole/a/wide.jpg") as whole:
        assert whole.size == (300, 100)


def test_clean_folder__names_what_is_too_long_for_a_jpeg(folder, tmp_path):
    put(folder, {"a/long.png": encoded(picture(55).resize((70000, 100)), "PNG")})
    result = clean_folder(folder, tmp_path / "clean", CleanOptions(crop=False, min_side=50))
    (row,) = (row for row in result.rows if row["fate"] != "kept")
    assert (row["name"], row["fate"]) == ("a/long.png", "broken")
    assert "70000 x 100" in row["reason"]
    # Made smaller, or cropped, it has room.
    assert clean_folder(folder, tmp_path / "small", CleanOptions(crop=False, min_side=50, side=60)).by_label["a"] == 5
    assert clean_folder(folder, tmp_path / "cropped", CleanOptions(min_side=50)).by_label["a"] == 5


def test_clean_folder__balance_is_the_same_for_the_same_seed(folder, tmp_path):
    (folder / "b/3.jpg").unlink()
    results = [
        clean_folder(folder, tmp_path / f"out{n}", CleanOptions(balance=True, seed=seed))
        for n, seed in enumerate((0, 0, 1))
    ]
    assert results[0].by_label == {"a": 3, "b": 3}
    assert fates(results[0]) == fates(results[1])
    assert results[2].by_label == {"a": 3, "b": 3}


def test_clean_folder__a_second_run_does_only_what_changed(folder, tmp_path):
    out = tmp_path / "clean"
    assert clean_folder(folder, out).written == 8
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.jpg")}
    assert clean_folder(folder, out).written == 0
    (folder / "a/0.jpg").unlink()
    put(folder, {"a/1.jpg": picture(77), "c/new.jpg": picture(78)})
    (out / "b/2.jpg").unlink()  # somebody tidied up
    Image.new("RGB", (9, 9)).save(out / "b/3.jpg")  # or drew in it
    result = clean_folder(folder, out)
    assert (result.written, result.removed) == (4, 1)
    assert not (out / "a/0.jpg").exists()
    assert (out / "a/2.jpg").stat().st_mtime_ns == times[out / "a/2.jpg"]
    # Other options make other files.
    assert clean_folder(folder, out, CleanOptions(side=128, min_side=100)).written == 8


def test_clean_folder__looks_again_at_what_an_older_version_looked_at(folder, tmp_path):
    out = tmp_path / "clean"
    put(folder, {"a/z.jpg": encoded(picture(1), "JPEG", quality=60)})
    before = fates(clean_folder(folder, out))
    path = out / ".clean.json"
    state = json.loads(path.read_text())
    # As version 1 knew them: without colours, so that the code was in their place.
    state |= {"version": 1, "looks": {key: [*look[:4], *look[5:]] for key, look in state["looks"].items()}}
    path.write_text(json.dumps(state))
    result = clean_folder(folder, out)
    assert (result.written, result.removed, fates(result)) == (0, 0, before)
    assert json.loads(path.read_text())["version"] == 2


def test_clean_folder__looks_again_when_photos_are_read_with_another_meaning(folder, tmp_path, monkeypatch):
    out = tmp_path / "clean"
    clean_folder(folder, out)
    path = out / ".clean.json"
    state = json.loads(path.read_text())
    # As a reader knew them that could not read any.
    looks = {key: [look[0], 0, 0, 0, "", "unreadable", "damaged"] for key, look in state["looks"].items()}
    path.write_text(json.dumps(state | {"looks": looks, "pictures": state["pictures"] - 1}))
    assert set(fates(clean_folder(folder, out)).values()) == {"kept"}
    monkeypatch.setattr("toolchain.cleaning.clean.PICTURE_VERSION", state["pictures"] + 1)
    assert clean_folder(folder, out).written == 8


def test_clean_folder__removes_nothing_that_it_did_not_write(folder, tmp_path):
    out = tmp_path / "clean"
    clean_folder(folder, out)
    (out / "a/mine.txt").write_text("mine")
    state = json.loads((out / ".clean.json").read_text())
    outside = tmp_path / "outside.jpg"
    outside.write_bytes(b"mine, too")
    state["outputs"]["../outside.jpg"] = "x"
    (out / ".clean.json").write_text(json.dumps(state))
    for name in "0123":
        (folder / f"a/{name}.jpg").unlink()
    clean_folder(folder, out)
    assert (out / "a/mine.txt").read_text() == "mine"
    assert outside.exists()
    assert not list((out / "a").glob("*.jpg"))


def test_clean_folder__writes_through_no_link_and_over_no_file_of_others(folder, tmp_path):
    out = tmp_path / "clean"
    clean_folder(folder, out)
    shutil.rmtree(out / "a")
    (out / "a").symlink_to(folder / "a", target_is_directory=True)
    before = content_of(folder)
    with pytest.raises(ToolchainError, match="a link is on the way"):
        clean_folder(folder, out)
    shutil.rmtree(folder / "b")
    assert content_of(folder) == {name: data for name, data in before.items() if name.startswith("a/")}
    (out / "a").unlink()
    (out / "c").mkdir()
    (out / "c/9.jpg").write_bytes(b"mine")
    put(folder, {"c/9.jpg": picture(99)})
    with pytest.raises(ToolchainError, match="did not write it"):
        clean_folder(folder, out)
    assert (out / "c/9.jpg").read_bytes() == b"mine"


def test_clean_folder__a_class_that_is_gone_from_both_sides(folder, tmp_path):
    clean_folder(folder, tmp_path / "clean")
    shutil.rmtree(folder / "b")
    shutil.rmtree(tmp_path / "clean/b")
    assert clean_folder(folder, tmp_path / "clean").removed == 4


def test_clean_folder__names_that_would_be_one_are_two(tmp_path):
    put(tmp_path / "photos", {"a/x.jpg": picture(1), "a/x.png": encoded(picture(2), "PNG"), "a/X.jpeg": picture(3)})
    put(tmp_path / "photos", {"b/x.jpg": picture(4)})
    result = clean_folder(tmp_path / "photos", tmp_path / "clean")
    kept = [row["kept_as"].casefold() for row in result.rows]
    assert len(set(kept)) == 4
    assert all((tmp_path / "clean" / row["kept_as"]).is_file() for row in result.rows)


def test_clean_folder__the_longest_names_that_would_be_one_are_two(tmp_path):
    names = [
        f"a/{'n' * 251}.jpg",
        f"a/{'n' * 251}.png",
        f"a/{'N' * 251}.gif",
        f"a/{'é' * 125}.jpg",
        f"a/{'é' * 125}.png",
    ]
    put(tmp_path / "photos", {name: picture(seed) for seed, name in enumerate(names)} | {"b/x.jpg": picture(9)})
    result = clean_folder(tmp_path / "photos", tmp_path / "clean")
    kept = [row["kept_as"].casefold() for row in result.rows]
    assert len(set(kept)) == 6
    assert all((tmp_path / "clean" / row["kept_as"]).is_file() for row in result.rows)


@pytest.mark.parametrize("out", ["photos", "photos/clean", "."])
def test_clean_folder__never_writes_into_the_originals(folder, tmp_path, out):
    before = content_of(folder)
    with pytest.raises(ToolchainError, match="originals"):
        clean_folder(folder, tmp_path / out)
    assert content_of(tmp_path / "photos") == before


def test_clean_folder__refuses_a_folder_of_other_files_and_an_empty_one(folder, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("x")
    with pytest.raises(ToolchainError, match="other files"):
        clean_folder(folder, tmp_path / "mine")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ToolchainError, match="no photos"):
        clean_folder(tmp_path / "empty", tmp_path / "clean")
    (tmp_path / "clean").mkdir(exist_ok=True)
    (tmp_path / "clean/.clean.json").write_text("{]")
    with pytest.raises(ToolchainError, match="can't be read"):
        clean_folder(folder, tmp_path / "clean")


def test_clean__killed_and_started_again_comes_to_the_same(tmp_path):
    folder = tmp_path / "photos"
    put(folder, {f"{label}/{i}.jpg": picture(100 * n + i) for n, label in enumerate("ab") for i in range(40)})
    clean_folder(folder, tmp_path / "expected")
    out = tmp_path / "clean"
    command = [
        sys.executable,
        "-m",
        "toolchain",
        "clean",
        str(folder),
        "--out",
        str(out),
        "--json",
        "--min-side",
        "224",
    ]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL)

    def count() -> int:
        # Folders in which pictures are written come and go: ``rglob`` would fail on one that is gone.
        return sum(name.endswith(".jpg") for _, _, names in os.walk(out) for name in names)

    while count() < 10 and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = count()
    result = clean_folder(folder, out)
    assert done >= 10
    assert result.written > 0 or process.returncode == 0
    written, expected = (
        {name: data for name, data in content_of(place).items() if not name.startswith(".") and "/." not in name}
        for place in (out, tmp_path / "expected")
    )
    assert written.keys() == expected.keys()
    assert all(written[name] == expected[name] for name in written if name.endswith(".jpg"))


def test_clean__as_a_command(run, run_json, shipped_folder, model_folder, tmp_path):
    shutil.copytree(shipped_folder, tmp_path / "photos")
    (tmp_path / "photos/cat/broken.jpg").write_bytes(b"x")
    result = run("clean", "photos", "--out", "clean", "--near", "none", "--model", model_folder)
    assert "36  kept" in result.stdout
    assert "cat/broken.jpg: not a picture" in result.stderr
    told = run_json("clean", "photos", "--out", "again", "--near", "embedding", "--model", model_folder)
    assert told["counts"]["kept"] < 36
    assert {row["name"] for row in told["files"] if row["fate"] == "broken"} == {"cat/broken.jpg"}
    failed = run("clean", "photos", "--out", "photos", "--model", model_folder, code=1)
    assert "--out" in failed.output
    assert len(list((tmp_path / "photos/cat").iterdir())) == 13


def test_clean__is_no_success_where_nothing_is_kept(run, run_json, model_folder, tmp_path):
    for number in range(20):
        side = 8 if number == 0 else 64 + number
        put(tmp_path / "photos", {f"{'ab'[number % 2]}/{number}.jpg": picture(number).resize((side, 90))})
    arguments = ["clean", "photos", "--out", "clean", "--model", model_folder]
    failed = run(*arguments, code=1)
    assert "20  too small for --min-side" in failed.stdout
    assert "No photo is kept: 20 too small for --min-side." in failed.stderr
    assert "Give --min-side 66, which 18 of the 20 small photos have." in failed.stderr
    assert (tmp_path / "clean/report.csv").is_file()
    assert run_json(*arguments, code=1)["counts"] == {"small": 20}
    assert run_json(*arguments, "--min-side", 66)["counts"]["kept"] == 18
    same = encoded(picture(1), "PNG")
    put(tmp_path / "same", {"a/1.png": same, "b/1.png": same})
    failed = run("clean", "same", "--out", "none", "--model", model_folder, code=1)
    assert "--conflicts first" in failed.stderr

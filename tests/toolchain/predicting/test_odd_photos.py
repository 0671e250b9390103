"""No odd photo ends a prediction: each is answered, or named with the reason."""

import csv

import numpy as np
import pytest
from PIL import Image

from tests.toolchain.trained import train_shipped
from toolchain.embedding.embed import EmbeddedPhoto
from toolchain.embedding.files import FileEmbedding
from toolchain.explaining.overlay import draw_box, paint_heat, paint_segment, segment
from toolchain.predicting import predict as predicting
from toolchain.predicting.windows import STRIP, find_things, is_strip, tiles

SIZES = [(1, 1), (1, 5), (5, 1), (2, 2), (3, 2), (3000, 1), (1, 3000), (7, 3)]
MAPS = {
    "random": np.random.default_rng(0).random((7, 7)),
    "flat": np.ones((7, 7)),
    "spot": np.pad([[1.0]], 3),
    "nearly nothing": np.full((7, 7), 1e-9),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", MAPS)
def test_segment__of_a_few_points_is_a_part_of_them(size, name):
    photo = Image.new("RGB", size, "white")
    thing = segment(MAPS[name], size)
    assert thing.mask.any()
    assert 0 <= thing.box.left < thing.box.right <= size[0]
    assert 0 <= thing.box.top < thing.box.bottom <= size[1]
    assert paint_segment(photo, thing).size == paint_heat(photo, MAPS[name]).size == size
    draw_box(photo, thing.box, "cat 90 %")


def test_segment__of_a_flat_map_is_all():
    assert segment(MAPS["flat"], (30, 20)).mask.all()


@pytest.mark.parametrize("windows", [False, True])
def test_predict__answers_photos_of_a_few_points(predict, tmp_path, windows):
    folder = tmp_path / "unsorted"
    folder.mkdir()
    for width, height in [*SIZES, (20000, 20)]:
        Image.new("RGB", (width, height), (200, 120, 40)).save(folder / f"{width}x{height}.png")
    told = predict(*(["--windows"] if windows else []))
    assert told["passedOver"] == []
    notes = {each["name"]: each["note"] for each in told["predictions"] if each["note"]}
    assert len(told["predictions"]) == len(SIZES) + 1
    assert all(each["answer"] == "answered" for each in told["predictions"])
    assert sorted(notes) == (["1x3000.png", "20000x20.png", "3000x1.png"] if windows else [])
    assert all(f"{STRIP} times as long" in note for note in notes.values())
    for each in told["predictions"]:
        width, height = map(int, each["name"].removesuffix(".png").split("x"))
        if each["box"]:
            left, top, right, bottom = each["box"]
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
    with (tmp_path / "predictions/predictions.csv").open(newline="") as file:
        assert {row["name"]: row["note"] for row in csv.DictReader(file) if row["note"]} == notes
    assert all(note in (tmp_path / "predictions/report.html").read_text("utf-8") for note in notes.values())


def test_tiles__are_a_few_hundred_at_most():
    assert is_strip((20 * 100, 100))
    assert not is_strip((20 * 100 - 1, 100))
    assert len(list(tiles((20 * 100 - 1, 100)))) < 300


def test_find_things__of_a_photo_in_which_the_network_sees_nothing(model, shipped_folder, monkeypatch):
    trained = train_shipped(shipped_folder, model)
    monkeypatch.setattr(
        type(model), "features", lambda *_: (np.zeros((1, 1280), np.float32), np.zeros((1, 7, 7, 1280), np.float32))
    )
    assert find_things(trained, model, Image.new("RGB", (30, 20)), 0.5) == []


def test_predict__names_a_photo_in_which_the_network_sees_nothing(predict, model, tmp_path, monkeypatch):
    (tmp_path / "unsorted").mkdir()
    Image.new("RGB", (30, 20)).save(tmp_path / "unsorted/dark.png")

    def nothing(photos, *_args, **_options):
        return [EmbeddedPhoto(photo, FileEmbedding("ab", np.zeros(model.dimension, np.float32))) for photo in photos]

    monkeypatch.setattr(predicting, "embed_each", nothing)
    told = predict()
    assert told["predictions"] == []
    assert [(each["name"], each["reason"]) for each in told["passedOver"]] == [
        ("dark.png", "the network sees nothing in it")
    ]

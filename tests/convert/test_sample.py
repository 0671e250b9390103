import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from convert import manifest as manifests
from convert.extras import sample as samples
from convert.extras.sample import EXAMPLES_PER_RECORDING, PHOTOS, RECORDINGS, write_sample
from convert.photos import open_photo
from convert.tfjs import run
from photos.reader import as_seen
from server.exchange.showandtell import read_showandtell
from server.knn.knn import KNN
from server.knn.model import Model
from tests.convert.conftest import run_convert

EXAMPLES = len(PHOTOS) * len(RECORDINGS) * EXAMPLES_PER_RECORDING
MODEL = Model("made-up", 3)


def mean_colour(pictures):
    assert pictures.dtype == np.uint8
    assert pictures.shape == (EXAMPLES, 64, 64, 3)
    return pictures.mean(axis=(1, 2), dtype=np.float32)


def write(folder, embed=mean_colour):
    return write_sample(folder, MODEL, title="Made up", size=64, embed=embed)


def test_write_sample__holds_three_classes_recorded_three_times(tmp_path):
    content = read_showandtell(tmp_path / write(tmp_path)["project"])
    assert content.model == MODEL
    assert [each.label for each in content.classes] == ["cat", "coffee", "rocket"]
    assert len(content.examples) == EXAMPLES == 36
    assert content.embeddings.shape == (EXAMPLES, 3)
    for label in ("cat", "coffee", "rocket"):
        groups = [example.group for example in content.examples if example.label == label]
        assert {group: groups.count(group) for group in groups} == {
            f"sample-{label}-{recording}": 4 for recording in ("near", "whole", "card")
        }
    thumbnails = {example.thumbnail for example in content.examples}
    assert len(thumbnails) == EXAMPLES, "every picture is another one"
    assert {Image.open(io.BytesIO(thumbnail)).size for thumbnail in thumbnails} == {(96, 96)}


def test_write_sample__embeds_the_pictures_that_it_shows(tmp_path):
    content = read_showandtell(tmp_path / write(tmp_path)["project"])
    shown = [np.asarray(Image.open(io.BytesIO(example.thumbnail))).mean((0, 1)) for example in content.examples]
    assert np.abs(content.embeddings - shown).max() < 3


def test_write_sample__names_its_files_by_their_content(tmp_path):
    entry = write(tmp_path)
    assert [file["name"] for file in entry["files"]] == [entry["project"], entry["picture"]]
    for file in entry["files"]:
        content = (tmp_path / file["name"]).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        assert (file["size"], file["sha256"]) == (len(content), digest)
        assert digest[:16] in file["name"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(file["name"] for file in entry["files"])


def test_write_sample__makes_the_same_files_again(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert write(tmp_path / "a") == write(tmp_path / "b")


def test_write_sample__says_whose_the_photos_are_and_that_they_are_free(tmp_path):
    photos = write(tmp_path)["photos"]
    assert [photo["file"] for photo in photos] == ["chelsea.png", "coffee.png", "rocket.jpg"]
    for photo in photos:
        assert photo["licence"] in ("CC0-1.0", "public domain")
        assert photo["author"]
        assert photo["title"]
        assert photo["source"].startswith("https://")


def test_write_sample__without_an_embedder_keeps_pictures_of_the_models_size(tmp_path):
    content = read_showandtell(tmp_path / write(tmp_path, embed=None)["project"])
    assert content.embeddings is None
    assert {Image.open(io.BytesIO(example.thumbnail)).size for example in content.examples} == {(64, 64)}


def test_write_sample__is_nothing_where_the_photos_are_not_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "find_shipped", lambda package, file: None)
    assert write(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_convert__makes_a_sample_beside_the_model(lite0):
    folder, _ = lite0
    manifest = manifests.read(folder)
    entry = manifest["sample"]
    assert manifests.check_files(manifest, folder) == []
    # What the page fetches to be ready is without it.
    assert not {file["name"] for file in entry["files"]} & {file["name"] for file in manifest["files"]}
    assert sum(file["size"] for file in entry["files"]) < 400_000
    content = read_showandtell(folder / entry["project"])
    assert content.model == Model(manifest["id"], manifest["dimension"])


def test_convert__embeds_the_sample_as_the_converted_model_does(lite0, tmp_path):
    folder, _ = lite0
    manifest = manifests.read(folder)
    kept = read_showandtell(folder / manifest["sample"]["project"])
    model = Model(manifest["id"], manifest["dimension"])
    again = write_sample(
        *(tmp_path, model),
        title=manifest["title"],
        size=manifest["input"]["size"],
        embed=lambda pictures: run(folder, manifest, pictures, ["embedding"])["embedding"],
    )
    by_page = read_showandtell(tmp_path / again["project"]).embeddings
    norms = np.linalg.norm(kept.embeddings, axis=1) * np.linalg.norm(by_page, axis=1)
    assert ((kept.embeddings * by_page).sum(axis=1) / norms).min() > 0.999


def test_convert__asks_the_sample_what_it_is_sure_about(lite0):
    folder, _ = lite0
    manifest = manifests.read(folder)
    content = read_showandtell(folder / manifest["sample"]["project"])
    question = as_seen(open_photo(folder / manifest["sample"]["picture"]), manifest["input"]["size"])
    (asked,) = run(folder, manifest, question[None], ["embedding"])["embedding"]
    answer = taught(content, but=None).classify(asked, k=3)
    assert (answer["label"], answer["certainty"]) == ("cat", "sure")
    assert not (content.embeddings == asked).all(axis=1).any(), "it is none of the examples"
    # And what it was not taught with is told apart, too: the test of the page has good figures.
    for example, embedding in zip(content.examples, content.embeddings, strict=True):
        assert taught(content, but=example.group).classify(embedding, k=3)["label"] == example.label


def taught(content, but):
    """The classifier with all examples but those of one recording."""
    knn = KNN()
    for example, embedding in zip(content.examples, content.embeddings, strict=True):
        if example.group != but:
            knn.add_example(embedding, example.label)
    return knn


@pytest.mark.parametrize("name", ["project", "picture"])
def test_check_files__misses_a_file_of_the_sample(lite0, tmp_path, name):
    manifest = manifests.read(lite0[0])
    for file in manifests.all_files(manifest):
        if file["name"] != manifest["sample"][name]:
            (tmp_path / file["name"]).symlink_to(lite0[0] / file["name"])
    assert manifests.check_files(manifest, tmp_path) == [f"{manifest['sample'][name]} is missing"]


def test_convert__an_untrained_model_has_no_sample(tmp_path):
    out = tmp_path / "model"
    options = ("--backbone", "mobilenet", "--alpha", "0.25", "--size", "128", "--untrained")
    done = run_convert(*options, "--out", out, keras_home=tmp_path / "keras")
    assert done.returncode == 0, done.stderr
    assert manifests.read(out)["sample"] is None
    assert not list(out.glob("sample*"))

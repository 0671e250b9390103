"""Trained models on arrays: what they answer, and that what is opened again is what was saved."""

import json
import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.showandtell import read_showandtell
from server.knn import KNN
from server.knn.centre import Centre
from server.knn.certainty import UnknownLimit
from server.knn.model import Model
from tests.support.golden_steps import packed
from toolchain.errors import ToolchainError
from toolchain.models.facts import Network
from toolchain.models.folder import find_trained
from toolchain.models.head_file import Head
from toolchain.models.trained import TrainedModel

D = 16
CLASSES = ["cat", "dog", "owl"]
CENTRE = {"ratio": 1.2, **packed(0.01, *range(D))}
NETWORK = Network("net", "The net", D, "ab12", "web/public/model", UnknownLimit(0.6, centre=Centre.from_dict(CENTRE)))
IN_A_FILE = {**NETWORK._asdict(), "prior": 0.6, "centre": CENTRE}
AUTO = {"k": 3, "metric": "auto", "weights": "uniform", "unknownDistance": "auto"}


def embeddings(n, seed=0):
    random = np.random.default_rng(seed)
    return (random.normal(size=(n, D)) + 3 * np.eye(D)[np.arange(n) % 3]).astype(np.float32)


def new_model(classes=CLASSES, softmax=False, settings=AUTO, **options):
    examples = [ContentExample(f"e{row}", classes[row % 3], f"burst {row // 6}") for row in range(36)]
    content = ProjectContent(
        "Pets", Model("net", D), settings, [ContentClass(label) for label in classes], examples, embeddings(36)
    )
    random = np.random.default_rng(5)
    head = Head(random.normal(size=(D, 3)).astype(np.float32), random.normal(size=3).astype(np.float32))
    names = [f"{classes[row % 3]}/{row}.jpg" for row in range(36)]
    return TrainedModel(content, names, NETWORK, head if softmax else None, **options)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "models" / "cat-dog-owl"
    new_model(softmax=True, threshold=0.75, neither="owl").save(folder, {"history.csv": b"step\n"})
    return folder


@pytest.mark.parametrize("softmax", [False, True])
@pytest.mark.parametrize("metric", ["auto", "manhattan"])
def test_open__answers_the_same_bits(tmp_path, softmax, metric):
    model = new_model(softmax=softmax, settings={**AUTO, "metric": metric, "weights": "distance"})
    model.save(tmp_path / "m")
    opened = TrainedModel.open(tmp_path / "m")
    questions = embeddings(300, seed=1)
    before, after = model.answer(questions), opened.answer(questions)
    assert before.labels == after.labels
    for part in ("probabilities", "is_unknown", "novelty"):
        np.testing.assert_array_equal(getattr(before, part), getattr(after, part))
    assert opened.resolved == model.resolved
    assert (opened.head, opened.classes_, opened.example_names) == (model.head, CLASSES, model.example_names)
    np.testing.assert_array_equal(opened.predict_proba(questions), before.probabilities)
    assert opened.predict(questions) == before.labels
    np.testing.assert_array_equal(opened.is_unknown(questions), before.is_unknown)
    assert 0 < before.is_unknown.mean() < 1


def test_save__writes_the_same_files_twice(tmp_path):
    for name in ("a", "b"):
        new_model(softmax=True).save(tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert files == ["head.npz", "project.showandtell", "trained.json"]
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_answer__is_that_of_the_page():
    """The page opens the examples and the settings, and answers by its KNN."""
    model = new_model(settings={"k": 5, "metric": "cosine", "weights": "distance", "unknownDistance": 0.4})
    knn = KNN()
    for example, embedding in zip(model.content.examples, model.content.embeddings, strict=True):
        knn.add_example(embedding, example.label, example.id, example.group)
    questions = embeddings(40, seed=2)
    results = knn.classify_batch(questions, 5, "cosine", "distance", 0.4)
    answers = model.answer(questions)
    assert answers.labels == [result["label"] for result in results]
    assert answers.is_unknown.tolist() == [result["isUnknown"] for result in results]
    np.testing.assert_array_equal(answers.probabilities, [list(result["confidences"].values()) for result in results])
    rows, distances = model.neighbours(questions, 2)
    first = [result["neighbours"][0] for result in results]
    assert [model.content.examples[row].id for row in rows[:, 0]] == [each["id"] for each in first]
    np.testing.assert_allclose(distances[:, 0], [each["distance"] for each in first], rtol=1e-9)


def test_predict_proba__of_a_head_is_a_softmax_of_its_scores():
    model = new_model(softmax=True)
    questions = embeddings(7, seed=3)
    scores = (questions / np.linalg.norm(questions, axis=1, keepdims=True)) @ model.softmax.weights + model.softmax.bias
    expected = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(questions), expected, rtol=1e-5)
    np.testing.assert_allclose(model.predict_proba(100 * questions), expected, rtol=1e-5)


def test_answer__of_nothing_is_nothing():
    for softmax in (False, True):
        model = new_model(softmax=softmax)
        nothing = np.empty((0, D), np.float32)
        assert model.answer(nothing).probabilities.shape == (0, 3)
        assert model.predict(nothing) == []
        assert model.neighbours(nothing)[0].shape == (0, 3)


def test_save__takes_the_place_of_an_older_model_and_leaves_other_files(saved):
    (saved / "notes.txt").write_text("mine")
    new_model().save(saved, {"search.csv": b"k\n"})
    assert sorted(path.name for path in saved.iterdir()) == [
        "notes.txt",
        "project.showandtell",
        "search.csv",
        "trained.json",
    ]
    assert TrainedModel.open(saved).head == "knn"


def test_save__refuses_a_folder_of_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(ToolchainError, match="holds something else than a trained model"):
        new_model().save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_open__reads_what_save_was_given(saved):
    opened = TrainedModel.open(saved)
    assert (opened.threshold, opened.neither, opened.network, opened.folder) == (0.75, "owl", NETWORK, saved)
    assert read_showandtell(saved / "project.showandtell").settings == AUTO
    with np.load(saved / "head.npz", allow_pickle=False) as head:
        np.testing.assert_array_equal(head["weights"], opened.softmax.weights)
        assert head["bias"].shape == (3,)


def change(saved, **changes):
    path = saved / "trained.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def forge(saved, name, data):
    """Replace a file, and what trained.json says of it."""
    import hashlib

    (saved / name).write_bytes(data)
    files = json.loads((saved / "trained.json").read_text())["files"]
    change(saved, files={**files, name: hashlib.sha256(data).hexdigest()})


def with_array(saved, name, array):
    path = saved / "other.npz"
    arrays = dict(np.load(saved / "head.npz"))
    np.savez(path, **{**arrays, name: array})
    data = path.read_bytes()
    path.unlink()
    return data


@pytest.mark.parametrize(
    ("changes", "stated"),
    [
        ({"format": "other"}, "its format is 'other'"),
        ({"version": 2}, "written by a newer version"),
        ({"version": True}, "its version is True"),
        ({"head": "forest"}, "its head is 'forest'"),
        ({"classes": ["cat", "cat", "owl"]}, "named once"),
        ({"classes": ["cat", "dog", "elk"], "neither": None}, "has other classes"),
        ({"classes": 7}, "`classes` is no list of texts"),
        ({"neither": "elk"}, "none of its classes"),
        ({"threshold": 1.5}, "`threshold` is 1.5"),
        ({"threshold": "1"}, "`threshold` is '1'"),
        ({"settings": {**AUTO, "k": 0}}, "its settings"),
        ({"settings": {**AUTO, "k": 4}}, "has other settings"),
        ({"settings": {}}, "KeyError"),
        ({"resolved": {"metric": "auto", "unknownDistance": 0.5}}, "its settings"),
        ({"resolved": {"metric": "cosine", "unknownDistance": {"distance": 9}}}, "its settings"),
        ({"model": {**IN_A_FILE, "id": "other"}}, "of another network"),
        ({"model": {**IN_A_FILE, "dimension": -1}}, "its model"),
        ({"model": {**IN_A_FILE, "prior": 3}}, "`prior` is 3"),
        ({"model": {**IN_A_FILE, "centre": {}}}, "its model"),
        ({"model": 3}, "its model"),
        ({"examples": ["a"]}, "has 36 examples"),
        ({"files": {}}, "is not the file"),
        ({"figures": []}, "`figures` is no object"),
    ],
)
def test_open__refuses_what_trained_json_can_not_mean(saved, changes, stated):
    change(saved, **changes)
    with pytest.raises(ToolchainError, match=stated):
        TrainedModel.open(saved)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"a": NaN}', "{}"])
def test_open__refuses_what_is_no_trained_json(saved, text):
    (saved / "trained.json").write_text(text)
    with pytest.raises(ToolchainError, match="is damaged"):
        TrainedModel.open(saved)


@pytest.mark.parametrize("name", ["trained.json", "project.showandtell", "head.npz"])
def test_open__names_the_file_that_is_missing(saved, name):
    (saved / name).unlink()
    with pytest.raises(ToolchainError, match=name):
        TrainedModel.open(saved)


@pytest.mark.parametrize("name", ["project.showandtell", "head.npz"])
def test_open__notices_one_changed_bit(saved, name):
    data = bytearray((saved / name).read_bytes())
    data[len(data) // 2] ^= 1
    (saved / name).write_bytes(data)
    with pytest.raises(ToolchainError, match=f"{name} is damaged: it is not the file"):
        TrainedModel.open(saved)


def test_open__refuses_a_project_that_is_none(saved):
    forge(saved, "project.showandtell", b"PK\x03\x04 and nothing more")
    with pytest.raises(ToolchainError, match=r"project\.showandtell is damaged"):
        TrainedModel.open(saved)


@pytest.mark.parametrize(
    ("name", "array", "stated"),
    [
        ("weights", np.zeros((3, D), np.float32), r"float32 \(16, 3\) was expected"),
        ("weights", np.zeros((D, 3), np.float64), "float32"),
        ("weights", np.full((D, 3), np.nan, np.float32), "not finite"),
        ("bias", np.zeros(3, ">f4"), "float32"),
        ("bias", np.array([{}], object), "damaged"),
        ("more", np.zeros(3), "damaged"),
    ],
)
def test_open__refuses_a_head_of_another_kind(saved, name, array, stated):
    forge(saved, "head.npz", with_array(saved, name, array))
    with pytest.raises(ToolchainError, match=stated):
        TrainedModel.open(saved)


def test_open__does_not_unpack_a_head_beyond_its_size(saved):
    path = saved / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("weights.npy", bytes(50_000_000))
        writer.writestr("bias.npy", b"")
    forge(saved, "head.npz", path.read_bytes())
    with pytest.raises(ToolchainError, match=r"head\.npz is damaged"):
        TrainedModel.open(saved)


def test_find_trained__finds_the_newest_of_these_classes(saved):
    models = saved.parent
    assert find_trained(models, ["owl", "dog", "cat"]) == saved
    # Without the class for anything else, too.
    assert find_trained(models, ["dog", "cat"]) == saved
    assert find_trained(models, ["dog"]) is None
    assert find_trained(models / "nowhere", ["dog", "cat"]) is None
    shutil.copytree(saved, models / "newer")
    os.utime(models / "newer" / "trained.json", (4e9, 4e9))
    assert find_trained(models, ["cat", "dog"]) == models / "newer"
    (models / "newer" / "trained.json").write_text("{")
    told = []
    assert find_trained(models, ["cat", "dog"], told.append) == saved
    (line,) = told
    assert f"{models / 'newer/trained.json'} is damaged" in line
    assert "Train it again" in line
    assert "\n" not in line


def test_check_network__refuses_another_one(saved):
    model = TrainedModel.open(saved)
    model.check_network("net", "ab12")
    with pytest.raises(ToolchainError, match="trained on the network net; other was given"):
        model.check_network("other")
    with pytest.raises(ToolchainError, match="has other files"):
        model.check_network("net", "cd34")


def test_network_folder__is_the_models_own_where_it_has_one(saved, tmp_path):
    model = TrainedModel.open(saved)
    assert model.network_folder(Path("default")) in (Path("web/public/model"), Path("default"))
    network = tmp_path / "tuned"
    network.mkdir()
    own = new_model()
    own.network = NETWORK._replace(folder="network")
    own.save(saved, network=network)
    assert TrainedModel.open(saved).network_folder(Path("default")) == saved / "network"
    assert (saved / "network").is_dir()
    new_model().save(saved)
    assert not (saved / "network").exists()


def test_leave_out__the_limit_has_the_networks_centre():
    resolved = new_model().leave_out().resolved
    assert resolved.unknown_distance.centre == NETWORK.prior.centre
    assert resolved.unknown_distance.exponent > 0

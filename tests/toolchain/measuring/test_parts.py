"""Which photos are tested: by a split, without one, and never those that the model was taught."""

from pathlib import Path

import numpy as np
import pytest

from photos.folder import PhotoFile
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.knn.certainty import UnknownLimit
from server.knn.model import Model
from toolchain.cleaning.split import SplitRow, write_split
from toolchain.embedding.embed import Embedded
from toolchain.errors import ToolchainError
from toolchain.measuring.parts import choose, find_taught
from toolchain.models.facts import Network
from toolchain.models.trained import TrainedModel

NAMES = [f"{label}/{n}.jpg" for label in ("cat", "dog") for n in range(5)]
PARTS = ["train", "train", "train", "validation", "test"] * 2
EMBEDDINGS = dict(zip(NAMES, np.random.default_rng(0).normal(size=(10, 16)).astype(np.float32), strict=True))


def photo(name):
    label = name.partition("/")[0]
    return PhotoFile(Path(name), name, label, None)


def embed(photos):
    rows = [EMBEDDINGS.get(each.name, np.arange(16, dtype=np.float32) + 1) for each in photos]
    return Embedded(list(photos), [each.name for each in photos], np.array(rows).reshape(-1, 16), [], len(photos))


@pytest.fixture
def trained(tmp_path):
    """A model of the training part, with its split."""
    names = [name for name, part in zip(NAMES, PARTS, strict=True) if part == "train"]
    content = ProjectContent(
        "Two",
        Model("net", 16),
        {},
        [ContentClass("cat"), ContentClass("dog")],
        [ContentExample(name, name.partition("/")[0]) for name in names],
        np.stack([EMBEDDINGS[name] for name in names]),
    )
    model = TrainedModel(content, names, Network("net", "Net", 16, "", "", UnknownLimit(0.5)))
    model.folder = tmp_path / "model"
    model.folder.mkdir()
    return model


def rows(parts=PARTS):
    return [SplitRow(name, "", part, "") for name, part in zip(NAMES, parts, strict=True)]


def names_and_parts(tested):
    return dict(zip([each.name for each in tested.photos], tested.parts, strict=True))


JUDGES = {name: part for name, part in zip(NAMES, PARTS, strict=True) if part != "train"}


def test_choose__by_the_folders_split(trained, tmp_path):
    write_split(tmp_path, rows())
    more = [photo(name) for name in [*NAMES, "cat/new.jpg", "owl/0.jpg"]]
    tested = choose(tmp_path, more, trained, embed)
    assert names_and_parts(tested) == JUDGES
    assert (tested.taught, tested.unsplit, tested.others) == (0, 1, {"owl": 1})
    assert tested.truths.tolist() == [0, 0, 1, 1]
    assert tested.rows("test").tolist() == [1, 3]


def test_choose__leaves_out_what_another_split_taught(trained, tmp_path):
    write_split(tmp_path, rows(["test", "train", "train", "train", "test"] * 2))
    tested = choose(tmp_path, [photo(name) for name in NAMES], trained, embed)
    assert names_and_parts(tested) == {"cat/4.jpg": "test", "dog/4.jpg": "test"}
    assert tested.taught == 2


def test_choose__by_the_models_own_split(trained, tmp_path):
    write_split(trained.folder, rows())
    tested = choose(tmp_path, [photo(name) for name in [*NAMES, "cat/new.jpg"]], trained, embed)
    assert names_and_parts(tested) == {**JUDGES, "cat/new.jpg": "test"}
    assert tested.taught == 0


def test_choose__other_photos_with_the_same_names_are_tested(trained, tmp_path):
    write_split(trained.folder, rows())

    def embed_others(photos):
        embedded = embed(photos)
        return embedded._replace(embeddings=embedded.embeddings[:, ::-1].copy())

    tested = choose(tmp_path, [photo(name) for name in NAMES], trained, embed_others)
    assert names_and_parts(tested) == dict.fromkeys(NAMES, "test")


def test_choose__explains_that_nothing_is_left(trained, tmp_path):
    taught = [photo(name) for name in trained.example_names]
    with pytest.raises(ToolchainError, match="6 are of the model's classes \\(cat, dog\\), 6 of them taught"):
        choose(tmp_path, taught, trained, embed)
    with pytest.raises(ToolchainError, match="0 are of the model's classes"):
        choose(tmp_path, [photo("owl/0.jpg")], trained, embed)


def test_find_taught__is_exact_but_for_rounding_and_the_browser(trained):
    random = np.random.default_rng(1)
    nudge = random.normal(size=trained.examples.shape)
    norms = np.linalg.norm(trained.examples, axis=1, keepdims=True)
    nudge *= norms / np.linalg.norm(nudge, axis=1, keepdims=True)
    rounded, browsers = ((trained.examples + step * nudge).astype(np.float32) for step in (1e-5, 0.02))
    assert find_taught(rounded, trained).all()
    assert not find_taught(browsers, trained).any()
    trained.folder = None
    assert find_taught(browsers, trained).all()
    assert not find_taught(trained.examples[:, ::-1].copy(), trained).any()


def test_choose__tells_photos_that_look_like_taught_ones(trained, tmp_path, monkeypatch):
    """The same picture, saved again: not equal, but nearer than near-duplicates are."""
    write_split(tmp_path, rows())
    again = EMBEDDINGS["cat/0.jpg"] + np.float32(0.05)
    monkeypatch.setitem(EMBEDDINGS, "cat/4.jpg", again)
    tested = choose(tmp_path, [photo(name) for name in NAMES], trained, embed)
    assert names_and_parts(tested) == JUDGES
    assert [each.name for each, near in zip(tested.photos, tested.near, strict=True) if near] == ["cat/4.jpg"]

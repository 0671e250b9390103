"""Examples beyond those of the project: they answer, are kept beside it, and are checked like all that is read."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from server.exchange.showandtell import read_showandtell
from tests.toolchain.models.test_trained import CLASSES, D, embeddings, new_model
from toolchain.errors import ToolchainError
from toolchain.models.more_examples import MoreExample, MoreExamples, read_more
from toolchain.models.trained import TrainedModel
from toolchain.scale import large_knn


def more_of(m, seed=3):
    names = ["=1,2.jpg", 'a "b".jpg', "two\nlines.jpg", *(f"cat/{row}.jpg" for row in range(3, m))]
    examples = [
        MoreExample(f"m{row}", CLASSES[row % 3], f"burst {row}" if row % 2 else None, names[row]) for row in range(m)
    ]
    return MoreExamples(examples, embeddings(m, seed))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    new_model(more=more_of(30)).save(tmp_path / "m")
    return tmp_path / "m"


def test_all_examples_answer__and_the_page_has_those_of_the_project(saved):
    opened, alone = TrainedModel.open(saved), new_model()
    questions = more_of(30).embeddings
    rows, distances = opened.neighbours(questions, 1)
    np.testing.assert_array_equal(rows[:, 0], np.arange(36, 66))
    np.testing.assert_allclose(distances, 0, atol=1e-7)
    assert [opened.example_names[row] for row in rows[:3, 0]] == ["=1,2.jpg", 'a "b".jpg', "two\nlines.jpg"]
    assert [opened.example_labels[row] for row in rows[:, 0]] == [CLASSES[row % 3] for row in range(30)]
    assert opened.knn.outline()[37].group == "burst 1"
    assert opened.knn.outline()[36].group is None
    assert [opened.thumbnail(row) for row in (0, 65)] == [None, None]
    assert (alone.answer(questions).novelty > opened.answer(questions).novelty).all()
    # What "auto" stands for is the project's: the page works it out of the same examples.
    assert opened.resolved == alone.leave_out().resolved == opened.leave_out().resolved
    assert len(read_showandtell(saved / "project.showandtell").examples) == 36


def test_save__again_and_elsewhere(saved, tmp_path):
    opened = TrainedModel.open(saved)
    opened.save(tmp_path / "again")
    for path in saved.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    # A model without them leaves none behind.
    new_model().save(saved)
    assert sorted(path.name for path in saved.iterdir()) == ["project.showandtell", "trained.json"]
    assert TrainedModel.open(saved).knn.count == 36


@pytest.mark.parametrize("name", ["more.npy", "more.csv"])
def test_open__refuses_what_was_not_written_with_the_model(saved, name):
    data = bytearray((saved / name).read_bytes())
    data[-2] ^= 1
    (saved / name).write_bytes(data)
    with pytest.raises(ToolchainError, match=f"{name} is damaged: it is not the file"):
        TrainedModel.open(saved)
    (saved / name).unlink()
    with pytest.raises(ToolchainError, match=f"{name} is missing"):
        TrainedModel.open(saved)


SHAPE = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000, 16), }"
HUGE = b"\x93NUMPY\x01\x00\x76\x00" + SHAPE.ljust(117) + b"\n"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("more.npy", b"", "more.npy or more.csv"),
        ("more.npy", b"PK\x03\x04 no zip", "more.npy or more.csv"),
        ("more.npy", HUGE, "more.npy or more.csv"),
        ("more.csv", b"\xff\xfe", "more.npy or more.csv"),
        ("more.csv", b"id,label,group,name\nm0,cat,,1.jpg\n", r"it is \(30, 16\); \(1, 16\) was expected"),
        ("more.csv", b"id,label,group,name\n" + b"m0,fox,,1.jpg\n" * 30, "a class that the model does not have"),
        ("more.csv", b"id,label,group,name\n" + b",cat,,1.jpg\n" * 30, "has no id"),
    ],
)
def test_read_more__refuses_what_it_did_not_write(saved, tmp_path, name, data, why):
    shutil.copytree(saved, tmp_path / "other")
    (tmp_path / "other" / name).write_bytes(data)
    with pytest.raises(ToolchainError, match=why):
        read_more(tmp_path / "other", D, CLASSES)


@pytest.mark.parametrize("bad", [np.zeros(D), np.full(D, np.nan), np.full(D, np.inf)])
def test_read_more__refuses_embeddings_that_have_no_direction(saved, bad):
    array = np.load(saved / "more.npy")
    array[7] = bad
    np.save(saved / "more.npy", array)
    with pytest.raises(ToolchainError, match="not finite, or an embedding of zeros"):
        read_more(saved, D, CLASSES)


@pytest.mark.parametrize("kind", ["exact", "ivf"])
def test_many_examples_are_searched_by_the_index(saved, monkeypatch, kind):
    opened, questions = TrainedModel.open(saved), embeddings(40, seed=9)
    opened.settings = opened.settings._replace(metric="cosine")
    opened.resolved = opened.resolved._replace(metric="cosine")
    before = opened.answer(questions)
    asked = []
    index_of = large_knn.index_of
    monkeypatch.setattr(large_knn, "FAISS_FROM", 60)
    monkeypatch.setattr(large_knn, "index_of", lambda *given: asked.append(given[1]) or index_of(*given))
    opened.knn.index_kind = kind
    after = opened.answer(questions)
    assert asked == [kind]
    assert before.labels == after.labels
    np.testing.assert_allclose(before.novelty, after.novelty)

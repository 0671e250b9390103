"""Searching very many examples: the classifier's own neighbours and answers, with ties; and what IVF misses."""

import sys

import numpy as np
import pytest

from server.knn import KNN
from server.knn.centre import Centre
from server.knn.certainty import UnknownLimit
from tests.support.golden_steps import packed
from toolchain.errors import ToolchainError
from toolchain.scale import search
from toolchain.scale.large_knn import LargeKNN
from toolchain.scale.search import ExampleIndex, nearest, nearest_of


@pytest.fixture(scope="module")
def examples():
    """3,000 examples about 60 places, with 40 of one embedding, 30 of another's multiples, and near-copies."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(60, 128))
    rows = (centres[random.integers(60, size=3000)] + 0.5 * random.normal(size=(3000, 128))).astype(np.float32)
    rows[100:140] = rows[7]
    rows[200:230] = rows[8] * np.float32(2) ** np.arange(-15, 15)[:, None]
    rows[300:310] = rows[9] * (1 + 1e-7 * random.normal(size=(10, 128)))
    return rows


@pytest.fixture(scope="module")
def queries(examples):
    """Some examples, some strangers, and each of those that have copies."""
    strangers = np.random.default_rng(1).normal(size=(20, 128)).astype(np.float32)
    return np.concatenate([examples[[7, 8, 9, 100, 210, 305]], examples[1000:1020] * np.float32(1.01), strangers])


@pytest.fixture
def few(monkeypatch):
    """So that 3,000 examples are very many."""
    monkeypatch.setattr(search, "FAISS_FROM", 1000)
    monkeypatch.setattr("toolchain.scale.large_knn.FAISS_FROM", 1000)
    monkeypatch.setattr(search, "_told", set())


def by_numpy(examples, queries, k):
    """Distances in float64, and the k nearest by distance, then by arrival."""
    units = examples / np.linalg.norm(examples.astype(np.float64), axis=1, keepdims=True)
    asked = queries / np.linalg.norm(queries.astype(np.float64), axis=1, keepdims=True)
    distances = np.square(asked[:, None] - units[None]).sum(axis=2) / 2
    return np.sort(distances, axis=1)[:, :k], distances


@pytest.mark.parametrize("k", [1, 3, 10, 50, 3000])
def test_nearest__exact_is_what_numpy_finds(examples, queries, few, k):
    rows, distances = nearest(examples, queries, k)
    expected, all_distances = by_numpy(examples, queries, k)
    assert (rows.dtype, rows.shape, distances.dtype) == (np.intp, (46, k), np.float64)
    np.testing.assert_allclose(distances, expected, atol=1e-12)
    np.testing.assert_allclose(np.take_along_axis(all_distances, rows, axis=1), expected, atol=1e-12)
    if k == 10:
        assert rows[0].tolist() == [7, *range(100, 109)], "equal ones come in order of arrival"


def test_nearest__gives_the_same_above_the_threshold_and_below(examples, queries, few, monkeypatch):
    classes = np.random.default_rng(2).integers(5, size=3000)
    large = nearest(examples, queries, 12, class_indices=classes)
    monkeypatch.setattr(search, "FAISS_FROM", 3000)
    monkeypatch.setattr(search, "_faiss", lambda: pytest.fail("faiss searched few examples"))
    small = nearest(examples, queries, 12, class_indices=classes)
    np.testing.assert_array_equal(large[0], small[0])
    np.testing.assert_allclose(large[1], small[1], atol=1e-14)


@pytest.mark.parametrize("metric", ["cosine", "adapted"])
def test_large_knn__answers_as_the_knn(examples, queries, few, metric):
    labels = [f"class {number}" for number in np.random.default_rng(3).integers(4, size=3000)]
    dataset = {
        "dimension": 128,
        "labels": sorted(set(labels)),
        "examples": [{"id": str(row), "label": label, "group": f"{row // 50}"} for row, label in enumerate(labels)],
        "embeddings": examples,
    }
    large, small = LargeKNN.from_dataset(dataset), KNN.from_dataset(dataset)
    assert large._index() is not None
    centre = Centre.from_dict(
        {"ratio": 1.1, **packed(0.001, *np.random.default_rng(4).integers(-90, 90, 128).tolist())}
    )
    limits = [None, UnknownLimit(0.3, 0.7), UnknownLimit(0.3, centre=centre)]
    shown = [large.classify(queries[0], 5, metric, "distance", limit)["unknownDistance"] for limit in limits]
    assert len(set(shown)) == 3
    for limit in limits:
        ours = large.classify_batch(queries, 5, metric, "distance", limit)
        for our, their in zip(ours, small.classify_batch(queries, 5, metric, "distance", limit), strict=True):
            assert same(our, their)
    distances, rows = large.set_params(metric=metric).kneighbors(queries, 7)
    expected, expected_rows = small.set_params(metric=metric).kneighbors(queries, 7)
    np.testing.assert_array_equal(rows, expected_rows)
    np.testing.assert_allclose(distances, expected, atol=1e-14)


def same(our, their):
    """Whether two results are the same but for rounding."""
    if isinstance(their, dict):
        return our.keys() == their.keys() and all(same(our[key], their[key]) for key in their)
    if isinstance(their, list):
        return len(our) == len(their) and all(map(same, our, their))
    return our == (pytest.approx(their, abs=1e-9) if isinstance(their, float) else their)


def test_large_knn__sees_what_was_added(examples, few):
    knn = LargeKNN().fit(examples, ["a", "b", "c"] * 1000)
    new = np.random.default_rng(4).normal(size=128).astype(np.float32)
    assert knn.classify(new, 1)["distance"] > 0.1
    knn.add_example(new, "new")
    assert knn.classify(new, 1)["label"] == "new"


def test_index__ivf_finds_most_and_says_how_many(examples, queries, few, capsys):
    index = ExampleIndex(examples, kind="ivf")
    _, distances = nearest_of(index.search(queries[:26]), 26, 10)
    exact = by_numpy(examples, queries[:26], 10)[0]
    found = np.mean(distances <= exact[:, -1:] + 1e-12)
    with capsys.disabled():
        print(f"\nIVF: {found:.3f} of the ten nearest found; it says {index.recall:.3f}")
    assert found > 0.8
    assert abs(index.recall - found) < 0.15
    nearest(examples, queries, 3, index="ivf")
    nearest(examples, queries, 3, index="ivf")
    assert capsys.readouterr().err.count("of the ten nearest among 3,000 examples (IVF)") == 1


def test_nearest__without_faiss_numpy_searches_and_that_is_told_once(examples, queries, few, monkeypatch, capsys):
    expected = nearest(examples, queries, 4)
    monkeypatch.setitem(sys.modules, "faiss", None)
    for _ in range(2):
        np.testing.assert_array_equal(nearest(examples, queries, 4)[0], expected[0])
    told = capsys.readouterr().err
    assert told.count("faiss-cpu is not installed") == 1
    with pytest.raises(ToolchainError, match="not installed") as caught:
        nearest(examples, queries, 4, index="ivf")
    assert "scripts/install.sh .venv scale" in caught.value.hint

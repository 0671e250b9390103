"""Dimensions, shapes and types are checked on every way into the classifier, and what is refused changes nothing."""

import numpy as np
import pandas as pd
import pytest

from server.contract.errors import ContractError
from server.knn import KNN, adapted
from server.knn.adaptation import Fitted

METRICS = ("cosine", "euclidean", "manhattan", "adapted")
OTHER = [1, 2, 4]  # dimensions that are not that of the examples, 3

WAYS = {
    "add_example": lambda knn, x: knn.add_example(x, "new"),
    "classify": lambda knn, x: knn.classify(x, metric=knn.metric),
    "classify_batch": lambda knn, x: knn.classify_batch([[1.0, 2.0, 3.0], x], metric=knn.metric),
    "partial_fit": lambda knn, x: knn.partial_fit([x], ["new"]),
    "kneighbors": lambda knn, x: knn.kneighbors([x]),
    "kneighbors, an array": lambda knn, x: knn.kneighbors(np.array([x], np.float32)),
    "kneighbors, a table": lambda knn, x: knn.kneighbors(pd.DataFrame([x])),
    "kneighbors_graph": lambda knn, x: knn.kneighbors_graph([x]),
    "predict": lambda knn, x: knn.predict([x]),
    "predict_proba": lambda knn, x: knn.predict_proba([x]),
    "score": lambda knn, x: knn.score([x], ["a"]),
}


def by_adding(metric):
    knn = KNN(5, metric=metric)
    knn.add_example([1.0, 2.0, 3.0], "a", "1")
    knn.add_example([3.0, 2.0, 1.0], "b", "2")
    return knn


def by_fitting(metric):
    return KNN(5, metric=metric).fit([[1.0, 2, 3], [3, 2, 1]], ["a", "b"])


def by_restoring(metric):
    knn = KNN.from_dataset(by_adding(metric).to_dataset())
    return knn.set_params(n_neighbors=5, metric=metric)


def after_another_dimension(metric):
    knn = KNN(5, metric=metric).fit(pd.DataFrame({"x": [1.0, 2], "y": [2.0, 1]}), [0, 1])
    knn.clear_all_labels()
    knn.partial_fit([[1.0, 2, 3]], ["a"])
    knn.add_example([3.0, 2.0, 1.0], "b")
    return knn


def state(knn):
    dataset = knn.to_dataset()
    return {**dataset, "embeddings": dataset["embeddings"].tolist()}, getattr(knn, "n_features_in_", None)


@pytest.mark.parametrize("taught", [by_adding, by_fitting, by_restoring, after_another_dimension])
@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("way", WAYS)
def test_another_dimension_is_refused(taught, metric, way):
    knn = taught(metric)
    before = state(knn)
    for d in OTHER:
        with pytest.raises(ContractError) as refused:
            WAYS[way](knn, [5.0] * d)
        assert refused.value.code == "dimension"
        assert (refused.value.came, refused.value.expected) == (str(d), "3")
    assert state(knn) == before
    WAYS[way](knn, [1.0, 2.0, 2.0])


@pytest.mark.parametrize("remove", ["remove_example", "clear_label"])
@pytest.mark.parametrize("way", ["add_example", "partial_fit"])
def test_the_dimension_outlives_the_examples(remove, way):
    knn = by_adding("cosine")
    for name in ["1", "2"] if remove == "remove_example" else ["a", "b"]:
        getattr(knn, remove)(name)
    with pytest.raises(ContractError) as refused:
        WAYS[way](knn, [5.0, 6.0])
    assert (refused.value.code, knn.dimension) == ("dimension", 3)
    restored = KNN.from_dataset(knn.to_dataset())
    assert (restored.dimension, restored.count) == (3, 0)
    assert restored.to_dataset()["embeddings"].shape == knn.to_dataset()["embeddings"].shape == (0, 3)
    WAYS[way](knn, [5.0, 6.0, 7.0])
    assert knn.classify([5.0, 6.0, 7.0])["label"] == "new"


def test_after_clearing_everything_any_dimension_follows():
    knn = KNN(1, metric="euclidean").fit([[1.0, 0.0], [0.0, 1.0]], [0, 1])
    knn.clear_all_labels()
    assert not hasattr(knn, "n_features_in_")
    knn.add_example([1.0, 2.0, 3.0], "a")
    assert knn.predict([[1.0, 2.0, 3.0]]).tolist() == ["a"]
    assert knn.n_features_in_ == 3
    knn.fit([[1.0], [2.0]], [5, 6])
    assert knn.predict([[1.9]]).tolist() == [6]


def test_partial_fit_keeps_classes_that_are_still_empty():
    knn = KNN()
    knn.add_label("empty")
    assert knn.partial_fit([[1.0, 2.0]], ["a"]).count_by_label() == {"empty": 0, "a": 1}


def test_names_of_columns_go_with_what_was_learnt():
    table = pd.DataFrame({"x": [1.0, 2], "y": [2.0, 1]})
    assert KNN(1).partial_fit(table, [0, 1]).feature_names_in_.tolist() == ["x", "y"]
    knn = KNN(1).fit(table, [0, 1])
    with pytest.raises(ContractError):
        knn.fit(table.rename(columns={"x": "z"}), [" ", "b"])  # a label that is refused
    assert knn.predict(table).tolist() == [0, 1]
    with pytest.raises(ValueError, match="feature names"):
        knn.predict(table[["y", "x"]])
    knn.clear_all_labels()
    assert not hasattr(knn, "feature_names_in_")
    knn.add_example([1.0, 2.0], "a")
    assert knn.predict([[1.0, 2.0]]).tolist() == ["a"]


@pytest.mark.parametrize("way", ["partial_fit", "kneighbors", "predict", "predict_proba", "score"])
@pytest.mark.parametrize(
    "table", [[], [[]], [1.0, 2.0, 3.0], 5.0, [[[1.0, 2.0, 3.0]]], "abc", [[1.0, 2.0], [1.0]]], ids=repr
)
def test_what_is_no_table_is_refused(way, table):
    knn = by_adding("euclidean")
    before = state(knn)
    calls = {"partial_fit": lambda: knn.partial_fit(table, ["new"]), "score": lambda: knn.score(table, ["a"])}
    with pytest.raises((ValueError, TypeError)):
        calls.get(way, lambda: getattr(knn, way)(table))()
    assert state(knn) == before


@pytest.mark.parametrize(
    "embedding",
    [
        None,
        5.0,
        np.float32(5),
        np.array(5, np.float32),
        "123",
        ["1", "2", "3"],
        [1, None, 3],
        [1j, 2, 3],
        [[1.0, 2.0, 3.0]],
        [[1.0], [2.0], [3.0]],
        [[1.0, 2.0], [3.0]],
        np.zeros((0, 3)),
        [{}, {}, {}],
        np.array(["2020-01-01"] * 3, "datetime64[D]"),
        np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False]),
        np.ma.array([1.0, 2.0, 3.0], mask=[False, True, False], dtype=np.float32),
        {1: 2},
        ...,
    ],
    ids=repr,
)
@pytest.mark.parametrize("way", ["add_example", "classify", "classify_batch"])
def test_what_is_no_embedding_is_refused(way, embedding):
    knn = by_adding("cosine")
    for classifier in (KNN(), knn) if way == "add_example" else (knn,):
        before = state(classifier)
        with pytest.raises(ContractError) as refused:
            WAYS[way](classifier, embedding)
        assert refused.value.code == "badEmbedding"
        assert state(classifier) == before


@pytest.mark.parametrize("embedding", [[10**400, 1, 2], [2.0**200, 1, 2], [np.nan, 1, 2], [1, np.inf, 2]], ids=repr)
def test_numbers_that_float32_does_not_have_are_refused(embedding):
    with pytest.raises(ContractError) as refused:
        by_adding("cosine").add_example(embedding, "new")
    assert refused.value.code in ("notFinite", "badEmbedding")


@pytest.mark.parametrize(
    "embedding",
    [
        [2**70, 1, 2],
        (1, 2, 3),
        range(1, 4),
        np.array([1, 2, 3], ">i2"),
        [True, 0, 2],
        np.ma.array([1, 2, 3], np.float32),
    ],
    ids=repr,
)
def test_any_numbers_are_an_embedding(embedding):
    knn = by_adding("cosine")
    knn.add_example(embedding, "new", "new")
    expected = np.array([float(number) for number in embedding], np.float32)
    np.testing.assert_array_equal(knn.example("new")["embedding"], expected)


@pytest.mark.parametrize("embeddings", [None, 5, np.array(5.0), ..., {}, "", "abc"], ids=repr)
def test_a_batch_that_is_no_sequence_is_refused(embeddings):
    with pytest.raises(ContractError) as refused:
        by_adding("cosine").classify_batch(embeddings)
    assert refused.value.code == "badEmbedding"
    assert by_adding("cosine").classify_batch(np.empty((0, 3), np.float32)) == []


ENTRY = {"id": "1", "label": "a"}
ONE = {"labels": ["a"], "examples": [ENTRY], "embeddings": np.ones((1, 2), np.float32)}


@pytest.mark.parametrize(
    "change",
    [
        {"dimension": 3},
        {"dimension": 0},
        {"dimension": 2.5},
        {"dimension": "2"},
        {"dimension": True},
        {"embeddings": np.ones(1, np.float32)},
        {"embeddings": 1.0},
        {"embeddings": None},
        {"embeddings": np.ones((2, 1), np.float32)},
        {"embeddings": np.ones((1, 2, 1), np.float32)},
        {"embeddings": [[1.0, 2.0], [1.0]]},
        {"labels": "a"},
        {"labels": None},
        {"examples": "a"},
        {"examples": [None]},
        {"examples": [5]},
        {"examples": {"a": ENTRY}},
    ],
    ids=repr,
)
def test_a_data_set_of_the_wrong_shape_is_refused(change):
    assert KNN.from_dataset({**ONE, "dimension": 2}).count == 1
    with pytest.raises(ContractError) as refused:
        KNN.from_dataset({**ONE, **change})
    assert refused.value.code == "badDataset"


def test_an_installed_metric_of_another_dimension_is_refused():
    knn = by_adding("adapted")
    matrix = np.array([[2, 1], [2, -1], [-2, 0]], np.float32)
    norms = np.linalg.norm(matrix, axis=1).astype(np.float64)
    metric = adapted.fit(matrix, norms, np.array([0, 0, 1]))
    with pytest.raises(ContractError) as refused:
        knn.adapt(Fitted(metric, ["1", "2", "3"], adapted.squared_norms(metric, matrix, norms)))
    assert (refused.value.code, knn.unadapted) == ("dimension", None)


@pytest.mark.parametrize("removed", [["2"], ["0", "2"]])
def test_an_example_that_is_taught_again_while_the_metric_is_fitted_is_measured_anew(removed):
    random = np.random.default_rng(3)
    matrix = random.normal(size=(12, 4)).astype(np.float32)
    knn = KNN(3, metric="adapted")
    for row, embedding in enumerate(matrix):
        knn.add_example(embedding, "ab"[row % 2], str(row))
    norms = np.linalg.norm(matrix.astype(np.float64), axis=1)
    metric = adapted.fit(matrix, norms, np.arange(12) % 2)
    fitted = Fitted(
        metric, [str(row) for row in range(12)], adapted.squared_norms(metric, matrix, norms), knn.serials()
    )
    for example_id in removed:
        knn.remove_example(example_id)
    knn.add_example(-3 * matrix[5], "a", "2")
    knn.adapt(fitted)
    assert knn.unadapted == 1
    near = knn.classify(-matrix[5], k=1)["neighbours"][0]
    assert near["id"] == "2"
    assert near["distance"] == pytest.approx(0, abs=1e-9)


def test_an_example_in_the_place_of_another_with_its_id_is_measured_anew():
    knn = by_adding("adapted")
    knn.add_example([3.0, 2.0, 2.0], "b", "3")
    ids, serials = [info.id for info in knn.outline()], knn.serials()
    matrix = np.array([knn.example(example_id)["embedding"] for example_id in ids])
    norms = np.linalg.norm(matrix.astype(np.float64), axis=1)
    metric = adapted.fit(matrix, norms, np.array([0, 1, 1]))
    squares = adapted.squared_norms(metric, matrix, norms)
    knn.remove_example(ids[-1])  # the last, so that the order of the ids stays
    knn.add_example(matrix[0], "a", ids[-1])
    knn.adapt(Fitted(metric, ids, squares, serials))
    assert knn.unadapted == 1

"""The classifier as a scikit-learn estimator, with scikit-learn itself as the oracle."""

import copy
import json
import threading

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.estimator_checks import check_estimator

from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.adapted import AdaptedMetric, squared_norms
from server.knn.adapted_search import AdaptedSearch
from server.knn.certainty import AdaptedLimit, UnknownLimit
from server.knn.examples import Examples
from server.knn.search import FEW
from tests.support.agree import agree

METRICS = ("cosine", "euclidean", "manhattan")  # that scikit-learn has too
WEIGHTS = ("uniform", "distance")


@pytest.mark.parametrize(
    "estimator",
    [
        KNN(),
        KNN(1, metric="euclidean", weights="distance"),
        KNN(5, metric="manhattan", weights="distance"),
        KNN(7, weights="distance"),
        KNN(3, metric="adapted"),
    ],
    ids=repr,
)
def test_check_estimator(estimator):
    checks = check_estimator(estimator, on_skip=None)
    # scikit-learn tries other array libraries only where the environment says so; this class takes NumPy's.
    assert {check["check_name"] for check in checks if check["status"] != "passed"} <= {"check_array_api_input"}
    assert len(checks) > 40


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(1, 60),
    d=st.sampled_from([1, 2, 7, 64, 1280]),
    classes=st.integers(1, 6),
    k=st.integers(1, 80),
    metric=st.sampled_from(METRICS),
    weights=st.sampled_from(WEIGHTS),
    scale=st.sampled_from([1e-12, 1e-3, 1.0, 1e3, 1e12]),
    spread=st.sampled_from([1.0, 1e-3]),
)
def test_shares_are_those_of_scikit_learn(seed, n, d, classes, k, metric, weights, scale, spread):
    random = np.random.default_rng(seed)
    # Frames of one recording have a common offset and a small spread.
    examples = ((random.normal(size=d) + spread * random.normal(size=(n, d))) * scale).astype(np.float32)
    embeddings = ((random.normal(size=d) + random.normal(size=(4, d))) * scale).astype(np.float32)
    # scikit-learn treats a norm under ten roundings of 1 as zero; here such an embedding still has a direction.
    assume(min(np.linalg.norm(rows.astype(np.float64), axis=1).min() for rows in (examples, embeddings)) > 1e-13)
    targets = random.integers(0, classes, n)
    clamped_k = min(k, n)
    oracle = KNeighborsClassifier(clamped_k, metric=metric, weights=weights, algorithm="brute")
    oracle.fit(examples.astype(np.float64), targets)
    distances, _ = oracle.kneighbors(embeddings.astype(np.float64), n)
    assume((np.diff(distances) > 1e-8).all())  # the contract orders ties in its own way
    assume(distances.min() > 1e-8)
    expected = oracle.predict_proba(embeddings.astype(np.float64))

    knn = KNN(k, metric=metric, weights=weights)
    for example, target in zip(examples, targets, strict=True):
        knn.add_example(example, f"class {target}")
    np.testing.assert_allclose(knn.predict_proba(embeddings), expected, atol=1e-6)
    for embedding, shares, nearest in zip(embeddings, expected, distances, strict=True):
        result = knn.classify(embedding, k, metric, weights)
        actual_shares = [result["confidences"][f"class {target}"] for target in oracle.classes_]
        np.testing.assert_allclose(actual_shares, shares, atol=1e-6)
        actual = [neighbour["distance"] for neighbour in result["neighbours"]]
        np.testing.assert_allclose(actual, nearest[:clamped_k], atol=1e-9, rtol=1e-7)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("n", [7, 3000])
def test_the_two_step_search_finds_what_measuring_all_examples_finds(metric, n):
    random = np.random.default_rng(n)
    examples = (random.normal(size=64) + 1e-4 * random.normal(size=(n, 64))).astype(np.float32)
    examples[n // 2] *= 1e-36  # too small for a float32 product
    examples[n // 3] *= 1e37  # and too large
    embeddings = examples[:5] + np.float32(1e-5)
    knn = KNN()
    for i, embedding in enumerate(examples):
        knn.add_example(embedding, f"class {i % 3}", id=str(i))
    names = {"manhattan": "cityblock"}
    all_distances = cdist(embeddings.astype(np.float64), examples.astype(np.float64), names.get(metric, metric))
    for distances, result in zip(all_distances, knn.classify_batch(embeddings, k=5, metric=metric), strict=True):
        rows = np.argsort(distances)[:5]
        actual = [neighbour["distance"] for neighbour in result["neighbours"]]
        np.testing.assert_allclose(actual, distances[rows], atol=2e-9, rtol=1e-9)
        if (np.diff(np.sort(distances)[:6]) > 1e-8).all():
            assert [neighbour["id"] for neighbour in result["neighbours"]] == [str(row) for row in rows]


@pytest.mark.parametrize("metric", [*METRICS, "adapted"])
def test_a_batch_gives_the_same_results_as_single_embeddings(metric):
    random = np.random.default_rng(3)
    knn = KNN()
    for i, embedding in enumerate(random.normal(size=(300, 33)).astype(np.float32)):
        knn.add_example(embedding, f"class {i % 4}")
    embeddings = random.normal(size=(9, 33)).astype(np.float32)
    for weights in WEIGHTS:
        alone = [knn.classify(embedding, 7, metric, weights, 0.4) for embedding in embeddings]
        for m in (2, FEW, FEW + 1, 9):
            together = knn.classify_batch(embeddings[:m], 7, metric, weights, 0.4)
            # The adapted metric has one more product of all embeddings, whose last bits depend on their number.
            agree(together, alone[:m])
            assert metric == "adapted" or together == alone[:m]


@pytest.mark.parametrize("m", [FEW, FEW + 1])
def test_an_embedding_without_direction_in_the_adapted_metric_spoils_no_other_of_its_batch(m):
    random = np.random.default_rng(4)
    matrix = random.normal(size=(50, 6)).astype(np.float32)
    norms = np.linalg.norm(matrix.astype(np.float64), axis=1)
    embeddings = random.normal(size=(m, 6)).astype(np.float32)
    embedding_norms = np.linalg.norm(embeddings.astype(np.float64), axis=1)
    metric = AdaptedMetric(embeddings[1] / embedding_norms[1], np.zeros((1, 6)))
    columns = (matrix, norms, (1 / norms).astype(np.float32), squared_norms(metric, matrix, norms), metric)
    together = AdaptedSearch(*columns, embeddings, embedding_norms)
    for index in range(m):
        alone = AdaptedSearch(*columns, embeddings[index : index + 1], embedding_norms[index : index + 1])
        rows, distances = together.nearest(index, 3)
        np.testing.assert_array_equal(rows, alone.nearest(0, 3)[0])
        np.testing.assert_allclose(distances, alone.nearest(0, 3)[1], rtol=1e-9)
        assert (len(rows), set(distances)) == (50, {1.0}) if index == 1 else len(rows) < 50


def test_it_works_inside_scikit_learn():
    iris = load_iris()
    ours = cross_val_score(KNN(5, metric="euclidean"), iris.data, iris.target, cv=5)
    theirs = cross_val_score(KNeighborsClassifier(5), iris.data, iris.target, cv=5)
    np.testing.assert_allclose(ours, theirs, atol=0.04)  # the two differ only where distances tie
    assert ours.mean() > 0.95


def test_kneighbors_of_the_examples_themselves_leaves_each_out():
    knn = KNN(2, metric="euclidean").fit([[0.0, 1], [0, 2], [0, 4], [0, 8]], [0, 0, 1, 1])
    distances, rows = knn.kneighbors()
    assert rows.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1]]
    assert distances.tolist() == [[1, 3], [1, 2], [2, 3], [4, 6]]
    assert knn.kneighbors_graph().toarray().sum() == 8


def test_partial_fit_and_add_example_continue_after_fit():
    knn = KNN(1).fit([[1.0, 0], [0, 1]], [7, 8])
    knn.partial_fit([[1.0, 1]], [9])
    knn.add_example([1.0, -1], "8")
    assert knn.classes_.tolist() == [7, 8, 9]
    assert knn.predict([[1.0, 1.1], [1.0, -1.1]]).tolist() == [9, 8]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"n_neighbors": 0}, "badK"),
        ({"metric": "hamming"}, "unknownMetric"),
        ({"weights": "equal"}, "unknownWeights"),
    ],
)
def test_bad_parameters_are_refused(parameters, code):
    with pytest.raises(ContractError) as refused:
        KNN(**parameters).fit([[1.0, 0], [0, 1]], [7, 8])
    assert refused.value.code == code


def test_a_data_set_holds_everything():
    random = np.random.default_rng(1)
    knn = KNN()
    knn.add_label("empty")
    for i, embedding in enumerate(random.normal(size=(70, 5)).astype(np.float32)):
        knn.add_example(embedding, f"class {i % 3}", group=f"g{i // 10}")
    knn.remove_example(next(knn.examples())["id"])
    copy = KNN.from_dataset(knn.to_dataset())
    one, other = knn.to_dataset(), copy.to_dataset()
    np.testing.assert_array_equal(one.pop("embeddings"), other.pop("embeddings"))
    assert one == other
    embedding = random.normal(size=5).astype(np.float32)
    assert copy.classify(embedding) == knn.classify(embedding)


@pytest.mark.parametrize(
    "dataset",
    [
        {},
        {"labels": [], "examples": [], "embeddings": np.ones((1, 2), np.float32)},
        {"labels": ["a"], "examples": [{"id": "1"}], "embeddings": np.ones((1, 2), np.float32)},
        {"labels": ["a"], "examples": [{"id": "1", "label": "a"}] * 2, "embeddings": np.ones((2, 2), np.float32)},
    ],
)
def test_a_broken_data_set_is_refused(dataset):
    with pytest.raises(ContractError) as refused:
        KNN.from_dataset(dataset)
    assert refused.value.code == "badDataset"


@pytest.mark.parametrize(
    "change",
    [
        lambda knn: knn.fit([[1.0, 0.0]], ["x"]),
        lambda knn: knn.clear_all_labels(),
    ],
)
def test_what_a_shallow_copy_learns_anew_leaves_the_types_of_labels_alone(change):
    knn = KNN(1).fit([[1.0, 0.0], [0.0, 1.0]], [7, 8])
    change(copy.copy(knn))
    assert knn.classes_.tolist() == [7, 8]
    assert knn.predict([[1.0, 0.0]]).tolist() == [7]


def test_threads_that_ask_at_once_after_a_change_get_the_same_answer(monkeypatch):
    """The second thread asks when the first has fitted the metric, and what it measured by it is not stored yet."""
    random = np.random.default_rng(0)
    embeddings, labels = random.normal(size=(40, 8)), random.integers(0, 3, 40)
    knn = KNN(5, metric="adapted").fit(embeddings[:30], labels[:30])
    knn.kneighbors(embeddings[:1])
    knn.partial_fit(embeddings[30:], labels[30:])
    expected = copy.deepcopy(knn).kneighbors(embeddings[:1])[0]
    squares, second = Examples.squares, []

    def store_late(examples, values):
        monkeypatch.setattr(Examples, "squares", squares)
        thread = threading.Thread(target=lambda: second.append(knn.kneighbors(embeddings[:1])[0]))
        thread.start()
        thread.join()
        examples.squares = values

    monkeypatch.setattr(Examples, "squares", property(squares.fget, store_late))
    first = knn.kneighbors(embeddings[:1])[0]
    np.testing.assert_allclose(first, expected, atol=1e-9)
    np.testing.assert_allclose(second, [expected], atol=1e-9)


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"metric": np.array(["cosine"])}, "unknownMetric"),
        ({"metric": np.array(["cosine", "cosine"])}, "unknownMetric"),
        ({"weights": np.array(["uniform", "uniform"])}, "unknownWeights"),
        ({"weights": ["uniform"]}, "unknownWeights"),
        ({"unknown_distance": np.array([0.5])}, "badUnknownDistance"),
        ({"unknown_distance": UnknownLimit(0.5, 0.5, (0.5, 0.5))}, "badUnknownDistance"),
        ({"unknown_distance": UnknownLimit(0.5, 0.5, AdaptedLimit(0.5, 0.0))}, "badUnknownDistance"),
        ({"unknown_distance": np.float32("nan")}, "badUnknownDistance"),
        ({"k": np.float32(2.5)}, "badK"),
    ],
)
def test_settings_of_another_type_are_refused(parameters, code):
    knn = KNN().fit([[1.0, 0.0], [0.0, 1.0]], ["a", "b"])
    with pytest.raises(ContractError) as caught:
        knn.classify([1.0, 0.0], **parameters)
    assert caught.value.code == code


@pytest.mark.parametrize("number", [np.float64(1), np.float32(1), np.float16(1), np.int64(1), np.uint8(1)])
def test_settings_may_be_numbers_of_numpy(number):
    knn = KNN().fit([[1.0, 0.1], [1.0, 0.0], [0.0, 1.0]], ["a", "a", "b"])
    for limit in (number, UnknownLimit(number, number), {"distance": number, "exponent": number, "adapted": None}):
        result = knn.classify([1.0, 0.2], k=number, unknown_distance=limit)
        assert json.dumps(result) == json.dumps(
            knn.classify([1.0, 0.2], k=1, unknown_distance=1.0 if limit is number else UnknownLimit(1.0, 1.0))
        )

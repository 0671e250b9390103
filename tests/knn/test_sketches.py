"""What programs do with a classifier: teach, clear, teach again, save and restore, by the names of both APIs."""

import copy
import json
import pickle

import joblib
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from server.contract.errors import ContractError
from server.knn import KNN
from tests.support.agree import agree

METRICS = ("cosine", "euclidean", "manhattan", "adapted")
PICTURES = {"apple": [5, 1, 0, 1], "pear": [1, 5, 0, 1], "plum": [0, 1, 5, 1]}


def picture(thing, i=0):
    """Several pictures of a thing, near each other."""
    return np.array([number + (i * 7 + at) % 3 / 10 for at, number in enumerate(PICTURES[thing])], np.float32)


def show(knn, thing, label, count=3):
    for i in range(count):
        knn.add_example(picture(thing, i), label, group=f"{thing} {i}")


def taught():
    knn = KNN()
    for thing, label in (("apple", "a"), ("pear", "b"), ("plum", "c")):
        show(knn, thing, label)
    return knn


def answers(knn, metric="cosine"):
    return [knn.classify(picture(thing), metric=metric) for thing in PICTURES]


def winners(knn):
    return [(answer["label"], answer["classIndex"]) for answer in answers(knn)]


def test_teach_clear_and_teach_again():
    knn = taught()
    assert winners(knn) == [("a", 0), ("b", 1), ("c", 2)]
    assert len(knn.clear_label("a")) == 3
    assert winners(knn)[1:] == [("b", 0), ("c", 1)]
    show(knn, "apple", "a")
    assert winners(knn) == [("a", 2), ("b", 0), ("c", 1)]
    knn.clear_all_labels()
    with pytest.raises(ContractError) as refused:
        knn.classify(picture("apple"))
    assert refused.value.code == "noExamples"
    show(knn, "plum", "c")
    assert winners(knn) == [("c", 0)] * 3


def by_json(dataset):
    return json.loads(json.dumps({**dataset, "embeddings": dataset["embeddings"].tolist()}))


@pytest.mark.parametrize("save", [lambda dataset: dataset, by_json], ids=["as it is", "by JSON"])
@pytest.mark.parametrize("metric", METRICS)
def test_save_and_restore(save, metric):
    knn = taught()
    knn.clear_label("b")
    knn.add_label("empty")
    show(knn, "pear", "b")
    restored = KNN.from_dataset(save(knn.to_dataset()))
    agree(answers(restored, metric), answers(knn, metric))
    one, other = knn.to_dataset(), restored.to_dataset()
    np.testing.assert_array_equal(one.pop("embeddings"), other.pop("embeddings"))
    assert one == other
    restored.add_example(picture("plum"), "b")
    assert knn.count_by_label() == {"a": 3, "c": 3, "empty": 0, "b": 3}  # the first one knows nothing of it


def pickled(knn):
    return pickle.loads(pickle.dumps(knn))  # noqa: S301 - its own


def dumped(knn, folder):
    joblib.dump(knn, folder / "classifier.joblib")
    return joblib.load(folder / "classifier.joblib")


@pytest.mark.parametrize("how", ["pickle", "joblib", "deepcopy"])
@pytest.mark.parametrize("metric", METRICS)
def test_a_copy_answers_the_same_and_learns_by_itself(how, metric, tmp_path):
    knn = KNN(2, metric=metric, weights="distance")
    things = list(PICTURES)
    knn.fit([picture(thing, i) for thing in things for i in range(4)], [7] * 4 + [8] * 4 + [9] * 4)
    knn.clear_label("8")
    knn.partial_fit([picture("pear", i) for i in range(3)], [8] * 3)
    queries = [picture(thing, 5) for thing in things]
    expected = knn.predict_proba(queries)
    twin = {"pickle": pickled, "joblib": lambda knn: dumped(knn, tmp_path), "deepcopy": copy.deepcopy}[how](knn)
    assert twin.get_params() == knn.get_params()
    np.testing.assert_array_equal(twin.predict_proba(queries), expected)
    assert twin.predict(queries).tolist() == [7, 8, 9]
    twin.partial_fit([picture("apple")], [10])
    twin.clear_label("7")
    np.testing.assert_array_equal(knn.predict_proba(queries), expected)
    assert twin.classes_.tolist() == [8, 9, 10]
    empty = clone(twin)
    assert (empty.count, empty.get_params()) == (0, twin.get_params())


def test_it_learns_inside_a_pipeline_and_forgets_by_fit():
    pipeline = make_pipeline(FunctionTransformer(), KNN(1))
    pipeline.fit([picture("apple"), picture("pear")], ["a", "b"])
    assert pipeline.predict([picture("pear", 1)]).tolist() == ["b"]
    pipeline.fit([[1.0, 0.0], [0.0, 1.0]], [1, 0])
    assert pipeline.score([[2.0, 1.0], [1.0, 2.0]], [1, 0]) == 1
    assert pipeline[-1].n_features_in_ == 2


def test_labels_that_were_cleared_come_back_as_they_are_given_then():
    knn = KNN(1).fit([[1.0, 0.0], [0.0, 1.0]], [7, 8])
    knn.clear_label("7")
    knn.add_example([1.0, 0.0], "7")
    assert sorted(map(type, knn._original_labels()), key=str) == [np.int64, str]
    knn.clear_all_labels()
    knn.add_example([1.0, 0.0], "8")
    assert knn.classes_.tolist() == ["8"]
    knn.fit([[1.0, 0.0]], [7]).rename_label("7", "seven")
    knn.add_example([0.0, 1.0], "7")
    knn.clear_label("seven")
    assert knn.classes_.tolist() == ["7"]


@pytest.mark.parametrize("metric", METRICS)
def test_rows_of_zeros_that_fit_took_come_back(metric):
    knn = KNN(3, metric=metric).fit([[0.0, 0], [1, 1], [2, 0], [0, 0]], [0, 1, 1, 0])
    for save in (dict, by_json):
        restored = KNN.from_dataset(save(knn.to_dataset()))
        agree(restored.classify([1.0, 0.5], 3, metric), knn.classify([1.0, 0.5], 3, metric))
        restored.set_params(**knn.get_params())
        queries = [[0.0, 0], [1, 2]]
        np.testing.assert_allclose(restored.predict_proba(queries), knn.predict_proba(queries), atol=1e-9)
        np.testing.assert_allclose(restored.kneighbors()[0], knn.kneighbors()[0], atol=1e-9)
    with pytest.raises(ContractError) as refused:
        KNN.from_dataset(knn.to_dataset(), may_have_zeros=False)
    assert refused.value.code == "zeroVector"

"""The evaluation, with scikit-learn as the oracle, and against itself from nothing after any change."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn import metrics
from sklearn.model_selection import LeaveOneGroupOut, LeaveOneOut, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn.examples import ExampleInfo
from server.knn.options import Question
from tests.support.agree import agree
from tests.support.twin import evaluated


def data(seed, n=60, d=8, classes=3, recordings=5, spread=0.9):
    random = np.random.default_rng(seed)
    truths = random.integers(0, classes, n)
    vectors = random.normal(size=(classes, d))[truths] + spread * random.normal(size=(n, d))
    groups = random.integers(0, recordings, n) if recordings else np.arange(n)
    return vectors.astype(np.float32), truths, groups


def snapshot(vectors, truths, groups, classes=3):
    """Where a group is not -1, it is a recording over all classes."""
    items = [
        ExampleInfo(str(i), f"class {truth}", None if group < 0 else f"recording {group}")
        for i, (truth, group) in enumerate(zip(truths, groups, strict=True))
    ]
    return Snapshot(
        [f"class {i}" for i in range(classes)], items, lambda ids: np.stack([vectors[int(example)] for example in ids])
    )


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("by_recording", [False, True])
def test_evaluation__is_what_scikit_learn_says(metric, weights, by_recording):
    vectors, truths, groups = data(5)
    figures = evaluated(
        snapshot(vectors, truths, groups if by_recording else np.full(len(groups), -1)), Question(4, metric, weights)
    )
    wide = vectors.astype(np.float64)
    splitter = LeaveOneGroupOut() if by_recording else LeaveOneOut()
    for k in (1, 4, 9, 30):
        model = KNeighborsClassifier(k, metric=metric, weights=weights, algorithm="brute")
        shares = cross_val_predict(
            model, wide, truths, groups=groups if by_recording else None, cv=splitter, method="predict_proba"
        )
        curve = figures["byMetric"][metric]
        true_shares = np.maximum(shares[np.arange(len(truths)), truths], 0.01)
        assert curve["crossEntropy"][k - 1] == pytest.approx(-np.log(true_shares).mean(), abs=1e-9)
        if weights == "uniform":
            continue  # equal shares are the contract's own affair
        predicted = shares.argmax(axis=1)
        assert curve["accuracy"][k - 1] == pytest.approx(metrics.accuracy_score(truths, predicted), abs=1e-9)
        balanced = metrics.balanced_accuracy_score(truths, predicted)
        assert curve["balancedAccuracy"][k - 1] == pytest.approx(balanced, abs=1e-9)
        if k != 4:
            continue
        counts = np.array([[len(cell) for cell in row] for row in figures["confusion"]])
        np.testing.assert_array_equal(counts, metrics.confusion_matrix(truths, predicted))
        precision = metrics.precision_score(truths, predicted, average=None)
        recall = metrics.recall_score(truths, predicted, average=None)
        assert [row["precision"] for row in figures["classes"]] == pytest.approx(precision.tolist())
        assert [row["recall"] for row in figures["classes"]] == pytest.approx(recall.tolist())
        found = {int(example) for row in figures["confusion"] for cell in row for example in cell}
        assert found == set(range(len(truths)))


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4)),
        st.tuples(st.just("remove"), st.integers(0, 60)),
        st.tuples(st.just("move"), st.integers(0, 60)),
        st.tuples(st.just("relabel"), st.integers(0, 60)),
        st.tuples(st.just("order"), st.integers(0, 5)),
        st.tuples(st.just("nothing"), st.just(0)),
    ),
    max_size=7,
)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    first=st.integers(0, 45),
    recordings=st.integers(0, 4),
    whole_numbers=st.booleans(),
    changes=CHANGES,
    metric=st.sampled_from(["auto", "cosine", "euclidean", "manhattan", "adapted"]),
    weights=st.sampled_from(["uniform", "distance"]),
)
@example(
    seed=1, first=40, recordings=2, whole_numbers=True, changes=[("remove", 3)], metric="euclidean", weights="distance"
)
def test_evaluation__after_changes_is_what_it_is_from_nothing(
    seed, first, recordings, whole_numbers, changes, metric, weights
):
    random = np.random.default_rng(seed)
    labels = ["a", "b", "c"]
    held: dict[str, tuple[ExampleInfo, np.ndarray]] = {}

    def add(count):
        for _ in range(count):
            vector = random.normal(size=4).astype(np.float32)
            if whole_numbers:  # so that many distances are equal
                vector = np.round(vector)
                vector[0] += not vector.any()
            group = f"g{random.integers(recordings)}" if recordings else None
            item = ExampleInfo(f"i{len(held)}-{random.integers(2**40)}", labels[random.integers(3)], group)
            held[item.id] = item, vector

    def now():
        return Snapshot(
            labels, [item for item, _ in held.values()], lambda ids: np.stack([held[example][1] for example in ids])
        )

    question = Question(5, metric, weights)
    evaluation = Evaluation()
    add(first)
    evaluated(now(), question, evaluation)
    for what, number in changes:
        if what == "add":
            add(number)
        elif what == "order":
            labels = labels[number % 3 :] + labels[: number % 3]
        elif held and what != "nothing":
            chosen = list(held)[number % len(held)]
            item, vector = held[chosen]
            if what == "remove":
                del held[chosen]
            elif what == "move":  # as moving to another class does: it comes anew, under its old id
                del held[chosen]
                held[chosen] = item._replace(label=labels[number % 3]), vector
            else:
                held[chosen] = item._replace(label=labels[number % 3]), vector
        agree(evaluated(now(), question, evaluation), evaluated(now(), question), what)


def test_evaluation__says_what_it_knows_so_far():
    vectors, truths, groups = data(7)
    evaluation = Evaluation()
    for _ in evaluation.update(snapshot(vectors, truths, groups)):
        pass
    figures = evaluation.evaluate(Question(3, "manhattan", "uniform"))
    assert figures["metric"] == "cosine"
    assert list(figures["byMetric"]) == ["cosine", "euclidean"]
    assert figures["auto"] == {"metric": "cosine", "cosine": figures["accuracy"], "adapted": None}
    assert figures["learningCurve"] is None
    assert figures["split"] is None


def test_evaluation__tests_a_spread_of_too_many(monkeypatch):
    monkeypatch.setattr("server.evaluation.test_set.MAX_TESTED", 30)
    vectors, truths, groups = data(8, n=100)
    figures = evaluated(snapshot(vectors, truths, groups), Question())
    assert figures["count"] == 100
    assert 27 < figures["tested"] <= 30
    assert [row["count"] for row in figures["classes"]] == np.bincount(truths).tolist()


def test_evaluation__draws_nothing_from_the_test_set():
    """Labels of the tested examples change nothing in the metric that they are judged by."""
    vectors, truths, _ = data(9, n=80, d=30)
    evaluation = Evaluation()
    evaluated(snapshot(vectors, truths, np.full(len(truths), -1)), Question(), evaluation)
    taught, asked = np.arange(0, 40), np.arange(40, 80)
    before = evaluation._pairs.adapted(taught, asked, taught)
    shuffled = np.concatenate([truths[:40], np.random.default_rng(0).permutation(truths[40:])])
    evaluated(snapshot(vectors, shuffled, np.full(len(truths), -1)), Question(), evaluation)
    np.testing.assert_array_equal(evaluation._pairs.adapted(taught, asked, taught), before)


def test_unknown__forty_frames_of_one_hold_do_not_make_the_next_unknown():
    random = np.random.default_rng(3)
    centres = random.normal(size=(3, 64))

    def hold(index, shift):
        return centres[index] + shift * random.normal(size=64) + 0.02 * random.normal(size=(40, 64))

    taught = np.concatenate([hold(index, 0.0) for index in range(3)]).astype(np.float32)
    truths, groups = np.repeat([0, 1, 2], 40), np.repeat([0, 1, 2], 40)
    figures = evaluated(snapshot(taught, truths, groups), Question())
    assert figures["flattered"] == ["class 0", "class 1", "class 2"]
    units = taught / np.linalg.norm(taught, axis=1, keepdims=True)
    again = np.concatenate([hold(index, 0.3) for index in range(3)])
    again /= np.linalg.norm(again, axis=1, keepdims=True)
    assert (1 - again @ units.T).min(axis=1).max() < figures["unknown"]["distance"]
    strangers = random.normal(size=(40, 64))
    strangers /= np.linalg.norm(strangers, axis=1, keepdims=True)
    assert (1 - strangers @ units.T).min(axis=1).min() > figures["unknown"]["distance"]


def test_unknown__keeps_most_of_what_was_taught():
    vectors, truths, groups = data(11, n=300, d=32, recordings=30)
    figures = evaluated(snapshot(vectors, truths, groups), Question())
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    distances = 1 - units @ units.T
    distances[(groups[:, None] == groups) | (truths[:, None] != truths)] = np.inf
    assert (distances.min(axis=1) <= figures["unknown"]["distance"] + 1e-9).mean() >= 0.95
    assert sum(figures["unknown"]["same"]) == sum(figures["unknown"]["other"]) == 300

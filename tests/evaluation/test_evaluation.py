"""The evaluation: scikit-learn is the oracle, and after any change it must be the same as a new evaluation."""

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
    embeddings = random.normal(size=(classes, d))[truths] + spread * random.normal(size=(n, d))
    groups = random.integers(0, recordings, n) if recordings else np.arange(n)
    return embeddings.astype(np.float32), truths, groups


def snapshot(embeddings, truths, groups, classes=3):
    """A group is a recording that may be of several classes; -1: no group."""
    examples = [
        ExampleInfo(str(i), f"class {truth}", None if group < 0 else f"recording {group}")
        for i, (truth, group) in enumerate(zip(truths, groups, strict=True))
    ]
    labels = [f"class {i}" for i in range(classes)]
    return Snapshot(labels, examples, lambda ids: np.stack([embeddings[int(row)] for row in ids]))


@pytest.mark.parametrize("metric", ["cosine", "euclidean", "manhattan"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("by_recording", [False, True])
def test_evaluation__agrees_with_scikit_learn(metric, weights, by_recording):
    embeddings, truths, groups = data(5)
    figures = evaluated(
        snapshot(embeddings, truths, groups if by_recording else np.full(len(groups), -1)), Question(4, metric, weights)
    )
    wide = embeddings.astype(np.float64)
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
            continue  # the contract orders equal shares in its own way
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
        rows = {int(row) for cells in figures["confusion"] for cell in cells for row in cell}
        assert rows == set(range(len(truths)))


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 4)),
        st.tuples(st.just("remove"), st.integers(0, 60)),
        st.tuples(st.just("move"), st.integers(0, 60)),
        st.tuples(st.just("relabel"), st.integers(0, 60)),
        st.tuples(st.just("regroup"), st.integers(0, 60)),
        st.tuples(st.just("replace"), st.integers(0, 60)),
        st.tuples(st.sampled_from(["order", "class", "rename"]), st.integers(0, 5)),
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
@example(seed=1, first=9, recordings=2, whole_numbers=False, changes=[("class", 0)], metric="cosine", weights="uniform")
def test_evaluation__after_changes_equals_a_new_one(seed, first, recordings, whole_numbers, changes, metric, weights):
    random = np.random.default_rng(seed)
    labels = ["a", "b", "c"]
    known: dict[str, tuple[ExampleInfo, np.ndarray, int]] = {}

    def add(count):
        for _ in range(count):
            embedding = random.normal(size=4).astype(np.float32)
            if whole_numbers:  # so that many distances are equal
                embedding = np.round(embedding)
                embedding[0] += not embedding.any()
            group = f"g{random.integers(recordings)}" if recordings else None
            info = ExampleInfo(f"i{len(known)}-{random.integers(2**40)}", labels[random.integers(3)], group)
            known[info.id] = info, embedding, len(known)

    def current():
        examples, _, serials = zip(*known.values(), strict=True) if known else ((), (), ())
        return Snapshot(labels, examples, lambda ids: np.stack([known[key][1] for key in ids]), np.array(serials, int))

    question = Question(5, metric, weights)
    evaluation = Evaluation()
    add(first)
    evaluated(current(), question, evaluation)
    for what, number in changes:
        if what == "add":
            add(number)
        elif what == "order":
            labels = labels[number % 3 :] + labels[: number % 3]
        elif what == "class":  # a class without examples appears, and goes the next time
            if "d" not in labels:
                labels = [*labels, "d"]
            elif all(info.label != "d" for info, *_ in known.values()):
                labels.remove("d")
        elif what == "rename":
            old, new = labels[number % 3], f"{labels[number % 3]}'"
            labels = [new if label == old else label for label in labels]
            known = {
                key: (info._replace(label=new) if info.label == old else info, embedding, serial)
                for key, (info, embedding, serial) in known.items()
            }
        elif known and what != "nothing":
            chosen = list(known)[number % len(known)]
            info, embedding, serial = known[chosen]
            if what == "remove":
                del known[chosen]
            elif what == "move":  # moving to another class removes an example and adds it again, under the same id
                del known[chosen]
                known[chosen] = info._replace(label=labels[number % 3]), embedding, serial
            elif what == "regroup":
                known[chosen] = info._replace(group=f"g{number % 5}"), embedding, serial
            elif what == "replace":  # removed, and another example added under its id
                known[chosen] = info, np.roll(embedding, 1), -1 - int(random.integers(2**40))
            else:
                known[chosen] = info._replace(label=labels[number % 3]), embedding, serial
        agree(evaluated(current(), question, evaluation), evaluated(current(), question), what)


def test_evaluation__returns_what_is_measured_so_far():
    embeddings, truths, groups = data(7)
    evaluation = Evaluation()
    for _ in evaluation.update(snapshot(embeddings, truths, groups)):
        pass
    figures = evaluation.evaluate(Question(3, "manhattan", "uniform"))
    assert figures["metric"] == "cosine"
    assert list(figures["byMetric"]) == ["cosine", "euclidean"]
    assert figures["auto"] == {"metric": "cosine", "cosine": figures["accuracy"], "adapted": None}
    assert figures["learningCurve"] is None
    assert figures["split"] is None


def test_evaluation__tests_a_spread_of_too_many(monkeypatch):
    monkeypatch.setattr("server.evaluation.test_set.MAX_TESTED", 30)
    embeddings, truths, groups = data(8, n=100)
    figures = evaluated(snapshot(embeddings, truths, groups), Question())
    assert figures["count"] == 100
    assert 27 < figures["tested"] <= 30
    assert [row["count"] for row in figures["classes"]] == np.bincount(truths).tolist()


def test_evaluation__fits_nothing_on_the_test_set():
    """The labels of the tested examples do not change the metric that they are tested by."""
    embeddings, truths, _ = data(9, n=80, d=30)
    evaluation = Evaluation()
    evaluated(snapshot(embeddings, truths, np.full(len(truths), -1)), Question(), evaluation)
    training_rows, test_rows = np.arange(0, 40), np.arange(40, 80)
    before, _ = evaluation._pairs.adapted(training_rows, test_rows, training_rows)
    shuffled = np.concatenate([truths[:40], np.random.default_rng(0).permutation(truths[40:])])
    evaluated(snapshot(embeddings, shuffled, np.full(len(truths), -1)), Question(), evaluation)
    after, _ = evaluation._pairs.adapted(training_rows, test_rows, training_rows)
    np.testing.assert_array_equal(after, before)


def test_unknown__one_recording_does_not_make_the_next_one_unknown():
    random = np.random.default_rng(3)
    centres = random.normal(size=(3, 64))

    def record(index, shift):
        return centres[index] + shift * random.normal(size=64) + 0.02 * random.normal(size=(40, 64))

    examples = np.concatenate([record(index, 0.0) for index in range(3)]).astype(np.float32)
    truths, groups = np.repeat([0, 1, 2], 40), np.repeat([0, 1, 2], 40)
    figures = evaluated(snapshot(examples, truths, groups), Question())
    assert figures["flattered"] == ["class 0", "class 1", "class 2"]
    units = examples / np.linalg.norm(examples, axis=1, keepdims=True)
    next_recordings = np.concatenate([record(index, 0.3) for index in range(3)])
    next_recordings /= np.linalg.norm(next_recordings, axis=1, keepdims=True)
    assert (1 - next_recordings @ units.T).min(axis=1).max() < figures["unknown"]["distance"]
    unknowns = random.normal(size=(40, 64))
    unknowns /= np.linalg.norm(unknowns, axis=1, keepdims=True)
    assert (1 - unknowns @ units.T).min(axis=1).min() > figures["unknown"]["distance"]


def test_unknown__keeps_most_examples_of_the_same_classes():
    embeddings, truths, groups = data(11, n=300, d=32, recordings=30)
    figures = evaluated(snapshot(embeddings, truths, groups), Question())
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    distances = 1 - units @ units.T
    distances[(groups[:, None] == groups) | (truths[:, None] != truths)] = np.inf
    assert (distances.min(axis=1) <= figures["unknown"]["distance"] + 1e-9).mean() >= 0.95
    assert sum(figures["unknown"]["same"]) == sum(figures["unknown"]["other"]) == 300

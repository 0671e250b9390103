"""Ties and distances at any scale: both classifiers, the reference and scikit-learn from 1e-10 to 1e12."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from server.contract.constants import MAX_NEIGHBOURS
from server.evaluation.neighbour_lists import nearest
from server.knn import KNN
from server.knn.distance import reach_of_tie
from server.knn.search import slack_of
from tests.support.agree import agree
from tests.support.golden_cases import evaluate
from tests.support.golden_steps import add, ask
from tests.support.reference import TIE, ZERO, Reference, play
from tests.support.twin import JavaScriptTwin, PythonTwin

PLAIN = ("cosine", "euclidean", "manhattan")
SCALES = [1e-10, 1e-7, 1e-3, 1.0, 1e3, 1e7, 1e12]


@pytest.fixture(scope="module")
def javascript():
    twin = JavaScriptTwin()
    yield twin
    twin.close()


def taught(embeddings, targets):
    """Steps that teach embeddings; the classes are in the order of their numbers, not of arrival."""
    steps = [{"call": "addLabel", "args": {"label": f"class {i}"}} for i in range(int(max(targets)) + 1)]
    return steps + [
        add(f"class {target}", *embedding.astype(float).tolist(), id=f"i{i}")
        for i, (embedding, target) in enumerate(zip(embeddings, targets, strict=True))
    ]


def data(seed, n, d, scale, offset, kind):
    """n examples and six questions: float32, (n, d) and (6, d), no zero row."""
    random = np.random.default_rng(seed)
    centre = offset * random.normal(size=d)
    rows = np.vstack([random.normal(size=(n, d)), 1.5 * random.normal(size=(4, d))])
    if kind == "whole":  # so that many distances are equal
        rows, centre = np.round(1.5 * rows), np.round(centre)
    elif kind == "near":  # near-copies
        rows *= 1e-3
    rows = ((centre + rows) * scale).astype(np.float32)
    rows[~rows.any(axis=1), 0] = scale
    return rows[:n], np.vstack([rows[n:], rows[:1], (rows[n:][:1] * 3)])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.one_of(st.integers(2, 30), st.integers(65, 110)),
    d=st.sampled_from([1, 2, 3, 8, 33]),
    classes=st.integers(1, 4),
    scale=st.sampled_from(SCALES),
    offset=st.sampled_from([0, 1, 1e3, 1e6]),
    kind=st.sampled_from(["any", "whole", "near"]),
    k=st.integers(1, 40),
    metric=st.sampled_from(PLAIN),
    weights=st.sampled_from(["uniform", "distance"]),
)
# Sums that differ in their last bit only, from one language to the other.
@example(3, 90, 33, 4, 1e7, 1e3, "whole", 7, "euclidean", "uniform")
# Of two near-copies that tie by cosine, the first need not be the nearer; novelty is the smaller distance.
@example(0, 2, 8, 1, 1e-10, 1e3, "near", 1, "cosine", "uniform")
@example(4, 90, 33, 4, 1e-10, 0, "any", 5, "manhattan", "distance")
def test_all_agree_at_any_scale(javascript, seed, n, d, classes, scale, offset, kind, k, metric, weights):
    examples, questions = data(seed, n, d, scale, offset, kind)
    targets = np.random.default_rng(seed).integers(0, classes, n)
    steps = taught(examples, targets)
    count = len(steps)
    steps += [ask(*row.astype(float).tolist(), k=k, metric=metric, weights=weights) for row in questions]
    expected = play(Reference(), steps)[count:]
    for name, played in (("Python", play(PythonTwin(), steps)), ("JavaScript", javascript.play(steps))):
        for i, (outcome, expected_outcome) in enumerate(zip(played[count:], expected, strict=True)):
            agree(outcome, expected_outcome, f"{name}, question {i}")

    # scikit-learn has no rule for ties, and its cosines keep no more than 16 digits behind the point.
    # Its brute force measures Euclidean distances by dot products, its trees by differences.
    algorithm = "brute" if metric == "cosine" else "kd_tree"
    oracle = KNeighborsClassifier(min(k, n), metric=metric, weights=weights, algorithm=algorithm)
    wide, wide_questions = examples.astype(np.float64), questions.astype(np.float64)
    distances = np.sort(cdist(wide_questions, wide, {"manhattan": "cityblock"}.get(metric, metric)), axis=1)
    smallest = 1e-5 if metric == "cosine" else 0
    told_apart = (np.diff(distances) > 10 * TIE * distances[:, 1:]).all(axis=1) & (distances[:, 0] > smallest)
    if metric == "cosine" and not np.linalg.norm(wide, axis=1).min() > 1e-13:
        return  # scikit-learn takes such an embedding for zero
    shares = oracle.fit(wide, targets).predict_proba(wide_questions)
    for outcome, shares_of_one, is_told_apart in zip(expected, shares, told_apart, strict=True):
        if is_told_apart:
            ours = [outcome["result"]["confidences"][f"class {target}"] for target in oracle.classes_]
            np.testing.assert_allclose(ours, shares_of_one, atol=1e-6)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("metric", PLAIN)
def test_equal_sums_in_another_order_tie(javascript, metric, scale):
    """Seen from a diagonal, the numbers of an embedding in any order make the same distance, but for the last bits."""
    random = np.random.default_rng(5)
    numbers = random.normal(size=33) * scale
    steps = taught(np.array([random.permutation(numbers) for _ in range(40)], np.float32), np.arange(40) % 4)
    steps.append(ask(*np.full(33, np.float32(2 * scale)).astype(float).tolist(), k=12, metric=metric))
    for played in (play(PythonTwin(), steps), javascript.play(steps)):
        ids = [neighbour["id"] for neighbour in played[-1]["result"]["neighbours"]]
        assert ids == [f"i{i}" for i in [*range(0, 40, 4), 1, 5]]  # by class, then by arrival


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_the_nearer_of_two_is_nearer(metric, scale):
    knn = KNN(1, metric=metric).fit(np.eye(2) * scale, [1, 0])
    assert knn.predict(np.array([[0.9, 0.1], [0.1, 0.9]]) * scale).tolist() == [1, 0]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("metric", PLAIN)
def test_iris_is_as_accurate_at_any_scale(metric, scale):
    iris = load_iris()
    accuracies = [
        cross_val_score(KNN(1, metric=metric), iris.data * factor, iris.target, cv=5).mean() for factor in (1, scale)
    ]
    assert min(accuracies) > 0.94
    # Many distances of iris tie as decimals, and differ as float32 numbers: up to two of 150 may change.
    assert abs(accuracies[0] - accuracies[1]) < 0.015


@pytest.mark.parametrize("offset", [0, 1e2, 2e4, 2e5, 2e6])
def test_adapted_distances_far_from_0_agree(javascript, offset):
    """The range that the contract names."""
    compared = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        n, d = int(random.integers(5, 60)), int(random.choice([2, 3, 8, 32]))
        rows = (offset * random.normal(size=d) + random.normal(size=(n + 3, d))).astype(np.float32)
        steps = taught(rows[:n], random.integers(0, 3, n))
        count = len(steps)
        steps += [ask(*row.astype(float).tolist(), k=4, metric="adapted", weights="distance") for row in rows[n:]]
        python, script, reference = (
            [outcome["result"] for outcome in outcomes[count:]]
            for outcomes in (play(PythonTwin(), steps), javascript.play(steps), play(Reference(), steps))
        )
        for ours, theirs, expected in zip(python, script, reference, strict=True):
            distances = [
                [neighbour["distance"] for neighbour in result["neighbours"]] for result in (ours, theirs, expected)
            ]
            tolerance = ZERO["adapted"] if offset <= 100 else 1e-8
            assert distances[0] == pytest.approx(distances[2], rel=0, abs=tolerance)
            assert distances[1] == pytest.approx(distances[2], rel=0, abs=tolerance)
            if min(distances[0]) > 0.01 or not max(distances[0]):
                assert theirs["confidences"] == pytest.approx(ours["confidences"], rel=0, abs=1e-6)
                compared += 1
    assert compared > 10


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_near_copies_are_evaluated_by_all_digits_of_their_cosines(weights):
    places = [9, 0, 3, 13, 4, 7, 25, 20, 16, 33, 12]
    steps = [add("ab"[i % 3 == 0], 1, 5e-7 * place, id=f"i{i}") for i, place in enumerate(places)]
    steps.append(evaluate(3, "cosine", weights))
    ours, expected = (play(classifier, steps)[-1]["result"] for classifier in (PythonTwin(), Reference()))
    # Not by the adapted metric: they are too far from 0 for its evaluation, which works from dot products.
    agree(ours["byMetric"]["cosine"], expected["byMetric"]["cosine"])
    agree(ours["learningCurve"], expected["learningCurve"])


@pytest.mark.parametrize("batch", [1, 3])
def test_among_nearly_constant_pictures_the_nearest_is_found(batch):
    """All roundings of a float32 sum of equal numbers go one way; a bound for random ones is too small."""
    random = np.random.default_rng(1)
    d = 640 * 480 * 3
    pictures = (0.7 + 1e-3 * random.normal(size=(12, d))).astype(np.float32)
    knn = KNN()
    for i, picture in enumerate(pictures):
        knn.add_example(picture, "grey", f"i{i}")
    questions = pictures[:batch] + np.float32(1e-3) * random.normal(size=(batch, d)).astype(np.float32)
    for question, result in zip(questions, knn.classify_batch(questions, k=1), strict=True):
        distances = [cdist([question], [picture], "cosine")[0, 0] for picture in pictures.astype(np.float64)]
        assert result["neighbours"][0]["id"] == f"i{np.argmin(distances)}"


def test_the_bound_of_a_product_holds_in_the_worst_order():
    d = 20_000
    unit = np.float32(1 / np.sqrt(d))
    errors = []
    for number in np.linspace(1, 2, 60, dtype=np.float32):
        product = number * unit
        added_one_by_one = np.cumsum(np.full(d, product), dtype=np.float32)[-1]
        errors.append(abs(float(added_one_by_one) - d * float(product)) / (float(number) * np.sqrt(d)))
    assert max(errors) > 3 * 8 * np.sqrt(d) * 2.0**-24  # many times what random roundings would make
    assert max(errors) < slack_of(d)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("zero", sorted(set(ZERO.values())))
def test_what_ties_with_the_last_neighbour_is_no_further_than_the_reach(scale, zero):
    reach = reach_of_tie(scale, zero)
    assert scale + TIE * scale + zero < reach < scale * (1 + 3 * TIE) + 3 * zero
    # Of 31 equally near neighbours, one that is a little further may belong to the 30 by its class.
    distances = np.full((1, MAX_NEIGHBOURS + 1), scale)
    distances[0, 0] *= 1 + 0.9 * TIE
    rows, _ = nearest(distances, np.arange(MAX_NEIGHBOURS + 1), zero).ranked(np.arange(MAX_NEIGHBOURS + 1))
    assert rows[0].tolist() == list(range(MAX_NEIGHBOURS))


def test_euclidean_and_manhattan_votes_by_distance_take_nothing_but_0_for_0():
    knn = KNN()
    knn.add_example([1e-10, 0], "near", "a")
    knn.add_example([1.3e-10, 0], "far", "b")
    for metric in ("euclidean", "manhattan"):
        shares = knn.classify([0.9e-10, 0], 2, metric, "distance")["confidences"]
        assert shares["near"] == pytest.approx(0.8, abs=1e-6)
        assert knn.classify([1e-10, 0], 2, metric, "distance")["confidences"] == {"near": 1.0, "far": 0.0}

"""The softmax head on arrays: that it learns, that its slope is one, that the best step is kept."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import check_estimator

from toolchain.models.head_file import softmax
from toolchain.training.estimator import SoftmaxHead, cross_entropy, slope
from toolchain.training.optimisers import OPTIMISERS, make_update

D = 24


def blobs(n=120, c=3, apart=2.0, seed=0):
    """Embeddings of c classes whose middles are ``apart``; and their classes."""
    random = np.random.default_rng(seed)
    y = np.arange(n) % c
    return (random.normal(size=(n, D)) + apart * np.eye(D)[y] * np.sqrt(D)).astype(np.float32), y


def test_check_estimator():
    checks = check_estimator(SoftmaxHead(steps=200), on_skip=None)
    assert len(checks) > 40
    assert [each["check_name"] for each in checks if each["status"] not in ("passed", "skipped")] == []


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_fit__tells_separable_classes_apart(optimiser):
    x, y = blobs()
    names = np.array(["dog", "cat", "owl"])[y]
    head = SoftmaxHead(optimiser).fit(x, names)
    assert head.classes_.tolist() == ["cat", "dog", "owl"]
    other, truths = blobs(seed=1)
    assert head.score(x, names) == 1
    assert head.score(other, np.array(["dog", "cat", "owl"])[truths]) > 0.97
    assert head.history_[-1].cross_entropy < 0.1 < head.history_[0].cross_entropy
    assert head.history_[0].cross_entropy == pytest.approx(np.log(3))


def test_fit__finds_what_logistic_regression_finds():
    """The oracle: the same loss, minimised by another method, on embeddings that no line tells apart."""
    # Not around 0, as those of a network are not, and of classes of different sizes.
    x, y = (each[100:] for each in blobs(400, apart=0.3))
    x, y = np.abs(x[(y != 2) | (x[:, 0] > 0)]), y[(y != 2) | (x[:, 0] > 0)]
    other = np.abs(blobs(400, apart=0.3, seed=1)[0])
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    ours = SoftmaxHead("momentum", steps=3000).fit(x, y)
    theirs = LogisticRegression(C=1e3, tol=1e-8, max_iter=10_000).fit(unit, y)
    loss = cross_entropy(theirs.predict_proba(unit), y)
    assert loss - 0.002 < cross_entropy(ours.predict_proba(x), y) < loss + 0.01
    assert (ours.predict(other) == theirs.predict(other / np.linalg.norm(other, axis=1, keepdims=True))).mean() > 0.97


def test_slope__is_that_of_the_loss():
    random = np.random.default_rng(0)
    batch, truths = random.normal(size=(7, 5)), random.integers(0, 3, 7)
    weights, bias = random.normal(size=(5, 3)), random.normal(size=3)
    _, gradients = slope(weights, bias, batch, truths)
    for parameter, gradient in zip((weights, bias), gradients, strict=True):
        for place in np.ndindex(parameter.shape):
            before = parameter[place]
            losses = []
            for step in (1e-5, -1e-5):
                parameter[place] = before + step
                losses.append(slope(weights, bias, batch, truths)[0])
            parameter[place] = before
            assert gradient[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-8)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The second step of each, from 1, down a slope of 1: by hand.
        ("sgd", 1 - 2 * 0.1),
        ("momentum", 1 - 0.1 - (0.9 * 0.1 + 0.1)),
        ("adam", 1 - 2 * 0.1),
    ],
)
def test_make_update__goes_as_far_as_it_should(name, expected):
    place = np.array([1.0])
    update = make_update(name, 0.1)
    for _ in range(2):
        update([place], [np.array([1.0])])
    assert place[0] == pytest.approx(expected)


def test_fit__keeps_the_step_that_judges_the_validation_part_best():
    # Few and noisy embeddings, too fast: the validation part is judged worse and worse.
    x, y = blobs(30, apart=0.4)
    judged, truths = blobs(60, apart=0.4, seed=1)
    head = SoftmaxHead("adam", 0.05, steps=1000).fit(x, y, judged, truths)
    losses = [look.validation_cross_entropy for look in head.history_]
    best = int(np.argmin(losses))
    assert head.best_step_ == head.history_[best].step
    assert 0 < best < len(losses) - 1
    assert head.n_iter_ < 1000, "it should have stopped early"
    assert cross_entropy(head.predict_proba(judged), truths) == pytest.approx(losses[best], abs=1e-6)
    # As if it had never gone on.
    shorter = clone(head).set_params(steps=head.best_step_).fit(x, y)
    np.testing.assert_array_equal(shorter.head_.weights, head.head_.weights)


def test_fit__without_a_validation_part_does_all_steps():
    x, y = blobs(30)
    head = SoftmaxHead(steps=345).fit(x, y)
    assert (head.best_step_, head.n_iter_, head.history_[-1].step) == (345, 345, 345)
    assert head.history_[-1].validation_accuracy is None


def test_fit__gives_the_same_bits_for_the_same_seed():
    x, y = blobs(600, apart=0.5)
    heads = [SoftmaxHead(steps=50, random_state=seed).fit(x, y).head_ for seed in (0, 0, 1)]
    np.testing.assert_array_equal(heads[0].weights, heads[1].weights)
    assert (heads[0].weights != heads[2].weights).any()


def test_fit__survives_a_learning_rate_that_is_far_too_large():
    x, y = blobs(30)
    head = SoftmaxHead("momentum", 1e30, steps=500).fit(x, y, x, y)
    assert np.isfinite(head.predict_proba(x)).all()


def test_predict_proba__does_not_depend_on_the_scale_of_embeddings():
    x, y = blobs(30)
    head = SoftmaxHead(steps=50).fit(x, y)
    np.testing.assert_allclose(head.predict_proba(1000 * x), head.predict_proba(x), atol=1e-6)


@pytest.mark.parametrize(
    ("parameters", "stated"),
    [
        ({"optimiser": "newton"}, "optimiser is 'newton'"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"steps": 0}, "steps is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
    ],
)
def test_fit__refuses_parameters_that_make_no_sense(parameters, stated):
    with pytest.raises(ValueError, match=stated):
        SoftmaxHead(**parameters).fit(*blobs(6))


def test_fit__refuses_validation_labels_that_it_has_not_seen():
    x, y = blobs(6)
    with pytest.raises(ValueError, match="a label that y has not"):
        SoftmaxHead().fit(x, y, x, y + 1)


def test_softmax__adds_up_to_1_whatever_the_scores():
    shares = softmax(np.array([[1e4, -1e4, 0.0], [1.0, 1.0, 1.0]]))
    np.testing.assert_allclose(shares, [[1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])

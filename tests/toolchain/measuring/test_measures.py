"""Figures against scikit-learn's, and photos that are made worse."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from toolchain.measuring.disturb import DISTURBANCES, disturb, replace_background
from toolchain.measuring.measures import by_class, calibration, confusion, coverage, hardest


@pytest.fixture
def drawn():
    random = np.random.default_rng(0)
    truths = random.integers(0, 4, 300)
    answered = np.where(random.random(300) < 0.7, truths, random.integers(0, 3, 300))
    return truths, answered


def test_confusion__and_by_class__are_scikit_learns(drawn):
    truths, answered = drawn
    matrix = confusion(truths, answered, 5)
    np.testing.assert_array_equal(matrix, confusion_matrix(truths, answered, labels=range(5)))
    expected = precision_recall_fscore_support(truths, answered, labels=range(5), zero_division=np.nan)
    rows = by_class(matrix, "abcde")
    for name, values in zip(("precision", "recall", "f1", "photos"), expected, strict=True):
        np.testing.assert_allclose(np.array([getattr(row, name) for row in rows], float), values, err_msg=name)
    assert rows[4][1:] == (None, None, None, 0)


def test_calibration__of_honest_and_of_boastful_answers():
    random = np.random.default_rng(0)
    confidences = random.random(20000)
    honest = random.random(20000) < confidences
    bins, error = calibration(confidences, honest)
    assert error < 0.02
    assert len(bins) == 10
    assert sum(each.photos for each in bins) == 20000
    _, boastful = calibration(np.ones(100), np.arange(100) < 60)
    assert boastful == pytest.approx(0.4)
    assert calibration(np.empty(0), np.empty(0, bool)) == ([], 0.0)


def test_coverage__falls_and_counts_no_unknown():
    confidences = np.array([0.2, 0.6, 0.8, 0.9, 1.0])
    right = np.array([False, False, True, True, True])
    unknown = np.array([False, False, False, False, True])
    accuracies, shares = coverage(confidences, right, unknown, np.array([0.0, 0.7, 0.95]))
    np.testing.assert_allclose(shares, [0.8, 0.4, 0.0])
    np.testing.assert_allclose(accuracies[:2], [0.5, 1.0])
    assert np.isnan(accuracies[2])


def test_hardest__are_those_whose_class_has_least():
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
    assert hardest(shares, np.array([0, 0, 0]), 2).tolist() == [1, 2]


@pytest.fixture
def pixels():
    picture = np.full((224, 224, 3), 160, np.uint8)
    picture[80:140, 90:150] = (220, 30, 30)
    return picture


@pytest.mark.parametrize("kind", sorted(DISTURBANCES))
def test_disturb__makes_another_picture_of_the_same_size(pixels, kind):
    before = pixels.copy()
    made = disturb(kind, pixels, np.random.default_rng(0))
    assert (made.shape, made.dtype) == (pixels.shape, np.uint8)
    assert not np.array_equal(made, pixels)
    np.testing.assert_array_equal(pixels, before)
    np.testing.assert_array_equal(made, disturb(kind, pixels, np.random.default_rng(0)))


def test_disturb__does_what_its_title_says(pixels):
    made = {kind: disturb(kind, pixels, np.random.default_rng(0)).astype(int) for kind in DISTURBANCES}
    assert made["dark"].mean() < 0.5 * pixels.mean() < pixels.mean() < made["bright"].mean()
    assert np.ptp(made["grey"], axis=2).max() == 0
    reds = {kind: ((each[..., 0] > 150) & (each[..., 1] < 90)).sum() for kind, each in made.items()}
    assert reds["near"] > 1.7 * reds["quarter"] > 3 * reds["far"] > 0
    assert reds["quarter"] == pytest.approx(3600, abs=10)


def test_replace_background__keeps_what_is_hot(pixels):
    heat = np.zeros((7, 7))
    heat[2:5, 2:5] = 1
    other = np.zeros_like(pixels)
    made = replace_background(pixels, heat, other)
    np.testing.assert_allclose(made[100:130, 100:130], pixels[100:130, 100:130], atol=2)
    assert made[:20, :20].max() < 5

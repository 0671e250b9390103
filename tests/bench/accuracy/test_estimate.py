import math

import numpy as np
import pytest

from bench.accuracy.estimate import Estimate, averaged, estimate, mean_of
from bench.accuracy.unknowns import UnknownRow


def test_estimate__has_the_binomial_error_of_a_share():
    draws = [np.array([True, True, False, True])] * 3
    found = estimate(draws, 4)
    assert found == (0.75, 0.0, pytest.approx(math.sqrt(0.75 * 0.25 / 4)))
    assert found.error == found.over_photos


def test_estimate__has_the_error_over_draws_where_they_differ_more():
    draws = [np.full(100, value) for value in (0.0, 1.0, 0.0, 1.0)]
    found = estimate(draws, 400)
    assert found.mean == 0.5
    assert found.over_draws == pytest.approx(np.std([0, 1, 0, 1], ddof=1) / 2)
    assert found.error == found.over_draws > found.over_photos


def test_estimate__of_differences_counts_only_photos_that_differ():
    # McNemar: of 100 photos one is right by the first way only.
    difference = np.array([1.0] + [0.0] * 99)
    assert estimate([difference], 100).over_photos == pytest.approx(math.sqrt(0.01 * 0.99 / 100))


def test_estimate__leaves_out_draws_that_showed_nothing():
    assert estimate([np.array([]), np.array([1.0])], 3).mean == 1
    assert estimate([np.array([])], 3) is None


def test_mean_of__adds_independent_errors_in_squares():
    assert mean_of([Estimate(0.2, 0.6, 0.1), Estimate(0.4, 0.8, 0.1)]) == pytest.approx(
        (0.3, 0.5, math.hypot(1, 1) / 20)
    )


def test_averaged__is_over_the_rows_of_the_same_scenario():
    rows = [
        UnknownRow("one", "a", Estimate(0.2), None),
        UnknownRow("two", "a", Estimate(0.4), Estimate(0.7)),
        UnknownRow("two", "b", Estimate(0.9), None),
    ]
    assert averaged(rows) == [
        UnknownRow("mean", "a", pytest.approx((0.3, 0, 0)), Estimate(0.7)),
        UnknownRow("mean", "b", Estimate(0.9), None),
    ]

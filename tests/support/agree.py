"""Compares what two classifiers returned, with a message that says where they differ."""

import math

from tests.support.reference import CONSTANTS

TIE = CONSTANTS["tie"]


def agree(actual, expected, where=""):
    """Assert that two results are the same, numbers to the contract's ``tie``.

    Large numbers and small distances are compared to that share of them.
    """
    if isinstance(expected, dict):
        assert isinstance(actual, dict), f"{actual!r} is no table, at {where}"
        assert list(actual) == list(expected) or set(actual) == set(expected), f"{actual} is not {expected}, at {where}"
        for key in expected:
            agree(actual[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(actual, list), f"{actual!r} is no list, at {where}"
        assert len(actual) == len(expected), f"{actual} is not {expected}, at {where}"
        for i, (one, other) in enumerate(zip(actual, expected, strict=True)):
            agree(one, other, f"{where}[{i}]")
    elif isinstance(expected, float) and not isinstance(actual, (bool, str)) and actual is not None:
        is_small_distance = where.endswith(("distance", "novelty")) and 0 < expected < TIE
        tolerance = 0 if is_small_distance else TIE
        is_close = math.isclose(actual, expected, rel_tol=TIE, abs_tol=tolerance)
        assert is_close, f"{actual!r} is not {expected!r}, at {where}"
    else:
        assert actual == expected, f"{actual!r} is not {expected!r}, at {where}"
        assert isinstance(actual, bool) == isinstance(expected, bool), where

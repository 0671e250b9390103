"""Comparison of what two classifiers gave, legible where it fails."""

import math


def agree(gave, expected, where=""):
    """Assert that two results are the same, numbers to 1e-9 (relative where they are huge)."""
    if isinstance(expected, dict):
        assert isinstance(gave, dict), f"{gave!r} is no table, at {where}"
        assert list(gave) == list(expected) or set(gave) == set(expected), f"{gave} is not {expected}, at {where}"
        for key in expected:
            agree(gave[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(gave, list), f"{gave!r} is no list, at {where}"
        assert len(gave) == len(expected), f"{gave} is not {expected}, at {where}"
        for i, (one, other) in enumerate(zip(gave, expected, strict=True)):
            agree(one, other, f"{where}[{i}]")
    elif isinstance(expected, float) and not isinstance(gave, (bool, str)) and gave is not None:
        assert math.isclose(gave, expected, rel_tol=1e-9, abs_tol=1e-9), f"{gave!r} is not {expected!r}, at {where}"
    else:
        assert gave == expected, f"{gave!r} is not {expected!r}, at {where}"
        assert isinstance(gave, bool) == isinstance(expected, bool), where

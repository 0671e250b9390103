"""How good answers are: accuracy, balanced accuracy, cross-entropy; and from which share on they can be relied on.

The figures are those of ``contract/README.md``, so that heads, networks and the page can be compared.
"""

import math
from typing import Any, Final

import numpy as np

from server.contract.constants import MIN_SHARE
from server.evaluation.scores import Answers, score
from server.knn.arrays import ClassIndices, Floats

#: Of the answers at or above a model's threshold, this share was right on the validation part.
PRECISION: Final = 0.99
#: The threshold where there is no validation part to find one on, and at most where all of its answers are right: that
#: the least sure of a few was very sure says nothing of others.
DEFAULT_THRESHOLD: Final = 0.99
#: Fewer photos than this prove little: if all are right, the true share may still be below 89 %.
FEW: Final = 30
#: Of the normal distribution: 95 % lie between minus this and this.
_Z_95: Final = 1.959964


def measure(answered: ClassIndices, shares: Floats, truths: ClassIndices) -> dict[str, Any]:
    """Return accuracy, balanced accuracy and cross-entropy.

    A class without a share counts in the cross-entropy as if it had ``MIN_SHARE``, for all heads alike: one miss would
    make that of the neighbours infinite.

    Args:
        answered: The winners, int64, (m,), m >= 1.
        shares: Every class's share, float64, (m, c).
        truths: The true classes, int64, (m,).

    Example:
        >>> measure(np.array([0, 0]), np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([0, 1]))["accuracy"]
        0.5
    """
    own = shares[np.arange(len(truths)), truths]
    curve = score(Answers(answered[:, None], own[:, None]), truths, shares.shape[1])
    return {"count": len(truths), **{name: values[0] for name, values in curve.items()}, "leastShare": MIN_SHARE}


def wilson(right: int, count: int) -> tuple[float, float]:
    """Return between which shares the true share of right answers lies, with 95 % confidence.

    Wilson's score interval. With p = right / count, n = count and z = 1.96:
    (p + z² / 2n ± z √(p (1 - p) / n + z² / 4n²)) / (1 + z² / n). Unlike p ± z √(p (1 - p) / n) it holds for few answers
    and where all are right. It takes the photos as independent; bursts tell less.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927), 209-212.

    Args:
        right: How many answers are right, 0 to count.
        count: Of how many, 1 or more.

    Returns:
        The lower and the upper end, 0 to 1.

    Example:
        >>> [round(end, 2) for end in wilson(14, 14)]
        [0.78, 1.0]
    """
    p, square = right / count, _Z_95**2 / count
    middle, half = p + square / 2, math.sqrt(_Z_95**2 * p * (1 - p) / count + square**2 / 4)
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def find_threshold(confidences: Floats, is_right: ClassIndices) -> float:
    """Return the smallest share of the winner at and above which ``PRECISION`` of the answers are right.

    Args:
        confidences: The winners' shares, float64, (m,), of the validation part.
        is_right: Whether they are right, bool, (m,).

    Returns:
        One of the confidences; 1 where even the most confident answers are wrong too often. ``DEFAULT_THRESHOLD`` where
        m is 0, and where all confidences would do and are above it.

    Example:
        >>> find_threshold(np.array([0.5, 0.6, 0.9]), np.array([True, False, True]))
        0.9
    """
    if not len(confidences):
        return DEFAULT_THRESHOLD
    candidates = np.unique(confidences)
    order = np.argsort(confidences, kind="stable")
    # Of the answers from each place on, in ascending order, how many are right.
    right = np.cumsum(is_right[order][::-1])[::-1]
    starts = np.searchsorted(confidences[order], candidates)
    precisions = right[starts] / (len(order) - starts)
    good = np.flatnonzero(precisions >= PRECISION)
    if not good.size:
        return 1.0
    found = float(candidates[good[0]])
    return min(found, DEFAULT_THRESHOLD) if good[0] == 0 else found

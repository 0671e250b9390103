"""Figures beyond accuracy: by class, by confidence, by threshold. Pure functions of arrays."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import ClassIndices, Floats

#: Confidences are told apart in so many bins of equal width.
BINS: Final = 10

Flags = NDArray[np.bool_]


class ClassRow(NamedTuple):
    """How good the answers are about one class; a figure is None where there is nothing to divide by."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    photos: int


def confusion(truths: ClassIndices, answered: ClassIndices, c: int) -> NDArray[np.int64]:
    """Return the confusion matrix, int64, (c, c): rows are the true classes, columns the answers."""
    counts = np.zeros((c, c), np.int64)
    np.add.at(counts, (truths, answered), 1)
    return counts


def by_class(matrix: NDArray[np.int64], labels: Sequence[str]) -> list[ClassRow]:
    """Return precision, recall and F1 of each class of a confusion matrix.

    Example:
        >>> by_class(np.array([[1, 1], [0, 2]]), ["cat", "dog"])[0].recall
        0.5
    """
    right, answered, members = matrix.diagonal().tolist(), matrix.sum(axis=0).tolist(), matrix.sum(axis=1).tolist()

    def share(part: int, all_of_them: int) -> float | None:
        return part / all_of_them if all_of_them else None

    return [
        ClassRow(
            label,
            share(right[i], answered[i]),
            share(right[i], members[i]),
            share(2 * right[i], answered[i] + members[i]),
            members[i],
        )
        for i, label in enumerate(labels)
    ]


class Bin(NamedTuple):
    """Answers of about one confidence: its mean, the share that is right, and how many there are."""

    confidence: float
    accuracy: float
    photos: int


def calibration(confidences: Floats, is_right: Flags) -> tuple[list[Bin], float]:
    """Return the bins that have answers, and the expected calibration error.

    Args:
        confidences: The winners' shares, float64, (n,), 0..1.
        is_right: bool, (n,).

    Returns:
        The bins by confidence; and the mean over all answers of how far a bin's accuracy is from its confidence
        (C. Guo et al., "On calibration of modern neural networks", 2017).

    Example:
        >>> calibration(np.array([0.9, 0.9]), np.array([True, False]))
        ([Bin(confidence=0.9, accuracy=0.5, photos=2)], 0.4)
    """
    places = np.minimum(BINS - 1, (confidences * BINS).astype(np.intp))
    bins: list[Bin] = []
    for place in np.unique(places):
        rows = places == place
        bins.append(Bin(float(confidences[rows].mean()), float(is_right[rows].mean()), int(rows.sum())))
    total = sum(each.photos for each in bins)
    error = sum(each.photos * abs(each.accuracy - each.confidence) for each in bins) / max(1, total)
    return bins, error


def coverage(confidences: Floats, is_right: Flags, is_unknown: Flags, thresholds: Floats) -> tuple[Floats, Floats]:
    """Return accuracy and coverage for thresholds: an answer counts from its threshold on, and where it is known.

    Args:
        confidences: float64, (n,).
        is_right: bool, (n,).
        is_unknown: bool, (n,).
        thresholds: float64, (t,).

    Returns:
        The share of right ones among the answers that count, float64, (t,), NaN where none does; and the share that
        counts, float64, (t,).

    Example:
        >>> shares, right, known = np.array([0.5, 0.9]), np.array([False, True]), np.array([False, False])
        >>> [values.tolist() for values in coverage(shares, right, known, np.array([0.0, 0.8]))]
        [[0.5, 1.0], [1.0, 0.5]]
    """
    counts = (confidences[None, :] >= thresholds[:, None]) & ~is_unknown[None, :]
    totals = counts.sum(axis=1)
    accuracies = np.full(len(thresholds), np.nan)
    np.divide((counts & is_right[None, :]).sum(axis=1), totals, out=accuracies, where=totals > 0)
    return accuracies, totals / max(1, len(confidences))


def hardest(shares: Floats, truths: ClassIndices, count: int) -> NDArray[np.intp]:
    """Return the rows of the hardest photos, intp: those whose own class has least against the best other one.

    Args:
        shares: Every class's, float64, (n, c).
        truths: int64, (n,).
        count: How many.
    """
    rows = np.arange(len(truths))
    own = shares[rows, truths]
    others = shares.copy()
    others[rows, truths] = -1
    margins = own - others.max(axis=1, initial=-1)
    order: NDArray[np.intp] = np.argsort(margins, kind="stable")[:count]
    return order

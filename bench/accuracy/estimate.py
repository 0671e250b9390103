"""A mean with its standard error, over draws and over photos."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import Floats


class Estimate(NamedTuple):
    """A mean and two standard errors.

    The examples are drawn anew in every draw, but the photos are always the same ones: two errors, of which the larger
    counts.

    Attributes:
        mean: The mean of the draws' means.
        over_draws: How far that mean would differ with other draws from the same photos.
        over_photos: How far it would differ with other photos; for a share this is the binomial error.
    """

    mean: float
    over_draws: float = 0.0
    over_photos: float = 0.0

    @property
    def error(self) -> float:
        """The larger of both standard errors."""
        return max(self.over_draws, self.over_photos)


def estimate(draws: Sequence[Floats | NDArray[np.bool_]], photos: int) -> Estimate | None:
    """Return the mean of what was measured.

    Args:
        draws: For each draw a number for each photo that was shown, such as 1 for right and 0 for wrong. A draw that
            showed none is left out.
        photos: How many different photos were shown in all draws together.

    Returns:
        None if no draw showed a photo.

    Example:
        >>> estimate([np.array([1.0, 0.0]), np.array([1.0, 1.0])], 4)
        Estimate(mean=0.75, over_draws=0.25, over_photos=0.21650635094610965)
    """
    shown = [np.asarray(values, np.float64) for values in draws if len(values)]
    if not shown:
        return None
    means = np.array([values.mean() for values in shown])
    over_draws = means.std(ddof=1) / math.sqrt(len(means)) if len(means) > 1 else 0.0
    over_photos = np.concatenate(shown).std() / math.sqrt(photos)
    return Estimate(float(means.mean()), float(over_draws), float(over_photos))


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean of independent estimates, at least one.

    Example:
        >>> mean_of([Estimate(0.5, 0.3), Estimate(1.0, 0.4)])
        Estimate(mean=0.75, over_draws=0.25, over_photos=0.0)
    """
    count = len(estimates)
    return Estimate(
        sum(each.mean for each in estimates) / count,
        math.hypot(*(each.over_draws for each in estimates)) / count,
        math.hypot(*(each.over_photos for each in estimates)) / count,
    )


#: A NamedTuple with ``name`` first, then what it belongs to, then estimates.
MeasuredRow = Any
#: The name of a row that is the mean over all sets.
MEAN = "mean"


def averaged(rows: Sequence[MeasuredRow]) -> list[MeasuredRow]:
    """Return a row called "mean" for all rows that are the same apart from their names and estimates.

    Args:
        rows: NamedTuples of one type: a name, then fields that must agree, then estimates or None (not measured).
    """
    groups: dict[tuple[Any, ...], list[MeasuredRow]] = {}
    for row in rows:
        groups.setdefault(tuple(value for value in row[1:] if not _is_measured(value)), []).append(row)
    return [_average(group) for group in groups.values()]


def _average(group: Sequence[MeasuredRow]) -> MeasuredRow:
    changes: dict[str, Any] = {"name": MEAN}
    for field in group[0]._fields[1:]:
        values = [getattr(row, field) for row in group]
        if any(isinstance(value, Estimate) for value in values):
            measured = [value for value in values if value is not None]
            changes[field] = mean_of(measured)
    return group[0]._replace(**changes)


def _is_measured(value: object) -> bool:
    return value is None or isinstance(value, Estimate)

"""Which adapted metric a classifier answers with: its own fit, or one that was fitted aside and installed.

``server/knn/knn.py`` owns one, and the column of squared lengths in its examples is filled here. Its twin is
``web/src/knn/adaptation.js``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn import adapted
from server.knn.examples import Examples


class Fitted(NamedTuple):
    """A metric, and how long the examples that there were are in it: their ids, n, and ``squares``, float64, (n,)."""

    metric: adapted.AdaptedMetric
    ids: list[str]
    squares: NDArray[np.float64]


class Adaptation:
    """The adapted metric of some examples."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        self._own: tuple[int, adapted.AdaptedMetric | None] | None = None  # made for so many changes
        self._installed: adapted.AdaptedMetric | None = None

    def install(self, fitted: Fitted | None) -> None:
        """Answer with a metric that was fitted elsewhere, through later changes; None goes back to fitting by itself.

        Raises:
            ContractError: dimension.
        """
        examples = self._examples
        if fitted and examples.dimension not in (None, fitted.metric.mean.size):
            raise ContractError("dimension", came=fitted.metric.mean.size, expected=examples.dimension)
        self._own = None
        self._installed = fitted and fitted.metric
        if fitted is None:
            return
        n = len(fitted.ids)
        squares = np.full(examples.count, np.nan)
        if examples.ids[:n] == fitted.ids:  # nothing went meanwhile
            squares[:n] = fitted.squares
        else:
            for example, square in zip(fitted.ids, fitted.squares.tolist(), strict=True):
                if examples.has(example):
                    squares[examples.row_of(example)] = square
        examples.squares = squares
        if np.isnan(squares).all():
            # All that it was fitted on went meanwhile.
            self._installed = None

    @property
    def missing(self) -> int | None:
        """How many examples came since the installed metric was fitted; None where none is installed."""
        return None if self._installed is None else int(np.isnan(self._examples.squares).sum())

    @property
    def metric(self) -> adapted.AdaptedMetric | None:
        """The metric to answer with; None where it is the cosine. All examples' squared lengths are known then."""
        examples = self._examples
        metric = self._installed
        if metric is None:
            if self._own is None or self._own[0] != examples.changes:
                fitted = adapted.fit(examples.matrix, examples.norms, examples.class_indices(np.arange(examples.count)))
                self._own = (examples.changes, fitted)
                examples.squares = np.full(examples.count, np.nan)
            metric = self._own[1]
        unknown = np.flatnonzero(np.isnan(examples.squares))
        if metric is not None and unknown.size:
            squares = examples.squares.copy()
            squares[unknown] = adapted.measure(metric, examples.matrix[unknown], examples.norms[unknown])
            examples.squares = squares
        return metric

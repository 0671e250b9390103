"""Which adapted metric a classifier answers with: one that it fits itself, or one fitted elsewhere and installed.

``server/knn/estimator.py`` owns an ``Adaptation``. It also fills the ``squares`` of the classifier's examples. The twin
is ``web/src/knn/adaptation.js``.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn import adapted
from server.knn.arrays import Floats
from server.knn.examples import Examples


class Fitted(NamedTuple):
    """An adapted metric with the squared norms of the examples that existed when it was fitted.

    Attributes:
        metric: What was fitted.
        ids: The ids of those examples, n.
        squares: Their |z|² in the metric, float64, (n,); see ``adapted.squared_norms``.
        serials: Theirs, int64, (n,); see ``KNN.serials``. None where an id stands for one embedding only.
    """

    metric: adapted.AdaptedMetric
    ids: list[str]
    squares: Floats
    serials: NDArray[np.int64] | None = None


class Adaptation:
    """The adapted metric of some examples.

    Example:
        >>> examples = Examples()
        >>> for embedding, label in (([2, 1], "cat"), ([3, 1], "cat"), ([1, 2], "dog")):
        ...     _ = examples.add(embedding, label)
        >>> adaptation = Adaptation(examples)
        >>> adaptation.metric.mean.shape, bool(np.isnan(examples.squares).any())
        ((2,), False)
    """

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        # The classifier's own fit, and which change of the examples it was made at.
        self._own: tuple[int, adapted.AdaptedMetric | None] | None = None
        self._installed: adapted.AdaptedMetric | None = None

    def install(self, fitted: Fitted | None) -> None:
        """Answer with a metric that was fitted elsewhere, also after later changes; None goes back to its own fits.

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
        if examples.ids[:n] == fitted.ids:  # none was removed since the fit
            rows, measured = np.arange(n), np.arange(n)
        else:
            measured = np.flatnonzero([examples.has(example_id) for example_id in fitted.ids])
            rows = np.array([examples.row_of(fitted.ids[place]) for place in measured.tolist()], np.int64)
        if fitted.serials is not None:  # an example may have been added since with the id of one that was removed
            is_same = examples.serials[rows] == fitted.serials[measured]
            rows, measured = rows[is_same], measured[is_same]
        squares[rows] = fitted.squares[measured]
        examples.squares = squares
        if np.isnan(squares).all():
            # All examples that it was fitted on have been removed.
            self._installed = None

    @property
    def missing_count(self) -> int | None:
        """The number of examples added since the installed metric was fitted; None where none is installed."""
        return None if self._installed is None else int(np.isnan(self._examples.squares).sum())

    @property
    def metric(self) -> adapted.AdaptedMetric | None:
        """The metric to answer with, fitted now if need be; None where it is the cosine.

        Afterwards ``examples.squares`` is known for all examples.
        """
        examples = self._examples
        metric = self._installed
        if metric is None:
            own = self._own
            if own is None or own[0] != examples.changes:
                metric = adapted.fit(examples.matrix, examples.norms, examples.class_indices(np.arange(examples.count)))
                if metric is not None:
                    examples.squares = adapted.squared_norms(metric, examples.matrix, examples.norms)
                # Last: another thread that finds the metric must find the squares that belong to it.
                self._own = (examples.changes, metric)
                return metric
            metric = own[1]
        missing = np.flatnonzero(np.isnan(examples.squares))
        if metric is not None and missing.size:
            squares = examples.squares.copy()
            squares[missing] = adapted.squared_norms(metric, examples.matrix[missing], examples.norms[missing])
            examples.squares = squares
        return metric

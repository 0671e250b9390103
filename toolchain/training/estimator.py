"""The last layer of a network, trained anew on embeddings, as a scikit-learn classifier.

``toolchain/training/heads.py`` trains one; ``toolchain/models`` keeps what it learnt.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from server.knn.arrays import ClassIndices, Embeddings, Floats
from toolchain.models.head_file import Head, softmax, unit
from toolchain.training.optimisers import LEARNING_RATES, OPTIMISERS, make_update

_DTYPES: Final = [np.float64, np.float32]
#: Of each weight, so that those of separable classes do not grow for ever.
_WEIGHT_DECAY: Final = 1e-4
#: How many steps lie between two looks at the validation part.
_LOOK_EVERY: Final = 10
#: Training stops after so many looks of which none was better by this.
_LEAST_GAIN: Final = 1e-4
_PATIENCE: Final = 20
#: A share that rounds to 0 has a logarithm all the same.
_LEAST_SHARE: Final = 1e-12


class Look(NamedTuple):
    """How good the head is after some steps; the validation part's are None where there is none."""

    step: int
    accuracy: float
    cross_entropy: float
    validation_accuracy: float | None
    validation_cross_entropy: float | None


class SoftmaxHead(ClassifierMixin, BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """A linear layer with softmax on embeddings of norm 1, trained by gradient descent on cross-entropy.

    Args:
        optimiser: "sgd", "momentum" or "adam".
        learning_rate: None for the optimiser's own (``LEARNING_RATES``).
        steps: At most so many.
        batch_size: How many embeddings one step looks at.
        random_state: Seeds the order of the batches. The same seed gives the same weights, bit for bit.

    Attributes:
        classes_: The labels, sorted, (c,).
        head_: What was learnt: weights, float32, (d, c), and bias, float32, (c,).
        history_: A ``Look`` every ten steps.
        best_step_: The step whose weights were kept: that of the least cross-entropy on the validation part.

    Example:
        >>> head = SoftmaxHead().fit([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]], ["cat", "cat", "dog"])
        >>> head.predict([[0.2, 1.0]]).tolist()
        ['dog']
    """

    def __init__(
        self,
        optimiser: str = "adam",
        learning_rate: float | None = None,
        steps: int = 2000,
        batch_size: int = 256,
        random_state: Any = 0,
    ) -> None:
        self.optimiser = optimiser
        self.learning_rate = learning_rate
        self.steps = steps
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, X: Any, y: Any, X_validation: Any = None, y_validation: Any = None) -> "SoftmaxHead":
        """Train.

        Args:
            X: Embeddings, float, (n, d), at any scale.
            y: Their labels, (n,).
            X_validation: Embeddings that are not trained on, (m, d). They decide when to stop, and which step to keep;
                without them all steps are done and the last is kept.
            y_validation: Theirs, (m,), each one of the labels in y.

        Returns:
            Itself.

        Raises:
            ValueError: The parameters, the shapes or the labels make no sense.
        """
        self._check_parameters()
        X, y = validate_data(self, X, y, dtype=_DTYPES)
        check_classification_targets(y)
        self.classes_, truths = np.unique(y, return_inverse=True)
        validation = None
        if X_validation is not None:
            X_validation = validate_data(self, X_validation, dtype=_DTYPES, reset=False)
            validation = _unit(X_validation), self._class_indices(y_validation)
        # One thread sums in one order, however many cores there are. Weights that grow beyond all numbers end training.
        with threadpool_limits(1, "blas"), np.errstate(over="ignore", invalid="ignore"):
            self._descend(_unit(X), truths, validation if validation and len(validation[1]) else None)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Return every class's share, float64, (m, c), in the order of classes_; each row adds up to 1."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=_DTYPES, reset=False)
        return self.head_.predict_proba(X.astype(np.float32, copy=False))

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the labels of m embeddings, (m,)."""
        shares = self.predict_proba(X)
        labels: NDArray[Any] = self.classes_[shares.argmax(axis=1)]
        return labels

    # ---- inside

    def _check_parameters(self) -> None:
        if self.optimiser not in OPTIMISERS:
            raise ValueError(f"optimiser is {self.optimiser!r}; one of {', '.join(OPTIMISERS)} was expected")
        if self.learning_rate is not None and not 0 < self.learning_rate < np.inf:
            raise ValueError(f"learning_rate is {self.learning_rate!r}; a number above 0 was expected")
        for name in ("steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)!r}; 1 or more was expected")

    def _class_indices(self, y: Any) -> ClassIndices:
        labels = np.asarray(y)
        places = np.searchsorted(self.classes_, labels).clip(max=len(self.classes_) - 1)
        if (self.classes_[places] != labels).any():
            raise ValueError("y_validation has a label that y has not")
        return places

    def _descend(self, X: Embeddings, truths: ClassIndices, validation: tuple[Embeddings, ClassIndices] | None) -> None:
        mean = X.mean(axis=0, dtype=np.float64)
        squares = np.einsum("ij,ij->i", X, X, dtype=np.float64).mean() - mean @ mean
        spread = float(np.sqrt(max(squares, 0))) or 1.0
        c = len(self.classes_)
        weights, bias = np.zeros((X.shape[1], c)), np.zeros(c)
        rate = LEARNING_RATES[self.optimiser] if self.learning_rate is None else self.learning_rate
        update = make_update(self.optimiser, rate)
        batches = _batches(len(X), self.batch_size, check_random_state(self.random_state))
        self.history_: list[Look] = []
        best = gained = float(np.inf)
        gained_at = 0
        for step in range(self.steps + 1):
            if step % _LOOK_EVERY == 0 or step == self.steps:
                head = _folded(weights, bias, mean, spread)
                look = self._look(head, step, (X, truths), validation)
                self.history_.append(look)
                judged = look.cross_entropy if look.validation_cross_entropy is None else look.validation_cross_entropy
                if np.isfinite(judged) and (judged < best or validation is None):
                    self.head_, self.best_step_, best = head, step, judged
                if judged < gained - _LEAST_GAIN or validation is None:
                    gained, gained_at = judged, len(self.history_)
                if len(self.history_) - gained_at >= _PATIENCE or not np.isfinite(look.cross_entropy):
                    break
            rows = next(batches)
            batch = (X[rows] - mean) / spread
            update((weights, bias), slope(weights, bias, batch, truths[rows])[1])
        self.n_iter_ = step

    @staticmethod
    def _look(
        head: Head,
        step: int,
        training: tuple[Embeddings, ClassIndices],
        validation: tuple[Embeddings, ClassIndices] | None,
    ) -> Look:
        measured = [
            (float((shares.argmax(axis=1) == truths).mean()), cross_entropy(shares, truths))
            for shares, truths in ((_shares(head, X), y) for X, y in filter(None, (training, validation)))
        ]
        return Look(step, *measured[0], *(measured[1] if validation else (None, None)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = False
        return tags


def slope(weights: Floats, bias: Floats, batch: Floats, truths: ClassIndices) -> tuple[float, tuple[Floats, Floats]]:
    """Return the loss of a batch, cross-entropy with decay of the weights, and its gradients.

    Args:
        weights: float64, (d, c).
        bias: float64, (c,).
        batch: float64, (b, d).
        truths: Classes, int64, (b,).

    Returns:
        The loss, and the gradients of weights and bias, in their shapes.
    """
    shares = softmax(batch @ weights + bias)
    loss = cross_entropy(shares, truths) + _WEIGHT_DECAY / 2 * float(np.square(weights).sum())
    errors = shares
    errors[np.arange(len(truths)), truths] -= 1
    errors /= len(truths)
    # BLAS takes half the time for this product as for the transposed one.
    return loss, ((errors.T @ batch).T + _WEIGHT_DECAY * weights, errors.sum(axis=0))


def cross_entropy(shares: Floats, truths: ClassIndices, least: float = _LEAST_SHARE) -> float:
    """Return the mean of -ln(share of the true class), of shares, float64, (m, c), and classes, int64, (m,).

    Example:
        >>> round(cross_entropy(np.array([[0.5, 0.5]]), np.array([0])), 4)
        0.6931
    """
    return float(-np.log(np.maximum(shares[np.arange(len(truths)), truths], least)).mean())


def _unit(X: Floats) -> Embeddings:
    return unit(X.astype(np.float32, copy=False))


def _shares(head: Head, X: Embeddings) -> Floats:
    """Return the shares of embeddings that have norm 1 already, to seven digits and without copying them."""
    return softmax((X @ head.weights + head.bias).astype(np.float64))


def _folded(weights: Floats, bias: Floats, mean: Floats, spread: float) -> Head:
    """Return the head for embeddings that are not centred: that is put into the weights and the bias."""
    folded = weights / spread
    return Head(folded.astype(np.float32), (bias - mean @ folded).astype(np.float32))


def _batches(n: int, size: int, random: Any) -> Any:
    """Yield the rows of one batch after the other, for ever; between two looks at an example are all others."""
    while True:
        order = random.permutation(n) if n > size else np.arange(n)
        for start in range(0, n, size):
            yield order[start : start + size]

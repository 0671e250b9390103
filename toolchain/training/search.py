"""Small grids: which k, metric and weights, or which optimiser, learning rate and steps. Judged by validation alone."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from server.contract.constants import METRICS, WEIGHTS
from server.evaluation.scores import answer, score
from server.knn import KNN
from toolchain.errors import ToolchainError
from toolchain.training.estimator import Look
from toolchain.training.figures import measure
from toolchain.training.gather import Data
from toolchain.training.heads import SoftmaxOptions, fit_softmax
from toolchain.training.optimisers import LEARNING_RATES, OPTIMISERS

KS: Final = (1, 3, 5, 7, 9, 15)
STEPS: Final = (100, 500, 2000)
#: Of the optimiser's own learning rate.
RATES: Final = (0.2, 1.0, 5.0)


class Trial(NamedTuple):
    """One point of a grid.

    Attributes:
        head: "knn" or "softmax".
        options: What was tried.
        accuracy: On the validation part, as are the next two.
        balanced_accuracy: See ``contract/README.md``.
        cross_entropy: Likewise.
        seconds: How long learning and answering took. All k of a metric take as long as one.
        history: A look every few steps; none for neighbours.
    """

    head: str
    options: dict[str, Any]
    accuracy: float
    balanced_accuracy: float
    cross_entropy: float
    seconds: float
    history: list[Look]

    def as_dict(self) -> dict[str, Any]:
        """Return it as a row of a table."""
        return {
            "head": self.head,
            **self.options,
            "accuracy": self.accuracy,
            "balancedAccuracy": self.balanced_accuracy,
            "crossEntropy": self.cross_entropy,
            "seconds": round(self.seconds, 3),
        }


def try_neighbours(
    data: Data, ks: Sequence[int] = KS, metrics: Sequence[str] = METRICS, weights: Sequence[str] = WEIGHTS
) -> Iterator[Trial]:
    """Judge the neighbours by every metric, every way to weigh them, and every k, in this order.

    Raises:
        ToolchainError: There is no validation part.
    """
    check_judges(data)
    knn = _knn(data)
    reach = min(max(ks), knn.count)
    for metric in metrics:
        start = time.monotonic()
        knn.set_params(metric=metric)
        distances, rows = knn.kneighbors(data.validation, reach)
        for weighing in weights:
            answers = answer(rows, distances, data.truths, data.validation_truths, len(data.classes), weighing)
            curve = score(answers, data.validation_truths, len(data.classes))
            seconds = time.monotonic() - start
            for k in ks:
                place = min(k, reach) - 1
                figures = {name: values[place] for name, values in curve.items()}
                options = {"k": k, "metric": metric, "weights": weighing}
                yield _trial("knn", options, figures, seconds, [])


def try_softmax(
    data: Data,
    optimisers: Sequence[str] = OPTIMISERS,
    rates: Sequence[float] | None = None,
    steps: Sequence[int] = STEPS,
    seed: int = 0,
) -> Iterator[Trial]:
    """Train and judge a last layer by every optimiser, learning rate and number of steps.

    Args:
        data: What to learn from and be judged by.
        optimisers: Some of OPTIMISERS.
        rates: Learning rates; None for the optimiser's own times RATES.
        steps: Numbers of steps, ascending.
        seed: Of the order of the batches.

    Raises:
        ToolchainError: There is no validation part.
    """
    check_judges(data)
    for optimiser in optimisers:
        for rate in rates or [LEARNING_RATES[optimiser] * times for times in RATES]:
            trial = None
            for most in steps:
                if trial and trial.history[-1].step < trial.options["steps"]:
                    # It had stopped by itself, and would again.
                    trial = trial._replace(options={**trial.options, "steps": most})
                else:
                    trial = try_one_softmax(data, SoftmaxOptions(optimiser, rate, most, seed))
                yield trial


def try_one_softmax(data: Data, options: SoftmaxOptions) -> Trial:
    """Train and judge one last layer."""
    start = time.monotonic()
    head = fit_softmax(data, options)
    shares = head.head_.predict_proba(data.validation)
    seconds = time.monotonic() - start
    figures = measure(shares.argmax(axis=1), shares, data.validation_truths)
    rate = LEARNING_RATES[options.optimiser] if options.learning_rate is None else options.learning_rate
    stated = {
        "optimiser": options.optimiser,
        "learningRate": rate,
        "steps": options.steps,
        "bestStep": head.best_step_,
    }
    return _trial("softmax", stated, figures, seconds, head.history_)


def rank(trial: Trial) -> tuple[float, float]:
    """Return what trials are ordered by, the best first: the highest accuracy, then the least cross-entropy."""
    return -trial.accuracy, trial.cross_entropy


def check_judges(data: Data) -> None:
    """Refuse to choose without a validation part.

    Raises:
        ToolchainError: There is none.
    """
    if not len(data.validation_truths):
        raise ToolchainError(
            "There is no validation photo, by which the best could be chosen.",
            "Add photos, and split them again: python -m toolchain split",
        )


def _trial(head: str, options: dict[str, Any], figures: dict[str, Any], seconds: float, history: list[Look]) -> Trial:
    return Trial(
        head, options, figures["accuracy"], figures["balancedAccuracy"], figures["crossEntropy"], seconds, history
    )


def _knn(data: Data) -> KNN:
    labels = [str(truth) for truth in range(len(data.classes))]
    examples = [
        {"id": str(row), "label": labels[truth], "group": None} for row, truth in enumerate(data.truths.tolist())
    ]
    return KNN.from_dataset(
        {"labels": labels, "examples": examples, "embeddings": np.ascontiguousarray(data.embeddings, np.float32)}
    )

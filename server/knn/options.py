"""What a classifier can be asked for, and what of it is refused. Its twin is ``web/src/knn/options.js``."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from server.contract.constants import MAX_NEIGHBOURS, METRICS, WEIGHTS
from server.contract.errors import ContractError


class Question(NamedTuple):
    """What the figures are about: k, of which 30 is the most; a metric or "auto"; "uniform" or "distance"."""

    k: int = 3
    metric: str = "auto"
    weights: str = "uniform"


class ClassifierSettings(NamedTuple):
    """How to classify: a room's settings, or one query's; "auto" leaves it to what the room's study finds."""

    k: int = 3
    metric: str = "auto"
    weights: str = "uniform"
    unknown_distance: float | str | None = "auto"

    def changed(self, data: Mapping[str, Any]) -> "ClassifierSettings":
        """Return these with the changes that a request asks for.

        Raises:
            ContractError: badK, unknownMetric, unknownWeights or badUnknownDistance.
        """
        if not data:
            return self
        k = data.get("k", self.k)
        metric = data.get("metric", self.metric)
        weights = data.get("weights", self.weights)
        unknown_distance = data.get("unknownDistance", self.unknown_distance)
        if not isinstance(metric, str):
            raise ContractError("unknownMetric", came=metric, expected=", ".join((*METRICS, "auto")))
        if not isinstance(weights, str):
            raise ContractError("unknownWeights", came=weights, expected=", ".join(WEIGHTS))
        plain = "cosine" if metric == "auto" else metric
        check_settings(k, plain, weights, None if unknown_distance == "auto" else unknown_distance)
        return ClassifierSettings(int(k), metric, weights, unknown_distance)

    def as_question(self) -> Question:
        """Return what the evaluation is asked about it."""
        return Question(min(self.k, MAX_NEIGHBOURS), self.metric, self.weights)

    def as_dict(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {
            "k": self.k,
            "metric": self.metric,
            "weights": self.weights,
            "unknownDistance": self.unknown_distance,
        }


def check_k(k: object) -> int:
    """Return k, if it is a whole number of at least 1.

    Raises:
        ContractError: badK.
    """
    whole = isinstance(k, (int, np.integer)) or (isinstance(k, float) and k.is_integer())
    if not whole or isinstance(k, bool) or int(k) < 1:  # type: ignore[call-overload]
        raise ContractError("badK", came=k)
    return int(k)  # type: ignore[call-overload, no-any-return]


def check_settings(k: object, metric: object, weights: object, unknown_distance: object) -> None:
    """Check what a query can ask for.

    Raises:
        ContractError: badK, unknownMetric, unknownWeights or badUnknownDistance.
    """
    check_k(k)
    if metric not in METRICS:
        raise ContractError("unknownMetric", came=metric, expected=", ".join(METRICS))
    if weights not in WEIGHTS:
        raise ContractError("unknownWeights", came=weights, expected=", ".join(WEIGHTS))
    if unknown_distance is None:
        return
    number = isinstance(unknown_distance, (int, float)) and not isinstance(unknown_distance, bool)
    if not number or not 0 <= unknown_distance <= 2:  # type: ignore[operator]
        raise ContractError("badUnknownDistance", came=unknown_distance)

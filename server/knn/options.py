"""The settings of a classifier, the question to an evaluation, and the checks of both.

Anything but ``server/contract`` may import this module. Its twin is ``web/src/knn/options.js``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypedDict

import numpy as np

from server.contract.constants import MAX_NEIGHBOURS, METRICS, WEIGHTS
from server.contract.errors import ContractError
from server.knn.centre import Centre
from server.knn.certainty import LARGEST_DISTANCE, AdaptedLimit, UnknownLimit


class Question(NamedTuple):
    """What the evaluation is asked: k, at most 30; a metric or "auto"; weights "uniform" or "distance"."""

    k: int = 3
    metric: str = "auto"
    weights: str = "uniform"


class SettingsChange(TypedDict, total=False):
    """The settings that a request names, checked; the others stay as they are."""

    k: int
    metric: str
    weights: str
    unknown_distance: float | str | None


class ClassifierSettings(NamedTuple):
    """How to classify: a room's settings, or those of one query.

    "auto" leaves the metric, or the limit of "I don't know", to the room's insights, which replace it.
    """

    k: int = 3
    metric: str = "auto"
    weights: str = "uniform"
    unknown_distance: float | str | UnknownLimit | None = "auto"

    def changed(self, change: SettingsChange) -> "ClassifierSettings":
        """Return these settings with a change.

        Example:
            >>> ClassifierSettings().changed({"k": 5})
            ClassifierSettings(k=5, metric='auto', weights='uniform', unknown_distance='auto')
        """
        return self._replace(**change) if change else self

    def as_question(self) -> Question:
        """Return the question that asks the evaluation about these settings.

        Example:
            >>> ClassifierSettings(k=50, metric="cosine").as_question()
            Question(k=30, metric='cosine', weights='uniform')
        """
        return Question(min(self.k, MAX_NEIGHBOURS), self.metric, self.weights)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as they travel.

        Example:
            >>> ClassifierSettings().as_dict()
            {'k': 3, 'metric': 'auto', 'weights': 'uniform', 'unknownDistance': 'auto'}
        """
        return {
            "k": self.k,
            "metric": self.metric,
            "weights": self.weights,
            "unknownDistance": self.unknown_distance,
        }


def settings_change(data: Mapping[str, Any]) -> SettingsChange:
    """Return the settings that a request names; other keys are ignored.

    Args:
        data: May have ``k``, ``metric``, ``weights`` and ``unknownDistance``, of any type.

    Raises:
        ContractError: badK, unknownMetric, unknownWeights or badUnknownDistance.

    Example:
        >>> settings_change({"k": 5, "unknownDistance": None, "colour": "red"})
        {'k': 5, 'unknown_distance': None}
    """
    defaults = ClassifierSettings()
    k = data.get("k", defaults.k)
    metric = data.get("metric", defaults.metric)
    weights = data.get("weights", defaults.weights)
    unknown_distance = data.get("unknownDistance", defaults.unknown_distance)
    if not isinstance(metric, str):
        raise ContractError("unknownMetric", came=metric, expected=", ".join((*METRICS, "auto")))
    if not isinstance(weights, str):
        raise ContractError("unknownWeights", came=weights, expected=", ".join(WEIGHTS))
    check_settings(
        k,
        "cosine" if metric == "auto" else metric,
        weights,
        None if unknown_distance == "auto" else unknown_distance,
    )
    change: SettingsChange = {}
    if "k" in data:
        change["k"] = int(k)
    if "metric" in data:
        change["metric"] = metric
    if "weights" in data:
        change["weights"] = weights
    if "unknownDistance" in data:
        change["unknown_distance"] = unknown_distance
    return change


def check_k(k: object) -> int:
    """Return k, if it is a whole number of at least 1.

    Raises:
        ContractError: badK.
    """
    whole = isinstance(k, (int, np.integer)) or (isinstance(k, (float, np.floating)) and k.is_integer())
    if not whole or isinstance(k, bool) or int(k) < 1:  # type: ignore[call-overload]
        raise ContractError("badK", came=k)
    return int(k)  # type: ignore[call-overload, no-any-return]


def check_settings(k: object, metric: object, weights: object, unknown_distance: object) -> None:
    """Check the settings of one query.

    Raises:
        ContractError: badK, unknownMetric, unknownWeights or badUnknownDistance.
    """
    check_k(k)
    if not isinstance(metric, str) or metric not in METRICS:
        raise ContractError("unknownMetric", came=metric, expected=", ".join(METRICS))
    if not isinstance(weights, str) or weights not in WEIGHTS:
        raise ContractError("unknownWeights", came=weights, expected=", ".join(WEIGHTS))
    if unknown_distance is None:
        return
    is_valid = (
        is_limit(unknown_distance) if isinstance(unknown_distance, UnknownLimit) else is_distance(unknown_distance)
    )
    if not is_valid:
        raise ContractError("badUnknownDistance", came=unknown_distance)


def is_distance(value: object) -> bool:
    """Return whether a value is a cosine distance.

    Example:
        >>> is_distance(0.3), is_distance(2.5), is_distance(True), is_distance(float("nan"))
        (True, False, False, False)
    """
    is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    return is_number and bool(0 <= value <= LARGEST_DISTANCE)  # type: ignore[operator]


def is_limit(limit: UnknownLimit) -> bool:
    """Return whether a limit has numbers that make sense.

    Example:
        >>> is_limit(UnknownLimit(0.6)), is_limit(UnknownLimit(-1.0))
        (True, False)
    """
    adapted = limit.adapted
    if adapted is not None and not isinstance(adapted, AdaptedLimit):
        return False
    if limit.centre is not None and not isinstance(limit.centre, Centre):
        return False
    numbers = (limit.distance, limit.exponent, *(adapted or ()))
    if not all(map(is_distance, numbers)) or limit.exponent > 1:
        return False
    return adapted is None or adapted.typical > 0

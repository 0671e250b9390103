"""Whether an answer is sure, not sure or "I don't know".

"Three answers" in ``contract/README.md`` defines the rule. ``server/knn/votes.py`` uses this module; limits come from
``server/evaluation/calibration.py``. The twin is ``web/src/knn/certainty.js``.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from server.contract.constants import (
    CENTRE_DECLINE,
    NOVELTY_FLOOR,
    SECOND_RECORDING_WEIGHT,
    SURE_SHARE,
    TIE,
    UNKNOWN_PRIOR,
    UNKNOWN_SHARPNESS,
)
from server.contract.errors import ContractError
from server.knn.centre import Centre, is_number

#: No cosine distance is larger.
LARGEST_DISTANCE = 2.0


class AdaptedLimit(NamedTuple):
    """The limit of answers by the adapted metric.

    Attributes:
        distance: As that of ``UnknownLimit``, for an embedding at the typical adapted distance.
        typical: The typical adapted distance of an example to its nearest neighbour.
    """

    distance: float
    typical: float


class UnknownLimit(NamedTuple):
    """The limit of "I don't know" that the evaluation finds.

    Attributes:
        distance: The cosine distance beyond which an embedding is unknown, if a second recording is as near as the
            nearest.
        exponent: How much the adapted distance counts, 0 to 1; the second recording counts SECOND_RECORDING_WEIGHT of
            that.
        adapted: The limit of answers by the adapted metric; None where there is no other.
        centre: The backbone's, which counts while there is little evidence; None where it has none.
    """

    distance: float = UNKNOWN_PRIOR
    exponent: float = 0.0
    adapted: AdaptedLimit | None = None
    centre: Centre | None = None

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "UnknownLimit":
        """Return the limit in ``unknown`` of an evaluation, or in a file; other keys are ignored.

        Raises:
            ContractError: badUnknownDistance, where a key is missing. ``centre`` may be.

        Example:
            >>> UnknownLimit.from_dict({"distance": 0.5, "exponent": 0.0, "adapted": None, "recordings": 0})
            UnknownLimit(distance=0.5, exponent=0.0, adapted=None, centre=None)
        """
        try:
            adapted = value["adapted"]
            limit = None if adapted is None else AdaptedLimit(adapted["distance"], adapted["typical"])
            centre = value.get("centre")
            centre = None if centre is None else Centre.from_dict(centre)
            return cls(value["distance"], value["exponent"], limit, centre)
        except (KeyError, TypeError):
            raise ContractError("badUnknownDistance", came=value) from None

    @classmethod
    def of_model(cls, unknown: Any, dimension: int) -> "UnknownLimit":
        """Return the limit before there is evidence: what a model's manifest says in ``unknown``.

        What is missing there, or nonsense, is left out: the distance is UNKNOWN_PRIOR then. So is a centre of
        another dimension than the model's.

        Example:
            >>> UnknownLimit.of_model({"distance": 0.5}, 1280).distance, UnknownLimit.of_model(None, 1280).distance
            (0.5, 0.615)
        """
        prior: object = unknown.get("distance") if isinstance(unknown, Mapping) else None
        if not is_number(prior) or not 0 < prior < LARGEST_DISTANCE:
            return cls()
        try:
            given = unknown["centre"]
            distance = given["distance"]
            if not is_number(distance) or not 0 < distance < LARGEST_DISTANCE:
                return cls(float(prior))
            centre = Centre.from_dict({**given, "ratio": distance / prior})
        except (KeyError, TypeError, ContractError):
            return cls(float(prior))
        return cls(float(prior), centre=centre if centre.dimension == dimension else None)

    def as_dict(self) -> dict[str, Any]:
        """Return the limit as JSON holds it.

        Example:
            >>> UnknownLimit(0.5).as_dict()
            {'distance': 0.5, 'exponent': 0.0, 'adapted': None, 'centre': None}
        """
        centre = self.centre and self.centre.as_dict()
        return {**self._asdict(), "adapted": self.adapted and self.adapted._asdict(), "centre": centre}


class Nearness(NamedTuple):
    """How near the examples are to one embedding.

    Attributes:
        novelty: The cosine distance to the nearest example.
        second: That to the nearest example of another recording; the novelty where there is none.
        distance: The distance to the nearest example in the metric of the answer.
        centred: The cosine distance to the nearest example by cosine, both centred; None where the limit has no
            centre.
    """

    novelty: float
    second: float
    distance: float
    centred: float | None = None


def unknown_distance_of(limit: float | UnknownLimit | None, metric: str, nearness: Nearness) -> float | None:
    """Return the cosine distance beyond which one embedding is unknown; None for never.

    Args:
        limit: A cosine distance, or what the evaluation found; None for never.
        metric: The metric of the answer.
        nearness: Of the embedding.

    Example:
        >>> limit = UnknownLimit(0.5, 0.5, AdaptedLimit(0.6, 0.4))
        >>> nearness = Nearness(0.2, 0.2, 0.1)
        >>> unknown_distance_of(limit, "cosine", nearness), round(unknown_distance_of(limit, "adapted", nearness), 12)
        (0.5, 1.2)
    """
    if not isinstance(limit, UnknownLimit):
        return None if limit is None else float(limit)  # NumPy's numbers would go on into the result
    ratio: float = max(nearness.novelty, NOVELTY_FLOOR) / max(nearness.second, NOVELTY_FLOOR)
    ratio **= SECOND_RECORDING_WEIGHT
    distance = limit.distance
    if limit.adapted is not None and metric == "adapted":
        ratio *= limit.adapted.typical / max(nearness.distance, NOVELTY_FLOOR)
        distance = limit.adapted.distance
    distance *= ratio**limit.exponent
    if limit.centre is not None and nearness.centred is not None:
        second_opinion = max(nearness.novelty, NOVELTY_FLOOR) / max(nearness.centred, NOVELTY_FLOOR)
        distance *= (limit.centre.ratio * second_opinion) ** ((1 - limit.exponent) ** CENTRE_DECLINE)
    return float(min(distance, LARGEST_DISTANCE))


def is_beyond(novelty: float, unknown_distance: float | None) -> bool:
    """Return whether an embedding is unknown.

    Args:
        novelty: Its cosine distance to the nearest example.
        unknown_distance: See ``unknown_distance_of``.

    Example:
        >>> is_beyond(0.3, 0.3), is_beyond(0.4, 0.3), is_beyond(0.4, None)
        (False, True, False)
    """
    return unknown_distance is not None and novelty > unknown_distance + TIE


def unknown_share_of(novelty: float, unknown_distance: float | None) -> float:
    """Return the share of something else, 0 to 1; 1/2 at the limit.

    Args:
        novelty: The cosine distance to the nearest example.
        unknown_distance: See ``unknown_distance_of``.

    Example:
        >>> unknown_share_of(0.3, 0.3), round(unknown_share_of(0.2, 0.3), 2), unknown_share_of(0.2, None)
        (0.5, 0.08, 0.0)
    """
    if unknown_distance is None:
        return 0.0
    if unknown_distance == 0:
        return float(is_beyond(novelty, unknown_distance))
    # The smaller over the larger, so that no power overflows.
    if novelty <= unknown_distance:
        power = (novelty / unknown_distance) ** UNKNOWN_SHARPNESS
        return power / (1 + power)
    return 1 / (1 + (unknown_distance / novelty) ** UNKNOWN_SHARPNESS)


def certainty_of(share: float, unknown_share: float, is_unknown: bool) -> str:
    """Return one of CERTAINTIES.

    Args:
        share: The winner's share of the votes, 0 to 1.
        unknown_share: See ``unknown_share_of``.
        is_unknown: See ``is_beyond``.

    Example:
        >>> certainty_of(1.0, 0.1, False), certainty_of(0.6, 0.1, False), certainty_of(1.0, 0.6, True)
        ('sure', 'notSure', 'unknown')
    """
    if is_unknown:
        return "unknown"
    return "sure" if share * (1 - unknown_share) >= SURE_SHARE - TIE else "notSure"

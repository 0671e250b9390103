"""The types of an answer. The twin is ``web/src/state/result.js``. Anything above this room may import it."""

from typing import TypedDict


class Neighbour(TypedDict):
    """One of the k nearest examples."""

    id: str
    label: str
    distance: float


class Result(TypedDict):
    """What ``classify`` returns.

    ``distance`` is the nearest neighbour's; ``novelty`` the cosine distance to the nearest example; ``unknownDistance``
    the novelty beyond which this embedding is unknown, None for never; ``unknownShare`` the share of something else;
    ``certainty`` one of CERTAINTIES.
    """

    label: str
    classIndex: int
    confidences: dict[str, float]
    neighbours: list[Neighbour]
    distance: float
    novelty: float
    unknownDistance: float | None
    unknownShare: float
    isUnknown: bool
    certainty: str
    k: int
    count: int

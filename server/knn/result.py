"""The types of an answer. The twin is ``web/src/state/result.js``. Anything above this room may import it."""

from typing import TypedDict


class Neighbour(TypedDict):
    """One of the k nearest examples."""

    id: str
    label: str
    distance: float


class Result(TypedDict):
    """What ``classify`` returns; ``distance`` is the nearest neighbour's, ``novelty`` its cosine distance."""

    label: str
    classIndex: int
    confidences: dict[str, float]
    neighbours: list[Neighbour]
    distance: float
    novelty: float
    isUnknown: bool
    k: int
    count: int

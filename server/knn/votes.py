"""From ranked neighbours to a result: votes, shares and the winner.

"What a result is" in ``contract/README.md`` defines the rules. ``server/knn/knn.py`` uses this module; the estimator
and the evaluation use ``vote``. The twin is ``web/src/knn/votes.js``.
"""

import numpy as np

from server.contract.constants import TIE
from server.knn import certainty
from server.knn.arrays import Floats
from server.knn.examples import Examples
from server.knn.neighbours import Neighbours
from server.knn.result import Result


def vote(distances: Floats, weights: str) -> Floats:
    """Return the weight of each neighbour's vote: all equal, or 1 / distance.

    With weights "distance", only neighbours at distance 0 (to TIE) vote where there are any, as in scikit-learn.

    Args:
        distances: float64, (..., k).
        weights: "uniform" or "distance".

    Returns:
        float64, (..., k); the votes need not add up to 1.

    Example:
        >>> vote(np.array([0.5, 2.0]), "distance").tolist()
        [2.0, 0.5]
        >>> vote(np.array([0.0, 2.0]), "distance").tolist()
        [1.0, 0.0]
    """
    if weights == "uniform":
        return np.ones(distances.shape)
    is_zero = distances <= TIE
    return np.where(is_zero.any(axis=-1, keepdims=True), is_zero, 1 / np.where(is_zero, 1, distances))


def count_votes(
    examples: Examples, neighbours: Neighbours, novelty: float, weights: str, unknown_distance: float | None = None
) -> Result:
    """Let the k nearest examples of an embedding vote, and return the result.

    Args:
        examples: All examples.
        neighbours: The k nearest, nearest first.
        novelty: The cosine distance to the nearest example.
        weights: "uniform" or "distance".
        unknown_distance: The novelty beyond which the embedding is unknown; None for never.

    Example:
        >>> examples = Examples()
        >>> for embedding, label in (([1, 0], "cat"), ([0, 1], "dog")):
        ...     _ = examples.add(embedding, label)
        >>> neighbours = Neighbours(np.array([1, 0]), np.array([0.2, 0.6]), np.array([1, 0]))
        >>> result = count_votes(examples, neighbours, 0.2, "distance", 0.1)
        >>> result["label"], result["confidences"], result["certainty"]
        ('dog', {'cat': 0.25, 'dog': 0.75}, 'unknown')
    """
    rows, distances, class_indices = neighbours
    labels = examples.labels
    votes = np.bincount(class_indices, vote(distances, weights), minlength=len(labels))
    shares = votes / votes.sum()
    # Equal shares go to the class whose member is nearest: the first neighbour of a class with the largest share.
    winner = int(next(index for index in class_indices if shares[index] >= shares.max() - TIE))
    ids = examples.ids
    is_unknown = certainty.is_beyond(novelty, unknown_distance)
    unknown_share = certainty.unknown_share_of(novelty, unknown_distance)
    return {
        "label": labels[winner],
        "classIndex": winner,
        "confidences": dict(zip(labels, shares.tolist(), strict=True)),
        "neighbours": [
            {"id": ids[row], "label": labels[index], "distance": distance}
            for row, index, distance in zip(rows.tolist(), class_indices.tolist(), distances.tolist(), strict=True)
        ],
        "distance": float(distances[0]),
        "novelty": novelty,
        "unknownDistance": unknown_distance,
        "unknownShare": unknown_share,
        "isUnknown": is_unknown,
        "certainty": certainty.certainty_of(float(shares[winner]), unknown_share, is_unknown),
        "k": len(rows),
        "count": examples.count,
    }

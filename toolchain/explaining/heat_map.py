"""Which part of a photo made it similar: Grad-CAM (R. R. Selvaraju et al., "Grad-CAM", 2017), as the page draws it.

An embedding is the mean of a feature map over its cells, so the gradient is exact and needs no backward pass. The twin
is ``web/src/explain/heat-map.js``; what a softmax head adds is here alone.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.knn.arrays import Embeddings, Floats
from server.knn.votes import vote
from toolchain.models.trained import TrainedModel

#: A maximum up to this is float32's rounding: no part is more similar than another.
MIN_HEAT: Final = 1e-7

Features = NDArray[np.float32]


class HeatMap(NamedTuple):
    """A heat map.

    Attributes:
        raw: As computed, float64, (h, w), no value below 0.
        values: Scaled to 0..1 to be shown, float64, (h, w); all 0 where no part is more similar than another.
    """

    raw: Floats
    values: Floats


def explain(model: TrainedModel, features: Features, embedding: Embeddings, label: str) -> HeatMap:
    """Return why a photo was taken for a class.

    Args:
        model: Who answered.
        features: The photo's feature map, float32, (h, w, d).
        embedding: Its mean over h and w, float32, (d,), not all zero.
        label: The class.
    """
    if model.softmax is not None:
        direction = model.softmax.weights[:, model.classes_.index(label)]
        return heat_map(features, class_gradient(embedding, direction))
    rows, distances = model.neighbours(embedding[None])
    mine = [place for place, row in enumerate(rows[0]) if model.example_labels[row] == label]
    votes = vote(distances[0], model.settings.weights)[mine]
    # Beside a neighbour at distance 0 all others have no vote: the members of this class then count alike.
    weights = votes / votes.sum() if votes.sum() > 0 else np.full(len(mine), 1 / max(1, len(mine)))
    return heat_map(features, similarity_gradient(embedding, model.examples[rows[0][mine]], weights))


def heat_map(features: Features, gradient: Floats) -> HeatMap:
    """Return ReLU(sum over c of alpha_c A_c), with alpha_c = ds/de_c / cells.

    Args:
        features: A, float32, (h, w, d).
        gradient: ds/de, float64, (d,).

    Example:
        >>> heat_map(np.array([[[1, 0], [0, 1]]], np.float32), np.array([1.0, -1.0])).values.tolist()
        [[1.0, 0.0]]
    """
    height, width, _ = features.shape
    raw: Floats = np.maximum(0, features.astype(np.float64) @ gradient / (height * width))
    largest = float(raw.max(initial=0))
    return HeatMap(raw, raw / largest if largest > MIN_HEAT else np.zeros_like(raw))


def similarity_gradient(embedding: Embeddings, examples: Embeddings, weights: Floats) -> Floats:
    """Return the gradient of the weighted sum of the cosines between an embedding and some examples.

    Args:
        embedding: e, float32, (d,), not all zero.
        examples: x, float32, (k, d), no zero row.
        weights: w, float64, (k,).

    Returns:
        The sum of w (x / |x| - cos e / |e|) / |e|, float64, (d,).

    Example:
        >>> similarity_gradient(np.array([1, 0], np.float32), np.array([[0, 2]], np.float32), np.array([1.0])).tolist()
        [0.0, 1.0]
    """
    e = embedding.astype(np.float64)
    norm = np.sqrt(e @ e)
    x = examples.astype(np.float64)
    units = x / np.sqrt(np.einsum("ij,ij->i", x, x))[:, None]
    cosines = units @ (e / norm)
    gradient: Floats = (weights @ units - (weights @ cosines) * e / norm) / norm
    return gradient


def class_gradient(embedding: Embeddings, direction: NDArray[np.float32]) -> Floats:
    """Return the gradient of a class's score of the softmax head, which takes embeddings at unit length.

    Args:
        embedding: e, float32, (d,), not all zero.
        direction: The class's weights, (d,).

    Returns:
        (W - (W · e / |e|) e / |e|) / |e|, float64, (d,).
    """
    e = embedding.astype(np.float64)
    norm = np.sqrt(e @ e)
    unit = e / norm
    w = direction.astype(np.float64)
    gradient: Floats = (w - (w @ unit) * unit) / norm
    return gradient

"""What a network was trained to say of a photo: its logits for the 1,000 classes of ImageNet, a fingerprint.

The page's networks end before that layer. Where a backbone's file of weights has it, and that file is here, the logits
are one product away from the embedding.
"""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convert.backbones import BACKBONES
from convert.errors import ConvertError
from convert.torch_pickle import read_state_dict
from convert.weights import find_weights
from server.knn.arrays import Embeddings, Floats
from toolchain.embedding.model import EmbeddingModel

_NAMES: Final = Path(__file__).with_name("imagenet.txt")
#: The backbone whose file has the last layer, and what it is called there.
_BACKBONE: Final = "efficientnet_lite0"
_WEIGHTS, _BIAS = "_fc.weight", "_fc.bias"


class Head(NamedTuple):
    """The last layer: weights float32, (1000, d), bias float32, (1000,), and the classes' names."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    names: list[str]


def class_names() -> list[str]:
    """Return the names of ImageNet's 1,000 classes (ILSVRC 2012), the first word of each of WordNet's."""
    return _NAMES.read_text("utf-8").splitlines()


def find_head(network: EmbeddingModel) -> Head | None:
    """Return the last layer of a network; None where its weights don't have it, or are not here."""
    if network.manifest["backbone"] != _BACKBONE:
        return None
    try:
        row = BACKBONES[_BACKBONE]
        path = find_weights(row.weights(None, network.size), lambda line: None)
        weights = read_state_dict(path)
    except (ConvertError, OSError):
        return None
    if _WEIGHTS not in weights or weights[_WEIGHTS].shape != (len(class_names()), network.dimension):
        return None
    return Head(weights[_WEIGHTS].astype(np.float32), weights[_BIAS].astype(np.float32), class_names())


def logits(head: Head, embeddings: Embeddings) -> Floats:
    """Return the logits of embeddings, float64, (n, 1000); the embeddings are float32, (n, d)."""
    scores: Floats = embeddings.astype(np.float64) @ head.weights.T.astype(np.float64) + head.bias
    return scores


def top_names(head: Head, scores: Floats, count: int = 5) -> list[tuple[str, float]]:
    """Return the best names of one photo with their shares, the best first.

    Args:
        head: The last layer.
        scores: Its logits, float64, (1000,).
        count: How many.
    """
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    return [(head.names[place], float(shares[place])) for place in np.argsort(-scores, kind="stable")[:count]]

"""Sets of made-up embeddings, for measurements whose outcome is known."""

import numpy as np

from bench.photo_sets import PhotoSet

D = 32


def near(axes, count, spread, seed=0):
    """Embeddings around some axes, ``count`` each."""
    random = np.random.default_rng([seed, *axes])
    centres = np.repeat(np.eye(D)[list(axes)], count, axis=0)
    return (centres + random.normal(0, spread / np.sqrt(D), centres.shape)).astype(np.float32)


def photo_set(name, labels, axes, count=24, spread=0.4):
    """Photos of some classes, each around an axis of its own, with near-copies of every photo."""
    embeddings = near(axes, count, spread)
    random = np.random.default_rng(len(name))
    views = {
        row: (embedding + random.normal(0, 0.02 / np.sqrt(D), (5, D))).astype(np.float32)
        for row, embedding in enumerate(embeddings)
    }
    return PhotoSet(name, labels, np.repeat(range(len(labels)), count), embeddings, views)

import numpy as np
import pytest

from bench.accuracy import metrics
from bench.photo_sets import PhotoSet


def test_measure__averages_the_accuracy_on_the_held_out_photos():
    # One direction separates the classes; another, ten times as long, does not, and the adapted metric scales it down.
    random = np.random.default_rng(0)
    classes = np.repeat([0, 1], 30)
    embeddings = random.normal(0, 0.3, (60, 8))
    embeddings[:, 0] = 20
    embeddings[:, 1] = np.where(classes, 1, -1) + random.normal(0, 0.1, 60)
    embeddings[:, 2] = random.normal(0, 10, 60)
    row = metrics.measure(PhotoSet("set", ["a", "b"], classes, embeddings.astype(np.float32)), 10, 20)
    assert row[:2] == ("set", 10)
    assert row.cosine.mean < 0.9 < row.adapted.mean
    assert row.cosine.mean < row.auto.mean <= row.adapted.mean
    assert row.adapted_taken.mean > 0.5
    assert row.logistic.mean > 0.9
    assert row.over_cosine.mean == pytest.approx(row.adapted.mean - row.cosine.mean)
    assert row.over_logistic.mean == pytest.approx(row.adapted.mean - row.logistic.mean)
    assert row.auto_over_adapted.mean == pytest.approx(row.auto.mean - row.adapted.mean)
    assert row.over_cosine.error > 0

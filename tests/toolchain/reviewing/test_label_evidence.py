"""Labels that look wrong: the swapped ones are found, and rightly labelled photos are left alone."""

import numpy as np
import pytest

from toolchain.reviewing.label_evidence import weigh_labels


def photos_of(classes, each, seed=0, spread=0.5, dimension=64):
    """Embeddings of some classes, as a network makes them: around a centre each, positive."""
    random = np.random.default_rng(seed)
    centres = random.gamma(0.5, size=(classes, dimension))
    labels = np.repeat(np.arange(classes), each)
    embeddings = np.abs(centres[labels] + spread * random.normal(size=(len(labels), dimension)) * centres.mean())
    return embeddings.astype(np.float32), [f"class {index}" for index in labels]


def test_weigh_labels__finds_the_swapped_labels_and_nothing_else():
    embeddings, labels = photos_of(3, 20)
    assert len(weigh_labels(embeddings, labels, [None] * 60).listed()) == 0
    swapped = list(labels)
    for row, label in ((3, "class 1"), (25, "class 2"), (50, "class 0")):
        swapped[row] = label
    evidence = weigh_labels(embeddings, swapped, [None] * 60)
    assert sorted(evidence.listed().tolist()) == [3, 25, 50]
    assert [f"class {evidence.rivals[row]}" for row in (3, 25, 50)] == ["class 0", "class 1", "class 2"]


def test_weigh_labels__is_the_definition():
    """A plain reference: for one photo, by cosine, over the nearer half of the other photos."""
    embeddings, labels = photos_of(2, 5, seed=1)
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    distances = 1 - units @ units.T
    own = np.sort([distances[0, row] for row in range(1, 5)])[:2].mean()
    other = np.sort(distances[0, 5:])[:3].mean()
    # With one photo a class for each fold the adapted part is there, too: its ratio is what is left.
    evidence = weigh_labels(embeddings, labels, [None] * 10)
    from server.knn import adapted

    norms = np.linalg.norm(embeddings.astype(np.float64), axis=1)
    names = [f"photo {row}" for row in range(10)]
    fold = np.unique(names, return_inverse=True)[1] % 5
    others = np.flatnonzero(fold != fold[0])
    metric = adapted.fit(embeddings[others], norms[others], (others >= 5).astype(int))
    ys, offsets, squares = adapted.transform(metric, embeddings[:1], norms[:1])
    measured = adapted.distances(
        ys @ units.T.astype(float) - offsets[:, None],
        squares[:, None],
        adapted.squared_norms(metric, embeddings, norms),
    )[0]
    own_adapted, other_adapted = np.sort(measured[1:5])[:2].mean(), np.sort(measured[5:])[:3].mean()
    expected = own / other * own_adapted / other_adapted
    assert evidence.suspicions[0] == pytest.approx(expected, rel=1e-3)


def test_weigh_labels__a_burst_is_one_photo():
    embeddings, labels = photos_of(2, 6)
    # Six frames of one burst say no more than one photo: with one burst a class nothing is said.
    groups = [f"{label}/burst" for label in labels]
    evidence = weigh_labels(embeddings, labels, groups)
    assert not evidence.strengths.any()
    # Frames of a burst are right or wrong together.
    groups = [f"{label}/burst {row // 2}" for row, label in enumerate(labels)]
    evidence = weigh_labels(embeddings, labels, groups)
    assert evidence.suspicions[0] == evidence.suspicions[1] != evidence.suspicions[2]


@pytest.mark.parametrize("labels", [[], ["cat"], ["cat"] * 5, ["cat", "dog"]])
def test_weigh_labels__says_nothing_without_evidence(labels):
    embeddings = np.random.default_rng(0).random((len(labels), 8)).astype(np.float32) + 0.1
    evidence = weigh_labels(embeddings, labels, [None] * len(labels))
    assert len(evidence.suspicions) == len(labels)
    assert len(evidence.listed()) == 0

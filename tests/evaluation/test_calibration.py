"""The limit of "I don't know": what the examples show, weighed against the model's prior."""

import numpy as np
import pytest

from server.contract.constants import TYPICAL_FLOOR, UNKNOWN_PERCENT, UNKNOWN_PRIOR, UNKNOWN_PRIOR_RECORDINGS
from server.evaluation.calibration import quantile
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN
from server.knn.examples import ExampleInfo
from server.knn.options import Question

D = 32


def unknown(recordings, prior=UNKNOWN_PRIOR, measured=("adapted",)):
    """``unknown`` of an evaluation of ``(label, embeddings of one recording)``."""
    embeddings, examples = {}, []
    for number, (label, frames) in enumerate(recordings):
        for frame in frames:
            examples.append(ExampleInfo(f"i{len(examples)}", label, f"recording {number}"))
            embeddings[examples[-1].id] = np.asarray(frame, np.float32)
    labels = list(dict.fromkeys(label for label, _ in recordings))
    evaluation = Evaluation(prior)
    snapshot = Snapshot(labels, examples, lambda ids: np.stack([embeddings[key] for key in ids]))
    for steps in (evaluation.update(snapshot), *map(evaluation.measure, measured)):
        for _ in steps:
            pass
    figures = evaluation.evaluate(Question())["unknown"]
    assert evaluation.unknown_limit.distance == figures["distance"]
    return figures


def record(random, centre, spread, frames=5, copies=0.02):
    """One recording: near-copies of one view of a thing."""
    view = centre + spread * random.normal(size=D)
    return [view + copies * random.normal(size=D) if copies else view for _ in range(frames)]


def teach(per_class, seed=0, spread=0.12, **more):
    random = np.random.default_rng(seed)
    centres = {label: random.normal(size=D) / np.sqrt(D) for label in ("cat", "dog", "owl")}
    return [(label, record(random, centres[label], spread, **more)) for _ in range(per_class) for label in centres]


def test_limit__one_recording_a_class_leaves_the_prior():
    figures = unknown(teach(1), prior=0.5)
    assert (figures["distance"], figures["adapted"], figures["recordings"]) == (0.5, None, 0)


def test_limit__counts_recordings_not_frames():
    few, many = (unknown(teach(3, frames=frames, copies=0)) for frames in (1, 20))
    assert few["recordings"] == many["recordings"] == 9
    assert few["distance"] == pytest.approx(many["distance"])
    assert few["exponent"] == 9 / (9 + UNKNOWN_PRIOR_RECORDINGS)


def test_limit__moves_from_the_prior_to_what_the_examples_show():
    distances = [unknown(teach(count, spread=0.03))["distance"] for count in (1, 2, 5, 20)]
    assert distances == sorted(distances, reverse=True)
    assert distances[0] == UNKNOWN_PRIOR
    assert distances[-1] < 0.6 * UNKNOWN_PRIOR


def test_limit__two_recordings_of_the_same_pictures_do_not_make_everything_unknown():
    same = teach(1, copies=0)
    assert unknown(same + same)["distance"] > 0.8 * UNKNOWN_PRIOR
    many = unknown(same * 10)
    assert many["distance"] > 0.5 * UNKNOWN_PRIOR
    assert many["adapted"]["typical"] == TYPICAL_FLOOR


def test_limit__keeps_the_promised_share_of_new_recordings():
    taught = teach(60, seed=1)
    figures = unknown(taught)
    frames = np.array([frame for _, recording in taught for frame in recording])
    random = np.random.default_rng(2)
    labels = ("cat", "dog", "owl")
    centres = {label: np.mean([r for name, r in taught if name == label], axis=(0, 1)) for label in labels}
    new = np.array([record(random, centres[label], 0.12)[0] for _ in range(300) for label in centres])
    new, frames = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (new, frames))
    kept = np.mean((1 - new @ frames.T).min(axis=1) <= figures["distance"])
    assert kept >= UNKNOWN_PERCENT / 100 - 0.01


def test_limit__is_one_that_answers_can_go_by_however_much_adapted_distances_differ():
    recordings = [(label, [frame + np.ones(D)]) for label, (frame, *_) in teach(6, spread=0.0005)]
    recordings[0] = ("cat", [-np.ones(D)])
    figures = unknown(recordings, prior=1.9)
    assert figures["adapted"]["distance"] == 2
    knn = KNN().fit([frame for _, (frame,) in recordings], [label for label, _ in recordings])
    answer = knn.classify(recordings[1][1][0], metric="adapted", unknown_distance=figures)
    assert 0 < answer["unknownDistance"] <= 2


def test_limit__without_the_adapted_metric_is_the_cosine_s_alone():
    without, with_it = unknown(teach(4), measured=()), unknown(teach(4))
    assert without["adapted"] is None
    assert with_it["adapted"] is not None
    assert without["distance"] == with_it["distance"]


def test_quantile__reaches_the_weight_and_no_more():
    values, weights = np.array([0.4, 0.1, 0.3, 0.2]), np.array([1.0, 0.5, 0.5, 1.0])
    assert [quantile(values, weights, weight) for weight in (0.5, 0.6, 1.5, 2.0, 2.1, 3.0)] == [
        0.1,
        0.2,
        0.2,
        0.3,
        0.4,
        0.4,
    ]

"""Sure, not sure, "I don't know": one scale, whatever the limit comes from."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_distances

from server.contract.constants import (
    CERTAINTIES,
    NOVELTY_FLOOR,
    SECOND_RECORDING_WEIGHT,
    SURE_SHARE,
    TIE,
    UNKNOWN_PRIOR,
)
from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.certainty import (
    LARGEST_DISTANCE,
    AdaptedLimit,
    Nearness,
    UnknownLimit,
    certainty_of,
    is_beyond,
    unknown_distance_of,
    unknown_share_of,
)

DISTANCES = st.floats(0, LARGEST_DISTANCE)
ADAPTED_LIMITS = st.builds(AdaptedLimit, DISTANCES, st.floats(NOVELTY_FLOOR, LARGEST_DISTANCE))
LIMITS = st.builds(UnknownLimit, DISTANCES, st.floats(0, 1), st.none() | ADAPTED_LIMITS, st.none())


@settings(deadline=None)
@given(novelty=DISTANCES, limit=st.none() | DISTANCES)
def test_unknown_share__is_half_at_the_limit_and_more_where_it_is_unknown(novelty, limit):
    share = unknown_share_of(novelty, limit)
    assert 0 <= share <= 1
    if limit is None:
        assert share == 0
    elif is_beyond(novelty, limit):
        assert share >= 0.5
    elif novelty < limit:
        assert share <= 0.5


@settings(deadline=None)
@given(limit=DISTANCES, pair=st.tuples(DISTANCES, DISTANCES))
def test_unknown_share__grows_with_the_novelty(limit, pair):
    nearer, farther = sorted(pair)
    assert unknown_share_of(nearer, limit) <= unknown_share_of(farther, limit)


@settings(deadline=None)
@given(limit=LIMITS, novelty=DISTANCES, pair=st.tuples(DISTANCES, DISTANCES))
def test_unknown_distance__is_smaller_where_the_adapted_distance_is_larger(limit, novelty, pair):
    near, far = (
        unknown_distance_of(limit, "adapted", Nearness(novelty, novelty, distance)) for distance in sorted(pair)
    )
    assert 0 <= far <= near <= LARGEST_DISTANCE
    assert unknown_distance_of(limit, "cosine", Nearness(novelty, novelty, pair[0])) == limit.distance


@settings(deadline=None)
@given(limit=LIMITS, metric=st.sampled_from(["cosine", "adapted"]), triple=st.tuples(DISTANCES, DISTANCES, DISTANCES))
def test_unknown_distance__is_smaller_where_only_one_recording_is_near(limit, metric, triple):
    novelty, nearer, farther = sorted(triple)
    near, far = (unknown_distance_of(limit, metric, Nearness(novelty, second, 0.5)) for second in (nearer, farther))
    assert 0 <= far <= near <= LARGEST_DISTANCE


@settings(deadline=None)
@given(
    limit=st.none() | DISTANCES | LIMITS,
    seed=st.integers(0, 2**32 - 1),
    metric=st.sampled_from(["cosine", "euclidean", "adapted"]),
    recordings=st.integers(0, 4),
)
def test_classify__all_its_figures_agree(limit, seed, metric, recordings):
    random = np.random.default_rng(seed)
    embeddings = (random.normal(size=(9, 4)) + np.repeat(np.eye(3, 4), 3, axis=0)).astype(np.float32)
    groups = random.integers(recordings, size=9) if recordings else np.arange(9) + 100
    knn = KNN()
    for embedding, label, group in zip(embeddings, np.repeat(["a", "b", "c"], 3), groups, strict=True):
        knn.add_example(embedding, str(label), group=str(group) if recordings else None)
    asked = random.normal(size=4).astype(np.float32)
    result = knn.classify(asked, k=3, metric=metric, unknown_distance=limit)
    distances = cosine_distances(embeddings.astype(float), asked[None].astype(float))[:, 0]
    of_recordings = sorted(distances[groups == group].min() for group in np.unique(groups))
    nearness = Nearness(of_recordings[0], of_recordings[min(1, len(of_recordings) - 1)], result["distance"])
    expected = unknown_distance_of(limit, metric, nearness)
    assert result["novelty"] == pytest.approx(nearness.novelty)
    assert result["unknownDistance"] == (None if expected is None else pytest.approx(expected))
    limit_here = result["unknownDistance"]
    assert result["isUnknown"] == (limit_here is not None and result["novelty"] > limit_here + TIE)
    assert result["unknownShare"] == unknown_share_of(result["novelty"], limit_here)
    shown = max(result["confidences"].values()) * (1 - result["unknownShare"])
    certainty = "unknown" if result["isUnknown"] else "sure" if shown >= SURE_SHARE - TIE else "notSure"
    assert result["certainty"] == certainty
    assert certainty in CERTAINTIES


def test_classify__the_second_recording_follows_every_change():
    knn = KNN()
    for example_id, group, numbers in (
        ("a", "1", (1, 0)),
        ("b", "1", (1, 0.1)),
        ("c", None, (0, 1)),
        ("d", "2", (1, 1)),
    ):
        knn.add_example(numbers, "cat", example_id, group)
    limit = UnknownLimit(1.0, 1.0)

    def second():
        ratio = knn.classify([1.0, 0.0], unknown_distance=limit)["unknownDistance"] ** (1 / SECOND_RECORDING_WEIGHT)
        return NOVELTY_FLOOR / ratio

    assert second() == pytest.approx(1 - math.sqrt(0.5))
    knn.remove_example("d")
    assert second() == pytest.approx(1.0)
    knn.remove_example("c")
    assert second() == pytest.approx(NOVELTY_FLOOR), "there is no other recording"
    knn.add_example([0.0, 2.0], "dog", group="2")
    assert second() == pytest.approx(1.0)


def test_certainty__two_of_three_votes_are_not_sure_and_all_near_the_limit_are_not():
    assert certainty_of(2 / 3, 0.0, False) == "notSure"
    assert certainty_of(1.0, unknown_share_of(0.5, 0.6), False) == "sure"
    assert certainty_of(1.0, unknown_share_of(0.59, 0.6), False) == "notSure"
    assert certainty_of(SURE_SHARE, 0.0, False) == "sure"


def test_limit__without_numbers_is_the_prior():
    assert UnknownLimit() == (UNKNOWN_PRIOR, 0.0, None, None)


@pytest.mark.parametrize(
    "limit",
    [
        {},
        {"distance": 0.5},
        {"distance": 0.5, "exponent": 0.5, "adapted": 3},
        {"distance": 0.5, "exponent": 0.5, "adapted": {"distance": 0.5}},
        {"distance": 0.5, "adapted": None},
        {"distance": None, "exponent": 0, "adapted": None},
        UnknownLimit(math.nan),
        UnknownLimit(0.5, 1.5),
        UnknownLimit(0.5, 0.5, AdaptedLimit(0.5, 0.0)),
        UnknownLimit(0.5, 0.5, AdaptedLimit(math.inf, 0.5)),
        math.inf,
        "auto",
    ],
)
def test_limit__a_bad_one_is_refused(limit):
    knn = KNN().fit([[1.0, 0.0]], ["cat"])
    with pytest.raises(ContractError) as error:
        knn.classify([1.0, 0.0], unknown_distance=limit)
    assert error.value.code == "badUnknownDistance"


def test_classify__a_second_recording_of_an_extreme_norm_is_measured():
    for norm in (1.0, 1e-30, 1e38):
        knn = KNN()
        knn.add_example([1.0, 0.2, 0.0], "cat", group="1")
        knn.add_example([0.0, norm, 0.0], "dog", group="2")
        result = knn.classify([1.0, 0.0, 0.0], unknown_distance=UnknownLimit(0.6, 1.0))
        assert result["unknownDistance"] == pytest.approx(0.6 * NOVELTY_FLOOR**SECOND_RECORDING_WEIGHT), norm


def test_add_example__forgets_recordings_that_are_gone():
    knn = KNN()
    for number in range(1000):
        knn.remove_example(knn.add_example([1.0, 0.0], "cat", group=f"recording {number}"))
    assert len(knn._examples._recording_of) < 200

"""Sure, not sure, "I don't know": one scale, whatever the limit comes from."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.contract.constants import CERTAINTIES, NOVELTY_FLOOR, SURE_SHARE, TIE, UNKNOWN_PRIOR
from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.certainty import (
    LARGEST_DISTANCE,
    AdaptedLimit,
    UnknownLimit,
    certainty_of,
    is_beyond,
    unknown_distance_of,
    unknown_share_of,
)

DISTANCES = st.floats(0, LARGEST_DISTANCE)
LIMITS = st.builds(
    UnknownLimit,
    DISTANCES,
    st.none() | st.builds(AdaptedLimit, DISTANCES, st.floats(NOVELTY_FLOOR, LARGEST_DISTANCE), st.floats(0, 1)),
)


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


@given(limit=DISTANCES, pair=st.tuples(DISTANCES, DISTANCES))
def test_unknown_share__grows_with_the_novelty(limit, pair):
    nearer, farther = sorted(pair)
    assert unknown_share_of(nearer, limit) <= unknown_share_of(farther, limit)


@given(limit=LIMITS, pair=st.tuples(DISTANCES, DISTANCES))
def test_unknown_distance__is_smaller_where_the_adapted_distance_is_larger(limit, pair):
    nearer, farther = sorted(pair)
    near, far = (unknown_distance_of(limit, "adapted", distance) for distance in (nearer, farther))
    assert 0 <= far <= near <= LARGEST_DISTANCE
    assert unknown_distance_of(limit, "cosine", nearer) == limit.distance


@given(
    limit=st.none() | DISTANCES | LIMITS, seed=st.integers(0, 2**32 - 1), metric=st.sampled_from(["cosine", "adapted"])
)
def test_classify__all_its_figures_agree(limit, seed, metric):
    random = np.random.default_rng(seed)
    knn = KNN().fit(random.normal(size=(9, 4)) + np.repeat(np.eye(3, 4), 3, axis=0), np.repeat(["a", "b", "c"], 3))
    result = knn.classify(random.normal(size=4), k=3, metric=metric, unknown_distance=limit)
    expected = unknown_distance_of(limit, metric, result["distance"])
    assert result["unknownDistance"] == expected
    assert result["isUnknown"] == (expected is not None and result["novelty"] > expected + TIE)
    assert result["unknownShare"] == unknown_share_of(result["novelty"], expected)
    shown = max(result["confidences"].values()) * (1 - result["unknownShare"])
    certainty = "unknown" if result["isUnknown"] else "sure" if shown >= SURE_SHARE - TIE else "notSure"
    assert result["certainty"] == certainty
    assert certainty in CERTAINTIES


def test_certainty__two_of_three_votes_are_not_sure_and_all_near_the_limit_are_not():
    assert certainty_of(2 / 3, 0.0, False) == "notSure"
    assert certainty_of(1.0, unknown_share_of(0.5, 0.6), False) == "sure"
    assert certainty_of(1.0, unknown_share_of(0.59, 0.6), False) == "notSure"
    assert certainty_of(SURE_SHARE, 0.0, False) == "sure"


def test_limit__without_numbers_is_the_prior():
    assert UnknownLimit() == (UNKNOWN_PRIOR, None)


@pytest.mark.parametrize(
    "limit",
    [
        {},
        {"distance": 0.5},
        {"distance": 0.5, "adapted": 3},
        {"distance": 0.5, "adapted": {"distance": 0.5}},
        {"distance": None, "adapted": None},
        UnknownLimit(math.nan),
        UnknownLimit(0.5, AdaptedLimit(0.5, 0.0, 0.5)),
        UnknownLimit(0.5, AdaptedLimit(0.5, 0.5, math.inf)),
        math.inf,
        "auto",
    ],
)
def test_limit__a_bad_one_is_refused(limit):
    knn = KNN().fit([[1.0, 0.0]], ["cat"])
    with pytest.raises(ContractError) as error:
        knn.classify([1.0, 0.0], unknown_distance=limit)
    assert error.value.code == "badUnknownDistance"

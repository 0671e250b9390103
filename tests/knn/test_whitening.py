"""The backbone's whitening: a second opinion on how near an embedding is, while there is little evidence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convert.whitening import whitening_of
from server.contract.constants import UNKNOWN_PRIOR, WHITENING_DECLINE
from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.certainty import Nearness, UnknownLimit, unknown_distance_of
from server.knn.whitening import Whitening
from tests.support.golden_steps import ALL_OF_IT, REFUSED_WHITENINGS, WHITENING, limit, packed


def distance(whitening, left, right):
    """The whitened distance of two embeddings."""
    norms = [float(np.linalg.norm(each)) for each in (left, right)]
    parts = [whitening.parts(each, norm) for each, norm in zip((left, right), norms, strict=True)]
    return whitening.distance(1 - float(left @ right) / norms[0] / norms[1], *parts)


#: Less the mean of most, so many more times apart: two embeddings that share most.
ALIKE = (np.array([10.0, 1.0, 0.0]), np.array([10.0, 0.0, 1.0]))


def test_distance__is_that_beside_what_most_share():
    shared = Whitening.from_dict({"ratio": 1, "mean": packed(0.01, 100, 0, 0), "axes": packed(1)})
    cosine = ALIKE[0] @ ALIKE[1] / np.linalg.norm(ALIKE[0]) / np.linalg.norm(ALIKE[1])
    assert 1 - cosine < 0.02
    assert distance(shared, *ALIKE) == pytest.approx(1, abs=0.02)


def test_distance__leaves_out_the_directions_in_which_most_differ():
    first = Whitening.from_dict({"ratio": 1, "mean": packed(1, 0, 0, 0), "axes": packed(1, 1, 0, 0)})
    assert distance(first, *ALIKE) == pytest.approx(1)
    assert distance(first, np.array([9.0, 2.0, 1.0]), np.array([-5.0, 4.0, 2.0])) == pytest.approx(0)


@given(st.floats(1e-30, 1e30), st.sampled_from([WHITENING, ALL_OF_IT]))
def test_distance__is_the_same_at_every_scale(scale, whitening):
    left, right = np.array([3.0, 1.0, 2.0]), np.array([1.0, -4.0, 1.0])
    expected = distance(Whitening.from_dict(whitening), left, right)
    assert distance(Whitening.from_dict(whitening), left * scale, right / scale) == pytest.approx(expected)


def test_distance__is_1_where_nothing_is_left():
    assert distance(Whitening.from_dict(ALL_OF_IT), *ALIKE) == 1
    knn = KNN().fit([[0.0, 0.0, 0.0]], ["zeros"])
    whole = limit(0.5, whitening=WHITENING)
    assert knn.classify(ALIKE[0], unknown_distance=whole)["unknownDistance"] == pytest.approx(0.5 * 1.2)


def test_distance__of_embeddings_of_another_dimension_is_refused():
    with pytest.raises(ContractError) as error:
        KNN().fit([np.ones(4)], ["cat"]).classify(np.ones(4), unknown_distance=limit(0.5, whitening=WHITENING))
    assert error.value.code == "dimension"


@pytest.mark.parametrize("whitening", REFUSED_WHITENINGS)
def test_from_dict__nonsense_is_refused_and_a_manifest_with_it_has_none(whitening):
    with pytest.raises(ContractError) as error:
        Whitening.from_dict(whitening)
    assert error.value.code == "badUnknownDistance"
    # In a manifest the distance stands in place of the ratio.
    given = {**whitening, "distance": whitening.get("ratio", 1)} if isinstance(whitening, dict) else whitening
    assert UnknownLimit.of_model({"distance": 0.5, "whitening": given}, 3) == UnknownLimit(0.5)


@pytest.mark.parametrize("distance", ["0.6", [0.6], True, None, 0, 2, 10**400, math.nan])
def test_of_model__a_distance_that_is_none_leaves_no_whitening(distance):
    given = {"distance": distance, "mean": WHITENING["mean"], "axes": WHITENING["axes"]}
    assert UnknownLimit.of_model({"distance": 0.5, "whitening": given}, 3) == UnknownLimit(0.5)
    assert UnknownLimit.of_model({"distance": distance, "whitening": {**given, "distance": 0.6}}, 3) == UnknownLimit()


def test_of_model__a_whitening_of_another_dimension_is_left_out():
    given = {"distance": 0.6, "mean": WHITENING["mean"], "axes": WHITENING["axes"]}
    assert UnknownLimit.of_model({"distance": 0.5, "whitening": given}, 3).whitening is not None
    assert UnknownLimit.of_model({"distance": 0.5, "whitening": given}, 4) == UnknownLimit(0.5)


def test_equal_ones_are_equal_and_have_one_hash():
    ours, theirs = (Whitening.from_dict(dict(WHITENING)) for _ in range(2))
    other = Whitening.from_dict({**WHITENING, "ratio": 1.3})
    assert ours == theirs != other
    assert hash(ours) == hash(theirs)
    assert UnknownLimit(0.5, whitening=ours) == UnknownLimit(0.5, whitening=theirs) != UnknownLimit(0.5)


def test_as_dict__comes_back_as_it_was():
    whole = UnknownLimit.from_dict(limit(0.4, 0.5, 0.2, 0.5, whitening=WHITENING))
    assert UnknownLimit.from_dict(whole.as_dict()) == whole
    assert whole.as_dict()["whitening"] == WHITENING


def test_unknown_distance__the_second_opinion_counts_less_the_more_evidence_there_is():
    whitening = Whitening.from_dict(WHITENING)
    near = Nearness(0.4, 0.4, 0.4, whitened=0.8)
    shares = [
        unknown_distance_of(UnknownLimit(0.5, exponent, None, whitening), "cosine", near) / 0.5
        for exponent in (0, 1 / 11, 0.5, 1)
    ]
    assert shares[0] == pytest.approx(1.2 * 0.4 / 0.8)
    assert shares[1] == pytest.approx(shares[0] ** ((10 / 11) ** WHITENING_DECLINE))
    assert sorted(shares) == shares
    assert shares[3] == pytest.approx(1)


def test_classify__by_a_number_there_is_no_second_opinion():
    knn = KNN().fit([ALIKE[0]], ["cat"])
    assert knn.classify(ALIKE[1], unknown_distance=0.5)["unknownDistance"] == 0.5
    whole = limit(0.5, whitening=WHITENING)
    assert knn.classify(ALIKE[1], unknown_distance=whole)["unknownDistance"] < 0.5


def test_the_default_models_whitening_is_valid_and_others_have_none():
    found = whitening_of("efficientnet_lite0", None)
    own = UnknownLimit.of_model({"distance": UNKNOWN_PRIOR, "whitening": found}, 1280)
    assert own.whitening is not None
    assert own.whitening.ratio == pytest.approx(0.72 / UNKNOWN_PRIOR)
    assert distance(own.whitening, np.ones(1280), np.eye(1280)[0]) < 2
    assert whitening_of("mobilenet", 0.25) is None

"""The backbone's centre: a second opinion on how near an embedding is, while there is little evidence."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convert.centres import centre_of
from server.contract.constants import CENTRE_DECLINE, UNKNOWN_PRIOR
from server.contract.errors import ContractError
from server.knn import KNN
from server.knn.centre import Centre
from server.knn.certainty import Nearness, UnknownLimit, unknown_distance_of
from tests.support.golden_steps import CENTRE, REFUSED_CENTRES, limit, packed

#: They share most.
ALIKE = (np.array([10.0, 1.0, 0.0]), np.array([10.0, 0.0, 1.0]))


def distance(centre, left, right):
    """The distance of two embeddings from a centre."""
    norms = [float(np.linalg.norm(each)) for each in (left, right)]
    shares = [centre.share(each, norm) for each, norm in zip((left, right), norms, strict=True)]
    return centre.distance(1 - float(left @ right) / norms[0] / norms[1], *shares)


def test_distance__is_that_beside_what_most_share():
    cosine = ALIKE[0] @ ALIKE[1] / np.linalg.norm(ALIKE[0]) / np.linalg.norm(ALIKE[1])
    assert 1 - cosine < 0.02
    assert distance(Centre.from_dict({"ratio": 1, **packed(0.01, 99, 0, 0)}), *ALIKE) == pytest.approx(1, abs=0.02)
    assert distance(Centre.from_dict({"ratio": 1, **packed(0.01, 0, 0, 0)}), *ALIKE) == pytest.approx(1 - cosine)


@given(
    st.floats(1e-30, 1e30),
    st.lists(st.integers(-128, 127), min_size=3, max_size=3),
    st.lists(st.integers(-9, 9), min_size=6, max_size=6),
)
def test_distance__is_the_definition_at_every_scale(scale, numbers, embeddings):
    left, right = np.array(embeddings[:3], float), np.array(embeddings[3:], float)
    if not left.any() or not right.any():
        return
    a, b = (each / np.linalg.norm(each) - 0.005 * np.array(numbers) for each in (left, right))
    if min(a @ a, b @ b) < 1e-4:
        return
    found = distance(Centre.from_dict({"ratio": 1, **packed(0.005, *numbers)}), left * scale, right / scale)
    assert found == pytest.approx(max(0, 1 - a @ b / np.sqrt((a @ a) * (b @ b))), abs=1e-9)


def test_distance__is_1_where_nothing_is_left():
    assert distance(Centre.from_dict({"ratio": 1, **packed(1, 1, 0, 0)}), np.array([5.0, 0, 0]), ALIKE[0]) == 1
    knn = KNN().fit([[0.0, 0.0, 0.0]], ["zeros"])
    whole = limit(0.5, centre=CENTRE)
    assert knn.classify(ALIKE[0], unknown_distance=whole)["unknownDistance"] == pytest.approx(0.5 * 1.2)


def test_distance__of_embeddings_of_another_dimension_is_refused():
    with pytest.raises(ContractError) as error:
        KNN().fit([np.ones(4)], ["cat"]).classify(np.ones(4), unknown_distance=limit(0.5, centre=CENTRE))
    assert error.value.code == "dimension"


@pytest.mark.parametrize("centre", REFUSED_CENTRES)
def test_from_dict__nonsense_is_refused_and_a_manifest_with_it_has_none(centre):
    with pytest.raises(ContractError) as error:
        Centre.from_dict(centre)
    assert error.value.code == "badUnknownDistance"
    # In a manifest the distance stands in place of the ratio.
    given = {**centre, "distance": centre.get("ratio", 1)} if isinstance(centre, dict) else centre
    assert UnknownLimit.of_model({"distance": 0.5, "centre": given}, 3) == UnknownLimit(0.5)


@pytest.mark.parametrize("distance", ["0.6", [0.6], True, None, 0, 2, 10**400, math.nan])
def test_of_model__a_distance_that_is_none_leaves_no_centre(distance):
    given = {**CENTRE, "distance": distance}
    assert UnknownLimit.of_model({"distance": 0.5, "centre": given}, 3) == UnknownLimit(0.5)
    assert UnknownLimit.of_model({"distance": distance, "centre": {**given, "distance": 0.6}}, 3) == UnknownLimit()


def test_of_model__a_centre_of_another_dimension_is_left_out():
    given = {**CENTRE, "distance": 0.6}
    assert UnknownLimit.of_model({"distance": 0.5, "centre": given}, 3).centre == Centre.from_dict(CENTRE)
    assert UnknownLimit.of_model({"distance": 0.5, "centre": given}, 4) == UnknownLimit(0.5)


def test_equal_ones_are_equal_and_have_one_hash():
    ours, theirs = (Centre.from_dict(dict(CENTRE)) for _ in range(2))
    other = Centre.from_dict({**CENTRE, "ratio": 1.3})
    assert ours == theirs != other
    assert hash(ours) == hash(theirs)
    assert UnknownLimit(0.5, centre=ours) == UnknownLimit(0.5, centre=theirs) != UnknownLimit(0.5)


def test_as_dict__comes_back_as_it_was():
    whole = UnknownLimit.from_dict(limit(0.4, 0.5, 0.2, 0.5, centre=CENTRE))
    assert UnknownLimit.from_dict(whole.as_dict()) == whole
    assert whole.as_dict()["centre"] == CENTRE


def test_unknown_distance__the_second_opinion_counts_less_the_more_evidence_there_is():
    centre = Centre.from_dict(CENTRE)
    near = Nearness(0.4, 0.4, 0.4, centred=0.8)
    shares = [
        unknown_distance_of(UnknownLimit(0.5, exponent, None, centre), "cosine", near) / 0.5
        for exponent in (0, 1 / 11, 0.5, 1)
    ]
    assert shares[0] == pytest.approx(1.2 * 0.4 / 0.8)
    assert shares[1] == pytest.approx(shares[0] ** ((10 / 11) ** CENTRE_DECLINE))
    assert sorted(shares) == shares
    assert shares[3] == pytest.approx(1)


def test_classify__by_a_number_there_is_no_second_opinion():
    knn = KNN().fit([ALIKE[0]], ["cat"])
    assert knn.classify(ALIKE[1], unknown_distance=0.5)["unknownDistance"] == 0.5
    whole = limit(0.5, centre=CENTRE)
    assert knn.classify(ALIKE[1], unknown_distance=whole)["unknownDistance"] != 0.5


@pytest.mark.parametrize(("backbone", "alpha", "d"), [("efficientnet_lite0", None, 1280), ("mobilenet", 0.25, 256)])
def test_the_centres_that_were_measured_are_valid(backbone, alpha, d):
    own = UnknownLimit.of_model({"distance": UNKNOWN_PRIOR, "centre": centre_of(backbone, alpha)}, d)
    assert own.centre is not None
    assert 0 < distance(own.centre, np.ones(d), np.eye(d)[0]) < 2
    assert centre_of("mobilenet", 0.5) is None

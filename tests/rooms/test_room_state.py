"""What facts change, and what is no fact."""

import numpy as np
import pytest

from server.contract.errors import ContractError
from server.knn.model import Model
from server.rooms.room_state import RoomState
from server.rooms.storage import Fact


def one_example():
    """A state with one example."""
    state = RoomState(max_tombstones=10)
    state.apply(Fact("modelChosen", {"model": {"id": "tiny", "dimension": 2}}))
    data = {"id": "one", "label": "cat", "group": None, "embedding": np.array([1, 0], np.float32)}
    state.apply(state.next_fact("exampleAdded", data))
    return state


EXAMPLE = {"id": "two", "label": "dog", "group": None, "embedding": np.array([0, 1], np.float32)}
REFUSED = [
    ("exampleAdded", {**EXAMPLE, "embedding": np.array([0, 0], np.float32)}, "zeroVector"),
    ("exampleAdded", {**EXAMPLE, "embedding": np.array([0, np.nan], np.float32)}, "notFinite"),
    ("exampleAdded", {**EXAMPLE, "embedding": np.array([1, 2, 3], np.float32)}, "dimension"),
    ("exampleAdded", {**EXAMPLE, "label": " "}, "emptyLabel"),
    ("exampleAdded", {**EXAMPLE, "id": ""}, "badId"),
    ("exampleAdded", {**EXAMPLE, "group": ""}, "badGroup"),
    ("exampleRemoved", {"id": "two"}, "noSuchExample"),
    ("labelAdded", {"label": "x" * 41}, "longLabel"),
    ("labelCleared", {"label": "dog"}, "noSuchLabel"),
    ("labelRenamed", {"from": "dog", "to": "owl"}, "noSuchLabel"),
    ("labelRenamed", {"from": "cat", "to": ""}, "emptyLabel"),
]


@pytest.mark.parametrize(("event", "data", "code"), REFUSED)
def test_next_fact__refuses_what_the_classifier_would_refuse(event, data, code):
    state = one_example()
    with pytest.raises(ContractError) as error:
        state.next_fact(event, data)
    assert error.value.code == code
    assert state.counts() == {"countByLabel": {"cat": 1}, "revision": 1}


def test_next_fact__changes_nothing_until_it_is_applied():
    state = one_example()
    fact = state.next_fact("exampleAdded", EXAMPLE)
    assert state.counts() == {"countByLabel": {"cat": 1}, "revision": 1}
    state.apply(fact)
    assert state.counts() == {"countByLabel": {"cat": 1, "dog": 1}, "revision": 2}


def test_apply__refuses_an_event_that_is_no_fact():
    with pytest.raises(ValueError, match="presence is no fact"):
        one_example().apply(Fact("presence", {"here": 1}))


def test_check_model__takes_any_before_the_first_and_only_the_same_after_it():
    RoomState(max_tombstones=10).check_model(Model("other", 3))
    state = one_example()
    state.check_model(Model("tiny", 2))
    with pytest.raises(ContractError, match=r"other \(3 numbers\)"):
        state.check_model(Model("other", 3))

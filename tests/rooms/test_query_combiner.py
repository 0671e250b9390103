"""Queries that come at once are answered together."""

import asyncio

import numpy as np
import pytest

from server.api import fields
from server.contract.errors import ContractError
from server.knn.model import Model
from server.rooms.insights_thread import InsightsThread
from server.rooms.room import Room
from server.rooms.storage import MemoryStorage
from server.settings import Settings
from tests.support.server import D, embedding_bytes


@pytest.fixture
def room():
    room = Room("KIWI-42", Settings(), MemoryStorage(), lambda *_: None, InsightsThread())
    room.enter("one", Model("test-model", D))
    for number, label in enumerate(("cat", "dog")):
        room.add_example(fields.embedding(embedding_bytes(1 - number, number)), label, label)
    return room


def ask_at_once(room, questions):
    """The outcomes of questions, (change, attachment) each, that come in one turn of the event loop."""

    async def ask():
        asked = [room.classify(fields.embedding(attachment), change) for change, attachment in questions]
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(ask())


def test_pending_queries__share_one_product(room, monkeypatch):
    batches = []
    knn = type(room._state.knn)
    original = knn.classify_batch

    def count_and_classify(self, embeddings, *args):
        batches.append(len(embeddings))
        return original(self, embeddings, *args)

    monkeypatch.setattr(knn, "classify_batch", count_and_classify)
    changes = [{"k": 1}, {"k": 1, "weights": "distance"}]
    questions = [(changes[n % 2], embedding_bytes(1, 0) if n % 3 else embedding_bytes(0, 1)) for n in range(12)]
    answers = ask_at_once(room, questions)
    assert sorted(batches) == [6, 6], "one product for each of the two settings"
    assert [answer["label"] for answer in answers] == ["cat" if n % 3 else "dog" for n in range(12)]


def test_pending_queries__a_bad_one_harms_no_other(room):
    attachments = [embedding_bytes(1), embedding_bytes(np.nan), embedding_bytes(2), embedding_bytes(0)]
    outcomes = ask_at_once(room, [({}, attachment) for attachment in attachments])
    codes = [each.code if isinstance(each, ContractError) else each["label"] for each in outcomes]
    assert codes == ["cat", "notFinite", "cat", "zeroVector"]


def test_pending_queries__of_a_client_that_left_are_passed_over(room):
    async def ask():
        leaving = asyncio.ensure_future(room.classify(fields.embedding(embedding_bytes(1)), {}))
        staying = asyncio.ensure_future(room.classify(fields.embedding(embedding_bytes(0, 1)), {"k": 1}))
        await asyncio.sleep(0)
        leaving.cancel()
        return (await staying)["label"]

    assert asyncio.run(ask()) == "dog"


def test_pending_queries__nobody_waits_for_ever_where_something_breaks(room, monkeypatch):
    def break_down(settings, knn):
        raise OverflowError("broken")

    monkeypatch.setattr(room.queries, "_resolve", break_down)
    outcomes = ask_at_once(room, [({}, embedding_bytes(1)), ({"k": 1}, embedding_bytes(0, 1))])
    assert [str(each) for each in outcomes] == ["broken", "broken"]

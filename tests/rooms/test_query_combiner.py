"""Queries that wait for one room's lock are answered together."""

import threading

import numpy as np

from server.api import fields
from server.contract.errors import ContractError
from tests.support.server import embedding_bytes, until


def test_pending_queries__share_one_product(client, app, monkeypatch):
    client.add("cat", 1, 0)
    client.add("dog", 0, 1)
    room = app.extensions["rooms"].find("KIWI-42")
    batches = []
    knn = type(room._state.knn)
    original = knn.classify_batch

    def count_and_classify(self, embeddings, *args):
        batches.append(len(embeddings))
        return original(self, embeddings, *args)

    monkeypatch.setattr(knn, "classify_batch", count_and_classify)
    answers = {}

    def ask(number):
        change = [{"k": 1}, {"k": 1, "weights": "distance"}][number % 2]
        embedding = fields.embedding(embedding_bytes(1, 0) if number % 3 else embedding_bytes(0, 1))
        answers[number] = (number, room.classify(embedding, change)["label"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    with room._lock:
        for thread in threads:
            thread.start()
        until(lambda: len(room._queries._pending) == 12, "12 queries wait")
        assert batches == []
    for thread in threads:
        thread.join()
    assert sorted(batches) == [6, 6], "one product for each of the two settings"
    assert {label for number, label in answers.values() if number % 3} == {"cat"}
    assert {label for number, label in answers.values() if not number % 3} == {"dog"}
    assert len(answers) == 12


def test_pending_queries__a_bad_one_harms_no_other(client, app):
    client.add("cat", 1, 0)
    room = app.extensions["rooms"].find("KIWI-42")
    outcomes = {}

    def ask(number, attachment):
        try:
            outcomes[number] = room.classify(fields.embedding(attachment), {})["label"]
        except ContractError as error:
            outcomes[number] = error.code

    attachments = [embedding_bytes(1), embedding_bytes(np.nan), embedding_bytes(2), embedding_bytes(0)]
    threads = [threading.Thread(target=ask, args=item) for item in enumerate(attachments)]
    with room._lock:
        for thread in threads:
            thread.start()
        until(lambda: len(room._queries._pending) == 4, "4 queries wait")
    for thread in threads:
        thread.join()
    assert outcomes == {0: "cat", 1: "notFinite", 2: "cat", 3: "zeroVector"}

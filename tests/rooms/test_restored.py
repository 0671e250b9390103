"""A room that lost its memory gets it back from clients of which some missed a removal: removals win."""

from tests.support.server import embedding_bytes


def give_back(client, example_id, label):
    return client.ask("addExample", {"id": example_id, "label": label, "restored": True}, embedding_bytes(1))


def content(client):
    answer = client.ask("sync", {"since": 0})
    examples = {example["id"]: example["label"] for example in answer["examples"]}
    return examples, [row["label"] for row in answer["labels"]]


def test_removal__noted_first_refuses_what_is_given_back(client, other):
    client.ask("noteRemovals", {"ids": ["one"], "labels": ["cat"]})
    assert client.ask("sync", {"since": 0})["removed"] == ["one"]
    assert other.ask("addLabel", {"label": "cat", "restored": True})["gone"]
    assert give_back(other, "one", "cat")["gone"]
    assert "gone" not in give_back(other, "two", "dog")
    assert content(client) == ({"two": "dog"}, ["dog"])


def test_removal__noted_last_removes_what_was_given_back(client, other):
    other.ask("addLabel", {"label": "cat", "restored": True})
    give_back(other, "one", "cat")
    give_back(other, "two", "dog")
    client.received()
    assert client.ask("noteRemovals", {"ids": ["one"], "labels": ["cat"]})["kept"] == []
    assert [event for event, _ in other.received()] == ["exampleRemoved", "labelCleared"]
    assert content(client) == ({"two": "dog"}, ["dog"])


def test_removal__leaves_what_was_added_anew(client, other):
    client.ask("noteRemovals", {"ids": ["one"], "labels": ["cat"]})
    assert other.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))["countByLabel"] == {"cat": 1}
    assert client.ask("noteRemovals", {"ids": ["one"], "labels": ["cat"]})["kept"] == ["one"]
    other.ask("removeExample", {"id": "one"})
    assert "gone" not in other.ask("addLabel", {"label": "cat", "restored": True})
    assert content(client) == ({}, ["cat"])


def test_removal__of_a_class_leaves_examples_that_nobody_removed(client, other):
    other.ask("addLabel", {"label": "cat", "restored": True})
    give_back(other, "one", "cat")
    client.ask("noteRemovals", {"ids": [], "labels": ["cat"]})
    assert content(client) == ({"one": "cat"}, ["cat"])


def test_move__wins_over_what_was_given_back(client, other):
    give_back(other, "one", "cat")
    answer = client.ask("addExample", {"id": "one", "label": "dog"}, embedding_bytes(1))
    assert (answer["label"], answer["countByLabel"]) == ("dog", {"cat": 0, "dog": 1})
    assert give_back(other, "one", "cat")["label"] == "dog"
    # From then on it is like any other: the same id again changes nothing.
    assert client.ask("addExample", {"id": "one", "label": "owl"}, embedding_bytes(1))["label"] == "dog"


def test_move__that_is_refused_loses_nothing(client, other):
    give_back(other, "one", "cat")
    for data, attachment in (({"label": ""}, embedding_bytes(1)), ({"label": "dog"}, embedding_bytes(0))):
        assert not client.ask("addExample", {"id": "one", **data}, attachment)["ok"]
    assert content(client) == ({"one": "cat"}, ["cat"])


def test_removed_label__comes_back_when_it_is_added_anew(client, other):
    client.ask("addLabel", {"label": "cat"})
    client.ask("renameLabel", {"from": "cat", "to": "lion"})
    assert other.ask("addLabel", {"label": "cat", "restored": True})["gone"]
    client.ask("renameLabel", {"from": "lion", "to": "cat"})
    assert "gone" not in other.ask("addLabel", {"label": "cat", "restored": True})

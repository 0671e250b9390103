"""What a room learns aside: figures, the adapted metric, and what "auto" takes."""

import base64
import threading

import numpy as np
import pytest

from server.contract.constants import MAX_UNADAPTED
from server.contract.errors import ContractError
from server.evaluation.evaluation import Evaluation
from server.rooms.insights_questions import MAX_QUESTIONS
from tests.support.server import MODEL, WAIT_SECONDS, D, until

AUTO = {"metric": "auto", "unknownDistance": "auto"}


def teach(client, count, seed=0, spread=0.3):
    """Teach two classes that lie apart in one direction and vary in others."""
    random = np.random.default_rng(seed)
    for i in range(count):
        vector = spread * random.normal(size=D)
        vector[0] += 1
        vector[1] += 0.6 * (-1) ** i
        client.add(["cat", "dog"][i % 2], *vector.tolist(), group=f"{seed}-{i // 4}")


def settled(client, **question):
    """The figures, once nothing newer is under way."""
    return until(
        lambda: (answer := client.ask("evaluate", question))["progress"] is None and answer["ok"] and answer,
        "figures",
    )


def test_evaluate__answers_at_once_and_tells_when_there_is_more(client, other):
    assert settled(client)["evaluation"] is None, "nothing to test yet"
    teach(client, 24)
    other.heard()
    first = client.ask("evaluate", {})
    assert first["progress"] is not None
    answer = settled(client)
    until(lambda: {"revision": answer["revision"]} in other.heard("evaluated"), "others hear of it")
    evaluation = answer["evaluation"]
    assert evaluation["count"] == evaluation["tested"] == 24
    assert set(evaluation["byMetric"]) == {"cosine", "euclidean", "manhattan", "adapted"}
    assert evaluation["learningCurve"]["examples"] == [1, 2, 3, 5, 8]
    assert evaluation["split"]["train"] > 0
    assert answer["revision"] == client.ask("getCountByLabel", {})["revision"]


def test_evaluate__follows_changes(client):
    teach(client, 20)
    before = settled(client)["evaluation"]
    example = before["confusion"][0][0][0]
    client.ask("removeExample", {"id": example})
    after = settled(client)["evaluation"]
    assert after["count"] == 19
    assert example not in [i for row in after["confusion"] for cell in row for i in cell]


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"k": 0}, "badK"), ({"metric": "hamming"}, "unknownMetric"), ({"weights": "heavy"}, "unknownWeights")],
)
def test_evaluate__refuses_what_is_wrong(client, asked, code):
    assert client.ask("evaluate", asked)["error"]["code"] == code


def test_auto__answers_by_what_tests_better_and_says_how(client):
    teach(client, 40)
    embedding = np.full(D, 0.1, "<f4")
    embedding[:2] = 1, 0.6
    evaluation = settled(client)["evaluation"]

    def answered():
        answer = client.ask("classify", AUTO, embedding.tobytes())
        found = evaluation["auto"]["metric"]
        return answer["metric"] == found and answer["unknownDistance"] is not None and answer

    answer = until(answered, "what auto takes")
    assert answer["unknownDistance"] == pytest.approx(evaluation["unknown"]["distance"])
    assert (answer["fittedAt"] is not None) == (answer["metric"] == "adapted")


def test_auto__is_cosine_and_knows_everything_before_anything_is_found(client):
    client.add("cat", 1, 0)
    answer = client.ask("classify", {}, np.eye(1, D, dtype="<f4").tobytes())
    assert (answer["metric"], answer["fittedAt"], answer["unknownDistance"]) == ("cosine", None, None)


def adapted(client):
    answer = client.ask("classify", {"metric": "adapted"}, np.eye(1, D, dtype="<f4").tobytes())
    assert answer["ok"], answer
    return answer


def test_adapted__is_fitted_aside_and_names_its_revision(client):
    teach(client, 30)
    revision = client.ask("getCountByLabel", {})["revision"]
    assert adapted(client)["metric"] == "cosine", "the first answer does not wait"
    answer = until(lambda: (a := adapted(client))["metric"] == "adapted" and a, "the metric is fitted")
    assert answer["fittedAt"] == revision
    teach(client, 2, seed=1)
    assert adapted(client)["metric"] == "adapted", "a few new examples need no new metric"
    until(lambda: adapted(client)["fittedAt"] == revision + 2, "it is fitted again")


def test_adapted__too_many_new_examples_are_answered_by_cosine(client, app):
    teach(client, 30)
    until(lambda: adapted(client)["metric"] == "adapted", "the metric is fitted")
    room = app.extensions["rooms"].find("KIWI-42")
    fitted = room._insights._work.fitted_at
    with room._lock:  # so that nothing is fitted meanwhile
        for i in range(MAX_UNADAPTED + 1):
            room._state.knn.add_example(np.random.default_rng(i).normal(size=D), "cat")
        settings = room.settings.changed({"metric": "adapted"})
        assert room._insights.resolve(settings, room._state.knn)[1].metric == "cosine"
    assert room._insights._work.fitted_at == fitted


def test_adapted__outlives_whatever_happens_to_the_room(client):
    for change in (
        lambda: client.ask("clearAllLabels", {}),
        lambda: client.ask("clearLabel", {"label": "cat"}),
        lambda: client.ask("renameLabel", {"from": "cat", "to": "dog"}),
    ):
        teach(client, 30, seed=2)
        until(lambda: adapted(client)["metric"] == "adapted", "the metric is fitted")
        assert change()["ok"]
        teach(client, 6, seed=3)
        assert adapted(client)["metric"] in ("adapted", "cosine")
        assert client.ask("clearAllLabels", {})["ok"]


def test_study__rests_when_nobody_wants_to_know(client, app, monkeypatch):
    teach(client, 10)
    settled(client)
    insights = app.extensions["rooms"].find("KIWI-42")._insights
    evaluation = insights._work._evaluation
    monkeypatch.setattr("server.rooms.insights_questions.REST_SECONDS", 0.2)
    insights._task.due = 0.0
    teach(client, 1, seed=4)
    until(lambda: insights._work._evaluation is not evaluation, "its memory is freed")
    monkeypatch.undo()
    assert settled(client)["evaluation"]["count"] == 11


def test_evaluate__few_questions_are_remembered_and_one_that_comes_back_is_answered(client, app):
    teach(client, 12)
    for k in (3, *range(4, 4 + MAX_QUESTIONS), 3):
        answer = settled(client, k=k)
        assert answer["evaluation"] is not None, k
        assert answer["evaluation"]["k"] == k
    assert len(app.extensions["rooms"].find("KIWI-42")._insights._questions.all()) == MAX_QUESTIONS


def test_evaluate__other_content_under_the_same_ids_is_other_content(client, app):
    web, headers = app.test_client(), {"Host": "127.0.0.1"}

    def put(spread):
        random = np.random.default_rng(0)
        vectors = spread * random.normal(size=(20, D))
        vectors[:10, 0] += 1
        vectors[10:, 1] += 1
        saved = {
            "format": "show-and-tell/dataset@1",
            "model": MODEL,
            "labels": ["a", "b"],
            "examples": [{"id": f"i{i}", "label": "ab"[i // 10], "group": None} for i in range(20)],
            "embeddings": base64.b64encode(vectors.astype("<f4").tobytes()).decode(),
        }
        assert web.put("/api/rooms/KIWI-42/dataset", json=saved, headers=headers).status_code == 200
        return settled(client)["evaluation"]["accuracy"]

    assert put(spread=5.0) < 0.9
    assert put(spread=0.01) == 1.0


def test_study__goes_on_after_an_example_went_from_under_it(client, app, monkeypatch):
    teach(client, 12)
    room = app.extensions["rooms"].find("KIWI-42")._insights._work._room
    original, failed = room.embeddings, threading.Event()

    def vanishes(ids):
        if not failed.is_set():
            failed.set()
            raise ContractError("noSuchExample", came=ids[0])
        return original(ids)

    monkeypatch.setattr(room, "embeddings", vanishes)
    assert settled(client)["evaluation"]["count"] == 12
    assert failed.is_set()


def test_study__answers_do_not_wait_for_it(client, monkeypatch):
    """The study is held fast in the middle of its work: answers come all the same, and say nothing of it."""
    teach(client, 30)
    reached, held = threading.Event(), threading.Event()
    original = Evaluation.update

    def update(self, snapshot):
        reached.set()
        assert held.wait(WAIT_SECONDS)
        yield from original(self, snapshot)

    monkeypatch.setattr(Evaluation, "update", update)
    assert client.ask("evaluate", {})["progress"] is not None
    assert reached.wait(WAIT_SECONDS)
    for i in range(5):
        assert client.ask("classify", {}, np.eye(1, D, i, dtype="<f4").tobytes())["ok"]
        assert client.add("cat", 1, i)["ok"]
        answer = client.ask("evaluate", {})
        assert answer["evaluation"] is None
        assert answer["progress"] is not None, "newer figures are under way"
    held.set()
    assert settled(client)["evaluation"]["count"] == 35

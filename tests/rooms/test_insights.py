"""What is worked out of a room aside: figures, the adapted metric, and what "auto" takes."""

import base64
import json
import threading

import numpy as np
import pytest

from server.contract.constants import MAX_UNADAPTED, UNKNOWN_PRIOR
from server.contract.errors import ContractError
from server.evaluation.evaluation import Evaluation
from server.knn.certainty import Nearness, UnknownLimit, unknown_distance_of
from server.knn.model import Model
from server.rooms.first_limit import read_first_limit
from server.rooms.insights_questions import MAX_QUESTIONS
from tests.support.golden_steps import packed
from tests.support.server import MODEL, WAIT_SECONDS, D, until

AUTO = {"metric": "auto", "unknownDistance": "auto"}


def teach(client, count, seed=0, spread=0.3):
    """Teach two classes that lie apart in one direction and vary in others."""
    random = np.random.default_rng(seed)
    for i in range(count):
        embedding = spread * random.normal(size=D)
        embedding[0] += 1
        embedding[1] += 0.6 * (-1) ** i
        client.add(["cat", "dog"][i % 2], *embedding.tolist(), group=f"{seed}-{i // 4}")


def final_figures(client, **question):
    """The figures, once nothing newer is under way."""
    return until(
        lambda: (answer := client.ask("evaluate", question))["progress"] is None and answer["ok"] and answer,
        "figures",
    )


def test_evaluate__answers_at_once_and_newer_figures_are_announced(client, other):
    assert final_figures(client)["evaluation"] is None, "nothing to test yet"
    teach(client, 24)
    other.received()
    first = client.ask("evaluate", {})
    assert first["progress"] is not None
    answer = final_figures(client)
    until(lambda: {"revision": answer["revision"]} in other.received("evaluated"), "the others are told")
    evaluation = answer["evaluation"]
    assert evaluation["count"] == evaluation["tested"] == 24
    assert set(evaluation["byMetric"]) == {"cosine", "euclidean", "manhattan", "adapted"}
    assert evaluation["learningCurve"]["examples"] == [1, 2, 3, 5, 8]
    assert evaluation["split"]["train"] > 0
    assert answer["revision"] == client.ask("getCountByLabel", {})["revision"]


def test_evaluate__follows_changes(client):
    teach(client, 20)
    before = final_figures(client)["evaluation"]
    example = before["confusion"][0][0][0]
    client.ask("removeExample", {"id": example})
    after = final_figures(client)["evaluation"]
    assert after["count"] == 19
    assert example not in [i for row in after["confusion"] for cell in row for i in cell]


@pytest.mark.parametrize(
    ("data", "code"),
    [({"k": 0}, "badK"), ({"metric": "hamming"}, "unknownMetric"), ({"weights": "heavy"}, "unknownWeights")],
)
def test_evaluate__refuses_bad_settings(client, data, code):
    assert client.ask("evaluate", data)["error"]["code"] == code


def test_auto__takes_the_metric_that_tests_better_and_names_it(client):
    teach(client, 40)
    embedding = np.full(D, 0.1, "<f4")
    embedding[:2] = 1, 0.6
    evaluation = final_figures(client)["evaluation"]

    def resolved_answer():
        answer = client.ask("classify", AUTO, embedding.tobytes())
        metric = evaluation["auto"]["metric"]
        return answer["metric"] == metric and answer

    answer = until(resolved_answer, "what auto takes")
    limit = UnknownLimit.from_dict(evaluation["unknown"])
    bounds = [
        unknown_distance_of(limit, answer["metric"], Nearness(0, second, answer["distance"])) for second in (0, 2)
    ]
    assert bounds[1] < answer["unknownDistance"] < bounds[0]
    assert (answer["fittedAt"] is not None) == (answer["metric"] == "adapted")
    by_cosine = client.ask("classify", {"metric": "cosine", "unknownDistance": "auto"}, embedding.tobytes())
    assert 0 < by_cosine["unknownDistance"] < evaluation["unknown"]["distance"]


def test_auto__is_cosine_with_the_prior_before_the_first_evaluation(client):
    client.add("cat", 1, 0)
    answer = client.ask("classify", {}, np.eye(1, D, dtype="<f4").tobytes())
    assert (answer["metric"], answer["fittedAt"], answer["unknownDistance"]) == ("cosine", None, UNKNOWN_PRIOR)
    other = client.ask("classify", {}, np.eye(1, D, 1, dtype="<f4").tobytes())
    assert (other["certainty"], other["isUnknown"]) == ("unknown", True)


def test_auto__the_prior_is_that_of_the_rooms_model(client, app, tmp_path, monkeypatch):
    (tmp_path / "model").mkdir()
    manifest = {"id": MODEL["id"], "unknown": {"distance": 0.25}}
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    room = app.rooms.find("KIWI-42")._insights._work._room
    monkeypatch.setattr(room, "_page", tmp_path)
    client.add("cat", 1, 0)
    client.add("dog", 0, 1)
    unknown = final_figures(client)["evaluation"]["unknown"]
    assert (unknown["distance"], unknown["adapted"], unknown["recordings"]) == (0.25, None, 0)
    answer = client.ask("classify", {"metric": "cosine"}, np.eye(1, D, dtype="<f4").tobytes())
    assert answer["unknownDistance"] == 0.25


@pytest.mark.parametrize("is_evaluated", [False, True])
def test_auto__the_centre_is_that_of_the_rooms_model(client, app, tmp_path, monkeypatch, is_evaluated):
    (tmp_path / "model").mkdir()
    centre = {"distance": 0.5, **packed(0.5, 1, *[0] * (D - 1))}
    manifest = {"id": MODEL["id"], "unknown": {"distance": 0.25, "centre": centre}}
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    monkeypatch.setattr(app.rooms.find("KIWI-42")._insights._work._room, "_page", tmp_path)
    client.add("cat", 1, 0)
    if is_evaluated:
        client.add("dog", 0, 1)
        assert "centre" not in final_figures(client)["evaluation"]["unknown"]
    asked = np.zeros(D, "<f4")
    asked[:2] = (1, 1)
    answer = client.ask("classify", {"metric": "cosine"}, asked.tobytes())
    # A dog is as near by the cosine; the cat is the first class.
    cat, beside = np.array([0.5, 0]), np.array([0.5**0.5 - 0.5, 0.5**0.5])
    centred = 1 - beside @ cat / np.linalg.norm(beside) / np.linalg.norm(cat)
    assert answer["unknownDistance"] == pytest.approx(0.25 * 2 * (1 - 0.5**0.5) / centred)


@pytest.mark.parametrize("distance", [0.5, 10**400, None])
def test_auto__a_centre_that_is_none_of_this_model_is_left_out(client, app, tmp_path, monkeypatch, distance):
    (tmp_path / "model").mkdir()
    centre = {"distance": distance, **packed(0.5, *[1] * (D + 1))}
    manifest = {"id": MODEL["id"], "unknown": {"distance": 0.25, "centre": centre}}
    (tmp_path / "model" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    monkeypatch.setattr(app.rooms.find("KIWI-42")._insights._work._room, "_page", tmp_path)
    client.add("cat", 1, 0)
    answer = client.ask("classify", {"metric": "cosine"}, np.ones(D, "<f4").tobytes())
    assert answer["unknownDistance"] == 0.25


@pytest.mark.parametrize("content", ["", "[]", '{"id": "%s"}', '{"id": "%s", "unknown": {"distance": 2}}'])
def test_read_first_limit__a_manifest_without_it_is_no_fault(tmp_path, content):
    (tmp_path / "model").mkdir()
    content = content.replace("%s", MODEL["id"])
    (tmp_path / "model" / "manifest.json").write_text(content, "utf-8")
    assert read_first_limit(tmp_path, Model.from_dict(MODEL)) == UnknownLimit(UNKNOWN_PRIOR)
    assert read_first_limit(tmp_path / "missing", Model.from_dict(MODEL)) == UnknownLimit(UNKNOWN_PRIOR)


def test_auto__the_limit_holds_while_it_is_worked_out_again(client, app):
    teach(client, 40)
    final_figures(client)
    work = app.rooms.find("KIWI-42")._insights._work
    assert work.unknown_limit.adapted is not None
    seen = []
    measure = work._evaluation.measure

    def slow(metric):
        for share in measure(metric):
            seen.append(work.unknown_limit.adapted)
            yield share

    work._evaluation.measure = slow
    teach(client, 2, seed=1)
    final_figures(client)
    assert seen, "the metric was measured again"
    assert all(adapted is not None for adapted in seen)


def classify_adapted(client):
    """The answer to a query by the adapted metric."""
    answer = client.ask("classify", {"metric": "adapted"}, np.eye(1, D, dtype="<f4").tobytes())
    assert answer["ok"], answer
    return answer


def test_adapted__is_fitted_aside_and_the_answer_names_its_revision(client):
    teach(client, 30)
    revision = client.ask("getCountByLabel", {})["revision"]
    assert classify_adapted(client)["metric"] == "cosine", "the first answer does not wait"
    answer = until(lambda: (a := classify_adapted(client))["metric"] == "adapted" and a, "the metric is fitted")
    assert answer["fittedAt"] == revision
    teach(client, 2, seed=1)
    assert classify_adapted(client)["metric"] == "adapted", "a few new examples need no new metric"
    until(lambda: classify_adapted(client)["fittedAt"] == revision + 2, "it is fitted again")


def test_adapted__too_many_new_examples_are_answered_by_cosine(client, app):
    teach(client, 30)
    until(lambda: classify_adapted(client)["metric"] == "adapted", "the metric is fitted")
    room = app.rooms.find("KIWI-42")
    fitted = room._insights._work.fitted_at
    with room._lock:  # so that nothing is fitted meanwhile
        for i in range(MAX_UNADAPTED + 1):
            room._state.knn.add_example(np.random.default_rng(i).normal(size=D), "cat")
        settings = room.settings.changed({"metric": "adapted"})
        assert room._insights.resolve(settings, room._state.knn)[1].metric == "cosine"
    assert room._insights._work.fitted_at == fitted


def test_adapted__survives_any_change_of_the_room(client):
    for change in (
        lambda: client.ask("clearAllLabels", {}),
        lambda: client.ask("clearLabel", {"label": "cat"}),
        lambda: client.ask("renameLabel", {"from": "cat", "to": "dog"}),
    ):
        teach(client, 30, seed=2)
        until(lambda: classify_adapted(client)["metric"] == "adapted", "the metric is fitted")
        assert change()["ok"]
        teach(client, 6, seed=3)
        assert classify_adapted(client)["metric"] in ("adapted", "cosine")
        assert client.ask("clearAllLabels", {})["ok"]


def test_insights__free_their_memory_when_no_one_asks(client, app, monkeypatch):
    teach(client, 10)
    final_figures(client)
    insights = app.rooms.find("KIWI-42")._insights
    evaluation = insights._work._evaluation
    monkeypatch.setattr("server.rooms.insights_questions.REST_SECONDS", 0.2)
    insights._task.due = 0.0
    teach(client, 1, seed=4)
    until(lambda: insights._work._evaluation is not evaluation, "its memory is freed")
    monkeypatch.undo()
    assert final_figures(client)["evaluation"]["count"] == 11


def test_evaluate__few_questions_are_kept_and_a_dropped_one_is_answered_again(client, app):
    teach(client, 12)
    for k in (3, *range(4, 4 + MAX_QUESTIONS), 3):
        answer = final_figures(client, k=k)
        assert answer["evaluation"] is not None, k
        assert answer["evaluation"]["k"] == k
    assert len(app.rooms.find("KIWI-42")._insights._questions.all()) == MAX_QUESTIONS


def test_evaluate__new_content_under_the_same_ids_is_evaluated_anew(client, app):
    http, headers = app.test_client(), client.bearer()

    def put(spread):
        random = np.random.default_rng(0)
        embeddings = spread * random.normal(size=(20, D))
        embeddings[:10, 0] += 1
        embeddings[10:, 1] += 1
        content = {
            "format": "show-and-tell/dataset@1",
            "model": MODEL,
            "labels": ["a", "b"],
            "examples": [{"id": f"i{i}", "label": "ab"[i // 10], "group": None} for i in range(20)],
            "embeddings": base64.b64encode(embeddings.astype("<f4").tobytes()).decode(),
        }
        assert http.put("/api/rooms/KIWI-42/dataset", json=content, headers=headers).status_code == 200
        return final_figures(client)["evaluation"]["accuracy"]

    assert put(spread=5.0) < 0.9
    assert put(spread=0.01) == 1.0


def test_evaluate__an_example_that_is_taught_again_under_its_id_is_evaluated_anew(client):
    teach(client, 20)
    client.add("dog", 0.0, 0.0, 1.0, *[0.0] * (D - 3), id="again")
    before = final_figures(client)["evaluation"]
    client.ask("removeExample", {"id": "again"})
    client.add("dog", 1.0, 0.6, *[0.0] * (D - 2), id="again")  # a cat, by its numbers
    after = final_figures(client)["evaluation"]
    assert after["confusion"] != before["confusion"]
    assert "again" in after["confusion"][1][0]


def test_fit__an_example_that_is_taught_again_meanwhile_is_not_measured_yet(client, app, monkeypatch):
    teach(client, 20)
    room = app.rooms.find("KIWI-42")._insights._work._room
    knn, original, unadapted = room._state.knn, room.install, []

    def teach_again_first(fitted):
        example = knn.example(fitted.ids[3])
        knn.remove_example(example["id"])
        knn.add_example(-example["embedding"], example["label"], example["id"])
        original(fitted)
        unadapted.append(knn.unadapted)

    monkeypatch.setattr(room, "install", teach_again_first)
    classify_adapted(client)
    assert until(lambda: unadapted, "the metric is fitted") == [1]


def test_insights__go_on_after_an_example_was_removed_before_it_was_copied(client, app, monkeypatch):
    teach(client, 12)
    room = app.rooms.find("KIWI-42")._insights._work._room
    original, is_refused = room.embeddings, threading.Event()

    def refuse_once(ids):
        if not is_refused.is_set():
            is_refused.set()
            raise ContractError("noSuchExample", came=ids[0])
        return original(ids)

    monkeypatch.setattr(room, "embeddings", refuse_once)
    assert final_figures(client)["evaluation"]["count"] == 12
    assert is_refused.is_set()


def test_insights__answers_do_not_wait_for_them(client, monkeypatch):
    """The work is stopped in the middle: answers still come, without its results."""
    teach(client, 30)
    reached, released = threading.Event(), threading.Event()
    original = Evaluation.update

    def update(self, snapshot):
        reached.set()
        assert released.wait(WAIT_SECONDS)
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
    released.set()
    assert final_figures(client)["evaluation"]["count"] == 35

"""Hostile input: each gets a clear error, nothing is lost, and the room stays usable."""

import json
import re

import numpy as np
import pytest

from server.api import events
from server.contract.errors import ERRORS, ContractError
from tests.support.server import MODEL, PICTURE, ROOT, D, embedding_bytes

MESSAGE_BYTES = 262144
KEY = "9f86d081884c7d659a2feaa0c55ad015"
BAD_EMOJIS = [*json.loads((ROOT / "tests" / "support" / "emojis.json").read_text("utf-8"))["bad"], 7, [], {}, False]
BAD = [
    ("classify", ({}, embedding_bytes(1, d=D + 1)), "dimension"),
    ("classify", ({}, embedding_bytes(np.nan)), "notFinite"),
    ("classify", ({}, embedding_bytes(np.inf)), "notFinite"),
    ("classify", ({}, embedding_bytes(0)), "zeroVector"),
    ("classify", ({"k": 0}, embedding_bytes(1)), "badK"),
    ("classify", ({"k": -1}, embedding_bytes(1)), "badK"),
    ("classify", ({"k": 1.5}, embedding_bytes(1)), "badK"),
    ("classify", ({"k": "3"}, embedding_bytes(1)), "badK"),
    ("classify", ({"k": True}, embedding_bytes(1)), "badK"),
    ("classify", ({"k": None}, embedding_bytes(1)), "badK"),
    ("classify", ({"k": [3]}, embedding_bytes(1)), "badK"),
    ("classify", ({"metric": "hamming"}, embedding_bytes(1)), "unknownMetric"),
    ("classify", ({"metric": []}, embedding_bytes(1)), "unknownMetric"),
    ("classify", ({"weights": "w"}, embedding_bytes(1)), "unknownWeights"),
    ("classify", ({"weights": {}}, embedding_bytes(1)), "unknownWeights"),
    ("classify", ({"unknownDistance": 3}, embedding_bytes(1)), "badUnknownDistance"),
    ("classify", ({"unknownDistance": "x"}, embedding_bytes(1)), "badUnknownDistance"),
    ("classify", ({"unknownDistance": {"distance": 0.5, "adapted": None}}, embedding_bytes(1)), "badUnknownDistance"),
    ("classify", ({},), "badEmbedding"),
    ("classify", ({}, None), "badEmbedding"),
    ("classify", ({}, b""), "badEmbedding"),
    ("classify", ({}, b"12345"), "badEmbedding"),
    ("classify", ({}, "text"), "badEmbedding"),
    ("classify", ({}, [1.0] * D), "badEmbedding"),
    ("classify", ({}, {"0": 1}), "badEmbedding"),
    ("classify", ({}, b"x" * 10_000_000), "bigMessage"),
    ("classify", (embedding_bytes(1),), "badRequest"),
    ("classify", (), "badRequest"),
    ("addExample", ({"id": "i", "label": "x" * 10_000}, embedding_bytes(1)), "longLabel"),
    ("addExample", ({"id": "i", "label": "x" * 41}, embedding_bytes(1)), "longLabel"),
    ("addExample", ({"id": "i", "label": ""}, embedding_bytes(1)), "emptyLabel"),
    ("addExample", ({"id": "i", "label": " \t\n"}, embedding_bytes(1)), "emptyLabel"),
    ("addExample", ({"id": "i", "label": 7}, embedding_bytes(1)), "badLabel"),
    ("addExample", ({"id": "i", "label": None}, embedding_bytes(1)), "badLabel"),
    ("addExample", ({"id": "i", "label": ["a"]}, embedding_bytes(1)), "badLabel"),
    ("addExample", ({"id": "i"}, embedding_bytes(1)), "badLabel"),
    ("addExample", ({"label": "x"}, embedding_bytes(1)), "badId"),
    ("addExample", ({"id": 5, "label": "x"}, embedding_bytes(1)), "badId"),
    ("addExample", ({"id": "", "label": "x"}, embedding_bytes(1)), "badId"),
    ("addExample", ({"id": "i" * 65, "label": "x"}, embedding_bytes(1)), "badId"),
    ("addExample", ({"id": "i" * 100_000, "label": "x"}, embedding_bytes(1)), "badId"),
    ("addExample", ({"id": "i", "label": "x", "group": 4}, embedding_bytes(1)), "badGroup"),
    ("addExample", ({"id": "i", "label": "x", "group": "g" * 65}, embedding_bytes(1)), "badGroup"),
    ("addExample", ({"id": "i", "label": "x"}, embedding_bytes(1, d=D - 1)), "dimension"),
    ("addExample", ({"id": "i", "label": "x"}, embedding_bytes(np.nan)), "notFinite"),
    ("addExample", ({"id": "i", "label": "x"}, embedding_bytes(0)), "zeroVector"),
    ("addExample", ({"id": "i", "label": "x"},), "badEmbedding"),
    ("addExample", ({"id": "i", "label": "x", "thumbnail": "data:,"}, embedding_bytes(1)), "badThumbnail"),
    ("addExample", ({"id": "i", "label": "x", "thumbnail": b"<svg>"}, embedding_bytes(1)), "badThumbnail"),
    ("addExample", ({"id": "i", "label": "x", "thumbnail": PICTURE * 400}, embedding_bytes(1)), "badThumbnail"),
    ("addExample", ({"id": "i", "label": "x", "thumbnail": PICTURE * 4000}, embedding_bytes(1)), "bigMessage"),
    ("addExample", ({"id": "i", "label": "x" * 10_000_000}, embedding_bytes(1)), "bigMessage"),
    ("removeExample", ({"id": "nobody"},), "noSuchExample"),
    ("removeExample", ({"id": {"a": 1}},), "noSuchExample"),
    ("removeExample", ({},), "noSuchExample"),
    ("clearLabel", ({"label": "nobody"},), "noSuchLabel"),
    ("clearLabel", ({"label": None},), "noSuchLabel"),
    ("clearLabel", ({"label": []},), "noSuchLabel"),
    ("renameLabel", ({"from": "nobody", "to": "x"},), "noSuchLabel"),
    ("renameLabel", ({"from": "cat", "to": ""},), "emptyLabel"),
    ("renameLabel", ({"from": "cat", "to": "x" * 41},), "longLabel"),
    ("renameLabel", ({"from": "cat"},), "badLabel"),
    ("addLabel", ({},), "badLabel"),
    ("addLabel", ({"label": "x" * 10_000_000},), "bigMessage"),
    ("addLabel", ({"label": "x", "more": "x" * MESSAGE_BYTES},), "bigMessage"),
    ("addLabel", ({"label": "\u200b"},), "emptyLabel"),
    ("addLabel", ({"label": "x", "colour": 108},), "badColour"),
    ("addLabel", ({"label": "x", "emoji": "🐱🐶"},), "badEmoji"),
    ("addLabel", ({"label": "x", "restored": 1},), "badRequest"),
    ("addExample", ({"id": "i", "label": "x", "restored": "yes"}, embedding_bytes(1)), "badRequest"),
    ("styleLabel", ({"label": "nobody", "colour": 1},), "noSuchLabel"),
    ("styleLabel", ({"label": ["cat"], "colour": 1},), "noSuchLabel"),
    *[
        ("styleLabel", ({"label": "cat", "colour": c},), "badColour")
        for c in (-1, 108, 1.0, True, None, "1", [1], 10**30)
    ],
    *[("styleLabel", ({"label": "cat", "emoji": e},), "badEmoji") for e in BAD_EMOJIS],
    ("orderLabels", ({},), "badRequest"),
    ("orderLabels", ({"labels": "cat"},), "badRequest"),
    ("orderLabels", ({"labels": {"0": "cat"}},), "badRequest"),
    ("orderLabels", ({"labels": ["cat", 7]},), "badLabel"),
    ("orderLabels", ({"labels": [None]},), "badLabel"),
    ("orderLabels", ({"labels": ["x" * MESSAGE_BYTES]},), "bigMessage"),
    ("nameProject", ({},), "badName"),
    ("nameProject", ({"name": None},), "badName"),
    ("nameProject", ({"name": ["x"]},), "badName"),
    ("nameProject", ({"name": "x" * 61},), "badName"),
    ("nameProject", ({"name": "half \ud83d"},), "badName"),
    ("nameProject", ({"name": "x" * MESSAGE_BYTES},), "bigMessage"),
    ("noteRemovals", ({"ids": []},), "badRequest"),
    ("noteRemovals", ({"ids": "one", "labels": []},), "badRequest"),
    ("noteRemovals", ({"ids": [1], "labels": []},), "badId"),
    ("noteRemovals", ({"ids": ["i" * 65], "labels": []},), "badId"),
    ("noteRemovals", ({"ids": [], "labels": [{}]},), "badLabel"),
    *[("join", ({"room": "KIWI-42", "model": MODEL, "member": m},), "badRequest") for m in ("Ada", [], 5, True)],
    ("join", ({"room": "KIWI-42", "model": MODEL, "member": {}},), "badId"),
    ("join", ({"room": "KIWI-42", "model": MODEL, "member": {"id": "i" * 65, "name": "Ada"}},), "badId"),
    ("join", ({"room": "KIWI-42", "model": MODEL, "member": {"id": "i"}},), "badName"),
    ("join", ({"room": "KIWI-42", "model": MODEL, "member": {"id": "i", "name": "x" * 61}},), "badName"),
    ("configure", ({"k": 0},), "badK"),
    ("configure", ({"metric": None},), "unknownMetric"),
    ("configure", ({"weights": None},), "unknownWeights"),
    *[
        (f"{what}Contributor", ({"contributor": c},), "badRequest")
        for what in ("mute", "remove")
        for c in (None, 7, "x")
    ],
    ("muteContributor", ({"contributor": "x", "muted": 1},), "badRequest"),
    *[("setAccess", ({"level": level},), "badRequest") for level in ("owner", "EDITALL", "", None, 3, ["view"])],
    *[("setAccess", ({key: 1},), "badRequest") for key in ("locked", "thumbnails")],
    *[("present", ({key: 1},), "badRequest") for key in ("presenting", "heat", "paused")],
    *[
        ("askCamera", ({"camera": key},), "badRequest")
        for key in ("", "short", "x" * 65, "a/key/of/a/channel", 7, True, [KEY], "half \ud83d of a character")
    ],
    ("askCamera", ({"camera": KEY, "recording": 1},), "badRequest"),
    ("askCamera", ({"camera": KEY, "label": 7},), "badLabel"),
    ("askCamera", ({"camera": KEY, "label": "x" * 41},), "longLabel"),
    *[("askCamera", ({"camera": KEY, "answer": a},), "badRequest") for a in ("cat", [], 7, {}, {"certainty": "so"})],
    ("askCamera", ({"camera": KEY, "answer": {"label": {}, "certainty": "sure"}},), "badLabel"),
    ("frame", ({},), "badEmbedding"),
    ("frame", ({}, b"12345"), "badEmbedding"),
    ("frame", ({}, embedding_bytes(1)), "badRequest"),
    ("frame", ({"thumbnail": b"GIF89a"}, embedding_bytes(1)), "badThumbnail"),
    ("join", ({"model": MODEL, "camera": KEY},), "badRequest"),
    *[("join", ({"room": "KIWI-42", "model": MODEL, "camera": key},), "badRequest") for key in ("", "x", 7, [KEY])],
    ("join", ({"room": "PEACH-7", "model": MODEL, "camera": KEY},), "noSuchRoom"),
    ("sync", ({},), "badRequest"),
    ("sync", ({"since": -1},), "badRequest"),
    ("sync", ({"since": 1.5},), "badRequest"),
    ("sync", ({"since": True},), "badRequest"),
    ("sync", ({"since": 0, "cursor": "junk"},), "badRequest"),
    ("sync", ({"since": 0, "cursor": 5},), "badRequest"),
    ("join", ({"room": "no", "model": MODEL},), "badRoom"),
    ("join", ({"room": "x" * 25, "model": MODEL},), "badRoom"),
    ("join", ({"room": "ki/wi", "model": MODEL},), "badRoom"),
    ("join", ({"room": "straße", "model": MODEL},), "badRoom"),
    ("join", ({"room": 42, "model": MODEL},), "badRoom"),
    ("join", ({"room": "KIWI-42"},), "badRequest"),
    ("join", ({"room": "KIWI-42", "model": {"id": "m"}},), "badRequest"),
    ("join", ({"room": "KIWI-42", "model": {"id": "m", "dimension": True}},), "badRequest"),
    ("join", ({"room": "KIWI-42", "model": {"id": "m", "dimension": 0}},), "badRequest"),
    ("join", ({"room": "KIWI-42", "model": {"id": "", "dimension": 4}},), "badRequest"),
    ("join", ({"room": "KIWI-42", "model": {"id": "m" * 201, "dimension": 4}},), "badRequest"),
    ("join", ({"room": "KIWI-42", "model": "m"},), "badRequest"),
    ("noSuchEvent", ({},), "badRequest"),
    ("constructor", ({},), "badRequest"),
    ("", ({},), "badRequest"),
    ("*", ({},), "badRequest"),
    ("connect", ({},), "badRequest"),
    ("disconnect", ("transport close",), "badRequest"),
    *[(event, args, "badRequest") for event in events.EVENTS for args in ((), (None,), ([],), ("x",), (5,))],
]


@pytest.mark.parametrize(("event", "args", "code"), BAD)
def test_bad_input__is_refused_and_the_room_stays_usable(client, other, event, args, code):
    client.ask("addExample", {"id": "one", "label": "cat"}, embedding_bytes(1))
    other.received()
    answer = client.ask(event, *args)
    assert set(answer) == {"ok", "error"}
    assert set(answer["error"]) == {"code", "message", "hint", "came", "expected"}
    assert (answer["ok"], answer["error"]["code"]) == (False, code)
    assert len(answer["error"]["message"]) < 400
    assert not {"{came}", "{expected}"} & set(re.findall(r"\{\w+\}", str(answer["error"])))
    # Nothing changed, nothing was announced, and both clients can go on.
    assert other.received() == []
    assert other.ask("getCountByLabel", {}) == {"ok": True, "countByLabel": {"cat": 1}, "revision": 1}
    for each in (client, other):
        assert each.ask("classify", {}, embedding_bytes(1))["label"] == "cat"
    assert client.add("dog")["revision"] == 2


@pytest.mark.parametrize(
    "label",
    [
        "<img src=x onerror=alert(1)>",
        "__proto__",
        "constructor",
        "toString",
        "7",
        "日本",
        "🦊",
        "a\tb",
        "{came}",
        "'; --",
    ],
)
def test_hostile_label__is_plain_text(client, other, label):
    client.add("cat", 0, 1)
    assert client.ask("addExample", {"id": label, "label": label}, embedding_bytes(1))["countByLabel"] == {
        "cat": 1,
        label: 1,
    }
    assert other.received("exampleAdded")[-1]["label"] == label
    answer = client.ask("classify", {"k": 1}, embedding_bytes(1))
    assert (answer["label"], answer["confidences"]) == (label, {"cat": 0.0, label: 1.0})
    assert client.ask("sync", {"since": 1})["examples"][0]["label"] == label
    assert client.ask("removeExample", {"id": label})["countByLabel"] == {"cat": 1, label: 0}
    assert client.ask("clearLabel", {"label": label})["countByLabel"] == {"cat": 1}


JUNK_ANSWERED = [
    "27",
    "27null",
    "27{}",
    '27{"0":"classify"}',
    "27[]",
    "27[null]",
    '27[["classify"]]',
    '27["classify"',
    "27[" + "[" * 200_000,
    "27" + "[" * 5000 + "]" * 5000,
    "27" + '["classify",' + '{"a":' * 5000 + "1" + "}" * 5000 + "]",
    '27["classify",{"k":' + "9" * 5000 + "}]",
    '50-7["classify",{}]',
    '599-7["classify",{}]',
    '5999999999-7["classify",{}]',
]


@pytest.mark.parametrize("frame", JUNK_ANSWERED, ids=range(len(JUNK_ANSWERED)))
def test_junk_with_an_acknowledgement_number__is_answered(client, frame):
    assert client.send_raw(frame)["error"]["code"] == "badRequest"
    assert client.add("cat")["ok"]


JUNK = [
    "",
    "2",
    "x",
    "9",
    "5",
    "51-",
    '59999999999999-7["classify",{}]',
    "1x",
    "37[]",
    "61-7[]",
    "4",
    '2/other,7["x"]',
    b"",
    b"\0\1",
    b"2",
]


@pytest.mark.parametrize("frame", JUNK, ids=repr)
def test_junk__does_no_harm(client, other, app, frame):
    client.websocket.send(frame if isinstance(frame, bytes) else f"4{frame}")
    assert other.add("cat")["ok"]
    assert client.engine_sid in app.app.socketio.eio.sockets
    if frame != "51-":  # the next frame counts as its attachment
        assert client.add("cat")["ok"]


@pytest.mark.parametrize("number", [-9, 1, 10**20, "0", None, [], 0.5])
def test_wrong_attachment_number__is_answered_and_the_next_message_too(client, number):
    placeholder = json.dumps({"_placeholder": True, "num": number})
    assert client.send_raw(f'51-7["classify",{{}},{placeholder}]') is None
    answer = client.send_raw(embedding_bytes(1))
    assert answer["error"]["code"] in ("badRequest", "noExamples")
    assert client.add("cat")["ok"]


def test_text_in_the_place_of_an_attachment__is_answered_and_so_is_what_it_missed(client):
    client.send_raw('51-7["classify",{},{"_placeholder":true,"num":0}]')
    client.websocket.send('428["getCountByLabel",{}]')
    while 8 not in client.acknowledged:
        client._receive()
    assert client.acknowledged.pop(7)["error"]["code"] == "badRequest"
    assert client.acknowledged.pop(8)["ok"]
    assert client.add("cat")["ok"]


def test_big_message__is_measured_with_its_attachments(client):
    text = '51-7["classify",{},{"_placeholder":true,"num":0}]'.ljust(52)
    client.send_raw(text)
    answer = client.send_raw(b"x" * (MESSAGE_BYTES - len(text)))
    assert answer["error"]["code"] == "dimension"
    client.send_raw(text)
    answer = client.send_raw(b"x" * (MESSAGE_BYTES - len(text) + 1))
    assert answer["error"] == ContractError("bigMessage", came=MESSAGE_BYTES + 1, expected=MESSAGE_BYTES).as_dict()


def test_errors__all_tested_codes_exist():
    assert {code for _, _, code in BAD} <= set(ERRORS)


@pytest.mark.parametrize("code", ERRORS)
def test_error__travels_with_what_fills_its_text(code):
    """A client can fill a translated text with the same values, and reads nothing back out of a sentence."""
    error = ContractError(code, came='a "label"\n{expected}', expected="{came}").as_dict()
    values = {"{came}": error["came"], "{expected}": error["expected"]}
    for part in ("message", "hint"):
        text = re.sub(r"\{(?:came|expected)\}", lambda match: values[match[0]], ERRORS[code][part])
        assert text == error[part]
    texts = ERRORS[code]["message"] + ERRORS[code]["hint"]
    assert [bool(values[name]) for name in values] == [name in texts for name in values]


def test_error__without_placeholders_has_empty_parameters(client):
    assert client.ask("classify", {}, embedding_bytes(0))["error"] == {
        "code": "zeroVector",
        "message": "The embedding is zero everywhere; at least one number other than zero was expected.",
        "hint": "The picture was probably empty or black: uncover the camera and try again.",
        "came": "",
        "expected": "",
    }

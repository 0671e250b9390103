"""Which content is refused, and with which error. The same cases stand in web/tests/exchange/content.test.js."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from server.contract.errors import ContractError
from server.exchange.content import ContentClass, ContentExample, ProjectContent, check_content, picture_kind
from server.knn.model import Model

REFUSED = json.loads((Path(__file__).parent / "refused-content.json").read_text("utf-8"))
JPEG = b"\xff\xd8\xff\xe0"
GOOD = ProjectContent(
    "Pets",
    Model("mobilenet", 2),
    {"k": 3, "metric": "auto", "weights": "uniform", "unknownDistance": "auto"},
    [ContentClass("cat", 0, "🐱"), ContentClass("dog")],
    [ContentExample("a", "cat", None, JPEG), ContentExample("b", "cat", "recording 1")],
    np.array([[1, 0], [0, 1]], np.float32),
)


def patched(value, path, new):
    """A value with another one at a path."""
    if not path:
        return new
    key, *rest = path
    if isinstance(value, list):
        return [patched(each, rest, new) if i == int(key) else each for i, each in enumerate(value)]
    if isinstance(value, dict):
        return {**value, key: patched(value[key], rest, new)}
    if isinstance(value, Model):
        return value._replace(**{key: new})
    return dataclasses.replace(value, **{key: patched(getattr(value, key), rest, new)})


def decoded(path, value):
    if isinstance(value, str) and value.startswith("repeat:"):
        return "x" * int(value[7:])
    if path == "embeddings" and isinstance(value, list):
        return np.array([float(each) for each in value], np.float32).reshape(-1, 2 if len(value) % 2 == 0 else 1)
    if path == "actions":
        rows = value if isinstance(value, list) else [{"label": "cat", "actions": [{"kind": "count"}] * 11}]
        return {row["label"]: row["actions"] for row in rows}
    return (
        {
            "many classes": [ContentClass(f"c{i}") for i in range(101)],
            "many examples": [ContentExample(f"e{i}", "cat") for i in range(20001)],
            "big picture": JPEG + bytes(32768),
            "gif": b"GIF89a",
        }.get(value, value)
        if isinstance(value, str)
        else value
    )


def code_of(content):
    try:
        check_content(content)
    except ContractError as error:
        return error.code
    return "accepted"


def test_check_content__accepts_what_a_project_may_hold():
    assert check_content(GOOD) is GOOD
    none = dataclasses.replace(GOOD, classes=[], examples=[], embeddings=np.empty((0, 2), np.float32))
    assert code_of(none) == "accepted"
    assert code_of(dataclasses.replace(GOOD, model=None, settings=None, examples=[], embeddings=None)) == "accepted"
    actions = {"cat": [{"kind": "count", "cooldown": 0}], "": [{"kind": "say", "cooldown": 2, "text": "?"}]}
    assert code_of(dataclasses.replace(GOOD, actions=actions)) == "accepted"
    pictures = dataclasses.replace(GOOD, model=None, examples=GOOD.examples[:1], embeddings=None)
    assert code_of(pictures) == "accepted"


@pytest.mark.parametrize("case", REFUSED)
def test_check_content__refuses(case):
    content = GOOD
    for path, value in REFUSED[case]["patch"].items():
        content = patched(content, path.split("."), decoded(path, value))
    assert code_of(content) == REFUSED[case]["code"]


def test_content__is_equal_bit_for_bit():
    same = dataclasses.replace(GOOD, embeddings=GOOD.embeddings.copy(), classes=tuple(GOOD.classes))
    assert same == GOOD
    for change in (
        {"embeddings": -GOOD.embeddings},  # -0 is not 0
        {"embeddings": None},
        {"examples": GOOD.examples[::-1]},
        {"classes": GOOD.classes[::-1]},
        {"settings": None},
        {"name": "pets"},
    ):
        assert dataclasses.replace(GOOD, **change) != GOOD


def test_picture_kind__goes_by_the_bytes():
    assert picture_kind(JPEG) == "jpg"
    assert picture_kind(b"\x89PNG\r\n\x1a\n") == "png"
    assert picture_kind(b"RIFF....WEBP") == "webp"
    assert picture_kind(b"RIFF....WAVE") is None
    assert picture_kind(b"") is None

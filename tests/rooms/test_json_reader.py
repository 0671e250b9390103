"""JSON that is read a piece at a time is what Python's own parser makes of it, wherever the pieces end."""

import base64
import io
import json

import pytest

from server.rooms import json_reader
from server.rooms.json_reader import VALUE_CHARACTERS, JsonReader


def read(text):
    """The whole of an object whose lists are of small values, and whose "large" is base64."""
    reader = JsonReader(io.BytesIO(text))
    data = {}
    for key in reader.keys():  # noqa: SIM118
        if key == "large":
            data[key] = bytes(reader.base64())
        else:
            data[key] = [reader.value() for _ in reader.items()] if reader.next_character() == "[" else reader.value()
    reader.end()
    return data


DATA = {"é": '日本 \\ " / \ud800', "list": [{"a": [1, 2]}, -1.5e3, None, "]"], "none": [], "number": 12}


@pytest.mark.parametrize("chunk_bytes", [*range(1, 20), 1000])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 100])
def test_reader__pieces_may_end_anywhere(monkeypatch, chunk_bytes, size):
    monkeypatch.setattr(json_reader, "CHUNK_BYTES", chunk_bytes)
    large = bytes(range(255, 255 - size, -1))
    encoded = base64.b64encode(large).decode()
    for text in (json.dumps({**DATA, "large": encoded}), json.dumps({"large": encoded, **DATA}, indent=3)):
        expected = {**DATA, "large": large}
        assert read(text.encode()) == expected
        assert read(("\ufeff" + text.replace("/", "\\/")).encode()) == expected


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1000])
@pytest.mark.parametrize(
    "text",
    [
        *(b"", b"{", b"[]", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b'{"a":1,}', b'{"a" 1}', b"{1:2}", b"{} {}"),
        *(b'{"a":[', b'{"a":[1', b'{"a":[1,]}', b'{"a":[1 2]}', b'{"a":[,]}', b"\xff\xfe", b'{"a":"\xff"}'),
        *(b'{"large":"AAA', b'{"large":"AAA"}', b'{"large":"AA==AAAA"}', b'{"large":"AA!A"}', b'{"large":5}'),
        b'{"large":"' + b"AAAA" * 20 + b"AA==" + b"AAAA" * 20 + b'"}',
        b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}",
        b'{"a":[' + b"[" * 3000 + b"]" * 3000 + b"]}",
        b'{"a":"' + b"x" * VALUE_CHARACTERS + b'"}',
        b'{"a":' + b"1" * (VALUE_CHARACTERS + 5) + b"}",
    ],
    ids=lambda text: str(text)[:30],
)
def test_reader__refuses_what_is_no_json_or_too_long(monkeypatch, chunk_bytes, text):
    monkeypatch.setattr(json_reader, "CHUNK_BYTES", chunk_bytes)
    with pytest.raises(ValueError, match=r"."):
        read(text)

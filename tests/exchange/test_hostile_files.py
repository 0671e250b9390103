"""Files that are broken or meant to do harm: both languages refuse them with the same error."""

import io
import json
import tracemalloc

import pytest

from server.contract.errors import ContractError
from server.exchange.project_json import read_json
from server.exchange.showandtell import read_showandtell
from server.exchange.zips import ZipReader
from tests.support import hostile, pictures
from tests.support.file_twin import FileTwin

CORPUS = list(hostile.corpus())


@pytest.fixture(scope="module")
def page():
    twin = FileTwin()
    yield twin
    twin.close()


@pytest.fixture
def ask_page(page, tmp_path):
    def ask(data):
        path = tmp_path / "a.showandtell"
        path.write_bytes(data)
        return page.open(path)

    return ask


def test_what_is_spoiled_is_good_before(ask_page):
    content = read_showandtell(io.BytesIO(hostile.good()))
    assert [example.id for example in content.examples] == ["a", "b"]
    assert ask_page(hostile.good()) == content


@pytest.mark.parametrize(("data", "code"), [case[1:] for case in CORPUS], ids=[case[0] for case in CORPUS])
def test_refused__with_the_same_error(data, code, ask_page):
    with pytest.raises(ContractError) as refused:
        read_showandtell(io.BytesIO(data))
    assert refused.value.code == code
    assert refused.value.expected
    answer = ask_page(data)
    # What was expected may be said in other words: each language notices some things at another moment.
    assert answer.pop("expected", "")
    assert answer == {"code": code, "came": refused.value.came}


def test_unknown_keys_and_files_are_ignored(ask_page):
    project = hostile.Project()
    project.json.update({"later": [1, {"a": None}]})
    project.json["classes"][0]["shape"] = "star"
    project.json["examples"][1]["sound"] = "meow.wav"
    project.model["title"] = "MobileNet"
    more = [
        hostile.Part("later/a.bin", bytes(100)),
        hostile.Part("later/", b""),
        hostile.Part("__MACOSX/._a", b"?"),
    ]
    content = read_showandtell(io.BytesIO(hostile.good()))
    data = hostile.zipped([*project.parts(), *more])
    assert read_showandtell(io.BytesIO(data)) == content
    assert ask_page(data) == content


def test_defaults__where_keys_are_left_out(ask_page):
    data = hostile.with_json(settings={"k": 5}, classes=[{"label": "cat"}])
    content = read_showandtell(io.BytesIO(data))
    assert content.settings == {"k": 5, "metric": "auto", "weights": "uniform", "unknownDistance": "auto"}
    assert (content.classes[0].colour, content.classes[0].emoji) == (None, None)
    assert ask_page(data) == content


@pytest.mark.parametrize(
    ("picture", "kind", "is_whole"),
    [
        (pictures.png(1000, 1000), "png", False),
        (pictures.webp(b"VP8L", 0x4000, 61), "webp", False),
        (b"\x89PNG\r\n\x1a\n no header", "png", False),
        (pictures.jpeg((0xC4, 9999, 9999), (0xC0, 0, 9999)), "jpg", False),
        (pictures.jpeg((0xC2, 10_000, 5000)), "jpg", True),
    ],
    ids=["the most pixels", "wide", "no header", "no frame", "the most pixels of a photo"],
)
def test_pictures_within_the_limits__are_read(picture, kind, is_whole, ask_page):
    data = hostile.with_picture(picture, kind, is_whole=is_whole)
    content = read_showandtell(io.BytesIO(data))
    assert content.examples[0].thumbnail == picture
    assert ask_page(data) == content


@pytest.mark.parametrize(
    ("key", "digits"),
    [("later", "9" * 5000), ("later", "-" + "9" * 400), ("version", "1.0"), ("version", "10e-1")]
    + [("settings", f'{{"k": {digits}}}') for digits in (str(2**53 + 1), "9" * 300, "3.0", "30e-1")],
    ids=lambda text: text[:20],
)
def test_numbers__are_those_of_the_page(key, digits, ask_page):
    data = hostile.with_number(key, digits)
    content = read_showandtell(io.BytesIO(data))
    assert ask_page(data) == content
    assert content.settings is None or content.settings["k"] == float(json.loads(digits)["k"])


def test_a_bomb__is_not_unpacked_beyond_what_it_says():
    part = hostile.Part("a.bin", b"", packed=hostile.BOMB, size=1000, method=8)
    unpacked = []
    chunks = ZipReader(io.BytesIO(hostile.zipped([part]))).chunks("a.bin", 2**30)
    with pytest.raises(ContractError):
        unpacked.extend(chunks)
    assert sum(map(len, unpacked)) <= 1000


@pytest.mark.parametrize("text", [b"x" * 2**20, b"\\n" * 2**19, b'","' * 2**18], ids=["letters", "escapes", "texts"])
def test_long_texts__take_little_memory(text):
    tracemalloc.start()
    read_json(b'{"a": ["' + text + b'"]}', "project.json")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 32 * 2**20

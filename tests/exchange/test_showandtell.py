"""Project files: save, open, equal, in this language, in the page's, and from one to the other."""

import io
import json
import zipfile
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange import showandtell
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.showandtell import read_showandtell, write_showandtell
from tests.exchange.test_content import GOOD
from tests.support.contents import contents
from tests.support.file_twin import FileTwin

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "file.schema.json").read_text("utf-8"))
PROJECT = jsonschema.Draft202012Validator(SCHEMA)
MODEL = jsonschema.Draft202012Validator({**SCHEMA, "$ref": "#/$defs/model"})


@pytest.fixture(scope="module")
def page():
    twin = FileTwin()
    yield twin
    twin.close()


def written(content):
    file = io.BytesIO()
    write_showandtell(content, file)
    return file


def validate(file):
    with zipfile.ZipFile(file) as reader:
        assert reader.testzip() is None
        PROJECT.validate(json.loads(reader.read("project.json")))
        if "model.json" in reader.namelist():
            MODEL.validate(json.loads(reader.read("model.json")))


def test_schema__is_a_schema_and_can_fail():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert not PROJECT.is_valid({"format": "show-and-tell"})
    assert not MODEL.is_valid({"id": "mobilenet"})


@given(content=contents())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_save_open__equal(content):
    file = written(content)
    validate(file)
    assert read_showandtell(file) == content


@given(content=contents())
@settings(deadline=None, max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_this_writes__the_page_opens(tmp_path, page, content):
    path = tmp_path / "a.showandtell"
    write_showandtell(content, path)
    assert page.open(path) == content


@given(content=contents())
@settings(deadline=None, max_examples=24, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_page_writes__this_opens(tmp_path, page, content):
    path = tmp_path / "a.showandtell"
    assert page.save(content, path) == {}
    validate(path)
    assert read_showandtell(path) == content


def test_the_array_alone__is_what_numpy_loads(tmp_path, page):
    for write in (write_showandtell, page.save):
        path = tmp_path / "a.showandtell"
        write(GOOD, path)
        with zipfile.ZipFile(path) as reader:
            assert reader.getinfo("embeddings.npy").compress_type == zipfile.ZIP_STORED
            array = np.load(reader.open("embeddings.npy"), allow_pickle=False)
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        assert array.tobytes() == GOOD.embeddings.tobytes()


def test_numpy_writes_the_array__it_is_read(tmp_path, page):
    """Whatever version of the format NumPy chooses, and whether it is packed."""
    for version in ((1, 0), (2, 0), (3, 0)):
        array = io.BytesIO()
        np.lib.format.write_array(array, GOOD.embeddings, version=version)
        path = tmp_path / "a.showandtell"
        with zipfile.ZipFile(written(GOOD)) as reader, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as writer:
            for name in reader.namelist():
                writer.writestr(name, array.getvalue() if name == "embeddings.npy" else reader.read(name))
        assert read_showandtell(path) == GOOD
        assert page.open(path) == GOOD


def test_write__refuses_what_no_project_could_hold(tmp_path):
    path = tmp_path / "a.showandtell"
    with pytest.raises(ContractError) as refused:
        write_showandtell(ProjectContent("x" * 101, None, None), path)
    assert refused.value.code == "badDataset"
    assert not path.exists()


def test_write__names_the_model_for_a_person():
    file = io.BytesIO()
    write_showandtell(GOOD, file, title="MobileNet V2")
    with zipfile.ZipFile(file) as reader:
        model = json.loads(reader.read("model.json"))
    assert model == {"id": "mobilenet", "dimension": 2, "title": "MobileNet V2"}


def test_write_showandtell__leaves_room_for_the_json(monkeypatch):
    picture = bytes([0xFF, 0xD8, 0xFF]) + bytes(97)
    examples = [ContentExample(str(i), "cat", None, picture) for i in range(3)]
    content = ProjectContent("", None, None, [ContentClass("cat")], examples, None)
    monkeypatch.setitem(LIMITS, "fileBytes", LIMITS["fileJsonBytes"] + 300)
    write_showandtell(content, io.BytesIO())
    monkeypatch.setitem(LIMITS, "fileBytes", LIMITS["fileJsonBytes"] + 299)
    with pytest.raises(ContractError):
        write_showandtell(content, io.BytesIO())


def test_write_showandtell__replaces_a_file_only_when_it_is_whole(tmp_path, monkeypatch):
    def full(_):
        raise OSError("the disk is full")

    path = tmp_path / "a.showandtell"
    write_showandtell(GOOD, path)
    before = path.read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(showandtell, "_json", full)
        with pytest.raises(OSError, match="full"):
            write_showandtell(ProjectContent("New", None, None), path)
    assert path.read_bytes() == before
    (tmp_path / "link").symlink_to(path)
    write_showandtell(ProjectContent("New", None, None), tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert read_showandtell(path).name == "New"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.showandtell", "link"]

import errno
import os

import pytest

from convert.errors import ConvertError, is_disk_full
from convert.folder import replace_folder
from tests.convert.conftest import names_in


def _model(folder, content):
    folder.mkdir(parents=True)
    (folder / "model.json").write_text(content)


def _content(folder):
    return (folder / "model.json").read_text()


def test_replace_folder__makes_a_new_folder_and_leaves_nothing_else(tmp_path):
    out = tmp_path / "deep" / "model"
    with replace_folder(out) as work:
        _model(work / "model", "new")
        (work / "saved").mkdir()
    assert _content(out) == "new"
    assert names_in(out.parent) == ["model"]


def test_replace_folder__replaces_the_old_one(tmp_path):
    out = tmp_path / "model"
    _model(out, "old")
    (out / "old.bin").touch()
    with replace_folder(out) as work:
        _model(work / "model", "new")
        assert _content(out) == "old"
    assert names_in(out) == ["model.json"]
    assert names_in(tmp_path) == ["model"]


@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt(), SystemExit(143)])
def test_replace_folder__keeps_the_old_one_if_anything_stops_it(tmp_path, error):
    out = tmp_path / "model"
    _model(out, "old")
    with pytest.raises(type(error)), replace_folder(out) as work:  # noqa: PT012 the body must fail halfway
        _model(work / "model", "half")
        raise error
    assert _content(out) == "old"
    assert names_in(tmp_path) == ["model"]


def _as_tensorflow(number):
    # TensorFlow's own exceptions keep only the text
    try:
        raise OSError(number, os.strerror(number))
    except OSError as error:
        return RuntimeError(f"model/shard; {error.strerror}")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("make", [lambda number: OSError(number, os.strerror(number)), _as_tensorflow])
def test_replace_folder__says_that_the_disk_is_full(tmp_path, number, make):
    out = tmp_path / "model"
    _model(out, "old")
    with pytest.raises(ConvertError, match="The disk is full") as caught, replace_folder(out):
        raise make(number)
    assert "--out" in caught.value.hint
    assert _content(out) == "old"
    assert names_in(tmp_path) == ["model"]


def test_is_disk_full__looks_at_causes_and_at_nothing_else():
    error = ValueError("wrapped")
    error.__cause__ = OSError(errno.ENOSPC, "full")
    assert is_disk_full(error)
    assert not is_disk_full(OSError(errno.ENOENT, "missing"))


def test_replace_folder__puts_the_old_model_back_after_a_run_was_killed_between_two_renames(tmp_path):
    out = tmp_path / "model"
    _model(tmp_path / ".model.old", "old")
    _model(tmp_path / ".model.new" / "model", "half")
    with pytest.raises(ValueError, match="stop"), replace_folder(out):  # noqa: PT012 the body is what is tested
        assert _content(out) == "old"
        raise ValueError("stop")
    assert _content(out) == "old"
    assert names_in(tmp_path) == ["model"]


def test_replace_folder__refuses_a_second_conversion_at_the_same_time(tmp_path):
    out = tmp_path / "model"
    with replace_folder(out) as work:
        with pytest.raises(ConvertError, match="Another conversion"), replace_folder(out):
            pass
        _model(work / "model", "first")
    assert _content(out) == "first"


@pytest.mark.parametrize("name", ["thesis.txt", "photos", "model.h5", "pets.showandtell", "sample.jpg"])
def test_replace_folder__refuses_to_delete_what_is_not_a_models(tmp_path, name):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / name).touch()
    with pytest.raises(ConvertError, match=name), replace_folder(tmp_path / "model"):
        pass
    assert (tmp_path / "model" / name).exists()


def test_replace_folder__replaces_a_sample_too(tmp_path):
    out = tmp_path / "model"
    _model(out, "old")
    for name in ("sample-0123456789abcdef.showandtell", "sample-ask-0123456789abcdef.jpg"):
        (out / name).touch()
    with replace_folder(out) as work:
        _model(work / "model", "new")
    assert names_in(out) == ["model.json"]


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db"])
def test_replace_folder__does_not_mind_what_a_file_manager_left(tmp_path, name):
    out = tmp_path / "model"
    _model(out, "old")
    (out / name).touch()
    with replace_folder(out) as work:
        _model(work / "model", "new")
    assert _content(out) == "new"
    assert names_in(out) == ["model.json"]


def test_replace_folder__refuses_a_file(tmp_path):
    (tmp_path / "model").write_text("mine")
    with pytest.raises(ConvertError, match="not a folder"), replace_folder(tmp_path / "model"):
        pass

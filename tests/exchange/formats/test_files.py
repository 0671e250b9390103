"""What is in the files of other tools, and which are refused; web/tests/exchange/formats/ reads the same."""

import json

import pytest

from tests.support.exchange_files import FOLDER, files, summary

EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))


def test_the_files_are_those_that_are_written():
    for name, data in files().items():
        assert (FOLDER / name).read_bytes() == (data.encode() if isinstance(data, str) else data), name


def test_every_file_has_its_expectation():
    assert set(EXPECTED) == {path.name for path in FOLDER.iterdir()} - {"expected.json"}


@pytest.mark.parametrize("name", EXPECTED)
def test_read_foreign__gives_what_is_in_the_file(name):
    assert json.loads(json.dumps(summary(FOLDER / name))) == EXPECTED[name]


def test_read_foreign__reads_a_folder_as_its_zip(tmp_path):
    import zipfile

    zipfile.ZipFile(FOLDER / "folders.zip").extractall(tmp_path / "folders")
    assert json.loads(json.dumps(summary(tmp_path / "folders"))) == EXPECTED["folders.zip"]

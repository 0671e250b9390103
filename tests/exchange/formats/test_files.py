"""What is in the files of other tools, and which are refused; web/tests/exchange/formats/ reads the same."""

import json
import time

import pytest

from server.contract.errors import ContractError
from server.exchange.formats.registry import read_foreign
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


LONG_MARKS = {
    "a number that is none": "1" * 200_000 + "x,1\n",
    "commas between quotation marks": '"' + "," * 200_000 + '",1\n',
    "line ends between quotation marks": 'a,"' + "\n" * 200_000 + '",1\n',
    "an open quotation mark": 'a,"' + "\n" * 200_000,
}


@pytest.mark.parametrize("text", LONG_MARKS.values(), ids=LONG_MARKS)
def test_a_table_that_takes_long__is_refused_soon(text, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(text)
    began = time.monotonic()
    with pytest.raises(ContractError):
        read_foreign(path)
    assert time.monotonic() - began < 5

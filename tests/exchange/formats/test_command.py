"""``python -m server.exchange convert``."""

import pytest
from click.testing import CliRunner

from server.exchange.__main__ import REASONS, main
from server.exchange.formats.facts import FACTS
from server.exchange.formats.registry import read_foreign
from server.exchange.showandtell import read_showandtell
from tests.support.exchange_files import FOLDER


def run(*arguments):
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def test_convert__makes_a_project_of_folders_and_folders_of_a_project(tmp_path):
    done = run(FOLDER / "folders.zip", tmp_path / "pets.showandtell")
    assert done.exit_code == 0, done.output
    assert "pets.showandtell: 5 examples in 3 classes." in done.output
    assert "Passed over: pets/cat/cut.jpg (a part of it is missing)" in done.output
    assert [each.label for each in read_showandtell(tmp_path / "pets.showandtell").classes] == ["cat", "dog", "étoile"]
    assert run(tmp_path / "pets.showandtell", tmp_path / "pets").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "pets").iterdir()) == ["cat", "dog", "étoile"]
    assert len(read_foreign(tmp_path / "pets").content.examples) == 5


@pytest.mark.parametrize(("name", "facts"), FACTS.items())
def test_convert__writes_every_format(name, facts, tmp_path):
    target = tmp_path / f"out{facts['endings'][0]}"
    assert run(FOLDER / "marcelle-features.json", target, "--format", name).exit_code == 0
    assert len(read_foreign(target).content.examples) == 3


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("bad-comma.csv", "x.csv", "numbers with a comma"),
        ("table.csv", "x.zip", 'Nothing in this project can be kept as "Class folders"'),
        ("table.csv", "x.docx", "ends with .docx"),
    ],
)
def test_convert__says_in_words_what_it_refuses(source, target, words, tmp_path):
    done = run(FOLDER / source, tmp_path / target)
    assert done.exit_code == 1
    assert words in done.output
    assert not (tmp_path / target).exists()


def test_convert__overwrites_nothing(tmp_path):
    (tmp_path / "x.csv").write_text("mine")
    assert "exists already" in run(FOLDER / "table.csv", tmp_path / "x.csv").output
    assert (tmp_path / "x.csv").read_text() == "mine"


def test_reasons__are_those_that_the_page_has_words_for():
    import json

    from tests.support.twin import ROOT

    words = json.loads((ROOT / "web" / "src" / "i18n" / "messages" / "en.json").read_text("utf-8"))
    assert {f"exchange.skip.{reason}" for reason in REASONS} == {
        key for key in words if key.startswith("exchange.skip.")
    }

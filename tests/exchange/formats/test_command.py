"""``python -m server.exchange convert``."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from server.contract.limits import LIMITS
from server.exchange.__main__ import REASONS, main
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.formats.facts import FACTS
from server.exchange.formats.registry import read_foreign, write_foreign
from server.exchange.showandtell import read_showandtell, write_showandtell
from server.knn.model import Model
from tests.support.exchange_files import FOLDER, picture
from tests.support.node import ROOT


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


def test_convert__counts_one_as_one(tmp_path):
    (tmp_path / "photos" / "cat").mkdir(parents=True)
    (tmp_path / "photos" / "cat" / "1.jpg").write_bytes(picture(1))
    assert run(tmp_path / "photos", tmp_path / "out").output == f"{tmp_path / 'out'}: 1 example in 1 class.\n"


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


def lesson(path, *labels):
    """A project's file with a picture of each class."""
    examples = [ContentExample(label, label, None, picture(i)) for i, label in enumerate(labels)]
    numbers = np.ones((len(labels), 2000), np.float32)
    classes = [ContentClass(label) for label in labels]
    write_showandtell(ProjectContent("Lesson", Model("m", 2000), None, classes, examples, numbers), path)
    return path


@pytest.mark.parametrize("target", ["x.showandtell", "x.csv", "x.json", "x.tm", "x.zip", "x"])
def test_convert__leaves_nothing_behind_where_the_disk_is_full(target, tmp_path):
    source = lesson(tmp_path / "lesson.showandtell", "cat", "dog")
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500));"
        "from server.exchange.__main__ import main; main(['convert', *__import__('sys').argv[1:]])"
    )
    command = [sys.executable, "-c", limited, str(source), str(tmp_path / target)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr == f"Error: {tmp_path / target}: File too large.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["lesson.showandtell"]


def test_convert__says_what_cannot_be_written(tmp_path):
    target = tmp_path / "none" / "x.csv"
    assert run(FOLDER / "table.csv", target).output == f"Error: {target}: No such file or directory.\n"


@pytest.mark.parametrize("target", ["x.zip", "x"])
def test_convert__says_which_classes_have_another_name(target, tmp_path):
    source = lesson(tmp_path / "lesson.showandtell", "cat", "3:00", "Cat")
    done = run(source, tmp_path / target)
    assert "Written with another name: 3:00 (as 3_00)\nWritten with another name: Cat (as Cat (2))\n" in done.output
    assert "name: cat" not in done.output
    classes = read_foreign(tmp_path / target).content.classes
    assert sorted(each.label for each in classes) == ["3_00", "Cat (2)", "cat"]


def test_convert__takes_folders_of_any_name(tmp_path):
    for name in ("y" * 90, os.fsdecode(b"p\xffts")):
        source = tmp_path / name
        (source / "cat").mkdir(parents=True)
        (source / "cat" / "1.jpg").write_bytes(picture(1))
        (source / "dog").symlink_to(source / "cat")
        (source / "cat" / "2.jpg").symlink_to(source / "cat" / "1.jpg")
        done = run(source, tmp_path / "x.showandtell")
        assert done.exit_code == 0, done.output
        content = read_showandtell(tmp_path / "x.showandtell")
        assert len(content.name) <= 60
        assert [example.label for example in content.examples] == ["cat"]
        (tmp_path / "x.showandtell").unlink()


def test_convert__says_that_a_folder_has_too_much_before_it_reads(tmp_path, monkeypatch):
    for i in range(3):
        (tmp_path / "cat").mkdir(exist_ok=True)
        (tmp_path / "cat" / f"{i}.jpg").write_bytes(picture(i))
    monkeypatch.setattr(Path, "read_bytes", None)
    monkeypatch.setitem(LIMITS, "fileBytes", 1000)
    assert "Expected: ≤ 1000 B" in run(tmp_path, tmp_path / "x.zip").output
    monkeypatch.setitem(LIMITS, "examplesPerRoom", 2)
    assert "Expected 2 at most" in run(tmp_path, tmp_path / "x.zip").output


def test_convert__writes_half_a_character_of_an_id(tmp_path):
    examples = [ContentExample(each, "cat") for each in ("\ud800", "\ud801")]
    content = ProjectContent("", Model("m", 1), None, [ContentClass("cat")], examples, np.ones((2, 1), np.float32))
    for name, suffix in (("csv", ".csv"), ("marcelle", ".json")):
        write_foreign(name, content, tmp_path / f"x{suffix}")
        ids = [example.id for example in read_foreign(tmp_path / f"x{suffix}").content.examples]
        assert ids == (["\ud800", "\ud801"] if name == "marcelle" else ["\\ud800", "\\ud801"])


def test_reasons__are_those_that_the_page_has_words_for():
    words = json.loads((ROOT / "web" / "src" / "i18n" / "messages" / "en.json").read_text("utf-8"))
    assert {f"exchange.skip.{reason}" for reason in REASONS} == {
        key for key in words if key.startswith("exchange.skip.")
    }

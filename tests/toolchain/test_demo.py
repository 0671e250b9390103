"""The demonstration: its photos are as it says, and its commands are commands. ``make demo-photos`` runs all of it."""

import click

from photos.folder import list_photos
from photos.problem import PhotoProblem
from photos.reader import read_photo
from toolchain.cli import main
from toolchain.demo import CLASSES, commands, make_photos


def test_make_photos__class_folders_and_what_real_folders_have(tmp_path):
    make_photos(tmp_path / "demo")
    listing = list_photos(tmp_path / "demo/photos")
    assert sorted({photo.label for photo in listing.photos}) == list(CLASSES)
    assert {photo.group for photo in listing.photos if photo.label == "cat"} >= {"cat/recording-1", "cat/recording-9"}
    assert [each.code for each in listing.passed_over] == ["hidden"]
    broken = []
    for photo in listing.photos:
        try:
            assert min(read_photo(photo.path).size) >= 90
        except PhotoProblem as problem:
            broken.append((photo.name, problem.code))
    assert broken == [("cat/cut-off.jpg", "cutOff")]
    asked = [photo.name for photo in list_photos(tmp_path / "demo/unsorted").photos]
    assert all(any(name.startswith(label) for name in asked) for label in CLASSES)


def test_commands__are_commands_with_options_that_they_have(tmp_path):
    make_photos(tmp_path / "demo")
    (tmp_path / "demo/clean").mkdir()
    for words in commands(tmp_path / "demo"):
        command = main.get_command(click.Context(main), words[0])
        trained = [tmp_path / word for word in words if "models" in word]
        for path in trained:
            path.mkdir(parents=True, exist_ok=True)
        command.make_context(words[0], words[1:])

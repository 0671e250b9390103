"""Which files of a folder are photos: hidden files and thumbnails are none."""

import os

import pytest

from photos.folder import list_photos


def put(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_list_photos__classes_and_groups(tmp_path):
    put(tmp_path, "cat/1.jpg", "cat/burst 1/2.jpg", "dog/anna/a/3.PNG", "loose.jpg")
    listing = list_photos(tmp_path)
    assert [(photo.name, photo.label, photo.group) for photo in listing.photos] == [
        ("cat/1.jpg", "cat", None),
        ("cat/burst 1/2.jpg", "cat", "cat/burst 1"),
        ("dog/anna/a/3.PNG", "dog", "dog/anna/a"),
    ]
    assert [(each.name, each.code) for each in listing.passed_over] == [("loose.jpg", "loose")]


def test_list_photos__split_folders_are_no_classes(tmp_path):
    put(tmp_path, "train/cat/1.jpg", "test/cat/2.jpg", "train/dog/3.jpg")
    assert {(photo.label, photo.group) for photo in list_photos(tmp_path).photos} == {("cat", None), ("dog", None)}


@pytest.mark.parametrize(
    ("names", "group"),
    [
        (("cat/cat/1.jpg", "cat/dog/1.jpg"), None),
        (("cat/cat/burst/1.jpg", "cat/dog/1.jpg"), "cat/burst"),
        (("train/train/1.jpg", "train/dog/1.jpg", "test/dog/1.jpg"), None),
        (("\ufeffcat/burst/1.jpg", "dog/1.jpg"), "cat/burst"),
        (("\x85cat/burst/1.jpg", "dog/1.jpg"), "\x85cat/burst"),
    ],
)
def test_list_photos__a_class_folder_in_one_of_its_name_is_no_recording(tmp_path, names, group):
    put(tmp_path, *names)
    (photo,) = (photo for photo in list_photos(tmp_path).photos if photo.name == names[0])
    assert photo.group == group


def test_list_photos__a_blank_folder_names_no_class(tmp_path):
    put(tmp_path, " /1.jpg", "dog/2.jpg")
    listing = list_photos(tmp_path)
    assert [(photo.name, photo.label) for photo in listing.photos] == [("dog/2.jpg", "dog")]
    assert [(each.name, each.code) for each in listing.passed_over] == [(" /1.jpg", "loose")]


def test_list_photos__a_flat_folder_has_no_classes(tmp_path):
    put(tmp_path, "1.jpg", "2.heic")
    assert [(photo.name, photo.label) for photo in list_photos(tmp_path).photos] == [("1.jpg", None), ("2.heic", None)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cat/._1.jpg", "hidden"),
        ("cat/.thumbnails/1.jpg", "hidden"),
        ("__MACOSX/cat/1.jpg", "hidden"),
        ("cat/notes.txt", "notPicture"),
        ("cat/Thumbs.db", "notPicture"),
    ],
)
def test_list_photos__names_what_is_none(tmp_path, name, code):
    put(tmp_path, "cat/1.jpg", "dog/1.jpg", name)
    (only,) = list_photos(tmp_path).passed_over
    # A hidden folder stands for what is in it.
    assert name.startswith(only.name)
    assert (only.code, bool(only.reason)) == (code, True)


def test_list_photos__follows_no_link_in_a_circle(tmp_path):
    put(tmp_path, "cat/1.jpg", "dog/1.jpg")
    (tmp_path / "cat" / "round").symlink_to(tmp_path, target_is_directory=True)
    listing = list_photos(tmp_path)
    assert len(listing.photos) == 2
    assert [each.name for each in listing.passed_over] == ["cat/round"]
    assert "link" in listing.passed_over[0].reason


@pytest.mark.parametrize("name", ["cat/closed", "closed", "cat/closed.jpg"])
def test_list_photos__names_a_folder_that_may_not_be_read(tmp_path, monkeypatch, name):
    put(tmp_path, "cat/1.jpg", "dog/1.jpg", f"{name}/2.jpg")
    scandir = os.scandir

    def refuse(place):
        # Not by its mode: the one who runs the tests may be allowed to read everything.
        if os.fspath(place) == str(tmp_path / name):
            raise PermissionError(13, "Permission denied", place)
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = list_photos(tmp_path)
    assert [photo.name for photo in listing.photos] == ["cat/1.jpg", "dog/1.jpg"]
    assert [(each.name, each.code) for each in listing.passed_over] == [(name, "unreadable")]


def test_list_photos__a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(OSError, match="nothing") as caught:
        list_photos(tmp_path / "nothing")
    assert caught.value.filename == os.fspath(tmp_path / "nothing")

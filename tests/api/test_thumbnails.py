"""Thumbnails: kept on the disk while the owner has them shown to all, and served to who is in the room."""

import pytest

from server.store.storage_error import StorageError
from server.store.store import Store
from tests.support import pictures
from tests.support.server import Client

PNG = pictures.png(3, 5)


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "data")
    yield store
    store.close()


def get(client, example, **options):
    path = f"/api/rooms/KIWI-42/thumbnails/{example}"
    return client.app.test_client().get(path, **({"headers": client.bearer()} | options))


def owner_in(app):
    owner = Client(app)
    owner.join()
    owner.ask("setAccess", {"thumbnails": True})
    return owner


def test_thumbnail__is_served_to_who_is_in_the_room(make_app, store):
    owner = owner_in(make_app(store))
    owner.add("cat", id="one", thumbnail=PNG)
    owner.add("cat", id="none")
    pupil, stranger = Client(owner.app), Client(owner.app)
    pupil.join()
    stranger.join("LIME-10")
    answer = get(pupil, "one")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PNG, "image/png")
    assert answer.headers["Cache-Control"] == "private, max-age=600"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for example in ("none", "nothing", "../dataset"):
        assert get(pupil, example).json["error"]["code"] == "notFound"
    for headers in ({}, stranger.bearer("LIME-10")):
        assert get(pupil, "one", headers=headers).json["error"]["code"] == "wrongSecret"


@pytest.mark.parametrize("with_snapshot", [False, True])
def test_thumbnail__outlives_a_restart_and_goes_when_the_owner_switches_them_off(
    make_app, store, tmp_path, with_snapshot
):
    owner = owner_in(make_app(store))
    owner.add("cat", id="one", thumbnail=PNG)
    if with_snapshot:
        owner.app.rooms.find("KIWI-42").journal.write_snapshot()
    app = make_app(store)
    again = Client(app)
    again.secrets = owner.secrets
    again.join(secret=owner.secrets["KIWI-42"])
    assert get(again, "one").data == PNG
    again.ask("renameLabel", {"from": "cat", "to": "lion"})
    assert get(again, "one").data == PNG
    assert again.ask("setAccess", {"thumbnails": False})["ok"]
    assert get(again, "one").status_code == 404
    files = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert PNG not in files
    again.ask("setAccess", {"thumbnails": True})
    assert get(again, "one").status_code == 404


def test_thumbnail__from_before_the_last_switching_on_is_not_shown(make_app, store, monkeypatch):
    monkeypatch.setattr(store, "delete_attachments", lambda code: None)  # as if the power failed before it
    owner = owner_in(make_app(store))
    owner.add("cat", id="old", thumbnail=PNG)
    for is_shown in (False, True):
        owner.ask("setAccess", {"thumbnails": is_shown})
    owner.add("cat", id="new", thumbnail=PNG)
    for app in (owner.app, make_app(store)):
        owner.app = app
        assert [get(owner, example).status_code for example in ("old", "new")] == [404, 200]


def test_thumbnail__goes_with_its_example(make_app, store, tmp_path):
    owner = owner_in(make_app(store))
    owner.add("cat", id="one", thumbnail=PNG)
    owner.add("cat", id="two")
    owner.ask("removeExample", {"id": "one"})
    assert get(owner, "one").status_code == 404
    owner.app.rooms.find("KIWI-42").journal.write_snapshot()
    assert PNG not in b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())


def test_thumbnails__are_deleted_only_when_they_are_switched_off(make_app, store, monkeypatch):
    deletions = []

    def delete(code):
        deletions.append(code)
        if len(deletions) == 1:
            raise StorageError("notSaved", came="the disk is full")

    monkeypatch.setattr(store, "delete_attachments", delete)
    owner = owner_in(make_app(store))
    answers = [owner.ask("setAccess", {"thumbnails": False, "locked": bool(number % 2)})["ok"] for number in range(4)]
    assert answers == [False, True, True, True]
    assert deletions == ["KIWI-42"] * 2, "once more after it failed"

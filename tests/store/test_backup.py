"""Backups, and the commands about the rooms that are kept."""

import sqlite3
import subprocess
import sys
import threading

import pytest
from click.testing import CliRunner

from server.__main__ import main
from server.store import backup as backups
from server.store.database import FILE
from server.store.storage_error import StorageError
from server.store.store import Store
from tests.support.server import ROOT
from tests.support.store.facts import added

WAIT = 30


@pytest.fixture
def folder(tmp_path):
    """A data folder with two rooms, which no server uses."""
    folder = tmp_path / "data"
    store = Store.open(folder)
    store.append("KIWI-42", [added(number, 1280) for number in range(1, 11)]).result(WAIT)
    store.append("LIME-77", [added(1)]).result(WAIT)
    store.write_snapshot("KIWI-42", 8, {"n": 8}, [1, 2, 3])
    store.close()
    return folder


def command(*words, answer=""):
    return CliRunner().invoke(main, [str(word) for word in words], input=answer)


def revisions(folder, code="KIWI-42"):
    store = Store.open(folder)
    try:
        room = store.load(code)
        return room and [*room.snapshot.embedding_keys, *(fact.data["revision"] for fact in room.facts)]
    finally:
        store.close()


def test_backup__of_one_moment_while_the_store_is_written_to(tmp_path, folder):
    store = Store.open(folder)
    is_over = threading.Event()
    confirmed = []

    def write():
        while not is_over.is_set():
            number = len(confirmed) + 1
            futures = [store.append(code, [added(number, 1280)]) for code in ("A", "B")]
            confirmed.append([future.result(WAIT) for future in futures])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(5):
            before = len(confirmed)
            copy = tmp_path / f"backup-{turn}"
            done = command("backup", copy, "--data", folder)
            assert done.exit_code == 0, done.output
            assert copy.stat().st_mode & 0o077 == 0
            assert not list(tmp_path.glob("backup-*-*")), "one file, and nothing beside it"
            other = tmp_path / f"other-{turn}"
            backups.restore(other, copy)
            taken = Store.open(other)
            for code in ("A", "B"):
                found = [fact.data["revision"] for fact in taken.load(code).facts] if taken.exists(code) else []
                assert found == list(range(1, len(found) + 1))
                assert len(found) >= before
            taken.close()
    finally:
        is_over.set()
        writer.join()
        store.close()


def test_backup__replaces_no_file_and_needs_rooms(tmp_path, folder):
    taken = tmp_path / "holiday.jpg"
    taken.write_bytes(b"picture")
    done = command("backup", taken, "--data", folder)
    assert done.exit_code == 1
    assert "there is a file of this name already" in done.output
    assert taken.read_bytes() == b"picture"
    done = command("backup", tmp_path / "new", "--data", tmp_path / "empty")
    assert "there are no rooms yet" in done.output
    assert not (tmp_path / "new").exists()


def test_restore__keeps_what_was_there(tmp_path, folder):
    copy = tmp_path / "backup"
    assert command("--data", folder, "backup", copy).exit_code == 0
    store = Store.open(folder)
    store.append("KIWI-42", [added(11)]).result(WAIT)
    store.close()
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:40_000])  # damaged since then

    done = command("--data", folder, "restore", copy)
    assert done.exit_code == 0, done.output
    assert f"kept: {folder / 'rooms-before-1.db'}" in done.output
    assert revisions(folder) == [1, 2, 3, 9, 10]
    assert (folder / "rooms-before-1.db").stat().st_size == 40_000
    # A room that was made after the backup was not deleted: it may come back.
    restored = Store.open(folder)
    restored.close()
    assert restored.identity != store.identity
    assert command("--data", folder, "restore", copy).exit_code == 0
    assert (folder / "rooms-before-2.db").exists()
    assert sorted(path.name for path in folder.iterdir() if path.suffix == ".new") == []


def test_restore__of_an_old_log_never_meets_the_new_file(tmp_path, folder):
    """A server that was killed leaves a log; written into another file, it would destroy it."""
    copy = tmp_path / "backup"
    backups.back_up(folder, copy)
    code = (
        "import os; from server.store.store import Store; from tests.support.store.facts import added;"
        f"s = Store.open({str(folder)!r}); s.append('KIWI-42', [added(11)] * 20).result(); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT)
    assert (folder / f"{FILE}-wal").stat().st_size > 0
    kept = backups.restore(folder, copy)
    assert revisions(folder) == [1, 2, 3, 9, 10]
    kept.rename(tmp_path / "data" / FILE)
    kept.with_name(f"{kept.name}-wal").rename(tmp_path / "data" / f"{FILE}-wal")
    assert len(revisions(folder)) == 25, "what was there is whole, with its log"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda path: path.write_bytes(b"PK" * 5000), "it is damaged"),
        (lambda path: path.write_bytes(b""), "it is no backup of this program"),
        (lambda path: path.write_bytes(path.read_bytes()[:-30_000]), "it is damaged"),
        (lambda path: change(path, "UPDATE embeddings SET data = zeroblob(5120) WHERE seq = 2"), "it is damaged"),
        (lambda path: change(path, "DELETE FROM facts WHERE seq = 9"), "it is damaged"),
        (lambda path: change(path, "DROP TABLE facts"), "it is no backup of this program"),
        (lambda path: change(path, "UPDATE alembic_version SET version_num = '999'"), "its version is"),
        (lambda path: path.unlink(), "there is no such file"),
    ],
    ids=["other", "empty", "cut", "number", "gap", "table", "newer", "missing"],
)
def test_restore__refuses_a_bad_file_and_changes_nothing(tmp_path, folder, spoil, message):
    copy = tmp_path / "backup"
    backups.back_up(folder, copy)
    spoil(copy)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = command("--data", folder, "restore", copy)
    assert done.exit_code == 1
    assert message in done.output
    assert str(copy) in done.output
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def change(path, statement):
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_commands__that_write_refuse_while_a_server_uses_the_folder(tmp_path, folder):
    copy = tmp_path / "backup"
    backups.back_up(folder, copy)
    store = Store.open(folder)
    for words in (["restore", copy], ["delete", "KIWI-42", "--yes"]):
        done = command(*words, "--data", folder)
        assert done.exit_code == 1
        assert f"Another server uses the folder {folder}" in done.output
    assert command("rooms", "--data", folder).exit_code == 0
    assert store.exists("KIWI-42")
    store.close()


def test_rooms__lists_them_where_a_server_runs_and_where_none_does(folder):
    store = Store.open(folder)
    running = command("rooms", "--data", folder).output
    store.close()
    assert command("rooms", "--data", folder).output == running
    head, *lines = running.splitlines()
    assert head.split() == ["room", "MB", "made", "last", "used"]
    assert [line.split()[0] for line in lines] == ["KIWI-42", "LIME-77"]


def test_restored__gives_a_database_another_name(database_server, folder):
    for place in (("--database", database_server.new_database()), ("--data", str(folder))):
        store = Store.open(place[1])
        store.close()
        done = command("restored", *place)
        assert (done.exit_code, "give back" in done.output) == (0, True), done.output
        again = Store.open(place[1])
        again.close()
        assert again.identity != store.identity


def test_rooms__of_postgresql(database_server):
    url = database_server.new_database()
    store = Store.open(url)
    store.append("KIWI-42", [added(1)]).result(WAIT)
    store.close()
    assert "KIWI-42" in command("rooms", "--database", url).output
    for words in (["backup", "x"], ["restore", "x"]):
        done = command(*words, "--database", url)
        assert done.exit_code == 2
        assert "pg_" in done.output
    assert command("--database", url, "delete", "KIWI-42", "--yes").exit_code == 0
    assert "KIWI-42" not in command("rooms", "--database", url).output


def test_delete__asks_and_deletes_all_or_none(folder):
    assert command("--data", folder, "delete", "KIWI-42", answer="n\n").exit_code == 1
    assert revisions(folder)
    done = command("--data", folder, "delete", "LIME-77", "NONE-1", "--yes")
    assert (done.exit_code, "There is no room NONE-1" in done.output) == (1, True)
    assert command("--data", folder, "delete", "KIWI-42", answer="y\n").exit_code == 0
    assert revisions(folder) is None
    assert b"KIWI-42" not in (folder / FILE).read_bytes()
    assert "LIME-77" in command("rooms", "--data", folder).output


def test_store_errors__have_one_shape(tmp_path):
    with pytest.raises(StorageError) as caught:
        backups.list_rooms(tmp_path)
    assert set(caught.value.as_dict()) == {"code", "message", "hint", "came", "expected"}

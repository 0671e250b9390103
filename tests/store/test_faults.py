"""Disks that are full, read-only or damaged, and taken folders: a clear error, and nothing confirmed is lost."""

import contextlib
import logging
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from server.store import store as store_module
from server.store.database import FILE
from server.store.storage_error import StorageError
from server.store.store import Store
from tests.support.server import ROOT
from tests.support.store.facts import added

WAIT = 30
MEGABYTE = 1_000_000
DIMENSION = 1280
IS_ROOT = os.geteuid() == 0


@contextlib.contextmanager
def small_disk(folder):
    """A disk of its own with three megabytes."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@contextlib.contextmanager
def read_only(folder):
    """A folder that nobody can write to, whoever tries."""
    if IS_ROOT:
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    else:
        folder.chmod(0o555)
    try:
        yield
    finally:
        if IS_ROOT:
            subprocess.run(["umount", folder], check=True)
        else:
            folder.chmod(0o755)


def fill(store):
    """Append until nothing fits; return how many were confirmed, and the first error."""
    for count in range(10_000):
        error = store.append("A", [added(count + 1, DIMENSION)]).exception(WAIT)
        if error:
            return count, error
    raise AssertionError("It never got full.")


def check_goes_on(store, confirmed):
    """After the room was loaded again, all that was confirmed is there, and more is taken."""
    assert [fact.data["revision"] for fact in store.load("A").facts] == list(range(1, confirmed + 1))
    assert store.append("A", [added(confirmed + 1)]).result(WAIT) == confirmed + 1


@pytest.mark.skipif(not IS_ROOT, reason="only root can mount a small disk; the next test needs none")
def test_full_disk__refuses_loses_nothing_and_goes_on_when_there_is_room(tmp_path, open_store, monkeypatch):
    monkeypatch.setattr(store_module, "FRESH_SECONDS", -1)
    disk = tmp_path / "disk"
    with small_disk(disk):
        ballast = disk / "ballast"
        ballast.write_bytes(bytes(MEGABYTE))
        store = Store.open(disk / "data")
        confirmed, error = fill(store)
        assert confirmed > 10
        assert (error.code, error.came) == ("notSaved", '"the disk is full"')
        assert str(tmp_path) not in str(error), "a client is told no folder"
        ballast.unlink()
        check_goes_on(store, confirmed)
        store.check()
        store.close()


def test_disk_that_takes_no_more__refuses_loses_nothing_and_goes_on(tmp_path, open_store, monkeypatch):
    monkeypatch.setattr(store_module, "FRESH_SECONDS", -1)
    store = open_store(str(tmp_path / "data"))
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * MEGABYTE, hard))
    try:
        confirmed, error = fill(store)
        assert error.code == "notSaved"
        with pytest.raises(StorageError) as caught:
            store.write_snapshot("A", confirmed, {"text": os.urandom(4 * MEGABYTE).hex()}, [])
        assert caught.value.code == "notSaved"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    check_goes_on(store, confirmed)
    store.check()


@pytest.mark.parametrize("is_new", [True, False])
def test_read_only_folder__is_named(tmp_path, open_store, is_new):
    folder = tmp_path / "data"
    folder.mkdir()
    if not is_new:
        Store.open(folder).close()
    with read_only(folder), pytest.raises(StorageError, match="can't be written to") as caught:
        open_store(str(folder))
    assert caught.value.code == "notOpened"


def test_folder_in_use__is_refused_until_the_other_process_is_gone(tmp_path, open_store):
    folder = tmp_path / "data"
    code = f"from server.store.store import Store; Store.open({str(folder)!r}); print('open', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "open\n"
    with pytest.raises(StorageError) as caught:
        open_store(str(folder))
    assert (caught.value.code, str(folder) in caught.value.message) == ("storeInUse", True)
    other.kill()
    other.communicate()
    open_store(str(folder))


def test_files__are_private(tmp_path, open_store):
    folder = tmp_path / "data"
    open_store(str(folder)).append("A", [added(1)]).result(WAIT)
    assert folder.stat().st_mode & 0o077 == 0
    names = {path.name: path.stat().st_mode & 0o077 for path in folder.iterdir()}
    assert names == dict.fromkeys((FILE, f"{FILE}-wal", f"{FILE}-shm", "rooms.lock"), 0)


@pytest.fixture
def filled(tmp_path) -> Path:
    """The folder of a store with two rooms of 40 examples, one written after the other, and closed."""
    folder = tmp_path / "data"
    store = Store.open(folder)
    for code in ("A", "B"):
        store.append(code, [added(number, DIMENSION, code) for number in range(1, 41)]).result(WAIT)
    store.close()
    return folder


def overwrite(path, at, content):
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


def found(path, number):
    """Where in a file an example's embedding is."""
    return path.read_bytes().index(added(number, DIMENSION).data["embedding"].tobytes()[:400])


@pytest.mark.parametrize("content", [b"\xff" * 3000, b"\x00"], ids=["page", "byte"])
def test_damaged_embedding__is_told_and_other_rooms_go_on(filled, open_store, caplog, content):
    path = filled / FILE
    overwrite(path, found(path, 20) + 3, content)
    store = open_store(str(filled))
    with caplog.at_level(logging.ERROR), pytest.raises(StorageError) as caught:
        store.load("A")
    assert (caught.value.code, FILE in caught.value.message) == ("damagedStore", True)
    assert "show-and-tell restore" in caught.value.hint
    assert "python -m server restore" in caught.value.hint
    assert str(path) in caplog.text
    assert "restore FILE" in caplog.text
    assert "example-" not in caplog.text, "no content of a room"
    assert len(store.load("B").facts) == 40
    assert store.append("B", [added(41)]).result(WAIT) == 41


@pytest.mark.parametrize("at", [0, 50])
def test_damaged_file__is_not_opened_and_not_changed(filled, at):
    path = filled / FILE
    overwrite(path, at, os.urandom(20_000))
    before = path.read_bytes()
    for _ in range(2):  # the lock of the first try is free again
        with pytest.raises(StorageError) as caught:
            Store.open(filled)
        assert caught.value.code == "damagedStore"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "message", "status"),
    [
        ("damage", "damaged", 2),  # started again, it would be the same
        ("write-protect", "can't be written to", 1),
        ("file", "a file is in the folder's place", 2),
    ],
)
def test_server__that_cannot_open_its_store_ends_with_one_line(filled, spoil, message, status):
    command = [sys.executable, "-m", "server", "--port", "0", "--data", str(filled)]
    if spoil == "damage":
        overwrite(filled / FILE, 0, os.urandom(20_000))
    if spoil == "file":
        shutil.rmtree(filled)
        filled.write_text("")
    with read_only(filled) if spoil == "write-protect" else contextlib.nullcontext():
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WAIT)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
    assert str(filled) in done.stderr
    assert "Traceback" not in done.stderr
    if spoil == "write-protect":
        store = Store.open(filled)
        assert len(store.load("A").facts) == 40
        store.close()


def test_damaged_log__loses_no_more_than_what_it_held(filled, open_store):
    """SQLite's log has checksums of its own: what follows the damage is not taken for true."""
    store = Store.open(filled)
    store.append("A", [added(41)]).result(WAIT)
    log = filled / f"{FILE}-wal"
    content, file = log.read_bytes(), (filled / FILE).read_bytes()
    store.close()
    (filled / FILE).write_bytes(file)
    log.write_bytes(content)
    overwrite(log, 200, b"\xff" * 64)
    assert len(open_store(str(filled)).load("A").facts) == 40


@pytest.mark.parametrize("way", ["delete", "snapshot"])
def test_what_is_deleted__is_in_no_file(tmp_path, open_store, way):
    folder = tmp_path / "data"
    store = open_store(str(folder))
    label = "Katze-unverwechselbar"
    facts = [added(number, DIMENSION, label, thumbnail=b"THUMB" * 50) for number in range(1, 31)]
    for fact in facts:
        store.append("A", [fact])
    store.append("B", [added(99)]).result(WAIT)
    parts = [label.encode(), b"THUMBTHUMB", *(fact.data["embedding"].tobytes()[1000:1100] for fact in facts)]

    def left():
        content = b"".join(path.read_bytes() for path in folder.iterdir())
        return [part for part in parts if part in content]

    assert left() == parts
    if way == "delete":
        store.delete("A")
    else:
        store.write_snapshot("A", 30, {"labels": []}, [])
    assert left() == []
    store.close()
    assert left() == []


@pytest.fixture(scope="module")
def guarded(database_server):
    """The address of a PostgreSQL that does not let everybody in."""
    address = f"127.0.0.1:{database_server.port}"
    guard = database_server.folder / "pg_hba.conf"
    guard.write_text("host all pupil 127.0.0.1/32 scram-sha-256\n" + guard.read_text())
    with psycopg.connect(f"postgresql://teacher@{address}/postgres", autocommit=True) as connection:
        for statement in (
            "CREATE ROLE pupil LOGIN PASSWORD 'right'",
            "CREATE ROLE gone NOLOGIN",
            "CREATE DATABASE closed ALLOW_CONNECTIONS false",
            "SELECT pg_reload_conf()",
        ):
            connection.execute(statement)
    return address


@pytest.mark.parametrize(
    ("user", "database", "message", "is_lasting"),
    [
        ("teacher", "nothing", "there is no such database", True),
        ("nobody", "postgres", "does not know this user or password", True),
        ("gone", "postgres", "does not know this user or password", True),
        ("pupil:wrong", "postgres", "does not know this user or password", True),
        ("pupil", "postgres", "asks for a password", True),
        ("teacher", "closed", "does not answer", False),
    ],
)
def test_database__that_lets_nobody_in_says_why(guarded, open_store, user, database, message, is_lasting):
    with pytest.raises(StorageError, match=message) as caught:
        open_store(f"postgresql+psycopg://{user}@{guarded}/{database}")
    assert caught.value.is_lasting == is_lasting

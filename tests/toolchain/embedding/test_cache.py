"""The file that keeps embeddings: by content and network, whole after a kill, and never a stale one."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from subprocess import PIPE

import numpy as np
import pytest

from tests.support.node import ROOT
from toolchain.embedding import cache_file
from toolchain.embedding.cache import PICTURE_VERSION, EmbeddingCache, FileState
from toolchain.embedding.cache_file import what_to_do
from toolchain.errors import ToolchainError


def digest_of(number):
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture
def cache(tmp_path):
    with EmbeddingCache(tmp_path / "deep" / "embeddings.sqlite", "model") as cache:
        yield cache


def test_cache__keeps_the_bits(cache):
    embeddings = np.random.default_rng(0).normal(size=(2000, 3)).astype(np.float32)
    digests = [digest_of(number) for number in range(2000)]
    cache.put(digests, embeddings)
    found = cache.get([*digests, digest_of("another")])
    assert len(found) == 2000
    np.testing.assert_array_equal([found[digest] for digest in digests], embeddings)


def test_cache__another_network_has_its_own(cache):
    cache.put([digest_of(1)], np.ones((1, 3), np.float32))
    with EmbeddingCache(cache.path, "another") as other:
        assert other.get([digest_of(1)]) == {}
    with EmbeddingCache(cache.path, "model") as same:
        assert list(same.get([digest_of(1)])) == [digest_of(1)]


def test_cache__knows_a_file_until_it_changes(cache, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"one")
    state = FileState.of(path)
    cache.put([], np.empty((0, 3), np.float32), [(state, digest_of(1))])
    assert cache.digests([state]) == {str(path): digest_of(1)}
    times = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # of the same length and time, as some programs do
    assert cache.digests([FileState.of(path)]) == {}


def test_cache__a_file_with_half_a_character_in_its_name(cache):
    state = FileState("/photos/\udcff.jpg", "1")
    cache.put([digest_of(1)], np.ones((1, 3), np.float32), [(state, digest_of(1))])
    assert cache.digests([state]) == {}
    assert len(cache.get([digest_of(1)])) == 1


def test_file_state__of_no_file(tmp_path):
    assert FileState.of(tmp_path) is None
    assert FileState.of(tmp_path / "nothing") is None


def test_cache__another_kind_of_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("my notes, which are long enough to be no empty database " * 20)
    before = path.read_bytes()
    with pytest.raises(ToolchainError, match="--cache"):
        EmbeddingCache(path, "model")
    assert path.read_bytes() == before


def made_by(path, *statements):
    database = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        database.execute(statement)
    database.close()
    return path


OURS = (
    "CREATE TABLE embeddings (model TEXT NOT NULL, digest BLOB NOT NULL, embedding BLOB NOT NULL, "
    "PRIMARY KEY (model, digest))",
    "CREATE TABLE files (path TEXT PRIMARY KEY, state TEXT NOT NULL, digest BLOB NOT NULL) WITHOUT ROWID",
)


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE notes (text)", "INSERT INTO notes VALUES ('mine')"],
        ["PRAGMA journal_mode = WAL", "CREATE TABLE notes (text)"],
        ["PRAGMA application_id = 7", *OURS],
        ["PRAGMA user_version = 7", *OURS],
        [*OURS, "CREATE TABLE notes (text)"],
        [OURS[0]],
        ["CREATE TABLE embeddings (id, data)", OURS[1]],
        [f"PRAGMA application_id = {0x53685465}", "PRAGMA user_version = 999", *OURS],
    ],
    ids=["tables", "log", "mark", "version", "a table more", "a table less", "columns", "a newer one of ours"],
)
def test_cache__a_database_of_another_program_is_refused_and_left_alone(tmp_path, statements):
    path = made_by(tmp_path / "theirs.sqlite", *statements)
    before = path.read_bytes()
    with pytest.raises(ToolchainError, match=r"theirs\.sqlite can't keep embeddings: it is .*\n.*--cache"):
        EmbeddingCache(path, "model")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["theirs.sqlite"]


def test_cache__a_database_that_another_program_has_open_is_left_alone(tmp_path):
    path = tmp_path / "theirs.sqlite"
    theirs = sqlite3.connect(path, isolation_level=None)
    theirs.execute("PRAGMA journal_mode = WAL")
    theirs.execute("CREATE TABLE notes (text)")  # in the log beside, not in the file yet
    before = path.read_bytes()
    with pytest.raises(ToolchainError, match="another program's"):
        EmbeddingCache(path, "model")
    assert path.read_bytes() == before
    assert theirs.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
    theirs.close()


@pytest.mark.parametrize("is_open", [False, True])
def test_cache__a_file_of_the_version_before_is_taken_and_marked(tmp_path, is_open):
    path = tmp_path / "old.sqlite"
    old = sqlite3.connect(path, isolation_level=None)
    old.execute("PRAGMA journal_mode = WAL")
    for statement in OURS:
        old.execute(statement)
    row = (f"model-{PICTURE_VERSION}", bytes.fromhex(digest_of(1)), np.ones(3, "<f4").tobytes())
    old.execute("INSERT INTO embeddings (model, digest, embedding) VALUES (?, ?, ?)", row)
    if not is_open:
        old.close()
    for _ in range(2):
        with EmbeddingCache(path, "model") as cache:
            assert cache.get([digest_of(1)])[digest_of(1)].tolist() == [1, 1, 1]
    if is_open:
        old.close()
    assert path.read_bytes()[68:72] == b"ShTe"


def test_cache__an_empty_file_is_taken(tmp_path):
    path = tmp_path / "new.sqlite"
    path.touch()
    with EmbeddingCache(path, "model") as cache:
        cache.put([digest_of(1)], np.ones((1, 3), np.float32))
    with EmbeddingCache(path, "model") as cache:
        assert len(cache.get([digest_of(1)])) == 1


COUNT, DIMENSION = 60, 1280


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A cache's bytes, what it keeps, and the files that it knows."""
    path = tmp_path_factory.mktemp("filled") / "cache.sqlite"
    kept = np.random.default_rng(1).normal(size=(COUNT, DIMENSION)).astype(np.float32)
    files = [FileState(f"/photos/{number}.jpg", str(number)) for number in range(COUNT)]
    with EmbeddingCache(path, "model") as cache:
        digests = [digest_of(number) for number in range(COUNT)]
        cache.put(digests, kept, zip(files, digests, strict=True))
    return path.read_bytes(), kept, files


def used(path, kept, files):
    """Ask a damaged cache for everything and put everything again; return how many it still had."""
    digests = [digest_of(number) for number in range(COUNT)]
    with EmbeddingCache(path, "model") as cache:
        known = cache.digests(files)
        assert set(known) <= {each.path for each in files}
        found = cache.get([*digests, *known.values()], DIMENSION)
        for number, digest in enumerate(digests):
            if digest in found:
                np.testing.assert_array_equal(found[digest], kept[number])
        cache.put(digests, kept, zip(files, digests, strict=True))
        return len(set(found) & set(digests))


@pytest.mark.parametrize("damage", ["zeros", "noise", "cut", "a page of another place"])
def test_cache__damage_is_one_clear_error_or_costs_only_its_rows(filled, tmp_path, damage):
    content, kept, files = filled
    random = np.random.default_rng(2)
    outcomes, told = set(), []
    for number in range(60):
        path = tmp_path / f"{number}.sqlite"
        start = int(random.integers(1, len(content) - 5000))
        damaged = bytearray(content)
        if damage == "zeros":
            damaged[start : start + 3000] = bytes(3000)
        elif damage == "noise":
            damaged[start : start + 3000] = random.bytes(3000)
        elif damage == "cut":
            del damaged[start:]
        else:
            page, other = start // 4096 * 4096, int(random.integers(1, len(content) // 4096)) * 4096
            damaged[page : page + 4096] = content[other : other + 4096]
        path.write_bytes(damaged)
        try:
            outcomes.add("whole" if used(path, kept, files) == COUNT else "rows")
        except ToolchainError as error:
            told.append((path, error.message))
    assert told
    assert all(str(path) in message and "--cache" in message and "delete" not in message for path, message in told)
    assert damage == "cut" or "rows" in outcomes


@pytest.mark.parametrize("is_old", [False, True])
def test_cache__a_row_that_is_no_embedding_is_not_kept(cache, is_old):
    sound = np.array([1, -2, 3], "<f4").tobytes()
    contents = {
        "sound": sound,
        "short": sound[:8],
        "long": sound + sound,
        "odd": sound[:7],
        "none": b"",
        "text": "abc",
        "not finite": np.array([1, np.nan, 3], "<f4").tobytes(),
        "infinite": np.array([1, np.inf, 3], "<f4").tobytes(),
    }
    if is_old:  # without a check sum
        contents["zeros"] = bytes(12)
    database = sqlite3.connect(cache.path)
    for name, content in contents.items():
        check_sum = None if is_old or not isinstance(content, bytes) else zlib.crc32(content)
        row = (f"model-{PICTURE_VERSION}", bytes.fromhex(digest_of(name)), content, check_sum)
        database.execute("INSERT INTO embeddings VALUES (?, ?, ?, ?)", row)
    database.commit()
    database.close()
    assert list(cache.get(map(digest_of, contents), 3)) == [digest_of("sound")]


def test_cache__other_numbers_than_were_put_are_not_kept(cache):
    cache.put([digest_of(1)], np.ones((1, 3), np.float32))
    database = sqlite3.connect(cache.path)
    database.execute("UPDATE embeddings SET embedding = ?", (np.array([1, 1, 2], "<f4").tobytes(),))
    database.commit()
    database.close()
    assert cache.get([digest_of(1)]) == {}


def test_cache__a_digest_that_is_none_is_not_known(cache):
    state = FileState("/photos/1.jpg", "1")
    cache.put([], np.empty((0, 3), np.float32), [(state, digest_of(1))])
    database = sqlite3.connect(cache.path)
    database.execute("UPDATE files SET digest = 7")
    database.commit()
    database.close()
    assert cache.digests([state]) == {}


PUTS_FOR_EVER = """
import sys, hashlib, numpy as np
from pathlib import Path
from toolchain.embedding.cache import EmbeddingCache
cache = EmbeddingCache(Path(sys.argv[1]), "model")
for number in range(10**6):
    cache.put([hashlib.sha256(str(number).encode()).hexdigest()], np.full((1, 256), number, np.float32))
    print(number, flush=True)
"""


def test_cache__what_was_put_is_there_after_a_kill(tmp_path):
    path = tmp_path / "embeddings.sqlite"
    process = subprocess.Popen([sys.executable, "-c", PUTS_FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True)
    last = next(int(line) for line in process.stdout if int(line) >= 50)
    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0].split()
    last = max([last, *map(int, rest[:-1])])
    with EmbeddingCache(path, "model") as cache:
        found = cache.get(digest_of(number) for number in range(last + 1))
    assert len(found) == last + 1
    assert all(found[digest_of(number)].tolist() == [number] * 256 for number in (0, last))


OPENER = """
import sys
from pathlib import Path
from toolchain.embedding.cache_file import open_database
print("ready", flush=True)
for line in sys.stdin:
    open_database(Path(line.strip())).close()
    print("opened", flush=True)
"""


def test_cache__many_processes_may_make_it_at_once(tmp_path):
    openers = [
        subprocess.Popen([sys.executable, "-c", OPENER], cwd=ROOT, stdin=PIPE, stdout=PIPE, text=True) for _ in range(4)
    ]
    try:
        assert [each.stdout.readline() for each in openers] == ["ready\n"] * 4
        for number in range(40):
            for each in openers:
                each.stdin.write(f"{tmp_path / str(number)}\n")
                each.stdin.flush()
            assert [each.stdout.readline() for each in openers] == ["opened\n"] * 4
    finally:
        for each in openers:
            each.stdin.close()
            each.wait()
            each.stdout.close()


def test_cache__a_log_that_another_is_switching_to_is_waited_for():
    class Busy:
        asked = 0

        def execute(self, statement):
            self.asked += 1
            if self.asked < 3:
                raise sqlite3.OperationalError("database is locked")

    busy = Busy()
    cache_file._use_log(busy)
    assert busy.asked == 3


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("database is locked", "Another command is writing"),
        ("attempt to write a readonly database", "another file with --cache"),
        ("database or disk is full", "Make room"),
        ("disk I/O error", "Make room"),
        ("locking protocol", "Another command is writing"),
        ("unable to open database file", "another file with --cache"),
        ("no such table: embeddings", "move it away"),
    ],
)
def test_cache__says_what_to_do(words, hint):
    assert hint in what_to_do(sqlite3.OperationalError(words))
    assert "move it away" in what_to_do(sqlite3.DatabaseError("file is not a database"))

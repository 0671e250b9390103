"""The file that keeps embeddings: by content and network, whole after a kill, and never a stale one."""

import hashlib
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from toolchain.embedding.cache import EmbeddingCache, FileState
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

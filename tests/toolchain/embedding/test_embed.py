"""From a folder to embeddings: the same ones in one process and in many, each computed once, whatever is killed."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from photos.folder import list_photos
from photos.reader import as_seen, read_photo
from tests.toolchain.conftest import MODEL, REPOSITORY
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import embed_folder
from toolchain.embedding.model import EmbeddingModel
from toolchain.errors import ToolchainError

PROC = Path("/proc")


@pytest.fixture
def cache(tmp_path, model):
    with EmbeddingCache(tmp_path / "embeddings.sqlite", model.fingerprint) as cache:
        yield cache


def test_embed_folder__is_what_the_network_says_of_each_photo(shipped_folder, model):
    found = embed_folder(shipped_folder, model, processes=1)
    assert [photo.name for photo in found.photos] == [photo.name for photo in list_photos(shipped_folder).photos]
    for row in (0, 13, 35):
        pixels = as_seen(read_photo(found.photos[row].path), model.size)
        np.testing.assert_allclose(found.embeddings[row], model.embed(pixels[None])[0], atol=1e-4)
    assert (found.embedded, found.passed_over) == (36, [])


def test_embed_folder__processes_give_the_same_and_a_second_run_embeds_nothing(shipped_folder, model, cache):
    first = embed_folder(shipped_folder, model, cache, processes=2)
    alone = embed_folder(shipped_folder, model, processes=1)
    assert (first.embedded, first.digests) == (36, alone.digests)
    np.testing.assert_allclose(first.embeddings, alone.embeddings, atol=1e-4)
    again = embed_folder(shipped_folder, model, cache, processes=2)
    assert again.embedded == 0
    np.testing.assert_array_equal(again.embeddings, first.embeddings)


def test_embed_folder__a_moved_photo_is_known_and_a_changed_one_is_not(shipped_folder, model, cache, tmp_path):
    folder = tmp_path / "photos"
    shutil.copytree(shipped_folder, folder)
    embed_folder(folder, model, cache, processes=1)
    (folder / "cat/00.jpg").rename(folder / "cat/moved.jpg")
    shutil.copyfile(folder / "rocket/00.jpg", folder / "cat/01.jpg")
    read_photo(folder / "cat/02.jpg").rotate(90).save(folder / "cat/02.jpg")
    assert embed_folder(folder, model, cache, processes=1).embedded == 1


def test_embed_folder__a_damaged_row_is_embedded_again(shipped_folder, model, cache):
    first = embed_folder(shipped_folder, model, cache, processes=1)
    with sqlite3.connect(cache.path) as database:  # of one number, and by no check sum to be told from another
        damage = "UPDATE embeddings SET embedding = ?, check_sum = NULL WHERE digest = ?"
        database.execute(damage, (np.ones(1, "<f4").tobytes(), bytes.fromhex(first.digests[0])))
    for embedded in (1, 0):
        again = embed_folder(shipped_folder, model, cache, processes=1)
        assert again.embedded == embedded
        np.testing.assert_allclose(again.embeddings, first.embeddings, atol=1e-4)


@pytest.mark.parametrize("processes", [1, 2])
def test_embed_folder__broken_photos_are_named_and_the_others_embedded(shipped_folder, model, tmp_path, processes):
    folder = tmp_path / "photos"
    shutil.copytree(shipped_folder, folder)
    whole = (folder / "cat/00.jpg").read_bytes()
    (folder / "cat/00.jpg").write_bytes(whole[:-40])
    (folder / "cat/._01.jpg").write_bytes(b"x")
    (folder / "dog").mkdir()
    (folder / "dog/none.jpg").write_bytes(b"")
    found = embed_folder(folder, model, processes=processes)
    assert {(each.name, each.code) for each in found.passed_over} == {
        ("cat/00.jpg", "cutOff"),
        ("cat/._01.jpg", "hidden"),
        ("dog/none.jpg", "empty"),
    }
    assert len(found.photos) == len(found.embeddings) == 35


def test_embedding_model__a_missing_and_a_damaged_model_are_explained(model_folder, tmp_path):
    with pytest.raises(ToolchainError, match=r"make setup|python -m convert"):
        EmbeddingModel.open(tmp_path)
    shutil.copytree(model_folder, tmp_path / "model")
    shard = next((tmp_path / "model").glob("*.bin"))
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(ToolchainError, match="damaged"):
        EmbeddingModel.open(tmp_path / "model")


def start_embed(folder, cache, log):
    command = [sys.executable, "-m", "toolchain", "embed", str(folder), "--cache", str(cache), "--json"]
    command += ["--processes", "2", "--model", str(MODEL)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)


def kept_in(path, model):
    """How many embeddings a cache holds; asked from outside, as a second program would."""
    import sqlite3

    if not path.exists():
        return 0
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM embeddings").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def processes_of(session):
    """The processes of a session, from /proc."""
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                if os.getsid(int(entry.name)) == session:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@pytest.mark.skipif(not PROC.is_dir(), reason="needs /proc")
def test_embed__killed_and_started_again_does_nothing_twice(shipped_folder, model, tmp_path):
    folder, path = tmp_path / "photos", tmp_path / "embeddings.sqlite"
    for copy in range(4):
        for photo in list_photos(shipped_folder).photos:
            target = folder / photo.label / f"{copy}-{photo.path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            # Bytes behind a JPEG's end: another file of the same picture.
            target.write_bytes(photo.path.read_bytes() + bytes([copy]))
    before = 0
    for _ in range(2):
        with (tmp_path / "log").open("wb") as log:
            process = start_embed(folder, path, log)
        wanted = before + 16
        while kept_in(path, model) < wanted and process.poll() is None:
            time.sleep(0.02)
        assert process.poll() is None, (tmp_path / "log").read_text()
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 30
        while processes_of(process.pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert processes_of(process.pid) == [], "a process outlived the one that was killed"
        kept = kept_in(path, model)
        assert kept >= wanted
        before = kept
    done = embed_folder(folder, model, EmbeddingCache(path, model.fingerprint), processes=1)
    assert done.embedded == 144 - before


def test_embed__says_one_photo_where_it_is_one(run, shipped_folder, model_folder, tmp_path):
    (tmp_path / "one").mkdir()
    shutil.copyfile(shipped_folder / "cat/01.jpg", tmp_path / "one/1.jpg")
    assert "1 photo embedded" in run("embed", "one", "--model", model_folder).stdout
    assert "0 photos embedded; 1 was embedded before." in run("embed", "one", "--model", model_folder).stdout

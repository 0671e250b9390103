"""This process embeds beside others: all of them work, and nothing is left of them."""

import multiprocessing
import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest

from photos.folder import list_photos
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import embed_each
from toolchain.embedding.files import embed_files
from toolchain.embedding.workers import many_workers
from toolchain.errors import ToolchainError


@pytest.mark.parametrize("count", [2, 3])
def test_many_workers__share_the_photos_and_give_what_one_gives(shipped_folder, model, count):
    paths = [photo.path for photo in list_photos(shipped_folder).photos]
    before = {each.pid for each in multiprocessing.active_children()}
    with many_workers(model, None, count) as submit:
        chunks = [submit(paths[start : start + 4]) for start in range(0, 36, 4)]
        others = {each.pid for each in multiprocessing.active_children()} - before
        found = [each for chunk in chunks for each in chunk.result()]
    assert len(others) == count - 1
    alone = embed_files(paths, model)
    assert [each.digest for each in found] == [each.digest for each in alone]
    np.testing.assert_allclose([each.embedding for each in found], [each.embedding for each in alone], atol=1e-4)


def test_embed_each__that_is_not_read_to_its_end_leaves_nothing(shipped_folder, model, tmp_path):
    photos = list_photos(shipped_folder).photos
    threads, processes = threading.active_count(), multiprocessing.active_children()
    with EmbeddingCache(tmp_path / "embeddings.sqlite", model.fingerprint) as cache:
        each = embed_each(photos, model, cache, processes=2)
        assert next(each).photo == photos[0]
        assert threading.active_count() > threads
        each.close()
        assert cache.get([next(embed_each(photos[:1], model)).result.digest])
    assert (threading.active_count(), multiprocessing.active_children()) == (threads, processes)


def test_many_workers__tell_what_is_wrong_with_the_cache(shipped_folder, model, tmp_path):
    path = tmp_path / "embeddings.sqlite"
    photos = [photo.path for photo in list_photos(shipped_folder).photos]
    with EmbeddingCache(path, model.fingerprint) as cache, many_workers(model, cache, 2) as submit:
        with closing(sqlite3.connect(path)) as database:
            database.execute("DROP TABLE embeddings")
        with pytest.raises(ToolchainError, match="can't be read"):
            submit(photos[:2]).result()

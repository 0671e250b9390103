"""On a real cluster of two processes: the same embeddings as here, whatever becomes of the workers."""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from photos.folder import list_photos
from server.contract.limits import LIMITS
from tests.toolchain.conftest import MODEL
from toolchain.embedding.cache import PICTURE_VERSION, EmbeddingCache
from toolchain.embedding.embed import embed_each, embed_folder
from toolchain.errors import ToolchainError
from toolchain.scale.cluster import map_chunks, open_cluster, refuse_unseen
from toolchain.scale.embedding import Network, embed_on, embed_there


@pytest.fixture(scope="module")
def two_workers():
    """The address of a cluster of two processes with a thread each."""
    with LocalCluster(processes=True, n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local:
        yield local.scheduler_address


@pytest.fixture(scope="module")
def here():
    """A cluster that is in this process, reached as one that is elsewhere; its workers can be taken away."""
    with LocalCluster(
        processes=False, protocol="tcp", n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0"
    ) as local:
        yield local


@pytest.fixture
def photos(shipped_folder, tmp_path):
    """72 photos: enough chunks for several a worker, and one that is broken."""
    folder = tmp_path / "photos"
    for copy in range(2):
        for photo in list_photos(shipped_folder).photos:
            target = folder / photo.label / f"{copy}-{photo.path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            # Bytes behind a JPEG's end: another file of the same picture.
            target.write_bytes(photo.path.read_bytes() + bytes([copy]))
    (folder / "cat/broken.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def test_embed_each__a_worker_that_is_killed_changes_nothing(two_workers, photos, model, tmp_path):
    alone = embed_folder(photos, model, processes=1)
    results = []
    with (
        open_cluster(two_workers) as cluster,
        EmbeddingCache(tmp_path / "embeddings.sqlite", model.fingerprint) as cache,
    ):
        pids = list(map_chunks(cluster, whose, range(32)))
        assert len(set(pids)) == 2, "one of the two workers did nothing"
        for each in embed_each(list_photos(photos).photos, model, cache, elsewhere=embed_on(cluster, model)):
            if len(results) == 9:
                os.kill(pids[0], signal.SIGKILL)
            results.append(each)
        kept = cache.get(alone.digests)
    good = [each for each in results if each.result.embedding is not None]
    assert [each.photo for each in results] == list_photos(photos).photos
    assert [each.result.digest for each in good] == alone.digests
    # Bit for bit: the same network, on one core, in the same batches.
    np.testing.assert_array_equal([each.result.embedding for each in good], alone.embeddings)
    np.testing.assert_array_equal([kept[digest] for digest in alone.digests], alone.embeddings)
    assert [(each.photo.name, each.result.problem.code) for each in results if each.result.problem] == [
        ("cat/broken.jpg", "cutOff")
    ]


def whose(_chunk):
    """Which process computes this."""
    time.sleep(0.02)
    return os.getpid()


def test_embed__with_a_scheduler_keeps_what_it_keeps_without_one(two_workers, shipped_folder, model_folder, run_json):
    shutil.copytree(shipped_folder, "photos")
    cluster = run_json(
        "embed", "photos", "--model", model_folder, "--cache", "there.sqlite", "--scheduler", two_workers
    )
    here = run_json("embed", "photos", "--model", model_folder, "--cache", "there.sqlite", "--processes", "1")
    assert (cluster["embedded"], cluster["kept"]) == (36, 0)
    assert (here["embedded"], here["kept"]) == (0, 36)


def test_clean_and_split__with_a_scheduler_write_the_files_that_they_write_without(
    two_workers, photos, model_folder, run
):
    (photos / "cat/huge.jpg").write_bytes(bytes(LIMITS["pictureBytes"] + 1))
    for out, options in (("there", ["--scheduler", two_workers]), ("here", ["--processes", "1"])):
        run("clean", photos, "--out", out, "--model", model_folder, *options)
        run("split", out, *options)
    written = {path.relative_to("there"): path for path in Path("there").rglob("*.*") if path.name != ".clean.json"}
    assert Path("cat/0-00.jpg") in written
    assert {path.relative_to("here") for path in Path("here").rglob("*.*") if path.name != ".clean.json"} == {*written}
    assert [name for name, path in written.items() if path.read_bytes() != ("here" / name).read_bytes()] == []


def test_embed_each__without_workers_it_ends_with_a_message_and_what_is_done_is_kept(here, photos, model, tmp_path):
    with EmbeddingCache(tmp_path / "embeddings.sqlite", model.fingerprint) as cache:
        with open_cluster(here.scheduler_address, wait_seconds=1) as cluster:
            each = embed_each(list_photos(photos).photos, model, cache, elsewhere=embed_on(cluster, model))
            done = [next(each).result.digest for _ in range(8)]
            here.scale(0)
            with pytest.raises(ToolchainError, match=r"no workers for 1 seconds(.|\n)*what is done is kept"):
                list(each)
        assert cache.get(done).keys() == set(done)
        with pytest.raises(ToolchainError, match="has no workers"), open_cluster(here.scheduler_address, 0.2):
            pass
        here.scale(1)
        with open_cluster(here.scheduler_address) as cluster:
            again = embed_folder(photos, model, cache, elsewhere=embed_on(cluster, model))
    assert len(again.photos) == 72
    assert 0 < again.embedded <= 64


def test_map_chunks__keeps_the_order_takes_chunks_as_they_are_needed_and_says_what_failed(two_workers):
    taken = []

    def chunks():
        for number in range(1000):
            taken.append(number)
            yield number

    with open_cluster(two_workers) as cluster:
        doubled = map_chunks(cluster, divide, chunks(), 2)
        assert [next(doubled) for _ in range(5)] == [0, 0.5, 1, 1.5, 2]
        assert len(taken) <= cluster.ahead + 5
        doubled.close()
        with pytest.raises(ToolchainError, match=r"A worker of the cluster failed: ZeroDivisionError(.|\n)*version"):
            list(map_chunks(cluster, divide, [1, 2], 0))
        network = Network(MODEL, "0" * 24, PICTURE_VERSION)
        with pytest.raises(ToolchainError, match="another one on a worker"):
            list(map_chunks(cluster, embed_there, [[]], network))


def divide(chunk, by):
    """Fails where it is told to."""
    return chunk / by


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense://x", "tls://127.0.0.1:1"])
def test_open_cluster__what_is_no_scheduler_is_named(address, monkeypatch):
    monkeypatch.setattr("toolchain.scale.cluster._CONNECT_SECONDS", 0.3)
    with pytest.raises(ToolchainError, match=f"no Dask scheduler at {address}"), open_cluster(address):
        pass


def test_open_cluster__without_dask_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ToolchainError, match="not installed") as caught, open_cluster("tcp://127.0.0.1:1"):
        pass
    assert "scripts/install.sh .venv scale" in caught.value.hint


def test_embed_there__a_worker_with_another_reader_or_without_the_network_refuses(model, tmp_path):
    with pytest.raises(ToolchainError, match="another version"):
        embed_there([], Network(model.folder, model.fingerprint, PICTURE_VERSION + 1))
    with pytest.raises(ToolchainError, match=r"can't open the network(.|\n)*--model"):
        embed_there([], Network(tmp_path, model.fingerprint, PICTURE_VERSION))


def test_refuse_unseen__a_file_that_is_here_is_no_broken_photo(tmp_path):
    refuse_unseen([tmp_path / "gone.jpg"])
    (tmp_path / "here.jpg").write_bytes(b"x")
    with pytest.raises(ToolchainError, match=r"here\.jpg, which is there on this machine"):
        refuse_unseen([tmp_path / "here.jpg"])

import numpy as np
import pytest

from convert import manifest as manifests
from convert.embedder import Choice
from convert.errors import ConvertError
from convert.extras.golden import SIDE, golden_pictures, write_golden

CHOICE = Choice.of("mobilenet", 0.25, 128, "float16")


def test_golden_pictures__are_the_same_at_every_run_and_seen_as_blocks():
    stored, seen = golden_pictures(CHOICE.size)
    again, _ = golden_pictures(CHOICE.size)
    assert np.array_equal(stored, again)
    assert stored.shape == (2, SIDE, SIDE, 3)
    assert seen.shape == (2, CHOICE.size, CHOICE.size, 3)
    assert np.array_equal(seen[:, ::4, ::4], stored)
    # A size that is no multiple of the side.
    _, odd = golden_pictures(299)
    assert np.array_equal(odd[0, 298, 150], stored[0, 31, 150 * SIDE // 299])


@pytest.fixture
def fake(monkeypatch):
    """TF.js that says what the test wants."""
    told = {}
    monkeypatch.setattr("convert.extras.golden.run", lambda *_: {"embedding": told["embedding"]})
    return told


def embeddings(*rows):
    return np.array(rows, np.float32)


def test_write_golden__keeps_pictures_and_embeddings_in_a_file_named_by_its_content(tmp_path, fake):
    fake["embedding"] = embeddings((1, 0, 0), (0, 1, 0))
    entry = write_golden(tmp_path, {}, CHOICE, embeddings((2, 0, 0), (0, 3, 0)))
    content = (tmp_path / entry["name"]).read_bytes()
    assert entry["name"].startswith("golden-")
    assert entry["sha256"][:16] in entry["name"]
    assert (entry["size"], entry["pictures"], entry["side"]) == (len(content), 2, SIDE)
    stored, _ = golden_pictures(CHOICE.size)
    assert content[: stored.nbytes] == stored.tobytes()
    assert np.array_equal(np.frombuffer(content[stored.nbytes :], "<f4").reshape(2, 3), fake["embedding"])


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (((1, 1, 0), (0, 1, 0)), "other numbers than the original"),
        (((1, 0, 0), (np.nan, 1, 0)), "other numbers than the original"),
    ],
)
def test_write_golden__refuses_numbers_that_are_not_the_originals(tmp_path, fake, told, problem):
    fake["embedding"] = embeddings(*told)
    with pytest.raises(ConvertError, match=problem):
        write_golden(tmp_path, {}, CHOICE, embeddings((1, 0, 0), (0, 1, 0)))


def test_write_golden__refuses_a_model_that_takes_both_pictures_for_one(tmp_path, fake):
    fake["embedding"] = embeddings((1, 0, 0), (1, 0.1, 0))
    with pytest.raises(ConvertError, match="the same numbers"):
        write_golden(tmp_path, {}, CHOICE, fake["embedding"])


def test_all_files__holds_the_golden_one(tmp_path):
    manifest = {"files": [{"name": "a"}], "sample": {"files": [{"name": "b"}]}, "golden": {"name": "c"}}
    assert [file["name"] for file in manifests.all_files(manifest)] == ["a", "b", "c"]
    assert [file["name"] for file in manifests.all_files({"files": [{"name": "a"}]})] == ["a"]


@pytest.mark.convert
def test_convert__the_golden_embeddings_are_the_files_own_by_another_runtime(lite0):
    """By ONNX Runtime, which shares no line with TF.js: what the page compares with is not one runtime's opinion."""
    from toolchain.embedding.model import EmbeddingModel

    folder, _ = lite0
    manifest = manifests.read(folder)
    assert manifests.check_files(manifest, folder) == []
    entry = manifest["golden"]
    assert entry["name"] not in {file["name"] for file in manifest["files"]}
    content = (folder / entry["name"]).read_bytes()
    stored, seen = golden_pictures(manifest["input"]["size"])
    kept = np.frombuffer(content[stored.nbytes :], "<f4").reshape(2, -1).astype(float)
    theirs = EmbeddingModel.open(folder).embed(seen).astype(float)
    cosines = (kept * theirs).sum(axis=1) / np.linalg.norm(kept, axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() > 0.999999

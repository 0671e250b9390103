import numpy as np
import pytest

from bench.embedding_cache import EmbeddingCache

MANIFEST = {"id": "net-224", "files": [{"name": "model.json", "sha256": "ab"}]}
PIXELS = np.random.default_rng(0).integers(0, 256, (3, 2, 2, 3), np.uint8)


def mean(pixels):
    return pixels.reshape(len(pixels), -1).mean(axis=1, keepdims=True).astype(np.float32)


def unused(pixels):
    pytest.fail("these are kept")


def test_wrap__keeps_embeddings_in_the_order_of_the_pictures(tmp_path):
    EmbeddingCache(tmp_path, MANIFEST).wrap(mean)(PIXELS)
    kept = EmbeddingCache(tmp_path, MANIFEST).wrap(unused)(PIXELS[::-1])
    assert (kept == mean(PIXELS)[::-1]).all()
    assert kept.dtype == np.float32


@pytest.mark.parametrize("change", [{"id": "net-160"}, {"files": [{"name": "model.json", "sha256": "cd"}]}])
def test_wrap__knows_models_apart(tmp_path, change):
    EmbeddingCache(tmp_path, MANIFEST).wrap(mean)(PIXELS)
    other = EmbeddingCache(tmp_path, MANIFEST | change).wrap(lambda pixels: mean(pixels) + 1)(PIXELS)
    assert (other == mean(PIXELS) + 1).all()


def test_wrap__after_an_interruption_embeds_again(tmp_path):
    def interrupted(pixels):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        EmbeddingCache(tmp_path, MANIFEST).wrap(interrupted)(PIXELS)
    assert (EmbeddingCache(tmp_path, MANIFEST).wrap(mean)(PIXELS) == mean(PIXELS)).all()

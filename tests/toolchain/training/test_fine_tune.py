"""Tuning a network: with TensorFlow, and what is said where it can't be."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from convert import manifest as manifests
from tests.toolchain.conftest import REPOSITORY
from toolchain.embedding.model import EmbeddingModel
from toolchain.models.trained import TrainedModel
from toolchain.training import fine_tune

HAS_TENSORFLOW = all(importlib.util.find_spec(name) for name in ("tensorflow", "tensorflowjs"))


def test_train__says_which_packages_tuning_needs(refused, monkeypatch):
    monkeypatch.setattr(fine_tune, "_NEEDED", ("tensorflow_that_nobody_has",))
    stated = refused("--fine-tune")
    assert "--fine-tune needs tensorflow_that_nobody_has, which is not installed" in stated
    assert "requirements/convert.txt" in stated
    assert not Path("models").exists()


def test_train__does_not_tune_a_network_twice(refused, model_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(fine_tune, "_NEEDED", ())
    tuned = tmp_path / "tuned"
    shutil.copytree(model_folder, tuned)
    manifests.write({**manifests.read(tuned), "tunedFrom": "another"}, tuned)
    assert "was tuned already, from another" in refused("--fine-tune", "--model", tuned)


@pytest.mark.convert
@pytest.mark.skipif(not HAS_TENSORFLOW, reason="TensorFlow is not installed: pip install -r requirements/convert.txt")
def test_train__fine_tune_keeps_the_network_that_judges_better(photos, model_folder, embedding_cache, tmp_path):
    """In a process of its own, for it loads TensorFlow. The page and Python run what comes of it."""
    # Three photos of each class are enough, and quicker.
    lines = (photos / "split.csv").read_text().splitlines()
    few = [line for line in lines[1:] if line.split(",")[0].endswith(("00.jpg", "02.jpg", "08.jpg"))]
    (photos / "split.csv").write_text("\n".join([lines[0], *few, ""]))
    out = tmp_path / "tuned"
    words = f"train {photos} --model {model_folder} --cache {embedding_cache} --out {out} --json --fine-tune --epochs 1"
    done = subprocess.run(
        [sys.executable, "-m", "toolchain", *words.split(), "--head", "softmax", "--steps", "20"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    stated = json.loads(done.stdout)["fineTuning"]
    assert stated["kept"]
    assert stated["tunedCrossEntropy"] < stated["frozenCrossEntropy"]
    model = TrainedModel.open(out)
    assert model.network_folder(model_folder) == out / "network"
    tuned = EmbeddingModel.open(out / "network")
    model.check_network(tuned.id, tuned.fingerprint)
    before = manifests.read(model_folder)
    assert tuned.id.startswith(f"{before['id']}-tuned-")
    assert tuned.manifest["tunedFrom"] == before["id"]
    # What most scenes share was measured before it was tuned.
    assert tuned.manifest["unknown"] == {**before["unknown"], "centre": None}
    pixels = np.random.default_rng(0).integers(0, 256, (1, tuned.size, tuned.size, 3), dtype=np.uint8)
    old, new = (each.embed(pixels)[0] for each in (EmbeddingModel.open(model_folder), tuned))
    # Nearly the same, since the steps are small; but another.
    assert 0.9 < old @ new / np.linalg.norm(old) / np.linalg.norm(new) < 1 - 1e-7
    assert (out / "tuning.csv").read_text().count("\n") == 3

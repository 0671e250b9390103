"""A model that is trained already, for tests of predictions."""

import shutil
from pathlib import Path

import pytest

from tests.toolchain.trained import train_shipped
from toolchain.embedding.model import EmbeddingModel

CLASSES = "cat,coffee,rocket"


@pytest.fixture(scope="session")
def kept_models(model: EmbeddingModel, shipped_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one model, to which nothing is unknown; nobody may change it."""
    folder = tmp_path_factory.mktemp("kept") / "models"
    train_shipped(shipped_folder, model, unknownDistance=None).save(folder / "known")
    return folder


@pytest.fixture
def predict(run_json, kept_models: Path, model_folder: Path, tmp_path: Path):
    """Predict the folder "unsorted" with that model; returns what was printed."""
    shutil.copytree(kept_models, tmp_path / "models")

    def give(*arguments: object, code: int = 0, threshold: float = 0.0) -> dict[str, object]:
        words = ["-c", CLASSES, "-p", "unsorted", "-t", threshold, "--model", model_folder, "--processes", 1]
        return run_json("predict", *words, *arguments, code=code)

    return give

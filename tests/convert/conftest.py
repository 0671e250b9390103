"""Runs `python -m convert` as a person does: in its own process, with an environment that the test decides."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MOBILENET_FILE = "mobilenet_2_5_224_tf_no_top.h5"
# Nothing listens on port 9, so every download fails at once, whether or not the machine has a network.
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")


def names_in(folder: Path) -> list[str]:
    """The names of what is in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir())


def run_convert(
    *arguments: str | Path, keras_home: Path | str, **options: object
) -> "subprocess.CompletedProcess[str]":
    """Runs `python -m convert` without a network and returns what came of it."""
    environment = {**os.environ, **NO_NETWORK, "no_proxy": "", "NO_PROXY": "", "KERAS_HOME": str(keras_home)}
    command = [sys.executable, "-m", "convert", *map(str, arguments)]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, **options)


@pytest.fixture(scope="session")
def lite0(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, "subprocess.CompletedProcess[str]"]:
    """The model that `--backbone auto` makes where MobileNet can't be downloaded, and what it said."""
    folder = tmp_path_factory.mktemp("auto")
    out = folder / "model"
    done = run_convert("--out", out, keras_home=folder / "keras")
    assert done.returncode == 0, done.stderr
    return out, done


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, with an empty Keras cache in it and no network."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for name, value in NO_NETWORK.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("NO_PROXY", "")
    return tmp_path

"""A split folder of real photos, and the command ``train`` on it."""

import shutil
from pathlib import Path

import pytest

PARTS = ["train"] * 8 + ["validation"] * 2 + ["test"] * 2


@pytest.fixture(scope="session")
def embedding_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Embeddings of one test serve the next."""
    return tmp_path_factory.mktemp("cache") / "embeddings.sqlite"


@pytest.fixture
def photos(shipped_folder: Path, tmp_path: Path) -> Path:
    """Twelve views of each of three photos: eight train, two judge, and two, which can't even be opened, wait."""
    folder = tmp_path / "photos"
    shutil.copytree(shipped_folder, folder)
    lines = ["name,label,part,group"]
    for path in sorted(folder.rglob("*.jpg")):
        label, number = path.parent.name, int(path.stem)
        lines.append(f"{label}/{path.name},{label},{PARTS[number]},{label}/burst {number // 2}")
        if PARTS[number] == "test":
            path.write_bytes(b"no photo")
    (folder / "split.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def train(run_json, photos: Path, model_folder: Path, embedding_cache: Path):
    """Train on the photos; returns what was printed."""

    def give(*arguments: object, code: int = 0) -> dict[str, object]:
        networks = [] if "--model" in arguments else ["--model", model_folder]
        return run_json("train", photos, *networks, "--cache", embedding_cache, "--processes", 1, *arguments, code=code)

    return give


@pytest.fixture
def refused(run, photos: Path, model_folder: Path, embedding_cache: Path):
    """Train on the photos, which is refused; returns what was said."""

    def give(*arguments: object, folder: Path = photos, code: int = 1) -> str:
        networks = [] if "--model" in arguments else ["--model", model_folder]
        return run("train", folder, *networks, "--cache", embedding_cache, *arguments, code=code).output

    return give

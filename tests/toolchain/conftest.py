"""What the toolchain's tests share: the real network, small folders of real photos, and a way to give commands."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from convert.photos import find_shipped
from photos.reader import read_photo
from toolchain.embedding.model import EmbeddingModel

REPOSITORY = Path(__file__).resolve().parents[2]
MODEL = REPOSITORY / "web/public/model"
SHIPPED = {
    "cat": ("skimage", "data/chelsea.png"),
    "coffee": ("skimage", "data/coffee.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
}


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """The converted network: `make setup` makes it."""
    if not (MODEL / "manifest.json").exists():
        pytest.fail("There is no converted network in web/public/model: run `make setup` first.")
    return MODEL


@pytest.fixture(scope="session")
def model(model_folder: Path) -> EmbeddingModel:
    """The converted network, on one core: two tests run beside each other."""
    return EmbeddingModel.open(model_folder, threads=1)


@pytest.fixture(scope="session")
def shipped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Class folders of real photos, twelve views of one photo each, 256 px; nobody may change them."""
    folder = tmp_path_factory.mktemp("shipped")
    for label, (package, file) in SHIPPED.items():
        path = find_shipped(package, file)
        if path is None:
            pytest.fail(f"{package} ships no {file}: install requirements/test.txt.")
        photo = read_photo(path)
        side = min(photo.size)
        (folder / label).mkdir()
        for number in range(12):
            shift = number * (side // 40)
            view = photo.crop((shift, shift // 2, shift + side * 2 // 3, shift // 2 + side * 2 // 3))
            view.resize((256, 256)).save(folder / label / f"{number:02d}.jpg", quality=90)
    return folder


@pytest.fixture
def run(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Give a command as on the command line, in an empty folder, with a cache of its own."""
    from toolchain.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def give(*arguments: object, code: int = 0) -> Result:
        words = [str(each) for each in arguments]
        result = CliRunner().invoke(main, words, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result

    return give


@pytest.fixture
def run_json(run, model_folder: Path):
    """Give a command with ``--json``; returns what it printed."""

    def give(*arguments: object, code: int = 0) -> dict[str, object]:
        result: dict[str, object] = json.loads(run(*arguments, "--json", code=code).stdout)
        return result

    return give

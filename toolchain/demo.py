"""``make demo-photos``: the whole way of a folder of photos, on photos that installed packages ship.

scikit-image ships two kinds that a test can be fair with: three textures (brick, grass, gravel), of which squares that
don't touch are photos of their own; and photos of three things (a cat, coffee, a rocket), of which near views are the
burst of one recording each. Every step is the command that a person would give; it is printed before it runs.
"""

import shlex
import shutil
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from convert.errors import ConvertError
from convert.photos import find_shipped, open_photo

FOLDER: Final = Path("demo-photos")
CLASSES: Final = ("brick", "cat", "coffee", "grass", "gravel", "rocket")
_TEXTURES: Final = {"brick": "brick.png", "grass": "grass.png", "gravel": "gravel.png"}
_THINGS: Final = {"cat": "chelsea.png", "coffee": "coffee.png", "rocket": "rocket.jpg"}
#: Squares of a texture along each side, and the size at which they are written: the network wants 224 or more.
_SQUARES: Final = 10
_WRITTEN_PX: Final = 288
_RECORDINGS: Final = 9
_FRAMES: Final = 4
#: Photos to predict, of each class; they are not among those that are trained on.
_ASKED: Final = 8


def make_photos(folder: Path) -> None:
    """Write class folders, ``photos``, and a folder to predict, ``unsorted``, with what real folders have among them.

    Raises:
        ConvertError: scikit-image, which ships the photos, is not installed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for label, file in _TEXTURES.items():
        _write_squares(folder, label, _shipped(file))
    for label, file in _THINGS.items():
        _write_recordings(folder, label, _shipped(file))
    unsorted = folder / "unsorted"
    for file in ("retina.jpg", "hubble_deep_field.jpg"):
        _shipped(file).resize((480, 480)).save(unsorted / file, quality=90)
    # What real folders have among their photos, so that the report has something to say.
    photos = folder / "photos"
    whole = (photos / "cat/recording-1/1.jpg").read_bytes()
    (photos / "cat/cut-off.jpg").write_bytes(whole[: len(whole) // 2])
    (photos / "cat/._1.jpg").write_bytes(b"\0\5\26\7")
    shutil.copyfile(photos / "coffee/recording-1/1.jpg", photos / "coffee/copy.jpg")
    shutil.copyfile(photos / "grass/00.jpg", photos / "gravel/grass-among-gravel.jpg")
    Image.open(photos / "rocket/recording-1/1.jpg").resize((120, 90)).save(photos / "rocket/thumbnail.jpg")


def _shipped(file: str) -> Image.Image:
    path = find_shipped("skimage", f"data/{file}")
    if path is None:
        raise ConvertError(
            "scikit-image, whose photos the demonstration is made of, is not installed.", "Install it: make setup"
        )
    return open_photo(path)


def _write_squares(folder: Path, label: str, texture: Image.Image) -> None:
    side = texture.width // _SQUARES
    squares = [
        texture.crop((x * side, y * side, (x + 1) * side, (y + 1) * side))
        for y in range(_SQUARES)
        for x in range(_SQUARES)
    ]
    for number, square in enumerate(squares):
        picture = square.resize((_WRITTEN_PX, _WRITTEN_PX), Image.Resampling.BICUBIC)
        is_asked = number >= len(squares) - _ASKED
        path = (
            folder / "unsorted" / f"{label}-{number}.jpg"
            if is_asked
            else folder / "photos" / label / f"{number:02d}.jpg"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.save(path, quality=92)


def _write_recordings(folder: Path, label: str, photo: Image.Image) -> None:
    """Write bursts: each is one view, whose frames differ as frames of a hand-held camera do."""
    random = np.random.default_rng(CLASSES.index(label))
    for recording in range(1, _RECORDINGS + 2):
        scale, turn, light = random.uniform(0.5, 0.95), random.uniform(-25, 25), random.uniform(0.6, 1.4)
        x, y = random.uniform(0, 1, 2)
        for frame in range(1, _FRAMES + 1):
            wobble = random.uniform(-0.02, 0.02, 2)
            picture = _view(photo, scale, (x + wobble[0], y + wobble[1]), turn + random.uniform(-2, 2), light)
            if recording > _RECORDINGS:
                path = folder / "unsorted" / f"{label}-{frame}.jpg"
            else:
                path = folder / "photos" / label / f"recording-{recording}" / f"{frame}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(path, quality=92)


def _view(photo: Image.Image, scale: float, at: tuple[float, float], turn: float, light: float) -> Image.Image:
    side = scale * min(photo.size)
    left = min(max(0.0, at[0]), 1.0) * (photo.width - side)
    top = min(max(0.0, at[1]), 1.0) * (photo.height - side)
    turned = photo.rotate(turn, Image.Resampling.BILINEAR, center=(left + side / 2, top + side / 2))
    square = turned.resize(
        (_WRITTEN_PX, _WRITTEN_PX), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    return square.point([min(255, round(value * light)) for value in range(256)] * 3)


def commands(folder: Path) -> list[list[str]]:
    """Return the commands of the way, as a person would give them."""
    photos, clean, unsorted = (str(folder / name) for name in ("photos", "clean", "unsorted"))
    models, cache = folder / "models", ["--cache", str(folder / "embeddings.sqlite")]
    heads = {
        "knn-cosine": ["--metric", "cosine"],
        "knn-adapted": ["--metric", "adapted"],
        "softmax": ["--head", "softmax"],
    }
    trained = [word for name in heads for word in ("--trained", str(models / name))]
    looked_for = ["--models", str(models), "--out", str(folder / "predictions")]
    return [
        ["clean", photos, "--out", clean],
        ["split", clean],
        ["embed", clean, *cache],
        *(["train", clean, "--out", str(models / name), *options, *cache] for name, options in heads.items()),
        ["evaluate", clean, *trained, "--robustness", "--out", str(folder / "report"), *cache],
        ["predict", "-c", ",".join(CLASSES), "-p", unsorted, "-t", "0.6", "--windows", *looked_for, *cache],
        ["review", clean, "--unlabelled", unsorted, "--out", str(folder / "review"), *cache],
    ]


def main() -> None:
    """Make the photos, give the commands, and say where the reports are."""
    from toolchain.cli import main as command_line

    start = time.monotonic()
    make_photos(FOLDER)
    for words in commands(FOLDER):
        print(f"\n$ python -m toolchain {shlex.join(words)}", flush=True)
        command_line(words, standalone_mode=False)
    print(f"\nDone in {time.monotonic() - start:.0f} seconds. Open in a browser:")
    for page in ("report/report.html", "predictions/report.html", "review/review.html"):
        print(f"  {FOLDER / page}")
    print("In the page: Open a file... in the menu of projects, and choose")
    print(f"  {FOLDER / 'models/knn-adapted/project.showandtell'}")


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        # One message, as the command line gives it; a traceback says nothing to a teacher.
        if not hasattr(error, "hint"):
            raise
        sys.exit(str(error))

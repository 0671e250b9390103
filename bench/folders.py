"""Folders of photos: images a second beside Keras's own way, and memory for few photos and for many.

``python -m bench.folders --memory`` embeds 1,000 and 20,000 photos, which takes minutes; ``make bench`` only compares.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from bench.table import Row
from convert.photos import shipped_photos

ROOT: Final = Path(__file__).resolve().parents[1]
#: Of the photos that are embedded: width, height, and how many of them.
SIZES: Final = (((640, 480), 1500), ((4032, 3024), 1500))
#: Keras takes one of two speeds with large photos, from one time to the next.
ROUNDS: Final = 5
MEMORY_COUNTS: Final = (1000, 20000)

# The same network as Keras runs it, without a cache, in turn with ours; the first batch is not counted, nor is loading.
KERAS: Final = """
import json, sys, time
import keras
from convert.embedder import Choice, build
choice = Choice.of(*json.loads(sys.argv[2]))
model = build(choice, choice.find_weights(lambda line: None))
def dataset():
    return keras.utils.image_dataset_from_directory(
        sys.argv[1], image_size=(choice.size, choice.size), shuffle=False, verbose=0)
model.predict(dataset().take(1), verbose=0)
print("ready", flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    count = len(model.predict(dataset(), verbose=0)["embedding"])
    print(json.dumps([count, time.perf_counter() - start]), flush=True)
"""

# Its processes start anew each time, and that counts.
OURS: Final = """
import json, sys, time
from pathlib import Path
from toolchain.embedding.embed import embed_folder
from toolchain.embedding.model import EmbeddingModel
if __name__ == "__main__":
    model = EmbeddingModel.open(Path(sys.argv[2]))
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        count = len(embed_folder(Path(sys.argv[1]), model).photos)
        print(json.dumps([count, time.perf_counter() - start]), flush=True)
"""


class Contender:
    """A program that embeds a folder whenever it is told to, and says how long it took."""

    def __init__(self, script: Path, *arguments: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
        self._process = subprocess.Popen(
            [sys.executable, str(script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
            text=True,
        )
        self._wait_for("ready")

    def _wait_for(self, start: str) -> str:
        assert self._process.stdout is not None  # noqa: S101  for the type checker
        line = next((line for line in self._process.stdout if line.startswith(start)), None)
        if line is None:
            sys.exit("A program that embeds photos has ended: run make toolchain, then measure again.")
        return line

    def rate(self) -> float:
        """Return how many images a second it embeds now."""
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        count, seconds = json.loads(self._wait_for("["))
        return float(count / seconds)

    def stop(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.wait()


def make_photos(folder: Path, size: tuple[int, int], count: int) -> None:
    """Write different JPEG files, views of the photos that packages ship, into two class folders."""
    views = [picture.resize(size) for _, picture in islice(shipped_photos(), 10)]
    for label in ("a", "b"):
        (folder / label).mkdir(parents=True)
    for number in range(count):
        path = folder / "ab"[number % 2] / f"{number:05d}.jpg"
        if number < len(views):
            views[number].save(path, quality=90)
        else:
            first = number % len(views)
            # Bytes behind a JPEG's end make another file of it, for us and for nobody else.
            path.write_bytes((folder / "ab"[first % 2] / f"{first:05d}.jpg").read_bytes() + number.to_bytes(4, "big"))


def folders() -> Iterator[Row]:
    """Compare with Keras on photos of a phone and on small ones, in turn."""
    model = ROOT / "web/public/model"
    manifest = json.loads((model / "manifest.json").read_text("utf-8"))
    choice = json.dumps([manifest["backbone"], manifest["alpha"], manifest["input"]["size"], "float16"])
    for (width, height), count in SIZES:
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary)
            make_photos(place / "photos", (width, height), count)
            for name, text in (("keras.py", KERAS), ("ours.py", OURS)):
                (place / f"run_{name}").write_text(text, "utf-8")
            theirs = Contender(place / "run_keras.py", str(place / "photos"), choice)
            ours = Contender(place / "run_ours.py", str(place / "photos"), str(model))
            rounds = [(ours.rate(), theirs.rate()) for _ in range(ROUNDS)]
            ours.stop()
            theirs.stop()
        our_rate, their_rate = (statistics.median(rates) for rates in zip(*rounds, strict=True))
        yield Row(
            f"Folder of photos, {width} x {height}: a photo to its embedding",
            1000 / our_rate,
            "image_dataset_from_directory and model.predict",
            1000 / their_rate,
            "<= 0.67",
        )


class Memory(NamedTuple):
    """What embedding a folder took."""

    photos: int
    peak_mib: float
    seconds: float


def peak_memory(count: int, folder: Path) -> Memory:
    """Embed so many photos with the command, and return the most memory that all of its processes had together."""
    make_photos(folder / str(count), (320, 240), count)
    command = [sys.executable, "-m", "toolchain", "embed", str(folder / str(count))]
    command += ["--cache", str(folder / f"{count}.sqlite"), "--json"]
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    peak = 0
    while process.poll() is None:
        peak = max(peak, _memory_of(process.pid))
        time.sleep(0.2)
    shutil.rmtree(folder / str(count))
    return Memory(count, peak / 2**20, time.monotonic() - start)


def _memory_of(session: int) -> int:
    """Return the bytes that the processes of a session have, shared ones counted once (Linux)."""
    total = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                lines = (entry / "smaps_rollup").read_text().splitlines()
                total += sum(int(line.split()[1]) * 2**10 for line in lines if line.startswith("Pss:"))
        except OSError:
            continue
    return total


def main() -> None:
    """Print what was measured."""
    if "--memory" in sys.argv:
        with tempfile.TemporaryDirectory() as temporary:
            for count in MEMORY_COUNTS:
                print("{} photos: {:.0f} MiB at most, {:.0f} s".format(*peak_memory(count, Path(temporary))))
        return
    for row in folders():
        theirs = row.theirs or 0
        print(
            f"{row.what}: {1000 / row.ours:.1f} a second; {row.against}: {1000 / theirs:.1f}; x{theirs / row.ours:.2f}"
        )


if __name__ == "__main__":
    main()

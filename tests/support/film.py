"""A film for Chromium's fake camera, made of real photos, varied by crop, scale, brightness and shift.

The film goes through its scenes and starts again. Which scene runs, and since when, can be read off strips at its
edges, outside the middle square that the page looks at; so a test can hold a button while the right thing is shown. A
test that needs another scene cuts the film there, and does not wait until it comes.
"""

import mmap
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from weakref import WeakKeyDictionary

import numpy as np
from PIL import Image, ImageEnhance
from playwright.sync_api import Browser
from skimage import data

WIDTH, HEIGHT = 640, 480
STRIP_PX = 40  # the middle square begins at 80
# A real camera has 30. Here each one is work for the machine that also runs the tests.
PICTURES_PER_SECOND = 10
# The left strip's brightness tells the scene, the right one's how many slices of it are over; far enough apart to
# survive the camera's conversions, which cut off at 235.
STRIP_FIRST, STRIP_STEP = 40, 14
MAX_SCENES = (235 - STRIP_FIRST) // STRIP_STEP + 1
MAX_SLICES = MAX_SCENES
#: Half a second.
SLICE_PICTURES: Final = PICTURES_PER_SECOND // 2

PHOTOS = {
    "cat": data.chelsea,
    "coffee": data.coffee,
    "rocket": data.rocket,
    "astronaut": data.astronaut,
    "motorcycle": lambda: data.stereo_motorcycle()[0],  # type: ignore[no-untyped-call]
}


class Shown(Protocol):
    """What a film shows for some seconds."""

    def pictures(self, number: int) -> Iterator[Image.Image]:
        """RGB, WIDTH x HEIGHT, PICTURES_PER_SECOND of them; the scene's number in the film seeds them."""


@dataclass(frozen=True)
class Scene:
    """A photo shown for some seconds; ``take`` seeds its variations.

    ``corner`` shows it small, in a corner of the middle square that the page looks at, before a plain wall: -1 is left
    and up, 1 right and down.
    """

    photo: str
    take: int
    seconds: int
    corner: tuple[int, int] | None = None

    def pictures(self, number: int) -> Iterator[Image.Image]:
        random = np.random.default_rng([self.take, number])
        picture = photo(self.photo)
        for _ in range(self.seconds * PICTURES_PER_SECOND):
            frame = varied(picture, random)
            yield in_corner(frame, self.corner, random) if self.corner else frame


def photo(name: str) -> Image.Image:
    """One of the photos that scikit-image ships."""
    return Image.fromarray(np.asarray(PHOTOS[name]())[..., :3])  # type: ignore[no-untyped-call]


def varied(picture: Image.Image, random: np.random.Generator) -> Image.Image:
    """The picture as a hand-held camera sees it: another crop, scale, brightness and shift."""
    scale = random.uniform(0.75, 1.0)
    height = int(picture.height * scale)
    width = min(picture.width, int(height * WIDTH / HEIGHT))
    left = int(random.uniform(0.3, 0.7) * (picture.width - width))
    top = int(random.uniform(0.3, 0.7) * (picture.height - height))
    frame = picture.crop((left, top, left + width, top + height)).resize((WIDTH, HEIGHT))
    return ImageEnhance.Brightness(frame).enhance(random.uniform(0.8, 1.2))


def write_photos(folder: Path, names: Sequence[str], count: int) -> dict[str, list[Path]]:
    """Write so many varied photos of each thing as JPEG files, and return their paths by the things' names."""
    paths = {}
    for seed, name in enumerate(names):
        random = np.random.default_rng(seed)
        paths[name] = [folder / f"{name}{i}.jpg" for i in range(count)]
        for path in paths[name]:
            varied(photo(name), random).save(path, "JPEG")
    return paths


def in_corner(frame: Image.Image, corner: tuple[int, int], random: np.random.Generator) -> Image.Image:
    """The picture small, in a corner of the middle square, before a plain wall."""
    wall = np.clip(random.normal(150, 6, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
    whole = Image.fromarray(wall)
    side = HEIGHT * 45 // 100
    reach = (HEIGHT - side) // 2 - 10
    left = WIDTH // 2 + corner[0] * reach - side // 2
    top = HEIGHT // 2 + corner[1] * reach - side // 2
    middle = frame.crop(((WIDTH - HEIGHT) // 2, 0, (WIDTH + HEIGHT) // 2, HEIGHT))
    whole.paste(middle.resize((side, side)), (left, top))
    return whole


class Film:
    """A file of YUV4MPEG2, which a fake camera shows at the rate that it names, again and again.

    A camera reads frame after frame from the file, and so it sees at once what is changed there.

    Args:
        path: Of the file, which is large: 5 MB a second. A test that cuts the film makes a second one beside it.
        scenes: One after another, each of whole slices.
        rate: Frames a second, a multiple of PICTURES_PER_SECOND.
    """

    #: What each browser's camera sees.
    seen_by: Final[WeakKeyDictionary[Browser, "Film"]] = WeakKeyDictionary()

    def __init__(self, path: Path, scenes: Sequence[Shown], rate: int = PICTURES_PER_SECOND) -> None:
        assert path.suffix == ".y4m", f"{path}: Chromium knows the format by the ending .y4m"
        assert len(scenes) <= MAX_SCENES, f"{len(scenes)} scenes: the strip can tell {MAX_SCENES} apart"
        self.path = path
        self._uncut = path.with_suffix(".uncut")
        header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420\n".encode()
        self._header_bytes = len(header)
        self._picture_bytes = (len(b"FRAME\n") + WIDTH * HEIGHT * 3 // 2) * (rate // PICTURES_PER_SECOND)
        #: The number of each scene's first picture.
        self._starts = []
        #: So many pictures later than in the uncut film each picture stands in the file.
        self._moved = 0
        pictures = 0
        with path.open("wb") as film:
            film.write(header)
            for number, scene in enumerate(scenes):
                self._starts.append(pictures)
                for count, picture in enumerate(scene.pictures(number)):
                    film.write(_frame(picture, number, count // SLICE_PICTURES) * (rate // PICTURES_PER_SECOND))
                    pictures += 1
                length = pictures - self._starts[-1]
                assert length % SLICE_PICTURES == 0 < length <= MAX_SLICES * SLICE_PICTURES, f"scene {number}: {length}"
        self._pictures = pictures

    def cut_to(self, scene: int, now: tuple[int, int]) -> None:
        """Let a scene begin half a second to a second from now; from there on the film goes on as ever.

        Args:
            scene: Its number.
            now: The number of the scene that a camera sees now, and how many slices of it are over.
        """
        if not self._uncut.exists():
            shutil.copyfile(self.path, self._uncut)
        at = self._starts[now[0]] + now[1] * SLICE_PICTURES + self._moved
        self._moved = (at + 2 * SLICE_PICTURES - self._starts[scene]) % self._pictures
        first = self._header_bytes
        border = first + self._moved * self._picture_bytes
        with self._uncut.open("rb") as uncut, self.path.open("r+b") as film:
            read, written = mmap.mmap(uncut.fileno(), 0, access=mmap.ACCESS_READ), mmap.mmap(film.fileno(), 0)
            with read, written:
                rest = len(written) - border
                written[border:] = read[first : first + rest]
                written[first:border] = read[first + rest :]

    def remove(self) -> None:
        self.path.unlink()
        self._uncut.unlink(missing_ok=True)


def _frame(picture: Image.Image, scene: int, slice_: int) -> bytes:
    """A picture with its strips, as the file has it."""
    for level, left in ((scene, 0), (slice_, WIDTH - STRIP_PX)):
        picture.paste((STRIP_FIRST + STRIP_STEP * level,) * 3, (left, 0, left + STRIP_PX, HEIGHT))
    brightness, *colours = picture.convert("YCbCr").split()
    # Pillow's planes are of 0 to 255, Chromium takes them for 16 to 235, as it does in a film of JPEGs: the camera sees
    # strong contrasts, and person.py reads the strips accordingly.
    planes = (brightness, *(colour.resize((WIDTH // 2, HEIGHT // 2)) for colour in colours))
    return b"FRAME\n" + b"".join(plane.tobytes() for plane in planes)

"""Writes odd and broken files among photos, and says which of them can't be used, and why."""

import functools
import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 300


def picture(seed: int, mode: str = "RGB") -> Image.Image:
    """A smooth picture, different for each seed, SIDE x SIDE pixels."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 6, 3)).astype(np.uint8)
    return Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC).convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _exif(seed: int, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(picture(seed), "JPEG", exif=exif)


def _sixteen_bits(seed: int) -> bytes:
    grey = np.asarray(picture(seed, "L")).astype(np.uint16) * 257
    return encoded(Image.fromarray(grey), "PNG")


def _heif(seed: int) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    return encoded(picture(seed), "HEIF", quality=80)


def _animated_webp(seed: int) -> bytes:
    return encoded(picture(seed), "WEBP", save_all=True, append_images=[picture(seed + 500)])


def _quantized(seed: int, colours: int) -> Image.Image:
    # Ten times as fast as Pillow's own choice; a reader sees a palette in both.
    return picture(seed).quantize(colours, Image.Quantize.FASTOCTREE)


def _palette(seed: int) -> bytes:
    return encoded(_quantized(seed, 32), "PNG", transparency=0)


def _animated_gif(seed: int) -> bytes:
    return encoded(_quantized(seed, 256), "GIF", save_all=True, append_images=[_quantized(seed + 500, 256)])


@functools.cache
def _huge() -> bytes:
    return encoded(Image.new("1", (12001, 10000)), "PNG")


def _float(seed: int) -> bytes:
    return encoded(Image.fromarray(np.asarray(picture(seed, "L")).astype(np.float32) / 255), "TIFF")


#: Files that can be used, by the ending of their names; each takes a seed.
SOUND: Mapping[str, Callable[[int], bytes]] = {
    "turned.jpg": lambda seed: _exif(seed, 2 + seed % 7),
    "progressive.JPG": lambda seed: encoded(picture(seed), "JPEG", progressive=True),
    "grey.jpeg": lambda seed: encoded(picture(seed, "L"), "JPEG"),
    "cmyk.jpg": lambda seed: encoded(picture(seed, "CMYK"), "JPEG"),
    "sixteen bits.png": _sixteen_bits,
    "palette.png": _palette,
    "alpha.png": lambda seed: encoded(picture(seed, "RGBA"), "PNG"),
    "grey alpha.png": lambda seed: encoded(picture(seed, "LA"), "PNG"),
    "one bit.bmp": lambda seed: encoded(picture(seed, "1"), "BMP"),
    "animated.gif": _animated_gif,
    "animated.webp": _animated_webp,
    "modern.avif": lambda seed: encoded(picture(seed), "AVIF", quality=80),
    "phone.heic": _heif,
    "float.tif": _float,
    "wrong ending.png": lambda seed: encoded(picture(seed), "JPEG"),
}

#: Files that can't be used, and the code of the reason.
BROKEN: Mapping[str, tuple[Callable[[int], bytes], str]] = {
    "empty.jpg": (lambda _seed: b"", "empty"),
    "text.jpg": (lambda seed: b"no picture %d" % seed, "notPicture"),
    "page.png": (lambda _seed: b"<!doctype html><title>404</title>", "notPicture"),
    "drawing.svg": (lambda _seed: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "notPicture"),
    "cut.jpg": (lambda seed: encoded(picture(seed), "JPEG")[:-40], "cutOff"),
    "half.jpg": (lambda seed: encoded(picture(seed), "JPEG", progressive=True)[:1200], "cutOff"),
    "cut.png": (lambda seed: encoded(picture(seed), "PNG")[:-30], "cutOff"),
    "cut.webp": (lambda seed: encoded(picture(seed), "WEBP")[:-9], "cutOff"),
    "huge.png": (lambda _seed: _huge(), "hugePicture"),
    "small.png": (lambda seed: encoded(picture(seed).resize((40, 30)), "PNG"), "small"),
    "._hidden.jpg": (lambda _seed: b"\0\5\26\7", "hidden"),
    "Thumbs.db": (lambda _seed: b"\xd0\xcf\x11\xe0", "notPicture"),
    "notes.txt": (lambda _seed: b"my notes", "notPicture"),
}


def write_odd_files(folder: Path, count: int) -> dict[str, str]:
    """Write about ``count`` odd and broken files into two class folders.

    Returns:
        The code of what is wrong by the file's name; "" where nothing is.
    """
    expected: dict[str, str] = {}
    kinds: list[tuple[str, Callable[[int], bytes], str]] = [(name, make, "") for name, make in SOUND.items()]
    kinds += [(name, make, code) for name, (make, code) in BROKEN.items()]
    for seed in range(count):
        ending, make, code = kinds[seed % len(kinds)]
        prefix = "" if ending.startswith("._") else f"{seed:03d} "
        name = f"{'cat' if seed % 2 else 'dog'}/{seed:03d}/{prefix}{ending}"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make(seed))
        expected[name] = code
    # What no list of files has: names that are hard to print, links that lead nowhere, a folder called as a photo.
    (folder / "cat" / "line\nbreak 🐱.jpg").write_bytes(encoded(picture(901), "JPEG"))
    expected["cat/line\nbreak 🐱.jpg"] = ""
    (folder / "cat" / "nowhere.jpg").symlink_to(folder / "nowhere.jpg")
    expected["cat/nowhere.jpg"] = "unreadable"
    (folder / "cat" / "round").symlink_to(folder, target_is_directory=True)
    (folder / "dog" / "folder.jpg").mkdir()
    return expected


def content_of(folder: Path) -> dict[str, bytes]:
    """What is in every file of a folder, to compare with later."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

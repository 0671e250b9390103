"""The one reader of photos: whatever a camera or a program wrote becomes upright RGB, or a problem with a reason.

The page reads the same files with the same meaning (``web/src/capture``); ``contract/README.md`` states it.
"""

import io
import stat
import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, UnidentifiedImageError

from photos.orientation import read_orientation, turned_upright
from photos.problem import PhotoProblem
from server.contract.limits import LIMITS
from server.exchange.content import picture_kind
from server.exchange.picture_shape import is_whole

#: Of a photo, as in the page.
MAX_PIXELS: Final = 120_000_000
# Pillow has a limit of its own, which photos of 108 megapixels are above.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
#: The brands of HEIC and HEIF files: bytes 8 to 11, after "ftyp".
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
#: Bytes 4 to 11 of AVIF files.
_AVIF: Final = (b"ftypavif", b"ftypavis")
#: The first bytes of GIFs and TIFFs.
_STARTS: Final = (b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
#: A photo is decoded at this many times the size that is wanted, or more, so that the rest of the way is one resize.
_DRAFT_REDUNDANCY: Final = 3
#: What Pillow calls a JPEG; with a second picture beside the first, as some phones write it, it is the other.
_JPEGS: Final = frozenset({"JPEG", "MPO"})
#: Browsers show these as they are stored, whatever their EXIF says. (TIFFs are turned by Pillow.)
_NOT_TURNED: Final = frozenset({"WEBP"})
#: The tag of a TIFF that says what 0 means: 0 for white.
_TIFF_PHOTOMETRIC: Final = 262
#: Of the flags in a WebP's head.
_WEBP_ANIMATION: Final = 2
#: From one grey to the next, in 8 bits, by how Pillow calls what is in the file.
_GREY_STEPS: Final = {"L;2": 85, "L;4": 17}
#: On the way to 8 bits a point takes many times as much memory; a small file can hold very many.
_POINTS_AT_ONCE: Final = 1 << 18
_WHITE: Final = (255, 255, 255)
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def read_photo(source: Path | bytes, *, at_least: int | None = None) -> Image.Image:
    """Read a photo: its first frame, upright, in 8-bit sRGB, on white where it is transparent.

    Args:
        source: A file, or what is in one; untrusted.
        at_least: A side in pixels. A large JPEG may come out smaller, which is read several times faster, but its
            shorter side has three times as many pixels or more.

    Returns:
        Its mode is RGB.

    Raises:
        PhotoProblem: It can't be read; says why.
    """
    data = source if isinstance(source, bytes) else read_file(source)
    with warnings.catch_warnings():
        # Of what a photo's metadata look like. What can't be read raises.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with _open(data) as picture:
                photo = _to_rgb(picture, data, at_least)
                # What a file says of itself, a comment or a profile, would come into what is made of the photo.
                photo.info = {}
                return photo
        except PhotoProblem as problem:
            if problem.code == "unreadable" and _lacks_a_box(data):
                raise PhotoProblem.of("cutOff") from problem
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
            raise PhotoProblem.of("hugePicture", f"{MAX_PIXELS:,} points at most") from error
        # Pillow's plug-ins raise nearly anything at a damaged file.
        except Exception as error:
            code = "cutOff" if _lacks_a_box(data) else "unreadable"
            raise PhotoProblem.of(code, f"{type(error).__name__}: {error}") from error


def as_seen(picture: Image.Image, size: int) -> NDArray[np.uint8]:
    """Return what a model sees of a picture: the middle square, resized.

    Args:
        picture: Its mode is RGB.
        size: Side of the model's input in pixels.

    Returns:
        uint8, (size, size, 3).

    Example:
        >>> as_seen(Image.new("RGB", (300, 200), "red"), 2)[0, 0].tolist()
        [255, 0, 0]
    """
    # Cropped first: a resize of a box looks at what is beside the box, and the page's does not.
    square = picture.crop(middle_square(*picture.size))
    return np.asarray(square.resize((size, size), Image.Resampling.BILINEAR))


def middle_square(width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the middle square, in whole pixels.

    Example:
        >>> middle_square(5, 2)
        (1, 0, 3, 2)
    """
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return left, top, left + side, top + side


def read_file(path: Path) -> bytes:
    """Return what is in a photo's file.

    Raises:
        PhotoProblem: It can't be read, or is too large.
    """
    try:
        found = path.stat()
        # A pipe waits for its writer for ever, and some devices never end.
        if not stat.S_ISREG(found.st_mode):
            raise PhotoProblem.of("unreadable", "a folder, a pipe or a device")
        if found.st_size > LIMITS["pictureBytes"]:
            raise PhotoProblem.of("hugePicture", f"{LIMITS['pictureBytes'] // 2**20} MB at most")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise PhotoProblem.of("unreadable", getattr(error, "strerror", None) or str(error)) from error


def _open(data: bytes) -> Image.Image:
    """Open a picture without decoding it."""
    if not data:
        raise PhotoProblem.of("empty")
    if picture_kind(data) and not is_whole(data):
        raise PhotoProblem.of("cutOff")
    is_heif = data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS
    if is_heif:
        _register_heif()
    try:
        picture = Image.open(io.BytesIO(data))
    except UnidentifiedImageError as error:
        is_damaged = is_heif or picture_kind(data) or data.startswith(_STARTS) or data[4:12] in _AVIF
        raise PhotoProblem.of("unreadable" if is_damaged else "notPicture") from error
    if picture.format == "EPS":
        # It is a program, and Pillow would have Ghostscript run it.
        raise PhotoProblem.of("notPicture")
    if picture.width * picture.height > MAX_PIXELS:
        raise PhotoProblem.of("hugePicture", f"{picture.width} x {picture.height} points; {MAX_PIXELS:,} at most")
    return picture


def _lacks_a_box(data: bytes) -> bool:
    """Whether a HEIC or AVIF file ends before its last part does. What was added behind the parts may look so, too."""
    if data[4:8] != b"ftyp":
        return False
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        # 0 is for the last one, up to the end.
        at = at + max(8, size) if size else len(data)
    return at > len(data)


def _register_heif() -> None:
    try:
        import pillow_heif
    except ImportError:
        raise PhotoProblem.of("needsHeif") from None
    pillow_heif.register_heif_opener()


def _to_rgb(picture: Image.Image, data: bytes, at_least: int | None) -> Image.Image:
    if at_least is not None and picture.format in _JPEGS:
        wanted = _DRAFT_REDUNDANCY * at_least
        # Pillow takes the smallest of its scales whose sides are both as large as these.
        picture.draft(None, (wanted, wanted))
    if picture.info.get("default_image"):
        # A PNG's picture for programs that show no animation is none of its frames.
        picture.seek(1)
    depth = _depth(picture)
    # Before it is loaded: browsers pass over what a PNG says behind its picture.
    orientation = 1 if picture.format in _NOT_TURNED else read_orientation(picture.info.get("exif") or b"")
    try:
        picture.load()
    except (OSError, SyntaxError) as error:
        is_short = "truncated" in str(error) or "broken data stream" in str(error)
        raise PhotoProblem.of("cutOff" if is_short else "unreadable", str(error)) from error
    picture = _on_canvas(picture, data)
    profile = picture.info.get("icc_profile")
    is_negative = getattr(picture, "tag_v2", {}).get(_TIFF_PHOTOMETRIC) == 0
    picture = turned_upright(_in_8_bits(picture, depth, is_negative), orientation)
    return _managed(_on_white(picture), profile)


def _depth(picture: Image.Image) -> str:
    """Return how a picture's file stores a point, in Pillow's words; it must not be loaded yet."""
    tiles = getattr(picture, "tile", None)
    found = tiles[0].args if tiles else ""
    return str(found[0] if isinstance(found, tuple) and found else found)


def _on_canvas(picture: Image.Image, data: bytes) -> Image.Image:
    """Return the first frame of an animation in its place: around a smaller one it is transparent.

    Pillow fills the rest with a colour of the palette, or with black.
    """
    box = (0, 0, *picture.size)
    # The flag says that there are frames: in pixels the letters may stand by chance.
    has_frames = picture.format == "WEBP" and data[12:16] == b"VP8X" and bool(data[20] & _WEBP_ANIMATION)
    at = data.find(b"ANMF") if has_frames else -1
    if picture.format == "GIF":
        box = getattr(picture, "dispose_extent", None) or box
    elif at >= 0:
        x, y, width, height = (int.from_bytes(data[at + 8 + 3 * n : at + 11 + 3 * n], "little") for n in range(4))
        box = (2 * x, 2 * y, 2 * x + width + 1, 2 * y + height + 1)
    if box == (0, 0, *picture.size):
        return picture
    canvas = Image.new("RGBA", picture.size)
    canvas.paste(picture.convert("RGBA").crop(box), box)
    canvas.info = {key: value for key, value in picture.info.items() if key != "transparency"}
    return canvas


def _in_8_bits(picture: Image.Image, depth: str, is_negative: bool) -> Image.Image:
    """Return a picture of 8 bits a channel. Whole numbers are read as 16-bit ones, others as shares of white."""
    clear = picture.info.get("transparency")
    if not picture.mode.startswith(("I", "F")):
        # Pillow scales the points to 8 bits, and leaves the transparent colour in the file's own depth.
        if isinstance(clear, int) and depth in _GREY_STEPS:
            picture.info["transparency"] = clear * _GREY_STEPS[depth]
        elif isinstance(clear, tuple) and depth == "RGB;16B":
            picture.info["transparency"] = tuple(value >> 8 for value in clear)
        return picture
    stored = np.asarray(picture)
    if picture.mode == "F":
        # Floating-point pictures go from 0 to 1; programs that keep other ranges in them mean 8 bits.
        scale = 255.0 if stored.max(initial=0, where=~np.isnan(stored)) <= 1 else 1.0
    else:
        scale = 255 / (4095 if depth == "I;12" else 65535)
    points, seen = stored.ravel(), np.empty(stored.size, np.uint8)
    for start in range(0, stored.size, _POINTS_AT_ONCE):
        some = slice(start, start + _POINTS_AT_ONCE)
        values = np.nan_to_num(points[some].astype(np.float64)) * scale
        # Of 8 bits and fewer Pillow turns black and white round itself.
        values = 255 - values if is_negative and picture.mode != "F" else values
        seen[some] = np.clip(np.floor(values + 0.5), 0, 255)
    grey = Image.fromarray(seen.reshape(stored.shape))
    if isinstance(clear, int):
        grey.putalpha(Image.fromarray(stored != clear).convert("L"))
    return grey


def _on_white(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture
    seen = picture.convert("RGBA")
    white = Image.new("RGBA", seen.size, (*_WHITE, 255))
    # Grey stays grey: its profile, if there is one, is of grey.
    return Image.alpha_composite(white, seen).convert("L" if picture.mode in ("L", "LA") else "RGB")


def _managed(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, as browsers show it."""
    if picture.mode in ("1", "P"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            managed = ImageCms.profileToProfile(
                picture, source, _SRGB, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            # A profile that is damaged, or of other colours than the picture's: browsers pass over it, too.
            managed = None
        if managed is not None:
            return managed
    return picture if picture.mode == "RGB" else picture.convert("RGB")

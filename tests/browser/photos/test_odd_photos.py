"""A photo is the same to the page and to Python, however it was written: "A picture" in ``contract/README.md``.

The page embeds each file in its own worker, Python by ONNX Runtime after its own reader; the embeddings must agree.
"""

import io
import struct
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from convert.photos import find_shipped
from photos.reader import as_seen, read_photo
from tests.browser.test_camera import EMBEDDINGS
from tests.photos.made_files import ORIENTATION, SHORT, entry, exif, png_with
from tests.support.cameras import file, wait_until_ready
from toolchain.embedding.model import EmbeddingModel

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]
LEAST_COSINE = 0.999


def base(name, size=None):
    """A shipped photo, at another size where one is given."""
    photo = read_photo(find_shipped("skimage", f"data/{name}"))
    return photo.resize(size, Image.Resampling.LANCZOS) if size else photo


def written(picture, kind, **options):
    """A picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def turned(orientation, name="coffee.png", kind="JPEG"):
    """A photo whose camera was held another way."""
    held = Image.Exif()
    held[ORIENTATION] = orientation
    return written(base(name), kind, quality=92, exif=held)


def png(head, *chunks):
    """A PNG of these chunks."""
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), *chunks, (b"IEND", b""))
    )


def sixteen_bits(mode):
    """A PNG of 16 bits a channel, grey or RGB; Pillow writes no such RGB, so its chunks are written here."""
    photo = base("chelsea.png", (320, 260))
    if mode == "L":
        return written(Image.fromarray(np.asarray(photo.convert("L")).astype(np.uint16) * 257), "PNG")
    pixels = (np.asarray(photo).astype(">u2") * 257).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", photo.width, photo.height, 16, 2, 0, 0, 0)
    return png(head, (b"IDAT", zlib.compress(rows)))


def transparent(mode):
    """A photo that fades out to the right."""
    photo = base("rocket.jpg")
    alpha = Image.linear_gradient("L").rotate(90).resize(photo.size)
    picture = photo.convert("RGB" if mode == "RGBA" else "L").convert(mode)
    picture.putalpha(alpha)
    return picture


def palette():
    """A PNG of 64 colours, one of them transparent."""
    picture = base("coffee.png").quantize(64)
    return written(picture, "PNG", transparency=3)


def swapped():
    """A profile of other colours than sRGB: it says that red is blue, so that who passes over it sees others."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, other in ((b"rXYZ", b"xXYZ"), (b"bXYZ", b"rXYZ"), (b"xXYZ", b"bXYZ")):
        profile = profile.replace(name, other)
    return profile


def animated(kind):
    """Two frames, of which the first counts."""
    frames = [base("chelsea.png", (300, 200)), base("rocket.jpg", (300, 200))]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=200)


def small_frame(kind):
    """An animation whose first frame fills a part of it; the rest is transparent."""
    photo = base("coffee.png", (300, 200))
    first = Image.new("RGBA", photo.size)
    first.paste(photo.crop((120, 30, 220, 180)), (120, 30))
    frames = [photo.convert("RGBA")]
    if kind == "WEBP":
        return written(first, kind, lossless=True, save_all=True, append_images=frames, duration=200)
    # Pillow writes first frames of GIFs in full size: the size of the whole and the frame's place are set here.
    data = bytearray(written(photo.crop((120, 30, 220, 180)).quantize(64), kind))
    at = data.index(b",\0\0\0\0")
    data[6:10], data[at + 1 : at + 5] = struct.pack("<HH", *photo.size), struct.pack("<HH", 120, 30)
    return bytes(data)


def without_first_frame():
    """A PNG whose picture for programs without animations is none of its frames."""
    frames = [base(name, (300, 200)) for name in ("coffee.png", "chelsea.png", "rocket.jpg")]
    return written(frames[0], "PNG", save_all=True, append_images=frames[1:], default_image=True, duration=200)


def grey_with_a_hole(bits):
    """A grey PNG of which one grey is transparent."""
    grey = np.asarray(base("chelsea.png", (320, 260)).convert("L")).astype(np.uint16)
    values = np.where(grey < 100, 5, grey * 257 if bits == 16 else grey >> 4)
    if bits == 16:
        rows = [row.astype(">u2").tobytes() for row in values]
    else:
        rows = [(row[::2] << 4 | row[1::2]).astype(np.uint8).tobytes() for row in np.where(values == 5, 5, values | 8)]
    head = struct.pack(">IIBBBBB", 320, 260, bits, 0, 0, 0, 0)
    return png(head, (b"tRNS", struct.pack(">H", 5)), (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))))


def large(size, kind="JPEG", **options):
    """A photo as large as a phone's, with a fine pattern that a careless resize turns into another one."""
    photo = np.asarray(base("coffee.png", size), np.float32)
    noise = np.random.default_rng(0).normal(0, 18, (size[1], size[0], 1)).astype(np.float32)
    return written(Image.fromarray(np.clip(photo + noise, 0, 255).astype(np.uint8)), kind, **options)


def two_pictures(size, orientation):
    """A photo and another one behind it, as some phones write it; the first counts."""
    other = base("rocket.jpg", size)
    with_exif = exif(entry(ORIENTATION, SHORT, 1, struct.pack("<HH", orientation, 0)))
    return written(base("coffee.png", size), "MPO", save_all=True, append_images=[other], exif=with_exif, quality=90)


#: What programs write beside EXIF, and browsers pass over.
TURNED = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'
FILES = {
    "plain.jpg": lambda: written(base("chelsea.png"), "JPEG", quality=92),
    "turned 3.jpg": lambda: turned(3),
    "turned 5.jpg": lambda: turned(5),
    "turned 6.jpg": lambda: turned(6),
    "mirrored 2.jpg": lambda: turned(2),
    # Its middle is between two points.
    **{f"odd side, turned {number}.jpg": partial(turned, number, "chelsea.png") for number in (3, 5, 6, 7, 8)},
    "odd side, turned 6.png": lambda: turned(6, "chelsea.png", "PNG"),
    "said to be turned 6.webp": lambda: turned(6, kind="WEBP"),
    "odd side, turned 8.avif": lambda: turned(8, "chelsea.png", "AVIF"),
    "grey16.png": lambda: sixteen_bits("L"),
    "rgb16.png": lambda: sixteen_bits("RGB"),
    "palette.png": lambda: written(base("coffee.png").quantize(64), "PNG"),
    "palette with a hole.png": palette,
    "cmyk.jpg": lambda: written(base("coffee.png").convert("CMYK"), "JPEG", quality=92),
    "alpha.png": lambda: written(transparent("RGBA"), "PNG"),
    "alpha.webp": lambda: written(transparent("RGBA"), "WEBP", quality=90),
    "grey alpha.png": lambda: written(transparent("LA"), "PNG"),
    "twelve megapixels.jpg": lambda: large((4000, 3000), quality=90),
    "progressive.jpg": lambda: large((1400, 1000), quality=85, progressive=True),
    "colours whole.jpg": lambda: written(base("rocket.jpg"), "JPEG", quality=90, subsampling=0),
    "grey.jpg": lambda: written(base("rocket.jpg").convert("L"), "JPEG", quality=90),
    "animated.gif": lambda: animated("GIF"),
    "animated.webp": lambda: animated("WEBP"),
    "animated.png": lambda: animated("PNG"),
    "modern.avif": lambda: written(base("coffee.png"), "AVIF", quality=85),
    "profile.jpg": lambda: written(base("coffee.png"), "JPEG", quality=92, icc_profile=swapped()),
    "profile of a palette.png": lambda: written(base("coffee.png").quantize(64), "PNG", icc_profile=swapped()),
    "small first frame.gif": lambda: small_frame("GIF"),
    "small first frame.webp": lambda: small_frame("WEBP"),
    "without its first frame.png": without_first_frame,
    "grey16 with a hole.png": lambda: grey_with_a_hole(16),
    "grey4 with a hole.png": lambda: grey_with_a_hole(4),
    "turned by xmp.jpg": lambda: written(base("coffee.png"), "JPEG", quality=92, xmp=TURNED),
    "turned by xmp beside exif.jpg": lambda: written(
        base("coffee.png"), "JPEG", quality=92, xmp=TURNED, exif=exif(entry(0x010F, 2, 4, b"abc\0"))
    ),
    "exif is garbage.jpg": lambda: written(
        base("coffee.png"), "JPEG", quality=92, dpi=(72, 72), exif=b"Exif\0\0garbage"
    ),
    "orientation of another type.jpg": lambda: written(
        base("coffee.png"), "JPEG", quality=92, exif=exif(entry(ORIENTATION, 4, 1, b"\6\0\0\0"))
    ),
    "turned, and damaged behind.jpg": lambda: written(
        base("coffee.png"), "JPEG", quality=92, exif=exif(entry(ORIENTATION, SHORT, 1, b"\6\0\0\0"))[:-4]
    ),
    "turned behind its picture.png": lambda: png_with(
        exif(entry(ORIENTATION, SHORT, 1, b"\6\0\0\0"))[6:], base("coffee.png", (300, 200)), at_end=True
    ),
    "two pictures, turned 6.jpg": lambda: two_pictures((301, 200), 6),
    "two large pictures, turned 8.jpg": lambda: two_pictures((4000, 3000), 8),
    "plain.bmp": lambda: written(base("chelsea.png", (401, 299)), "BMP"),
    "very wide.jpg": lambda: written(base("coffee.png", (1600, 250)), "JPEG", quality=92),
    "small.png": lambda: written(base("chelsea.png", (90, 60)), "PNG"),
    "tiny.png": lambda: written(base("coffee.png", (40, 30)), "PNG"),
}


def test_a_photo_is_the_same_to_the_page_and_to_python(static_host, page):
    network = EmbeddingModel.open(ROOT / "web/public/model")
    page.add_init_script(EMBEDDINGS)
    page.goto(static_host)
    wait_until_ready(page)
    chooser = page.locator(".stage input[type=file]")
    cosines = {}
    for number, (name, make) in enumerate(FILES.items(), 1):
        content = make()
        chooser.set_input_files(file(name, content, "image/jpeg"))
        page.wait_for_function("(count) => window.embeddings?.length === count", arg=number)
        theirs = np.asarray(page.evaluate("window.embeddings.at(-1)"), float)
        page.get_by_role("button", name="Put away").click()
        seen = as_seen(read_photo(content, at_least=network.size), network.size)
        ours = network.embed(seen[None])[0].astype(float)
        cosines[name] = round(float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs)), 5)
    print(cosines)
    assert {name: cosine for name, cosine in cosines.items() if cosine < LEAST_COSINE} == {}

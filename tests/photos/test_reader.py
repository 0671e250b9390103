"""Photos as cameras and programs write them: upright, in 8-bit sRGB on white, or refused with the reason."""

import io
import os
import tracemalloc

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from photos.problem import PhotoProblem
from photos.reader import MAX_PIXELS, as_seen, middle_square, read_photo
from tests.photos.made_files import bare_grey_profile, bare_png, bare_tiff


def written(picture, kind="PNG", **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def flat(mode, colour, size=(8, 6)):
    return Image.new(mode, size, colour)


def gradient(width=64, height=48):
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([x, y, 255 - x], axis=-1).astype(np.uint8))


def pixel(data, **options):
    return read_photo(data, **options).getpixel((0, 0))


@pytest.mark.parametrize(
    ("picture", "kind", "expected"),
    [
        pytest.param(flat("L", 100), "PNG", (100, 100, 100), id="grey"),
        pytest.param(flat("1", 1), "PNG", (255, 255, 255), id="black and white"),
        pytest.param(flat("LA", (0, 128)), "PNG", (127, 127, 127), id="half transparent grey on white"),
        pytest.param(flat("RGBA", (255, 0, 0, 0)), "PNG", (255, 255, 255), id="transparent is white"),
        pytest.param(flat("RGBA", (0, 0, 0, 51)), "WEBP", (204, 204, 204), id="alpha of a WebP"),
        pytest.param(flat("I;16", 0x8080), "PNG", (128, 128, 128), id="16 bit, not cut to white"),
        pytest.param(flat("I;16", 0xFFFF), "TIFF", (255, 255, 255), id="16 bit TIFF"),
        pytest.param(flat("I", 32896), "TIFF", (128, 128, 128), id="32 bit"),
        pytest.param(flat("F", 0.5), "TIFF", (128, 128, 128), id="shares of white"),
        pytest.param(flat("F", 64.0), "TIFF", (64, 64, 64), id="floating point, 0 to 255"),
        pytest.param(flat("RGB", (1, 2, 3)), "BMP", (1, 2, 3), id="BMP"),
        pytest.param(flat("LAB", (255, 128, 128)), "TIFF", (255, 255, 255), id="Lab"),
    ],
)
def test_read_photo__modes_and_depths(picture, kind, expected):
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = read_photo(written(picture, kind, **options))
    assert photo.mode == "RGB"
    assert photo.getpixel((3, 3)) == pytest.approx(expected, abs=1)


def test_read_photo__a_palette_with_a_transparent_colour():
    picture = flat("P", 0)
    picture.putpalette([10, 20, 30, 40, 50, 60])
    assert pixel(written(picture)) == (10, 20, 30)
    assert pixel(written(picture, transparency=0)) == (255, 255, 255)


def test_read_photo__cmyk():
    assert pixel(written(flat("CMYK", (0, 255, 255, 0), (16, 16)), "JPEG")) == pytest.approx((255, 0, 0), abs=3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_read_photo__is_upright(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = written(gradient(), "JPEG", quality=100, subsampling=0, exif=exif)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    upright = read_photo(data)
    assert upright.size == ((64, 48) if orientation < 5 else (48, 64))
    np.testing.assert_array_equal(np.asarray(upright), np.asarray(expected))
    assert orientation == 1 or not np.array_equal(
        np.asarray(upright.resize((9, 9))), np.asarray(gradient().resize((9, 9)))
    )


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_read_photo__first_frame_of_many(kind):
    frames = [flat("RGB", "red"), flat("RGB", "blue")]
    data = written(frames[0], kind, save_all=True, append_images=frames[1:])
    assert pixel(data) == pytest.approx((255, 0, 0), abs=3)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_read_photo__newer_formats(kind):
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    photo = read_photo(written(gradient(), kind, quality=95))
    assert np.abs(np.asarray(photo, float) - np.asarray(gradient(), float)).mean() < 4


def test_read_photo__a_colour_profile_is_shown_in_srgb():
    # Lab's profile takes no RGB: a profile that does not fit is passed over.
    wrong = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert pixel(written(flat("RGB", (200, 40, 40)), icc_profile=wrong)) == (200, 40, 40)
    assert pixel(written(flat("RGB", (200, 40, 40)), icc_profile=b"none at all")) == (200, 40, 40)
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = same.replace(b"rXYZ", b"xXYZ").replace(b"bXYZ", b"rXYZ").replace(b"xXYZ", b"bXYZ")
    assert pixel(written(flat("RGB", (200, 40, 40)), icc_profile=swapped)) == pytest.approx((40, 40, 200), abs=3)
    assert pixel(written(flat("RGB", (200, 40, 40)), icc_profile=same)) == pytest.approx((200, 40, 40), abs=1)


def test_read_photo__a_large_jpeg_is_reduced_while_it_is_read_and_seen_the_same():
    data = written(gradient(4000, 3000), "JPEG", quality=90)
    reduced = read_photo(data, at_least=224)
    assert 3 * 224 <= min(reduced.size) < 3000
    difference = np.abs(as_seen(reduced, 224).astype(int) - as_seen(read_photo(data), 224))
    assert difference.max() <= 3


def test_read_photo__of_a_phone_s_file_with_two_pictures_the_first_one_is_reduced():
    data = written(gradient(2000, 1500), "MPO", save_all=True, append_images=[gradient(400, 300)])
    assert Image.open(io.BytesIO(data)).format == "MPO"
    assert read_photo(data, at_least=100).size == (500, 375)


JPEG = written(gradient(), "JPEG")
PNG = written(gradient())
WEBP = written(gradient(), "WEBP")
PROGRESSIVE = written(gradient(), "JPEG", progressive=True)


@pytest.mark.parametrize("kind", ["AVIF", "HEIF", "TIFF", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_read_photo__of_what_was_cut_off_no_one_says_that_it_is_no_picture(kind, share):
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    data = written(gradient(), kind, **({"compression": "tiff_lzw"} if kind == "TIFF" else {}))
    with pytest.raises(PhotoProblem) as caught:
        read_photo(data[: int(share * len(data))])
    assert caught.value.code == "cutOff" or (kind in ("TIFF", "GIF") and caught.value.code == "unreadable")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"hello", "notPicture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "notPicture"),
        (JPEG[:-40], "cutOff"),
        (PROGRESSIVE[: len(PROGRESSIVE) // 2], "cutOff"),
        (PNG[:-20], "cutOff"),
        (PNG[:40], "cutOff"),
        (WEBP[:-9], "cutOff"),
        (JPEG[:300] + bytes(len(JPEG) - 302) + JPEG[-2:], "unreadable"),
        (b"\0\0\0\x1cftypheic" + bytes(40), "unreadable"),
        (b"BM" + bytes(60), "unreadable"),
    ],
)
def test_read_photo__refuses_with_a_reason(data, code):
    with pytest.raises(PhotoProblem) as caught:
        read_photo(data)
    assert caught.value.code in (code, "notPicture" if code == "unreadable" else code)
    assert caught.value.reason


def test_read_photo__a_picture_that_would_fill_the_memory():
    head = written(flat("L", 0, (1, 1)))
    huge = head[:16] + (60000).to_bytes(4, "big") * 2 + head[24:]
    with pytest.raises(PhotoProblem) as caught:
        read_photo(huge)
    assert caught.value.code in ("hugePicture", "unreadable")
    assert written(flat("1", 0, (12001, 10000)))  # it is a few bytes
    with pytest.raises(PhotoProblem, match="120,000,000"):
        read_photo(written(flat("1", 0, (12001, 10000))))


@pytest.mark.parametrize("kind", ["missing", "folder", "link", "pipe", "endless"])
def test_read_photo__a_file_that_can_not_be_opened(tmp_path, kind):
    path = tmp_path / "x.jpg"
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "x.jpg")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    with pytest.raises(PhotoProblem) as caught:
        read_photo(path)
    assert caught.value.code == "unreadable"


def test_as_seen__is_the_middle_square():
    picture = Image.new("RGB", (301, 100), "white")
    picture.paste("black", (100, 0, 200, 100))
    assert middle_square(301, 100) == (100, 0, 200, 100)
    assert as_seen(picture, 50).max() == 0


@pytest.mark.parametrize(
    ("kind", "bits", "colour", "clear"),
    [
        (0, 1, [0], [0]),
        (0, 2, [1], [1]),
        (0, 4, [5], [5]),
        (0, 8, [100], [100]),
        (0, 16, [25701], [25701]),
        (2, 8, [1, 2, 3], [1, 2, 3]),
        (2, 16, [0x1234, 0x5678, 0x9ABC], [0x1234, 0x5678, 0x9ABC]),
    ],
)
def test_read_photo__the_transparent_colour_of_a_png_of_any_depth(kind, bits, colour, clear):
    assert pixel(bare_png(kind, bits, colour, clear)) == (255, 255, 255)
    other = [value ^ 0x0101 if bits == 16 else 1 - value if bits == 1 else value + 1 for value in clear]
    assert pixel(bare_png(kind, bits, colour, other)) != (255, 255, 255)


@pytest.mark.parametrize(
    ("bits", "photometric", "points", "expected"),
    [
        (16, 1, b"\xff\x3f" * 64, 64),
        (16, 0, b"\xff\x3f" * 64, 191),
        (8, 0, b"\x40" * 64, 191),
        (12, 1, b"\x80\x08\x00" * 32, 128),
    ],
)
def test_read_photo__grey_tiffs(bits, photometric, points, expected):
    assert pixel(bare_tiff(bits, photometric, points)) == (expected,) * 3


def test_read_photo__a_palette_has_a_colour_profile_too():
    same = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = same.replace(b"rXYZ", b"xXYZ").replace(b"bXYZ", b"rXYZ").replace(b"xXYZ", b"bXYZ")
    palette = flat("RGB", (200, 40, 40)).quantize(4)
    assert pixel(written(palette, icc_profile=swapped)) == pytest.approx((40, 40, 200), abs=3)


def test_read_photo__grey_with_transparency_has_a_colour_profile_too():
    profile = bare_grey_profile()
    grey, with_alpha = (
        written(flat("L", 100), icc_profile=profile),
        written(flat("LA", (100, 255)), icc_profile=profile),
    )
    # Its greys are as bright as their numbers, and sRGB has larger numbers for the same light.
    assert pixel(with_alpha) == pixel(grey) == pytest.approx((168,) * 3, abs=1)
    assert pixel(written(flat("LA", (100, 0)), icc_profile=profile)) == (255, 255, 255)


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_read_photo__only_exif_says_what_is_up(kind):
    """As in browsers: what XMP says of it counts for nothing."""
    options = {}
    if kind == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", XMP.decode())
    else:
        options["xmp"] = XMP
    data = written(gradient(), kind, **options)
    assert b"tiff:Orientation" in data
    assert read_photo(data).size == (64, 48)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_read_photo__around_a_small_first_frame_it_is_white(kind):
    """The frame of what is not transparent is all that programs write."""
    first, second = flat("RGBA", (0, 0, 0, 0), (40, 30)), flat("RGBA", (0, 0, 255, 255), (40, 30))
    first.paste((255, 0, 0, 255), (10, 10, 20, 20))
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = read_photo(written(first, kind, save_all=True, append_images=[second], **options))
    assert [photo.getpixel(at) for at in ((1, 1), (15, 15), (30, 25))] == [(255,) * 3, (255, 0, 0), (255,) * 3]


def test_read_photo__a_frame_that_is_smaller_than_its_gif():
    data = bytearray(written(flat("P", 1, (20, 20)), "GIF"))
    at = data.index(b",\0\0\0\0")
    data[6:10], data[at + 1 : at + 5] = bytes([100, 0, 80, 0]), bytes([60, 0, 50, 0])
    photo = read_photo(bytes(data))
    assert photo.size == (100, 80)
    assert photo.getpixel((1, 1)) == (255, 255, 255)
    assert photo.getpixel((65, 55)) != (255, 255, 255)


def test_read_photo__the_picture_for_programs_without_animations_is_no_frame():
    frames = [flat("RGB", colour) for colour in ("red", "blue", "lime")]
    data = written(frames[0], save_all=True, append_images=frames[1:], default_image=True)
    assert pixel(data) == (0, 0, 255)


def test_read_photo__as_many_points_as_the_page_takes():
    assert read_photo(written(flat("1", 1, (12000, 9000)))).size == (12000, 9000)
    assert MAX_PIXELS > 12000 * 9000


@pytest.mark.parametrize("mode", ["I;16", "F"])
def test_read_photo__more_than_8_bits_take_little_memory_on_the_way(mode):
    data = written(flat(mode, 1, (2000, 1500)), "TIFF")
    tracemalloc.start()
    try:
        read_photo(data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 20 * 2000 * 1500


def test_read_photo__runs_no_program(monkeypatch):
    def run(*_args, **_options):
        raise AssertionError

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", run)
    with pytest.raises(PhotoProblem) as caught:
        read_photo(written(gradient(), "EPS"))
    assert caught.value.code == "notPicture"


def test_read_photo__carries_nothing_of_what_the_file_says_of_itself():
    wrong = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a maker"
    photo = read_photo(written(gradient(), "JPEG", comment=b"my house", icc_profile=wrong, exif=exif, dpi=(300, 300)))
    for kind in ("JPEG", "PNG", "WEBP"):
        again = Image.open(io.BytesIO(written(photo, kind)))
        assert (again.size, dict(again.getexif())) == ((48, 64), {})
        assert not {"comment", "icc_profile", "exif"} & again.info.keys()


def test_read_photo__of_a_webp_that_holds_the_letters_of_a_frame_is_whole():
    exif = Image.Exif()
    exif[270] = "ANMF"
    data = written(gradient(), "WEBP", lossless=True, exif=exif)
    assert b"ANMF" in data
    assert np.array_equal(np.asarray(read_photo(data)), np.asarray(gradient()))

"""Small files that say that they are large pictures."""

import struct
import zlib


def png(width, height, *, pixels=b"", first=b"", second=b""):
    """A PNG, without its pixels if none are given; other chunks may stand before its header and behind it."""
    header = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0))
    data = zlib.compress(pixels, 9)
    return b"\x89PNG\r\n\x1a\n" + first + header + second + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def chunk(name, data):
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def jpeg(*frames, before=b""):
    """The markers of a JPEG: a frame is (the marker, width, height)."""
    parts = [
        struct.pack(">BBHBHHB", 0xFF, marker, 11, 8, height, width, 1) + b"\1\x11\0" for marker, width, height in frames
    ]
    return b"\xff\xd8\xff\xe0\0\4ab" + before + b"".join(parts) + b"\xff\xd9"


def webp(name, width, height):
    """The headers of a WebP: b"VP8 ", b"VP8L", or b"VP8X" with a small picture on its canvas."""
    if name == b"VP8 ":
        data = b"\0\0\0\x9d\1\x2a" + struct.pack("<HH", width, height)
    elif name == b"VP8L":
        data = b"\x2f" + struct.pack("<L", width - 1 | height - 1 << 14) + b"\0"
    else:
        data = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + name + struct.pack("<L", len(data)) + data
    if name == b"VP8X":
        body += webp(b"VP8L", 9, 9)[12:]
    return b"RIFF" + struct.pack("<L", len(body)) + body


def bombs(width, height):
    """{case: (picture, kind)} of pictures of this size."""
    second = chunk(b"IHDR", struct.pack(">LL", width, height) + bytes(5))
    return {
        "PNG": (png(width, height), "png"),
        "PNG behind another chunk": (png(width, height, first=chunk(b"tEXt", b"a\0b")), "png"),
        "PNG with a second header": (png(8, 8, second=second), "png"),
        "PNG that is cut": (png(width, height)[:40], "png"),
        "JPEG": (jpeg((0xC0, width, height)), "jpg"),
        "progressive JPEG": (jpeg((0xC2, width, height)), "jpg"),
        "JPEG of two frames": (jpeg((0xC0, 8, 8), (0xC1, width, height)), "jpg"),
        "JPEG of two frames, the large one first": (jpeg((0xC2, width, height), (0xC0, 8, 8)), "jpg"),
        "JPEG behind other bytes": (jpeg((0xC0, width, height), before=b"\xff\xff\0\xff\1zz\xff\xd0\xff"), "jpg"),
        "JPEG whose height comes later": (jpeg((0xC0, width, 0)), "jpg"),
        "WebP": (webp(b"VP8 ", width, height), "webp"),
        "WebP without loss": (webp(b"VP8L", width, height), "webp"),
        "WebP with a canvas": (webp(b"VP8X", width, height), "webp"),
    }

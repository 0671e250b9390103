"""Files that Pillow reads and does not write: bare PNGs and TIFFs of 8 x 8 points, a profile of greys, and any EXIF."""

import io
import struct
import zlib

from PIL import Image

SIDE = 8
ORIENTATION = 0x0112
SHORT = 3


def bare_png(kind, bits, colour, clear):
    """A PNG of one colour: kind 0 is grey, 2 RGB; ``clear`` is the colour that is transparent."""
    point = "".join(f"{value:0{bits}b}" for value in colour)
    row = int(point * SIDE, 2).to_bytes(len(point) * SIDE // 8, "big")
    head = struct.pack(">IIBBBBB", SIDE, SIDE, bits, kind, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"tRNS", struct.pack(f">{len(clear)}H", *clear))]
    chunks += [(b"IDAT", zlib.compress((b"\0" + row) * SIDE)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def bare_tiff(bits, photometric, points):
    """A grey TIFF; photometric 0: 0 is white, 1: 0 is black."""
    tags = {256: SIDE, 257: SIDE, 258: bits, 259: 1, 262: photometric, 273: 0, 277: 1, 278: SIDE, 279: len(points)}
    tags[273] = 8 + 2 + 12 * len(tags) + 4
    entries = b"".join(struct.pack("<HHII", tag, 4 if tag == 273 else 3, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4) + points


def bare_grey_profile():
    """A colour profile of greys whose numbers are in proportion to the light."""
    white = struct.pack(">III", 0xF6D6, 0x10000, 0xD32D)
    name = b"desc" + bytes(4) + struct.pack(">I", 5) + b"grey" + bytes(79)
    curve = b"curv" + bytes(4) + struct.pack(">IHH", 1, 256, 0)
    parts = {b"desc": name, b"wtpt": b"XYZ " + bytes(4) + white, b"kTRC": curve}
    table, body, start = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for tag, data in parts.items():
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"lcms", 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    return head + bytes(12) + b"acsp" + bytes(28) + white + bytes(48) + table + body


def entry(tag, kind, count, value, order="<"):
    """A tag of a directory of EXIF; ``value`` is its four bytes."""
    return struct.pack(order + "HHI", tag, kind, count) + value


def exif(*entries, order="<", start=8, magic=42, after=0):
    """EXIF of one directory; ``after`` is the place of the next one, of the preview."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", magic, start) + bytes(start - 8)
    directory = struct.pack(order + "H", len(entries)) + b"".join(entries) + struct.pack(order + "I", after)
    return b"Exif\0\0" + head + directory


def jpeg_with(data):
    """A JPEG of 30 x 20 points with this as its EXIF."""
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "JPEG", dpi=(72, 72))
    plain = out.getvalue()
    at = 4 + int.from_bytes(plain[4:6], "big")
    return plain[:at] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + plain[at:]


def png_with(data, picture=None, *, at_end=False):
    """A PNG with this as its EXIF, of 30 x 20 points where no picture is given."""
    out = io.BytesIO()
    (picture or Image.new("RGB", (30, 20))).save(out, "PNG")
    plain = out.getvalue()
    at = len(plain) - 12 if at_end else 33
    chunk = struct.pack(">I", len(data)) + b"eXIf" + data + struct.pack(">I", zlib.crc32(b"eXIf" + data))
    return plain[:at] + chunk + plain[at:]

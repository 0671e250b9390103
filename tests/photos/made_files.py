"""Files that Pillow reads and does not write: bare PNGs and TIFFs of 8 x 8 points, and a profile of greys."""

import struct
import zlib

SIDE = 8


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

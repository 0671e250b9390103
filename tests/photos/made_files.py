"""Files that Pillow reads and does not write: PNGs with a transparent colour, TIFFs of other depths; 8 x 8 points."""

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

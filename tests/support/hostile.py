"""Broken and hostile project files, made from a good one."""

import json
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np

from tests.support import pictures

JPEG = b"\xff\xd8\xff\xe0 a picture"
EMBEDDINGS = "embeddings.npy"


@dataclass
class Part:
    """One file in a zip, with what its two headers say of it; None: the truth."""

    name: str | bytes
    data: bytes
    deflate: bool = False
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    method: int | None = None
    flags: int = 0x800
    local_name: str | None = None
    at: int | None = None
    needs: int = 20
    extra: bytes = b""

    def record(self):
        packed = self.data if not self.deflate else zlib.compress(self.data, 9, -15)
        packed = packed if self.packed is None else self.packed
        method = self.method if self.method is not None else 8 * self.deflate
        size = len(self.data) if self.size is None else self.size
        crc = zlib.crc32(self.data) if self.crc is None else self.crc
        return packed, struct.pack("<HHHHHLLL", 20, self.flags, method, 0, 33, crc, len(packed), size)


def zipped(parts, *, before=b"", after=b"", count=None, disk=0):
    """The bytes of a zip, as the parts say."""
    body, directory = bytearray(before), bytearray()
    for part in parts:
        packed, fields = part.record()
        name = part.name if isinstance(part.name, bytes) else part.name.encode()
        local = name if part.local_name is None else part.local_name.encode()
        at = len(body) - len(before) if part.at is None else part.at
        body += b"PK\3\4" + fields + struct.pack("<HH", len(local), 0) + local + packed
        directory += b"PK\1\2" + struct.pack("<HH", 20, part.needs) + fields[2:]
        directory += struct.pack("<HHHHHLL", len(name), len(part.extra), 0, 0, 0, 0, at) + name + part.extra
    n = len(parts) if count is None else count
    end = b"PK\5\6" + struct.pack("<HHHHLLH", disk, disk, n, n, len(directory), len(body) - len(before), 0)
    return bytes(body + directory + end + after)


@dataclass
class Project:
    """A good project's file, to be spoiled."""

    json: dict = field(
        default_factory=lambda: {
            "format": "show-and-tell",
            "version": 1,
            "name": "Pets",
            "settings": None,
            "counts": {"classes": 1, "examples": 2, "thumbnails": 1},
            "embeddings": EMBEDDINGS,
            "classes": [{"label": "cat", "colour": 0, "emoji": None}],
            "examples": [
                {"id": "a", "label": "cat", "group": None, "thumbnail": "thumbnails/0.jpg"},
                {"id": "b", "label": "cat"},
            ],
        }
    )
    model: dict = field(default_factory=lambda: {"id": "mobilenet", "dimension": 2})

    def parts(self, **replaced):
        """The files by short names; a replaced one may be bytes, a Part, or None for none."""
        parts = {
            "project": Part("project.json", json.dumps(self.json).encode(), deflate=True),
            "model": Part("model.json", json.dumps(self.model).encode()),
            "embeddings": Part(EMBEDDINGS, npy(np.array([[1, 0], [0, 1]], "<f4"))),
            "thumbnail": Part("thumbnails/0.jpg", JPEG),
        }
        for key, new in replaced.items():
            if isinstance(new, bytes):
                parts[key].data = new
            elif new is None:
                del parts[key]
            else:
                parts[key] = new
        return list(parts.values())


def npy(array, header=None):
    """An array in NumPy's format, or its numbers behind another header."""
    if header is None:
        order = bool(array.flags.f_contiguous and not array.flags.c_contiguous)
        header = f"{{'descr': {array.dtype.str!r}, 'fortran_order': {order}, 'shape': {array.shape}, }}"
    text = header.encode("latin-1").ljust(117) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + array.tobytes("A")


def good():
    return zipped(Project().parts())


def with_json(**changes):
    project = Project()
    project.json.update(changes)
    return zipped(project.parts())


def with_class(**changes):
    return with_json(classes=[{"label": "cat", **changes}])


def with_example(**changes):
    return with_json(examples=[Project().json["examples"][0], {"id": "b", "label": "cat", **changes}])


def with_part(**replaced):
    return zipped(Project().parts(**replaced))


def with_more(*parts):
    return zipped([*Project().parts(), *parts])


def with_picture(picture, kind, *, is_whole=False):
    """One example with a picture; whole pictures stand where there are no embeddings."""
    name = f"thumbnails/0.{kind}"
    project = Project()
    project.json["examples"] = [{"id": "a", "label": "cat", "thumbnail": name}]
    project.json["counts"]["examples"] = 1
    if is_whole:
        project.json["embeddings"] = None
    embeddings = None if is_whole else Part(EMBEDDINGS, npy(np.array([[1, 0]], "<f4")))
    return zipped(project.parts(thumbnail=Part(name, picture), embeddings=embeddings))


def with_number(key, digits):
    """A project's JSON with a number spelled in these digits."""
    project = Project()
    project.json[key] = "HERE"
    return zipped(project.parts(project=json.dumps(project.json).replace('"HERE"', digits).encode()))


def overlapping():
    parts = Project().parts()
    parts[3].at = 0
    return zipped(parts)


def nested_quine():
    """Two files that are the same bytes: one's header lies in the other."""
    inner = zipped([Part("a.bin", bytes(1000), deflate=True)])
    at = len(zipped(Project().parts())) - 22 - sum(46 + len(part.name) for part in Project().parts())
    outer = Part("b.bin", inner)
    return zipped([*Project().parts(), outer, Part("a.bin", bytes(1000), deflate=True, at=at + 30 + len("b.bin"))])


def with_locator():
    """Two directories in one: the comment of the last file holds another one, with the end of a Zip64 behind it."""
    file = good()
    end, head = file.rfind(b"PK\5\6"), file.rfind(b"PK\1\2")
    count, size, at = struct.unpack_from("<HLL", file, end + 10)
    comment = file[at:end]
    comment += b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, size, end)
    comment += b"PK\6\7" + struct.pack("<LQL", 0, end + size, 1)
    changed = bytearray(file[:end] + comment + file[end:])
    struct.pack_into("<H", changed, head + 32, len(comment))
    struct.pack_into("<L", changed, end + len(comment) + 12, size + len(comment))
    return bytes(changed)


ARRAY = np.array([[1, 0], [0, 1]], "<f4")
BOMB = zlib.compress(bytes(64 * 2**20), 9, -15)
OBJECT_HEADER = "{'descr': '|O', 'fortran_order': False, 'shape': (2, 2), }"
CODE_HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'x': __import__('os'), }"
TWICE_HEADER = "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, }"


def corpus():
    """Yield the case, the file's bytes, and the code of the error."""
    bad = "badFile"
    file = good()
    yield "nothing", b"", bad
    yield "something else", b"GIF89a" * 100, bad
    yield "an empty zip", zipped([]), bad
    yield "the first half", file[: len(file) // 2], bad
    yield "all but the last byte", file[:-1], bad
    yield "bytes before", zipped(Project().parts(), before=b"#!/bin/sh\n"), bad
    yield "bytes behind", zipped(Project().parts(), after=b"more"), bad
    yield "two zips, one after the other", file + file, bad
    yield "a count that is wrong", zipped(Project().parts(), count=3), bad
    yield "a locator of Zip64", with_locator(), bad
    yield "the second of two disks", zipped(Project().parts(), disk=1), bad
    yield "files on top of each other", overlapping(), bad
    yield "a zip in a zip that shares its bytes", nested_quine(), bad
    for name in ("../a", "a/../../b", "/a", "C:\\a", "C:/a", "a\\b", "a//b", "./a", "", "a\0b", "a\nb", ".."):
        yield f"the name {name!r}", with_more(Part(name, b"a")), bad
    yield "a name twice", with_more(Part("project.json", b"{}")), bad
    yield "a name in other letters", with_more(Part("Project.JSON", b"{}")), bad
    yield "a name composed otherwise", with_more(Part("\u00e9", b"1"), Part("e\u0301", b"2")), bad
    yield "a file and a folder of one name", with_more(Part("a", b"1"), Part("a/", b"")), bad
    yield (
        "another name in the file's own header",
        with_part(thumbnail=Part("thumbnails/0.jpg", JPEG, local_name="x/y")),
        bad,
    )
    yield "a password", with_part(model=Part("model.json", b"{}", flags=1)), bad
    yield "another way to pack", with_part(model=Part("model.json", b"{}", method=12)), bad
    yield "a later version of zip", with_part(model=Part("model.json", b"{}", needs=64)), bad
    yield "an extra field that is cut", with_more(Part("a", b"", extra=b"UU\x32\0ab")), bad
    yield "Zip64 before the end", file[:-22] + b"PK\6\6" + bytes(52) + b"PK\6\7" + bytes(16) + file[-22:], bad
    yield "numbers as Zip64 has them", file[:-14] + b"\xff" * 12 + b"\0\0", bad
    yield "an end within its comment", file[:-2] + b"\x16\0PK\5\6" + bytes(18), bad
    yield "stored, of another size", with_part(model=Part("model.json", b"{}", size=3)), bad
    yield from corpus_of_packing()
    yield "another sum of the embeddings", with_part(embeddings=Part(EMBEDDINGS, npy(ARRAY), crc=1)), bad
    yield "another sum of a picture", with_part(thumbnail=Part("thumbnails/0.jpg", JPEG, crc=1)), bad
    yield "no project.json", with_part(project=None), bad
    yield "no model.json", with_part(model=None), bad
    yield "no embeddings", with_part(embeddings=None), bad
    yield "no picture", with_part(thumbnail=None), bad
    yield from corpus_of_json()
    yield from corpus_of_arrays()


def corpus_of_packing():
    text = Project().parts()[0].data
    packed = zlib.compress(text, 9, -15)
    for case, part in {
        "not deflate": Part("project.json", b"{}", packed=b"\xff\xff\xff", method=8),
        "deflate of nothing": Part("project.json", b"", packed=b"", method=8),
        "deflate behind a header of zlib": Part("project.json", text, packed=zlib.compress(text), method=8),
        "deflate that does not end": Part("project.json", text, packed=packed[:-4], method=8),
        "a bomb that says so": Part("project.json", bytes(64 * 2**20), packed=BOMB, method=8),
        "a bomb that says it is small": Part("project.json", b"", packed=BOMB, size=1000, method=8),
        "a bomb that says it is huge": Part("project.json", b"", packed=BOMB, size=2**31, method=8),
        "larger than it says": Part("project.json", text, deflate=True, size=len(text) - 1),
        "smaller than it says": Part("project.json", text, deflate=True, size=len(text) + 1),
        "another sum of project.json": Part("project.json", text, deflate=True, crc=1),
    }.items():
        yield case, with_part(project=part), "badFile"
    parts = [Part(f"{i}.bin", bytes(2**20), packed=b"", size=2**20, method=8) for i in range(2049)]
    yield "more in all than a file may have", with_more(*parts), "badFile"


def corpus_of_json():
    bad = "badFile"
    for case, data in {
        "no JSON": b"{",
        "two values": b"{} {}",
        "a list": b"[]",
        "null": b"null",
        "not UTF-8": b'{"a": "\xff"}',
        "a byte order mark": b"\xef\xbb\xbf{}",
        "nested deeply": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "nested deeply behind a quotation mark": b'{"a\\"": ' + b"[" * 33 + b"]" * 33 + b"}",
        "NaN": b'{"a": NaN}',
        "infinity": b'{"a": -Infinity}',
        "a control character in a text": b'{"a": "\n"}',
        "UTF-16": '{"a": 1}'.encode("utf-16"),
        "half a character as UTF-8": b'{"a": "\xed\xa0\x80"}',
        "a space of another kind before": "\u00a0{}".encode(),
        "zeros behind": b"{}\0",
        "a number in hexadecimal": b'{"a": 0x1}',
        "an underscore in an escape": b'{"a": "\\u0_41"}',
        "objects nested deeply": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    }.items():
        yield f"project.json: {case}", with_part(project=data), bad
        yield f"model.json: {case}", with_part(model=data), bad
    for case, digits in {"400 digits": "9" * 400, "5,000 digits": "9" * 5000, "2^53 + 1": str(2**53 + 1)}.items():
        yield f"a version of {case}", with_number("version", digits), bad
        yield f"a colour of {case}", with_number("classes", f'[{{"label": "cat", "colour": {digits}}}]'), bad
    for digits in ("9" * 400, "9" * 5000, "-" + "9" * 400, "-0"):
        yield f"a k of {digits[:2]}… ({len(digits)})", with_number("settings", f'{{"k": {digits}}}'), bad
    yield "a distance of 400 digits", with_number("settings", f'{{"unknownDistance": {"9" * 400}}}'), bad
    yield "the newest version", with_number("version", str(2**53 - 1)), "newerFile"
    yield "a newer version", with_json(version=2), "newerFile"
    yield "a newer version with another shape", with_json(version=7, classes="?", counts=None), "newerFile"
    for key, values in {
        "format": ["teachable", None],
        "version": [0, "1", None, 1.5, True],
        "name": [7, None, "x" * 101, "\ud800"],
        "settings": [[], "auto", {"k": 0}, {"metric": "taxi"}, {"weights": None}, {"unknownDistance": 3}, {"k": 1.5}],
        "embeddings": ["other.npy", 1, "../embeddings.npy"],
        "classes": [None, {}, [7], [{"label": f"c{i}"} for i in range(101)], [{"label": "cat"}] * 2],
        "examples": [None, {}, [None, None], [{}] * 2, [{"id": f"e{i}", "label": "cat"} for i in range(20_001)]],
        "counts": [
            None,
            {},
            {"classes": 1, "examples": 3, "thumbnails": 1},
            {"classes": True, "examples": 2, "thumbnails": 1},
        ],
    }.items():
        for i, value in enumerate(values):
            yield f"{key} {i}", with_json(**{key: value}), bad
    for i, changes in enumerate(
        [{"label": " "}, {"label": 7}, {"label": "x" * 41}, {"label": "\ud800"}, {"label": None}]
        + [{"colour": colour} for colour in (-1, 1000, "red", True, 0.5)]
        + [{"emoji": emoji} for emoji in ("", "x" * 17, 7, "xy", "\n")]
    ):
        yield f"a class {i}", with_class(**changes), bad
    for i, changes in enumerate(
        [{"id": "a"}, {"id": ""}, {"id": 7}, {"id": "x" * 65}, {"label": "dog"}, {"label": ["cat"]}, {"group": ""}]
        + [{"thumbnail": name} for name in ("../a.jpg", "thumbnails/0.jpg", "thumbnails/x.jpg", "thumbnails/1.gif", 1)]
        + [{"thumbnail": "thumbnails/1.jpg"}]
    ):
        yield f"an example {i}", with_example(**changes), bad
    for i, model in enumerate([{"id": ""}, {"id": 7}, {"id": "x" * 201}, {"dimension": 3}, {"dimension": "2"}]):
        project = Project()
        project.model.update(model)
        yield f"a model {i}", zipped(project.parts()), bad


def corpus_of_arrays():
    bad = "badFile"
    for case, data in {
        "nothing": b"",
        "no header": bytes(200),
        "the header alone": npy(ARRAY)[:128],
        "a number less": npy(ARRAY)[:-4],
        "a number more": npy(ARRAY) + bytes(4),
        "float64": npy(ARRAY.astype("<f8")),
        "the other byte order": npy(ARRAY.astype(">f4")),
        "half floats": npy(ARRAY.astype("<f2")),
        "whole numbers": npy(ARRAY.astype("<i4")),
        "a record": npy(ARRAY, "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 2), }"),
        "negative sizes": npy(ARRAY, "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2), }"),
        "a header that would fill the memory": npy(ARRAY)[:6] + b"\2\0" + b"\xff" * 4 + npy(ARRAY)[12:],
        "Fortran order": npy(np.asfortranarray(ARRAY)),
        "one dimension": npy(ARRAY.ravel()),
        "another shape": npy(ARRAY[:1]),
        "another dimension": npy(np.ones((2, 3), "<f4")),
        "objects": npy(ARRAY, OBJECT_HEADER) + b"\x80\x04cos\nsystem\n.",
        "code in the header": npy(ARRAY, CODE_HEADER),
        "an entry twice": npy(ARRAY, TWICE_HEADER),
        "a long header": npy(ARRAY, "{" + " " * 6000 + "}"),
        "NaN": npy(np.array([[1, 0], [np.nan, 1]], "<f4")),
        "infinity": npy(np.array([[1, 0], [-np.inf, 1]], "<f4")),
        "zeros": npy(np.zeros((2, 2), "<f4")),
    }.items():
        yield f"embeddings: {case}", with_part(embeddings=data), bad
    for case, data in {
        "nothing": b"",
        "HTML": b"<script>alert(1)</script>",
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "GIF": b"GIF89a" + bytes(20),
        "sound in the container of WebP": b"RIFF\x10\0\0\0WAVEfmt ",
        "SVG behind spaces": b"   <svg xmlns='http://www.w3.org/2000/svg'/>",
        "PNG by another name": b"\x89PNG\r\n\x1a\n",
        "too large": JPEG + bytes(32768),
    }.items():
        yield f"a picture: {case}", with_part(thumbnail=data), bad
    black = pictures.png(16_000, 16_000, pixels=bytes(2001 * 16_000))
    assert len(black) < 32_768
    yield "a thumbnail that fills the memory", with_picture(black, "png"), bad
    yield "a picture that fills the memory", with_picture(black, "png", is_whole=True), bad
    for case, (picture, kind) in pictures.bombs(1000, 1001).items():
        yield f"a thumbnail of too many pixels: {case}", with_picture(picture, kind), bad
    for case, (picture, kind) in pictures.bombs(7072, 7071).items():
        yield f"a picture of too many pixels: {case}", with_picture(picture, kind, is_whole=True), bad

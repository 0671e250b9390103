"""Reads an untrusted zip file by file.

What a file says of its size is checked, and what it really has is counted: nothing is unpacked beyond that. A zip that
can be read in two ways (two directories, files on top of each other, two files of one name) is refused. The twins are
``web/src/exchange/zip-directory.js`` and ``web/src/exchange/zip-reader.js``.
"""

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file

END: Final = b"PK\x05\x06"
END_BYTES: Final = 22
#: Where a zip of another kind has its directory; it lies before the end record.
LOCATOR: Final = b"PK\x06\x07"
LOCATOR_BYTES: Final = 20
LOCAL: Final = b"PK\x03\x04"
LOCAL_BYTES: Final = 30
MAX_COMMENT: Final = 0xFFFF
UTF8: Final = 0x800
PIECE_BYTES: Final = 2**20
#: Small files may be packed as well as they can.
RATIO_BYTES: Final = 2**20
_ODD: Final = re.compile(r"[\\\x00-\x1f\x7f]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_BROKEN: Final = (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError)


class ZipReader:
    """A zip that was checked as far as its directory goes.

    Args:
        file: A binary file that can seek.
        max_entries: The most files in it.
        max_bytes: The most bytes of all of them together, unpacked.
        is_foreign: Whether other programs made it, which know no rules for names; see ``check_names``.

    Attributes:
        entries: All files by their names, without folders, in the order in which they lie in the zip.

    Raises:
        ContractError: badFile.

    Example:
        >>> import io
        >>> file = io.BytesIO()
        >>> with zipfile.ZipFile(file, "w") as writer:
        ...     writer.writestr("a.txt", b"a")
        >>> reader = ZipReader(file)
        >>> reader.read("a.txt", 10)
        b'a'
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        max_entries: int = 2 * LIMITS["examplesPerRoom"],
        max_bytes: int = LIMITS["fileBytes"],
        is_foreign: bool = False,
    ) -> None:
        self._file = file
        directory_at, count = _check_end(file, max_entries)
        try:
            zip_file = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise bad_file("zip", "PK") from error
        if len(zip_file.infolist()) != count:
            raise bad_file("zip", "PK")
        infos = sorted(zip_file.infolist(), key=lambda info: info.header_offset)
        ends = [*(info.header_offset for info in infos[1:]), directory_at]
        if infos and infos[0].header_offset != 0:
            raise bad_file("zip", "PK")
        for info, end in zip(infos, ends, strict=False):
            _check_entry(info, end)
        names = [_name_of(info) for info in infos]
        check_names(names, is_foreign=is_foreign)
        self._ends = dict(zip(names, ends, strict=False))
        self.entries = {name: info for name, info in zip(names, infos, strict=True) if not name.endswith("/")}
        if sum(info.file_size for info in self.entries.values()) > max_bytes:
            raise bad_file("zip", f"≤ {max_bytes} B")

    def read(self, name: str, max_bytes: int) -> bytes:
        """Return all bytes of a file.

        Raises:
            ContractError: badFile, also where there is no such file.
        """
        return b"".join(self.chunks(name, max_bytes))

    def chunks(self, name: str, max_bytes: int) -> Iterator[bytes]:
        """Yield a file's bytes in order. It is whole only when this has ended: then its size and its sum are right.

        Raises:
            ContractError: badFile, also where there is no such file.
        """
        info = self.entries.get(name)
        if info is None:
            raise bad_file(name, name)
        if info.file_size > max_bytes:
            raise bad_file(name, f"≤ {max_bytes} B")
        begin = self._begin(info)
        is_deflated = info.compress_type == zipfile.ZIP_DEFLATED
        size = sum_ = 0
        for chunk in self._inflated(info, begin) if is_deflated else self._packed(info, begin):
            size += len(chunk)
            if size > info.file_size:
                raise bad_file(name, f"{info.file_size} B")
            sum_ = zlib.crc32(chunk, sum_)
            yield chunk
        if size != info.file_size:
            raise bad_file(name, f"{info.file_size} B")
        if sum_ != info.CRC:
            raise bad_file(name, "CRC-32")

    def _packed(self, info: zipfile.ZipInfo, begin: int) -> Iterator[bytes]:
        """Yield a file's bytes as they lie in the zip."""
        end = begin + info.compress_size
        while begin < end:
            self._file.seek(begin)
            piece = self._file.read(min(PIECE_BYTES, end - begin))
            if not piece:
                raise bad_file(_name_of(info), f"{info.compress_size} B")
            yield piece
            begin += len(piece)

    def _inflated(self, info: zipfile.ZipInfo, begin: int) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in self._packed(info, begin):
                waiting = piece
                while waiting:
                    yield inflate.decompress(waiting, PIECE_BYTES)
                    waiting = inflate.unconsumed_tail
            yield inflate.flush()
        except zlib.error as error:
            raise bad_file(_name_of(info), "deflate") from error
        if not inflate.eof:
            raise bad_file(_name_of(info), "deflate")

    def _begin(self, info: zipfile.ZipInfo) -> int:
        """Return where a file's bytes begin.

        Refuses a file whose own header says something else than the directory, or that reaches into the next one.
        """
        name = _name_of(info)
        self._file.seek(info.header_offset)
        header = self._file.read(LOCAL_BYTES)
        if len(header) < LOCAL_BYTES or not header.startswith(LOCAL):
            raise bad_file(name, "PK")
        (method,) = struct.unpack_from("<H", header, 8)
        name_bytes, extra_bytes = struct.unpack_from("<HH", header, 26)
        begin: int = info.header_offset + LOCAL_BYTES + name_bytes + extra_bytes
        is_same = self._file.read(name_bytes) == _raw_name(info)
        if method != info.compress_type or not is_same or begin + info.compress_size > self._ends[name]:
            raise bad_file(name, "PK")
        return begin


def _check_end(file: BinaryIO, max_entries: int) -> tuple[int, int]:
    """Check the record at the zip's end; return where the directory begins, and how many files it lists."""
    size = file.seek(0, 2)
    tail_at = file.seek(max(0, size - END_BYTES - MAX_COMMENT))
    tail = file.read()
    place = tail.rfind(END)
    while place >= 0:
        if len(tail) >= place + END_BYTES:
            disk, first, here, count, length, at, comment = struct.unpack_from("<4H2LH", tail, place + 4)
            if place + END_BYTES + comment == len(tail):
                break
        place = tail.rfind(END, 0, place)
    if place < 0:
        raise bad_file("zip", "PK")
    # Zip64 has these numbers at their limits, or a locator, and a directory elsewhere.
    if tail[max(0, place - LOCATOR_BYTES) : place].startswith(LOCATOR):
        raise bad_file("zip", "PK, 1/1")
    if disk or first or here != count or at + length != tail_at + place:
        raise bad_file("zip", "PK, 1/1")
    if count > max_entries:
        raise bad_file(f"zip: {count}", f"≤ {max_entries}")
    return int(at), int(count)


def _check_entry(info: zipfile.ZipInfo, end: int) -> None:
    name = _name_of(info)
    if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise bad_file(name, "deflate")
    if info.compress_type == zipfile.ZIP_STORED and info.compress_size != info.file_size:
        raise bad_file(name, f"{info.compress_size} B")
    if info.header_offset + info.compress_size >= end:
        raise bad_file(name, "PK")
    if info.file_size > RATIO_BYTES and info.file_size > info.compress_size * LIMITS["fileRatio"]:
        raise bad_file(name, f"≤ {LIMITS['fileRatio']} : 1")


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & UTF8 else "cp437")


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return a name; where the zip does not say that it is UTF-8, it may be so all the same, as macOS writes it."""
    if info.flag_bits & UTF8:
        return info.orig_filename
    try:
        return _raw_name(info).decode("utf-8")
    except UnicodeDecodeError:
        return info.orig_filename


def check_names(names: list[str], *, is_foreign: bool = False) -> None:
    """Refuse names that would lead out of a folder or that a file system takes for one another.

    Args:
        names: Of all files and folders in a zip.
        is_foreign: Whether other programs made it. Nothing in such a zip becomes a file: a name may have a colon, and
            two may differ by case or accents alone, as classes may.

    Raises:
        ContractError: badFile.

    Example:
        >>> check_names(["a.txt", "A.TXT"])
        Traceback (most recent call last):
        server.contract.errors.ContractError: ...
    """
    seen = set()
    for name in names:
        folders = name.removesuffix("/").split("/")
        is_odd = _ODD.search(name) or any(part in ("", ".", "..") for part in folders)
        has_colon = _DRIVE.fullmatch(folders[0]) or (":" in name and not is_foreign)
        if is_odd or has_colon:
            raise bad_file(name, "a/b.txt")
        path = "/".join(folders)
        key = path if is_foreign else unicodedata.normalize("NFC", path).lower()
        if key in seen:
            raise bad_file(name, "1 ×")
        seen.add(key)

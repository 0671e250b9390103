"""NumPy's file format for one array, as far as it is needed: float32, C order, two dimensions.

``numpy.load`` reads such a file too. Here the header of an untrusted one is read as strictly as the page reads it:
nothing is evaluated, no pickle. The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. The
twin is ``web/src/exchange/npy.js``.
"""

import re
from typing import Final, NamedTuple

from server.exchange.bad_file import bad_file

MAGIC: Final = b"\x93NUMPY"
ALIGN: Final = 64
#: A header of two numbers has about 80 characters.
MAX_HEADER: Final = 4096
EXPECTED: Final = "NumPy 1.0–3.0, <f4, C, (n, d)"
_SHAPE: Final = r"'shape': ?\((\d{1,9}), ?(\d{1,9})\)"
_ENTRY: Final = r"(?:'descr': ?'<f4'|'fortran_order': ?False|'shape': ?\(\d{1,9}, ?\d{1,9}\))"
#: A dictionary of three entries, each of one of the three kinds.
_HEADER: Final = re.compile(r"\{(?:" + _ENTRY + r",? ?){3}\} *\n?", re.ASCII)


class NpyHeader(NamedTuple):
    """What a header says: n rows, d columns, and where the numbers begin."""

    n: int
    d: int
    start: int


def npy_header(n: int, d: int) -> bytes:
    r"""Return what stands before the numbers; its length is a multiple of 64.

    Example:
        >>> npy_header(1, 2)[:8]
        b'\x93NUMPY\x01\x00'
    """
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({n}, {d}), }}".encode()
    start = len(MAGIC) + 4
    length = -(-(start + len(text) + 1) // ALIGN) * ALIGN
    return MAGIC + bytes([1, 0]) + (length - start).to_bytes(2, "little") + text.ljust(length - start - 1) + b"\n"


def read_npy_header(data: bytes, name: str) -> NpyHeader:
    """Read what stands before the numbers.

    Args:
        data: The file's first bytes, 4,110 or all of them.
        name: The file's, for the error.

    Raises:
        ContractError: badFile.

    Example:
        >>> read_npy_header(npy_header(3, 4), "embeddings.npy")
        NpyHeader(n=3, d=4, start=128)
    """
    major = data[6] if len(data) > 7 else 0
    start = 10 if major == 1 else 12
    if not data.startswith(MAGIC) or not 1 <= major <= 3 or data[7] != 0 or len(data) < start:
        raise bad_file(name, EXPECTED)
    length = int.from_bytes(data[8:start], "little")
    if length > MAX_HEADER or len(data) < start + length:
        raise bad_file(name, EXPECTED)
    text = data[start : start + length].decode("latin-1")
    shape = re.search(_SHAPE, text, re.ASCII)
    is_float32 = re.search(r"'descr': ?'<f4'", text) and re.search(r"'fortran_order': ?False", text)
    if not _HEADER.fullmatch(text) or not is_float32 or not shape:
        raise bad_file(name, EXPECTED)
    return NpyHeader(int(shape[1]), int(shape[2]), start + length)

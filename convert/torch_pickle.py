"""Reads a PyTorch state dict without PyTorch, and without trusting the file.

A pickle may call any function that its reader can import, so a plain `pickle.load` of a downloaded file runs whatever
its author liked. This reader knows the four names that a state dict of plain tensors needs and refuses every other.

The format is PyTorch's *legacy* one (`torch.save` before 1.6): five pickles one after another (a magic number, the
protocol, the writer's system, the state dict, the keys of the storages), then each storage as an int64 count and its
raw little-endian numbers.
"""

import math
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from convert.errors import ConvertError

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


@dataclass(frozen=True)
class _Storage:
    """A named run of numbers whose bytes come later in the file."""

    key: str
    dtype: str
    count: int


@dataclass(frozen=True)
class _View:
    """A tensor: a window on a storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _rebuild_tensor_v2(storage: _Storage, offset: int, shape: Any, strides: Any, *_unused: object) -> _View:
    """Stands in for torch._utils._rebuild_tensor_v2, which every tensor of a state dict calls."""
    return _View(storage, int(offset), tuple(map(int, shape)), tuple(map(int, strides)))


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor_v2,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


class _Unpickler(pickle.Unpickler):
    """An unpickler that resolves the allowed names only."""

    def find_class(self, module: str, name: str) -> Any:
        """Looks a name up in the allow-list; nothing is ever imported."""
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, which a state dict has no need of")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        """Resolves a reference to a storage: ('storage', type, key, location, count, view)."""
        kind, dtype, key, _location, count, view = pid
        if kind != "storage" or view is not None or not isinstance(dtype, str):
            raise pickle.UnpicklingError(f"it refers to {kind!r} in a way that is not supported")
        return _Storage(str(key), dtype, int(count))


def read_state_dict(path: Path) -> dict[str, NDArray[Any]]:
    """Reads the tensors of a legacy PyTorch file.

    Args:
        path: The `.pth` file.

    Returns:
        Name to array, in the file's order; float32 or int64, of the shape that PyTorch had (OIHW for convolutions).

    Raises:
        ConvertError: The file is not a legacy state dict of plain tensors, or it asks for anything else.
    """
    try:
        with path.open("rb") as file:
            return _read(file, path.stat().st_size)
    except OSError:
        raise
    except Exception as error:  # a hostile pickle can make the unpickler raise nearly anything
        raise ConvertError(
            f"{path} can't be read as PyTorch weights: {error}.",
            "Reinstall the package it came from; if you put the file there yourself, don't trust it.",
        ) from error


def _read(file: BinaryIO, size_bytes: int) -> dict[str, NDArray[Any]]:
    """Reads an open file; see `read_state_dict`."""
    if _Unpickler(file).load() != _MAGIC_NUMBER:
        raise ValueError("it does not start with PyTorch's magic number")
    if _Unpickler(file).load() != _PROTOCOL:
        raise ValueError(f"its protocol is not {_PROTOCOL}")
    _Unpickler(file).load()  # the writer's system; the numbers are little-endian in any case
    views = _Unpickler(file).load()
    if not isinstance(views, dict) or not all(isinstance(view, _View) for view in views.values()):
        raise ValueError("it is not a dictionary of tensors")

    storages = {view.storage.key: view.storage for view in views.values()}
    numbers: dict[str, NDArray[Any]] = {}
    for key in _Unpickler(file).load():
        storage = storages[key]
        count = int.from_bytes(file.read(8), "little", signed=True)
        dtype = np.dtype(storage.dtype)
        if count != storage.count or not 0 <= count * dtype.itemsize <= size_bytes:
            raise ValueError(f"storage {key} announces {storage.count} numbers and holds {count}")
        numbers[key] = np.frombuffer(file.read(count * dtype.itemsize), dtype)
        if numbers[key].size != count:
            raise ValueError("it ends in the middle of a tensor")
    return {str(name): _materialise(view, numbers[view.storage.key]) for name, view in views.items()}


def _materialise(view: _View, numbers: NDArray[Any]) -> NDArray[Any]:
    """Copies a tensor out of its storage, after making sure that its window lies inside."""
    if len(view.shape) != len(view.strides) or min((view.offset, *view.shape, *view.strides), default=0) < 0:
        raise ValueError("a tensor's shape and strides don't go together")
    last = view.offset + sum((n - 1) * stride for n, stride in zip(view.shape, view.strides, strict=True))
    if last >= numbers.size or math.prod(view.shape) > numbers.size:
        raise ValueError("a tensor reaches beyond its storage")
    strides = tuple(stride * numbers.itemsize for stride in view.strides)
    return np.lib.stride_tricks.as_strided(numbers[view.offset :], view.shape, strides).copy()

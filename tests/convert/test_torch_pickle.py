import io
import os
import pickle
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest

from convert.backbones import BACKBONES
from convert.errors import ConvertError
from convert.torch_pickle import read_state_dict
from convert.weights import find_weights

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C


def _name(module, name):
    """Pickle code that pushes module.name, which need not exist here."""
    return b"c" + module.encode() + b"\n" + name.encode() + b"\n"


def _tensor(key, count, shape, strides, offset=0, storage=("torch", "FloatStorage")):
    """Pickle code that pushes a tensor, as torch.save writes it."""

    def plain(value):
        return pickle.dumps(value, protocol=2)[2:-1]

    reference = b"(" + plain("storage") + _name(*storage) + plain(key) + plain("cpu") + plain(count) + b"NtQ"
    return (
        _name("torch._utils", "_rebuild_tensor_v2")
        + b"("
        + reference
        + plain(offset)
        + plain(shape)
        + plain(strides)
        + b"\x89"
        + _name("collections", "OrderedDict")
        + b")RtR"
    )


def _file(path, entries, storages, magic=MAGIC_NUMBER, protocol=1001):
    """Writes a legacy PyTorch file from pickle code for each name, and the numbers of each storage."""
    with path.open("wb") as file:
        for header in (magic, protocol, {"little_endian": True}):
            file.write(pickle.dumps(header, protocol=2))
        code = b"\x80\x02" + _name("collections", "OrderedDict") + b")R"
        for name, tensor in entries.items():
            code += pickle.dumps(name, protocol=2)[2:-1] + tensor + b"s"
        file.write(code + b".")
        file.write(pickle.dumps(list(storages), protocol=2))
        for numbers in storages.values():
            file.write(struct.pack("<q", numbers.size) + numbers.tobytes())
    return path


def test_read_state_dict__reads_shapes_strides_and_offsets(tmp_path):
    numbers = np.arange(12, dtype="<f4")
    entries = {
        "whole": _tensor("1", 12, (3, 4), (4, 1)),
        "turned": _tensor("1", 12, (4, 3), (1, 4)),
        "part": _tensor("1", 12, (2,), (1,), offset=5),
        "count": _tensor("2", 1, (), (), storage=("torch", "LongStorage")),
    }
    file = _file(tmp_path / "w.pth", entries, {"1": numbers, "2": np.array([7], "<i8")})
    tensors = read_state_dict(file)
    assert list(tensors) == list(entries)
    np.testing.assert_array_equal(tensors["whole"], numbers.reshape(3, 4))
    np.testing.assert_array_equal(tensors["turned"], numbers.reshape(3, 4).T)
    np.testing.assert_array_equal(tensors["part"], [5, 6])
    assert tensors["count"].dtype == np.int64
    assert tensors["count"] == 7


class Hostile:
    """Runs a command when an ordinary unpickler reads it."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        (os.system, "touch {}"),
        (eval, "open('{}', 'w')"),
        (exec, "open('{}', 'w')"),
        (Path.touch, None),
        (getattr, None),
    ],
)
@pytest.mark.parametrize("place", ["first", "in the state dict"])
def test_read_state_dict__never_runs_what_a_file_asks_for(tmp_path, function, argument, place):
    trace = tmp_path / "trace"
    arguments = (argument.format(trace),) if argument else (trace, "touch")[: 1 if function is Path.touch else 2]
    hostile = pickle.dumps(Hostile(function, *arguments), protocol=2)
    file = tmp_path / "w.pth"
    if place == "first":
        file.write_bytes(hostile)
    else:
        _file(file, {"a": hostile[2:-1]}, {})
    with pytest.raises(ConvertError, match=r"can't be read as PyTorch weights: it asks for \w+\."):
        read_state_dict(file)
    assert not trace.exists()


@pytest.mark.parametrize(
    ("tensor", "why"),
    [
        (_tensor("1", 4, (2, 4), (4, 1)), "beyond its storage"),
        (_tensor("1", 4, (2,), (1,), offset=3), "beyond its storage"),
        (_tensor("1", 4, (10**9,), (0,)), "beyond its storage"),
        (_tensor("1", 4, (2,), (-1,), offset=2), "don't go together"),
        (_tensor("1", 4, (2, 2), (1,)), "don't go together"),
        (_tensor("1", 9, (2,), (1,)), "announces 9 numbers and holds 4"),
        (_tensor("1", 4, (2,), (1,), storage=("torch", "HalfStorage")), "torch.HalfStorage"),
        (pickle.dumps("not a tensor", protocol=2)[2:-1], "not a dictionary of tensors"),
    ],
)
def test_read_state_dict__refuses_a_tensor_that_makes_no_sense(tmp_path, tensor, why):
    file = _file(tmp_path / "w.pth", {"a": tensor}, {"1": np.zeros(4, "<f4")})
    with pytest.raises(ConvertError, match=why):
        read_state_dict(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"junk" * 100, pickle.dumps(OrderedDict(), protocol=2)])
def test_read_state_dict__refuses_other_files(tmp_path, content):
    file = tmp_path / "w.pth"
    file.write_bytes(content)
    with pytest.raises(ConvertError, match="can't be read as PyTorch weights"):
        read_state_dict(file)


def test_read_state_dict__reads_the_real_file_and_refuses_it_cut_short(tmp_path):
    real = find_weights(BACKBONES["efficientnet_lite0"].weights(None, 224), print)
    tensors = read_state_dict(real)
    assert len(tensors) == 296
    assert tensors["_conv_stem.weight"].shape == (32, 3, 3, 3)
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())
    file = tmp_path / "short.pth"
    file.write_bytes(real.read_bytes()[:-100])
    with pytest.raises(ConvertError, match="ends in the middle of a tensor"):
        read_state_dict(file)


def test_hostile__does_run_with_an_ordinary_unpickler(tmp_path):
    # guards the tests above: what they feed in is dangerous indeed
    trace = tmp_path / "trace"
    pickle.load(io.BytesIO(pickle.dumps(Hostile(os.system, f"touch {trace}"), protocol=2)))  # noqa: S301 on purpose
    assert trace.exists()

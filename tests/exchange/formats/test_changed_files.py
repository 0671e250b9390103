"""A file that was changed somewhere is read or refused, and never anything else."""

import contextlib
import io
import json
import random

import pytest

from server.contract.errors import ContractError
from server.exchange.formats.registry import read_foreign
from server.exchange.showandtell import read_showandtell
from tests.support import hostile
from tests.support.exchange_files import FOLDER

FILES = [path for path in sorted(FOLDER.iterdir()) if path.name != "expected.json" and path.stat().st_size < 20_000]
ODD_BYTES = [b'"', b",", b"\n", b"\0", b"\xff", b"e1", b"9" * 400, b"-!-", b"/", b"..", b"PK\5\6", b"label"]
ODD_VALUES = [None, [], {}, "", 0, -1, 1e300, float("inf"), 10**400, True, "x" * 100, [[1]], {"0": 1}, "\ud800", [None]]


def changed_bytes(data, chance):
    data = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        data[at : at + chance.choice([0, 0, 1, 30])] = chance.choice([*ODD_BYTES, b"", chance.randbytes(1)])
    return bytes(data)


def changed_json(value, chance):
    if chance.random() < 0.15:
        return chance.choice(ODD_VALUES)
    if isinstance(value, list):
        return [changed_json(each, chance) for each in value]
    if isinstance(value, dict):
        return {key: changed_json(each, chance) for key, each in value.items()}
    return value


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_a_changed_file_of_another_tool(path, tmp_path):
    chance = random.Random(path.name)
    data, target = path.read_bytes(), tmp_path / path.name
    for _ in range(60):
        changed = changed_bytes(data, chance)
        with contextlib.suppress(ValueError, RecursionError):
            if chance.random() < 0.6:
                # Infinity is no JSON: a number that is too large is.
                changed = json.dumps(changed_json(json.loads(data), chance)).replace("Infinity", "1e999").encode()
        target.write_bytes(changed)
        with contextlib.suppress(ContractError):
            read_foreign(target, chance.choice([None, 2, 4]))


def test_a_changed_project():
    chance = random.Random(1)
    for _ in range(2000):
        project = hostile.Project()
        project.json, project.model = changed_json(project.json, chance), changed_json(project.model, chance)
        for data in (hostile.zipped(project.parts()), changed_bytes(hostile.good(), chance)):
            with contextlib.suppress(ContractError):
                read_showandtell(io.BytesIO(data))

"""The contract's numbers stand once: in contract/constants.json, which README, languages and reference all follow."""

import re

import pytest

from server.contract import constants
from tests.support.reference import CONSTANTS, CONTRACT

ROOT = CONTRACT.parent
README = (CONTRACT / "README.md").read_text("utf-8")
PROSE, TABLE = README.split("## The numbers")
ROWS = dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", TABLE, re.MULTILINE))
#: Values that must not be repeated: not in the prose of the README, not in a source.
UNMISTAKABLE = {key: ROWS[key] for key in ("tie", "maxFitted", "maxTested", "randomSeedFactor", "randomMultiplier")}
SOURCES = [
    path
    for folder in ("server/knn", "server/evaluation", "server/rooms", "bench", "web/src/knn", "web/src/evaluation")
    for path in sorted((ROOT / folder).iterdir())
    if path.suffix in (".py", ".js", ".mjs")
]


def written(value):
    """A value as the README writes it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int):
        return f"{value:,}" if 1000 <= value < 10_000 else str(value)
    return re.sub("e-0?", "e-", str(value))


def test_readme__lists_every_number_of_the_json():
    assert {key: written(value) for key, value in CONSTANTS.items()} == ROWS


def test_readme__names_every_number_that_it_uses():
    used = set(re.findall(r"`(\w+)`", PROSE)) & set(CONSTANTS)
    assert used >= set(CONSTANTS) - {"weights"}


def test_constants__python_has_every_number_of_the_json():
    for key, value in CONSTANTS.items():
        name = re.sub(r"([A-Z])", r"_\1", key).upper()
        expected = tuple(value) if isinstance(value, list) else value
        assert getattr(constants, name) == expected


def test_constants__javascript_has_every_number_of_the_json():
    source = (ROOT / "web" / "src" / "contract" / "constants.js").read_text("utf-8")
    exported = dict(re.findall(r"^export const (\w+) = constants\.(\w+);", source, re.MULTILINE))
    assert exported == {re.sub(r"([A-Z])", r"_\1", key).upper(): key for key in CONSTANTS}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sources__repeat_no_number_of_the_contract(path):
    code = path.read_text("utf-8")
    for key, value in UNMISTAKABLE.items():
        number = re.escape(value).replace(",", "[,_]?")
        assert not re.search(rf"(?<![\w.]){number}(?![\w.])", code), f"{value} is {key} of contract/constants.json"


def test_readme__states_each_number_once():
    example = 'within `tie`" is "within 1e-9"'
    assert example in PROSE
    prose = PROSE.replace(example, "")
    for value in UNMISTAKABLE.values():
        assert value not in prose

"""The state of a clean copy: whatever is in it, nothing outside is touched; a killed run goes on."""

import copy
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.toolchain.conftest import REPOSITORY
from tests.toolchain.odd_files import content_of, encoded, picture
from toolchain.cleaning.clean import CleanOptions, clean_folder
from toolchain.errors import ToolchainError

OPTIONS = CleanOptions(min_side=100, side=100)
STATE = ".clean.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder of three photos, one of them broken, its clean copy, and the state of that."""
    place = tmp_path_factory.mktemp("state")
    for name in ("a/1.jpg", "b/2.jpg"):
        (place / "photos" / name).parent.mkdir(parents=True)
        (place / "photos" / name).write_bytes(encoded(picture(ord(name[0])).resize((120, 120)), "JPEG"))
    (place / "photos/b/broken.jpg").write_bytes(b"x")
    clean_folder(place / "photos", place / "clean", OPTIONS)
    return place / "photos", place / "clean", json.loads((place / "clean" / STATE).read_text())


def copied(made, place, stored):
    """Another such copy with another state, beside a file that is somebody else's."""
    _, clean, _ = made
    shutil.copytree(clean, place / "clean")
    (place / "mine.jpg").write_bytes(b"mine")
    (place / "clean/mine.txt").write_text("mine")
    (place / "clean" / STATE).write_bytes(stored if isinstance(stored, bytes) else json.dumps(stored).encode())
    return place / "clean"


def check_it_is_refused_or_done(made, place, stored):
    """Clean again. Returns whether it was refused."""
    folder, clean, _ = made
    out = copied(made, place, stored)
    before = content_of(place)
    refused = None
    try:
        result = clean_folder(folder, out, OPTIONS)
    except ToolchainError as error:
        refused = error
    if refused:
        assert STATE in str(refused)
        assert refused.hint.startswith("Choose another folder with --out")
        assert content_of(place) == before
        return True
    assert {row["name"]: row["fate"] for row in result.rows} == {
        "a/1.jpg": "kept",
        "b/2.jpg": "kept",
        "b/broken.jpg": "broken",
    }
    after = content_of(place)
    assert after.keys() == before.keys()
    for name in ("a/1.jpg", "b/2.jpg"):
        assert after[f"clean/{name}"] == (clean / name).read_bytes()
    assert (after["mine.jpg"], after["clean/mine.txt"]) == (b"mine", b"mine")
    return False


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"{]",
        b"\xff\xfe",
        b"\0",
        b"null",
        b"[" * 100_000,
        b"9" * 5_000,
        b"[]",
        b"{}",
        {"format": "show-and-tell-clean"},
        {"format": "show-and-tell-clean", "version": 2, "looks": {}},
        {"format": "show-and-tell-clean", "version": 2, "outputs": {}},
        {"format": "show-and-tell-clean", "version": 2, "looks": [], "outputs": {}},
        {"format": "show-and-tell-clean", "version": 2, "looks": {}, "outputs": [["a", "b"]]},
        {"format": "show-and-tell-clean", "version": 2, "looks": {}, "outputs": {"a/1.jpg": 1}},
        {"format": "show-and-tell-clean", "version": 3, "looks": {}, "outputs": {}},
        {"format": "show-and-tell-clean", "version": True, "looks": {}, "outputs": {}},
        {"format": "show-and-tell-clean", "version": [2], "looks": {}, "outputs": {}},
        {"format": "another", "version": 2, "looks": {}, "outputs": {}},
    ],
    ids=lambda stored: str(stored)[:60],
)
def test_clean_folder__refuses_a_state_that_is_none(made, tmp_path, stored):
    assert check_it_is_refused_or_done(made, tmp_path, stored)


@pytest.mark.parametrize(
    "name",
    [
        "../mine.jpg",
        "a/../../mine.jpg",
        "nowhere/../../mine.jpg",
        "{place}/mine.jpg",
        "mine.txt",
        "",
        ".",
        "..",
        STATE,
        "a",
        "a\0.jpg",
        "\ud800.jpg",
        "x" * 5_000 + ".jpg",
        "x/" * 5_000 + ".jpg",
        "a/1.jpg/2.jpg",
        "a/../../clean/../mine.jpg",
    ],
    ids=lambda name: repr(name)[:30],
)
def test_clean_folder__removes_nothing_that_a_state_only_says_it_wrote(made, tmp_path, name):
    stored = copy.deepcopy(made[2])
    stored["outputs"][name.format(place=tmp_path)] = "x"
    assert not check_it_is_refused_or_done(made, tmp_path, stored)


@pytest.mark.parametrize("place", range(7))
@pytest.mark.parametrize("value", [None, "", "x", -1, 2**64, 1.5, True, [], {}, "zz" * 48, " " * 96], ids=repr)
def test_clean_folder__looks_again_where_the_state_makes_no_sense(made, tmp_path, place, value):
    stored = copy.deepcopy(made[2])
    for look in stored["looks"].values():
        if not look[5] or place >= 5:
            look[place] = value
    assert not check_it_is_refused_or_done(made, tmp_path, stored)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_clean_folder__survives_any_state(made, data):
    stored = copy.deepcopy(made[2])
    at = stored
    for _ in range(data.draw(st.integers(0, 2))):
        inner = [value for value in at.values() if isinstance(value, dict) and value]
        at = data.draw(st.sampled_from(inner)) if inner else at
    key = data.draw(st.sampled_from(sorted(at)))
    old = at.pop(key)
    is_renamed = data.draw(st.booleans())
    at[data.draw(st.text(max_size=8)) if is_renamed else key] = old if is_renamed else data.draw(values)
    outputs = stored.get("outputs")
    # Otherwise the files are somebody else's, which is another test's.
    assume(not isinstance(outputs, dict) or {"a/1.jpg", "b/2.jpg"} <= outputs.keys())
    with tempfile.TemporaryDirectory() as place:
        check_it_is_refused_or_done(made, Path(place), stored)


@pytest.mark.parametrize("name", [STATE, "report.csv", "report.json"])
def test_clean_folder__writes_through_no_link_where_its_own_files_should_be(made, tmp_path, name):
    folder, _, stored = made
    out = copied(made, tmp_path, stored)
    outside = tmp_path / "outside"
    for is_there in (True, False):
        shutil.copy(out / name, outside)
        (out / name).unlink()
        (out / name).symlink_to(outside)
        if not is_there:
            outside.unlink()
        before = content_of(tmp_path)
        with pytest.raises(ToolchainError, match=f"{re.escape(name)} leads out of"):
            clean_folder(folder, out, OPTIONS)
        assert content_of(tmp_path) == before
        (out / name).unlink()
        shutil.copy(made[1] / name, out / name)


_KILLED = """
import os, signal, sys
from pathlib import Path
from toolchain.cleaning.clean import CleanOptions, clean_folder

def kill(event, arguments):
    if event == sys.argv[3] and ".clean.json" in os.fsdecode(arguments[0]):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(kill)
clean_folder(Path(sys.argv[1]), Path(sys.argv[2]), CleanOptions(min_side=100, side=100))
"""


@pytest.mark.parametrize("event", ["open", "os.rename"])
def test_clean__killed_while_the_first_state_is_written_goes_on(made, tmp_path, event):
    folder, clean, _ = made
    out = tmp_path / "clean"
    command = [sys.executable, "-c", _KILLED, str(folder), str(out), event]
    for _ in range(2):
        assert subprocess.run(command, cwd=REPOSITORY, check=False).returncode == -signal.SIGKILL
        assert not (out / STATE).exists()
    assert clean_folder(folder, out, OPTIONS).written == 2
    assert content_of(out).keys() == content_of(clean).keys()


def test_clean_folder__writes_through_no_link_in_the_place_of_an_unfinished_state(made, tmp_path):
    out = copied(made, tmp_path, made[2])
    (out / f"{STATE}.new").symlink_to(tmp_path / "mine.jpg")
    clean_folder(made[0], out, OPTIONS)
    assert (tmp_path / "mine.jpg").read_bytes() == b"mine"

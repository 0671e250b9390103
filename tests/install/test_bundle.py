"""The folder for a USB stick: what a computer would miss in it is found before it is copied."""

import hashlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

from tests.support.server import ROOT

PARTS = ROOT / "deploy" / "bundle"


@pytest.fixture(scope="module")
def bundle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bundle_script", ROOT / "scripts" / "bundle.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def wheel(tmp_path):
    """A function that writes a wheel with nothing but metadata."""

    def write(name: str, tags: str = "py3-none-any", *lines: str) -> Path:
        path = tmp_path / f"{name}-{tags}.whl"
        with ZipFile(path, "w") as archive:
            archive.writestr(f"{name}.dist-info/METADATA", "\n".join([f"Name: {name}", *lines, "", ""]))
        return path

    return write


def targets(bundle: ModuleType) -> dict[str, object]:
    return {str(each): each for each in bundle.all_targets(["windows", "macos", "linux"], bundle.PYTHONS)}


def missing(bundle: ModuleType, folder: Path) -> dict[str, list[str]]:
    found = {name: bundle.missing(target, folder, "lesson") for name, target in targets(bundle).items()}
    return {name: lines for name, lines in found.items() if lines}


def test_missing__is_nothing_where_all_is_there(bundle, wheel, tmp_path):
    wheel(
        "lesson-1.0", "py3-none-any", "Requires-Dist: pictures[fast]>=2", "Requires-Dist: loop; sys_platform != 'win32'"
    )
    wheel(
        "pictures-2.1", "py3-none-any", "Requires-Dist: speed; extra == 'fast'", "Requires-Dist: slow; extra == 'old'"
    )
    wheel("speed-1.0")
    wheel("loop-1.0")
    assert missing(bundle, tmp_path) == {}


@pytest.mark.parametrize(
    ("line", "lacking"),
    [
        ("Requires-Dist: gone", {"windows", "macos", "linux"}),
        ("Requires-Dist: gone; sys_platform == 'win32'", {"windows"}),
        ("Requires-Dist: gone; platform_system == 'Darwin' and platform_machine == 'arm64'", {"macos"}),
        ("Requires-Dist: pictures>=3", {"windows", "macos", "linux"}),
    ],
    ids=["everywhere", "Windows", "macOS", "older"],
)
def test_missing__names_what_each_computer_lacks(bundle, wheel, tmp_path, line, lacking):
    wheel("lesson-1.0", "py3-none-any", "Requires-Dist: pictures")
    wheel("pictures-2.1", "py3-none-any", line)
    found = missing(bundle, tmp_path)
    assert {name.split(",")[0] for name in found} == lacking
    assert len(found) == 3 * len(lacking)
    assert all("which" in line for lines in found.values() for line in lines)


@pytest.mark.parametrize(
    ("tags", "fits"),
    [
        ("cp312-cp312-win_amd64", {"windows, Python 3.12"}),
        ("cp310-cp310-manylinux_2_17_x86_64.manylinux2014_x86_64", {"linux, Python 3.10"}),
        ("cp311-cp311-manylinux_2_28_x86_64", {"linux, Python 3.11"}),
        ("cp311-cp311-manylinux_2_39_x86_64", set()),
        ("cp311-cp311-macosx_11_0_arm64", {"macos, Python 3.11"}),
        ("cp311-cp311-macosx_14_0_arm64", set()),
        ("cp310-abi3-macosx_10_9_universal2", {f"macos, Python 3.{minor}" for minor in (10, 11, 12)}),
        ("cp312-cp312-musllinux_1_2_x86_64", set()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_missing__knows_which_wheels_a_computer_takes(bundle, wheel, tmp_path, tags, fits):
    wheel("lesson-1.0", tags)
    assert set(targets(bundle)) - set(missing(bundle, tmp_path)) == fits


def test_missing__takes_no_wheel_that_is_for_a_newer_python(bundle, wheel, tmp_path):
    wheel("lesson-2.0", "py3-none-any", "Requires-Python: >=3.11", "Requires-Dist: gone")
    wheel("lesson-1.0", "py3-none-any", "Requires-Python: >=3.10")
    assert {name.split(" ")[-1] for name in missing(bundle, tmp_path)} == {"3.11", "3.12"}


def test_lock__pins_for_each_computer_what_its_markers_say(bundle):
    named = {}
    for name, target in targets(bundle).items():
        pinned = [requirement.name for requirement, _ in bundle.pins(bundle.LOCK) if target.wants(requirement.marker)]
        named[name] = set(pinned)
        # One version each; but a Python of its first days may need a package that its last one does not.
        assert len(pinned) == len(set(pinned)), name
    assert all(("uvloop" in names) == (not name.startswith("windows")) for name, names in named.items())
    assert all(("tzdata" in names) == name.startswith("windows") for name, names in named.items())
    assert "async-timeout" in named["windows, Python 3.11"], "Python 3.11.0 needs it"
    assert "async-timeout" not in named["windows, Python 3.12"]


def test_find__takes_only_the_content_that_is_pinned(bundle, wheel, tmp_path):
    path = wheel("lesson-1.0")
    requirement = bundle.Requirement("lesson==1.0")
    digest = f"--hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    target = targets(bundle)["linux, Python 3.11"]
    assert list(bundle.find(tmp_path, target, requirement, [digest])) == [path]
    path.write_bytes(path.read_bytes() + b"more")
    assert list(bundle.find(tmp_path, target, requirement, [digest])) == []


def test_remove_others__keeps_only_what_is_needed_now(bundle, wheel, tmp_path):
    own, old, gone, elsewhere = wheel("lesson-2.0"), wheel("pictures-1.0"), wheel("gone-1.0"), wheel("tiles-1.0")
    needed = wheel("pictures-2.0")
    lock = tmp_path / "lock.txt"
    lines = {
        "pictures==2.0": needed,
        "tiles==1.0; sys_platform == 'win32'": elsewhere,
    }
    lock.write_text(
        "".join(f"{line} --hash=sha256:{bundle.digest_of(path)}\n" for line, path in lines.items()), "utf-8"
    )
    bundle.remove_others(tmp_path, [targets(bundle)["linux, Python 3.11"]], lock, own)
    assert {path for path in (own, old, gone, elsewhere, needed) if path.exists()} == {own, needed}


@pytest.mark.parametrize("kind", ["Darwin x86_64", "Linux aarch64"])
def test_install_sh__says_in_one_line_where_it_cannot_be(tmp_path, kind):
    python = tmp_path / "python3.12"
    python.write_text(f'#!/bin/sh\ncase "$2" in *platform*) echo "{kind}" ;; *venv,*) ;; *) exit 1 ;; esac\n')
    python.chmod(0o755)
    environment = {"HOME": str(tmp_path), "PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["sh", PARTS / "install.sh"], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert f"({kind})" in done.stderr
    assert "Apple silicon" in done.stderr


def test_folder__has_check_sums_of_all_and_lines_as_each_system_has_them(installed):
    sums = (installed.bundle / "SHA256SUMS").read_text("utf-8").splitlines()
    files = {path.relative_to(installed.bundle).as_posix() for path in installed.bundle.rglob("*") if path.is_file()}
    assert {line.split("  ")[1] for line in sums} == files - {"SHA256SUMS"}
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256((installed.bundle / name).read_bytes()).hexdigest() == digest
    for name in ("install.cmd", "README.txt"):
        content = (installed.bundle / name).read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 0
    assert b"\r" not in (installed.bundle / "install.sh").read_bytes()


def test_install_cmd__can_be_read_by_windows():
    """No Windows is here to run it: what can be checked by reading is."""
    text = (PARTS / "install.cmd").read_bytes().decode("ascii")
    labels = set(re.findall(r"^:(\w+)", text, re.MULTILINE))
    assert set(re.findall(r"goto (\w+)", text)) == labels
    assert text.count('"') % 2 == 0
    for line in text.splitlines():
        assert line.count('"') % 2 == 0, line
    assert '--no-index --find-links "%~dp0wheels" show-and-tell || goto failed' in text


def test_readme__names_the_pythons_that_it_is_for(bundle):
    for part in ("README.txt", "install.sh", "install.cmd"):
        text = (PARTS / part).read_text("utf-8")
        assert all(version in text for version in bundle.PYTHONS), part

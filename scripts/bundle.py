"""Make one folder that installs without a network: ``python scripts/bundle.py WHEEL TARGET``.

It has Show & Tell's wheel and those of all that it needs, for every one of ``SYSTEMS`` and ``PYTHONS``, as
``requirements/serve.txt`` pins them; ``deploy/bundle/`` has what installs them. ``make bundle`` runs it in the
environment that builds the wheel.
"""

import argparse
import dataclasses
import functools
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

ROOT: Final = Path(__file__).resolve().parents[1]
LOCK: Final = ROOT / "requirements" / "serve.txt"
PARTS: Final = ROOT / "deploy" / "bundle"
WHEELS: Final = "wheels"
SUMS: Final = "SHA256SUMS"
PYTHONS: Final = ("3.10", "3.11", "3.12")
#: A Linux of 2018 or newer.
GLIBCS: Final = range(28, 16, -1)


@dataclasses.dataclass(frozen=True, eq=False)
class System:
    """A kind of computer.

    Attributes:
        name: As the command line has it.
        platforms: The platforms whose wheels it takes, the best first.
        markers: What its Python answers to the markers of requirements.
    """

    name: str
    platforms: tuple[str, ...]
    markers: dict[str, str]


SYSTEMS: Final = (
    System(
        "windows",
        ("win_amd64",),
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    ),
    System(
        "macos",
        tuple(mac_platforms((12, 0), "arm64")),
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
    ),
    System(
        "linux",
        (*(f"manylinux_2_{glibc}_x86_64" for glibc in GLIBCS), "manylinux2014_x86_64", "linux_x86_64"),
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    ),
)


@dataclasses.dataclass(frozen=True, eq=False)
class Target:
    """A kind of computer, with one Python."""

    system: System
    python: str

    def __str__(self) -> str:
        return f"{self.system.name}, Python {self.python}"

    def wants(self, marker: Marker | None, extra: str = "") -> bool:
        """Say whether a requirement with this marker is one there."""
        names = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
        answers = {**self.system.markers, **names, "python_version": self.python, "extra": extra}
        # The oldest of this Python, or the newest: some requirements are for those before a repair.
        return marker is None or any(
            marker.evaluate({**answers, "python_full_version": f"{self.python}.{last}"}) for last in ("0", "99")
        )

    @functools.cache  # noqa: B019  # there are nine of them
    def tags(self) -> frozenset[Tag]:
        """Return the tags of the wheels that it can install."""
        version = tuple(int(part) for part in self.python.split("."))
        interpreter = "cp" + self.python.replace(".", "")
        return frozenset(
            [
                *cpython_tags(version, platforms=self.system.platforms),
                *compatible_tags(version, interpreter, self.system.platforms),
            ]
        )


def all_targets(systems: Iterable[str], pythons: Iterable[str]) -> list[Target]:
    """Return the computers of these systems with each of these Pythons."""
    names = set(systems)
    return [Target(system, python) for system in SYSTEMS if system.name in names for python in pythons]


def pins(lock: Path) -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each requirement of a lock file, with its hashes."""
    text = lock.read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            requirement, *hashes = re.split(r"\s+(?=--hash=)", line.strip())
            yield Requirement(requirement), hashes


def find(folder: Path, target: Target, requirement: Requirement, hashes: list[str]) -> Iterator[Path]:
    """Yield the wheels of a folder that a computer can install, and whose content is one of those pinned."""
    for path in folder.glob("*.whl"):
        name, version, _, tags = parse_wheel_filename(path.name)
        fits = name == canonicalize_name(requirement.name) and version in requirement.specifier
        if fits and tags & target.tags() and f"--hash=sha256:{digest_of(path)}" in hashes:
            yield path


def digest_of(path: Path) -> str:
    """Return a file's SHA-256, as text."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def download(target: Target, lock: Path, folder: Path) -> None:
    """Download the wheels that a computer needs, but for those that are there already.

    Raises:
        SystemExit: Where one can't be had.
    """
    # Not by pip: it asks the markers of the Python that runs it, whatever --platform says.
    lines = [
        f"{requirement.name}{requirement.specifier} {' '.join(hashes)}"
        for requirement, hashes in pins(lock)
        if target.wants(requirement.marker) and not any(find(folder, target, requirement, hashes))
    ]
    if not lines:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as wanted:
        wanted.write("\n".join(lines))
        wanted.flush()
        options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "--python-version", target.python]
        options += [f"--platform={platform}" for platform in target.system.platforms]
        command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "-q", *options]
        if subprocess.run([*command, "--dest", str(folder), "--requirement", wanted.name]).returncode:
            sys.exit(f"The wheels for {target} could not be downloaded: see above.")


def remove_others(folder: Path, targets: Iterable[Target], lock: Path, kept: Path) -> None:
    """Remove the wheels that an earlier folder had and none of these computers needs any more, all but one."""
    needed = {kept}
    for target in targets:
        for requirement, hashes in pins(lock):
            if target.wants(requirement.marker):
                needed.update(find(folder, target, requirement, hashes))
    for path in folder.glob("*.whl"):
        if path not in needed:
            path.unlink()


@functools.cache
def metadata_of(wheel: Path) -> Message:
    """Return what a wheel says of itself."""
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode("utf-8"))


def requirements_of(wheel: Path) -> list[Requirement]:
    """Return what a wheel asks for, with its markers."""
    return [Requirement(text) for text in metadata_of(wheel).get_all("Requires-Dist", [])]


def runs_on(wheel: Path, python: str) -> bool:
    """Say whether a wheel is for this Python, by its metadata."""
    return SpecifierSet(metadata_of(wheel).get("Requires-Python", "")).contains(f"{python}.99")


def missing(target: Target, folder: Path, wanted: str) -> list[str]:
    """Return what a computer would not find among the wheels of a folder; none where it can install from there alone.

    Args:
        target: The computer.
        folder: The wheels.
        wanted: The name of the package to install.
    """
    tags = target.tags()
    wheels: dict[str, list[tuple[Version, Path]]] = {}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, wheel_tags = parse_wheel_filename(path.name)
        if wheel_tags & tags and runs_on(path, target.python):
            wheels.setdefault(name, []).append((version, path))
    lines = []
    waiting = [(Requirement(wanted), "")]
    seen = set()
    while waiting:
        requirement, needed_by = waiting.pop()
        name = canonicalize_name(requirement.name)
        fitting = [found for found in wheels.get(name, []) if requirement.specifier.contains(found[0], True)]
        if not fitting:
            lines.append(f"{target}: {requirement.name}{requirement.specifier}{needed_by}")
            continue
        version, path = max(fitting)
        for extra in ("", *requirement.extras):
            if (path, extra) not in seen:
                seen.add((path, extra))
                waiting += [
                    (each, f", which {name} {version} needs")
                    for each in requirements_of(path)
                    if target.wants(each.marker, extra)
                ]
    return lines


def write_sums(folder: Path) -> None:
    """Write the check sum of every file, as ``sha256sum --check`` reads them."""
    lines = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != SUMS:
            lines.append(f"{digest_of(path)}  {path.relative_to(folder).as_posix()}\n")
    (folder / SUMS).write_text("".join(lines), "utf-8")


def make(wheel: Path, folder: Path, targets: Iterable[Target]) -> None:
    """Make the folder anew; wheels that an earlier one has and that are still needed are kept.

    Args:
        wheel: Show & Tell's.
        folder: Where to make it.
        targets: For which computers.

    Raises:
        SystemExit: Where a wheel can't be had.
    """
    targets = list(targets)
    wheels = folder / WHEELS
    wheels.mkdir(parents=True, exist_ok=True)
    own = Path(shutil.copy(wheel, wheels))
    for target in targets:
        print(f"Collecting the wheels for {target} ...", flush=True)
        download(target, LOCK, wheels)
    remove_others(wheels, targets, LOCK, own)
    lines = [line for target in targets for line in missing(target, wheels, "show-and-tell")]
    if lines:
        sys.exit("\n".join(["These wheels are missing:", *lines]))
    for part in sorted(PARTS.iterdir()):
        # As each system's editors and shells want it.
        end = "\n" if part.suffix == ".sh" else "\r\n"
        (folder / part.name).write_text(part.read_text("utf-8"), "utf-8", newline=end)
    write_sums(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder} has {len(list(wheels.iterdir()))} wheels, {size / 1e6:,.0f} MB: copy it to a USB stick.")


def main() -> None:
    """Read the command line, and make the folder."""
    parser = argparse.ArgumentParser(description="Make one folder that installs without a network.")
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--system", action="append", choices=[system.name for system in SYSTEMS])
    parser.add_argument("--python", action="append", choices=PYTHONS)
    given = parser.parse_args()
    names = given.system or [system.name for system in SYSTEMS]
    make(given.wheel, given.folder, all_targets(names, given.python or PYTHONS))


if __name__ == "__main__":
    main()

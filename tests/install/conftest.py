"""Show & Tell as a person gets it: the built wheel, in the folder for a USB stick, installed from there alone."""

import dataclasses
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT

#: The environment that builds the wheel. What it downloads for these tests stays there.
BUILDER = Path(sys.prefix) / "wheel"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


@dataclasses.dataclass
class Installed:
    """What ``install.sh`` made.

    Attributes:
        wheel: Show & Tell's.
        bundle: The folder that it was installed from.
        home: The home folder that it was installed into.
        output: What the installation printed.
    """

    wheel: Path
    bundle: Path
    home: Path
    output: str

    @property
    def command(self) -> Path:
        return self.home / "show-and-tell" / "bin" / "show-and-tell"

    @property
    def python(self) -> Path:
        return self.home / "show-and-tell" / "bin" / "python"


def run(*command: object, **how: object) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **how)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def no_network() -> list[str]:
    """What begins a command that has no network: where Linux allows it, none at all."""
    without = ["unshare", "--map-root-user", "--net"]
    can = shutil.which("unshare") and subprocess.run([*without, "true"], capture_output=True).returncode == 0
    return without if can else []


def install(bundle: Path, home: Path) -> str:
    """Run ``install.sh`` where nothing can be downloaded, with the Python that runs the tests."""
    programs = home / "programs"
    programs.mkdir(parents=True)
    python = programs / f"python{PYTHON}"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(("PIP_", "PYTHON"))}
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environment = {**kept, **nowhere, "HOME": str(home), "PATH": f"{programs}:/usr/bin:/bin"}
    return run(*no_network(), "sh", bundle / "install.sh", env=environment, cwd="/")


def build(folder: Path) -> Installed:
    assert BUILDER.is_dir(), "make wheel makes what builds the wheel"
    run(BUILDER / "bin" / "hatchling", "build", "-t", "wheel", "-d", folder / "dist", cwd=ROOT)
    (wheel,) = (folder / "dist").iterdir()
    bundle = BUILDER / "bundle"
    options = ("--system", "linux", "--python", PYTHON)
    run(BUILDER / "bin" / "python", ROOT / "scripts" / "bundle.py", wheel, bundle, *options)
    return Installed(wheel, bundle, folder / "home", install(bundle, folder / "home"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What was installed; once for all processes that run tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "installed"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        printed = folder / "printed.txt"
        if not printed.exists():
            printed.write_text(build(folder).output)
    (wheel,) = (folder / "dist").iterdir()
    return Installed(wheel, BUILDER / "bundle", folder / "home", printed.read_text())

"""What the wheel says of itself, and what it must hold, against the files of the repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from server import VERSION
from tests.support.server import ROOT

PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


def test_wheel__asks_for_what_the_lock_is_made_from():
    lines = (ROOT / "requirements" / "serve.in").read_text("utf-8").splitlines()
    wanted = [line.replace(" ;", ";") for line in lines if line and not line.startswith("#")]
    text = PROJECT.split("\ndependencies = [\n", 1)[1].split("\n]\n", 1)[0]
    assert [line.strip().rstrip(",")[1:-1] for line in text.splitlines()] == wanted


def test_wheel__is_built_by_what_is_pinned():
    # Read as text: Python 3.10 has no parser for this format.
    backend = re.search(r'^requires = \["([^"]+)"\]', PROJECT, re.MULTILINE)[1]
    assert backend in (ROOT / "requirements" / "wheel.in").read_text("utf-8").splitlines()
    assert f"\n{backend} \\\n" in (ROOT / "requirements" / "wheel.txt").read_text("utf-8")
    assert f'\nversion = "{VERSION}"\n' in PROJECT


def test_wheel__has_every_file_of_the_contract_that_the_server_reads():
    sources = [path.read_text("utf-8") for path in (ROOT / "server").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'CONTRACT / "([\w.-]+)"', source)}
    included = set(re.findall(r'^"contract/([\w.-]+)" = "show_and_tell/program/contract/\1"$', PROJECT, re.MULTILINE))
    assert read
    assert included == read


def test_licences__are_those_of_the_libraries_that_the_page_has_now():
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    shipped = {
        f"{folder.rsplit('node_modules/', 1)[1]} {entry['version']}"
        for folder, entry in packages.items()
        if folder and not {"dev", "optional", "peer", "devOptional"} & entry.keys()
    }
    text = (ROOT / "docs" / "licences" / "page.txt").read_text("utf-8")
    assert set(re.findall(r"^-{80}\n(\S+ \S+), ", text, re.MULTILINE)) == shipped, "run scripts/licences.py"


CONTAINERFILE = (ROOT / "deploy" / "Containerfile").read_text("utf-8")


def ignored_in_containers(path: Path) -> bool:
    """Say whether .dockerignore leaves a file out: it leaves out everything but what it names."""
    first, *others = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert first == "*"
    return not any(path.match(other.removeprefix("!")) for other in others)


def test_container__is_made_from_what_is_there():
    """No container runtime is asked for by the tests: what can be read is compared."""
    copied = [name for line in re.findall(r"^COPY (.*)$", CONTAINERFILE, re.MULTILINE) for name in line.split()[:-1]]
    assert copied == ["requirements/serve.txt", "dist/*.whl"]
    for name in copied:
        assert not ignored_in_containers(Path(name)), name
    assert ignored_in_containers(Path(".venv/bin/python"))
    assert (ROOT / copied[0]).is_file()
    command = json.loads(re.search(r"^CMD (\[.*\])$", CONTAINERFILE, re.MULTILINE)[1])
    assert command == ["show-and-tell", "--no-browser", "--host", "0.0.0.0"]  # noqa: S104 - a container's own address


def test_compose__builds_the_container_from_that_file():
    compose = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    context, file = re.search(r"context: (\S+)\n\s+dockerfile: (\S+)", compose).groups()
    assert ((ROOT / "deploy" / context).resolve() / file).is_file()


@pytest.mark.parametrize("script", ["deploy/bundle/install.sh", ".ci/run"])
def test_script__is_one_that_a_shell_can_read(script):
    shell = "bash" if script == ".ci/run" else "sh"
    subprocess.run([shell, "-n", ROOT / script], check=True)

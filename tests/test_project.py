"""What holds the project together: lock files that install anywhere, and words that stay true."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "contract" / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_npm_lock_names_every_platform():
    """npm forgets the platforms that its registry did not answer for, and then refuses the lock everywhere."""
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    for path, entry in packages.items():
        for name in entry.get("optionalDependencies", {}):
            assert f"node_modules/{name}" in packages or f"{path}/node_modules/{name}" in packages, name


@pytest.mark.parametrize("layer", ["serve", "convert", "test", "node"])
def test_every_requirement_is_pinned(layer):
    lines = (ROOT / "requirements" / f"{layer}.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    for pin in pins:
        assert re.match(r"[A-Za-z0-9._-]+(\[\w+\])?==[^ ]+( ;.*)?$", pin), pin


def test_the_layers_pin_the_same_versions():
    seen: dict[str, str] = {}
    for layer in ("serve", "convert", "test"):
        for line in (ROOT / "requirements" / f"{layer}.txt").read_text("utf-8").splitlines():
            if "==" in line and not line.startswith("#"):
                key = re.sub(r"==[^ ]+", "", line)
                assert seen.setdefault(key, line) == line


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document):
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://|#|mailto:", target):
            assert (document.parent / target.split("#")[0]).exists(), f"{document.name} points to {target}"
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for name in re.findall(r"(?:`|    )make ([a-z-]+)", text):
        assert name in targets, f"{document.name} names make {name}"

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


def pins_of(layer: str) -> dict[str, list[str]]:
    """The hashes of each pin of a layer, by the pin."""
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "requirements" / f"{layer}.txt").read_text("utf-8").splitlines():
        text = line.removesuffix("\\").strip()
        if text.startswith("--hash="):
            pins[next(reversed(pins))].append(text)
        elif text and not text.startswith("#"):
            pins[text] = []
    return pins


@pytest.mark.parametrize("layer", ["serve", "convert", "toolchain", "scale", "test", "wheel", "node"])
def test_every_requirement_is_pinned_with_its_hashes(layer):
    pins = pins_of(layer)
    assert pins
    for pin, hashes in pins.items():
        assert re.match(r"[A-Za-z0-9._-]+(\[\w+\])?==[^ ]+( ;.*)?$", pin), pin
        assert hashes, pin
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), pin


def test_the_layers_pin_the_same_versions():
    seen: dict[str, str] = {}
    for layer in ("serve", "convert", "toolchain", "scale", "test"):
        for pin in pins_of(layer):
            assert seen.setdefault(re.sub(r"==[^ ]+", "", pin), pin) == pin


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document):
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"https?://|#|mailto:", target):
            assert (document.parent / target.split("#")[0]).exists(), f"{document.name} points to {target}"
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for name in re.findall(r"(?:`|    )make ([a-z-]+)", text):
        assert name in targets, f"{document.name} names make {name}"

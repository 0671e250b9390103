"""A copy of the built page that a test may break, and a server of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import ROOT, Server

# What the page hears from its worker, without the embeddings: `heard`.
HEARD = """
window.heard = [];
const Plain = window.Worker;
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      const { type, backend, cosine, wrong, message } = data;
      window.heard.push({ type, backend, cosine, wrong, message, at: performance.now() });
    });
  }
};
"""


def remember(backend: str) -> str:
    """Return a script: as if the backend had been the quickest at an earlier visit."""
    return f"""localStorage.setItem("backend:efficientnet_lite0-224-float16",
      JSON.stringify({{ backend: "{backend}", agent: navigator.userAgent, triedAll: true }}));"""


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A copy of the built page to break."""
    copied = tmp_path / "dist"
    shutil.copytree(ROOT / "web" / "dist", copied, ignore=shutil.ignore_patterns("*.br", "*.gz"))
    return copied


@pytest.fixture
def served(dist: Path) -> Iterator[Server]:
    """A server of the copy, isolated, so that threads work; the test starts it."""
    made = Server(dist)
    yield made
    if made.process:
        made.kill()

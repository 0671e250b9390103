"""Files of the page in the original tools, run in a browser, and theirs in the page. `make` fetches the tools."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from server.exchange.content import ProjectContent
from server.exchange.formats.registry import read_foreign
from tests.browser.conftest import serving
from tests.browser.projects.test_exchange import THINGS, choose_file, drop_folder, export
from tests.browser.projects.test_exchange import tree as tree
from tests.support.person import Person

pytestmark = pytest.mark.browser

#: Reads a file of classes with ml5's KNNClassifier, asks it about embeddings, and saves it again.
ML5 = """async (embeddings) => {
  const knn = ml5.KNNClassifier();
  await new Promise((done) => knn.load("file.json", done));
  const answers = [];
  for (const embedding of embeddings) {
    const { label } = await knn.classify(ml5.tf.tensor(embedding), 1);
    answers.push(knn.mapStringToIndex[Number(label)]);
  }
  knn.save("again");
  return answers;
}"""
#: Reads a file with a Marcelle dataset, and saves it again.
MARCELLE = """async () => {
  const { dataset, dataStore } = await import("./marcelle.js");
  const things = dataset("things", dataStore("memory"));
  await things.ready;
  await things.upload([new File([await (await fetch("file.json")).blob()], "file.json", { type: "application/json" })]);
  const items = await things.items().toArray();
  things.download();
  return items.map(({ y, x, thumbnail }) => ({ label: y, embedding: x[0], thumbnail }));
}"""


@pytest.fixture
def tool(peers: Path, tmp_path: Path) -> Path:
    """A folder with the tools."""
    folder = tmp_path / "tool"
    shutil.copytree(peers, folder)
    (folder / "index.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><script src="ml5.min.js"></script>'
    )
    return folder


@pytest.fixture
def taught(page: Page, static_host: str, tree: Path) -> Page:
    page.goto(static_host)
    drop_folder(page, ".classes", tree)
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_role("button", name="Add to this project").click()
    expect(dialog.get_by_text("9 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    return page


def go_through(
    page: Page, tool: Path, format_words: str, script: str
) -> tuple[ProjectContent, ProjectContent, list[Any]]:
    """Save in the page, open and save in the tool, open again in the page.

    Returns:
        What the page saved, what the tool saved, and what the tool found.
    """
    export(page, format_words).save_as(tool / "file.json")
    sent = read_foreign(tool / "file.json").content
    peer = page.context.new_page()
    with serving(tool) as address:
        peer.goto(address)
        with peer.expect_download() as download:
            found = peer.evaluate(script, numbers(sent).tolist())
        download.value.save_as(tool / "again.json")
    choose_file(page, tool / "again.json")
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_role("button", name="Open as a new project").click()
    expect(dialog.get_by_text("9 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    for thing in THINGS:
        expect(Person(page).card(thing).locator(".class-count")).to_have_text("3 examples")
    came = read_foreign(tool / "again.json").content
    assert labels(came) == labels(sent)
    np.testing.assert_allclose(numbers(came), numbers(sent), rtol=1e-6)
    return sent, came, found


def labels(content: ProjectContent) -> list[str]:
    return [example.label for example in content.examples]


def numbers(content: ProjectContent) -> NDArray[np.float32]:
    assert content.embeddings is not None
    return content.embeddings


def test_ml5_opens_classifies_and_saves_what_the_page_writes(taught: Page, tool: Path):
    sent, _, answers = go_through(taught, tool, "ml5 KNNClassifier (JSON)", ML5)
    assert answers == labels(sent)


def test_marcelle_opens_and_saves_what_the_page_writes(taught: Page, tool: Path):
    sent, came, items = go_through(taught, tool, "Marcelle (JSON)", MARCELLE)
    assert [item["label"] for item in items] == labels(sent)
    np.testing.assert_allclose([item["embedding"] for item in items], numbers(sent), rtol=1e-6)
    assert all(item["thumbnail"].startswith("data:image/jpeg") for item in items)
    assert all(example.thumbnail for example in came.examples)

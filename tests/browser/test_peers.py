"""Files of the page in the original tools, run in a browser, and theirs in the page. `make` fetches the tools."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from server.exchange.content import ProjectContent
from server.exchange.formats.registry import read_foreign
from tests.browser.conftest import ROOT, serving
from tests.browser.test_exchange import THINGS, choose_file, drop_folder, export
from tests.browser.test_exchange import tree as tree
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
def tool(tmp_path: Path) -> Path:
    """A folder with the tools."""
    fetched = ROOT / ".venv" / "peers"
    if not fetched.is_dir() and not os.environ.get("CI"):
        pytest.skip("ml5 and Marcelle are not here: make test-browser fetches them")
    folder = tmp_path / "tool"
    shutil.copytree(fetched, folder)
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


def come_back(page: Page, path: Path, sent: ProjectContent) -> ProjectContent:
    """Open in the page what the tool saved, and return it."""
    choose_file(page, path)
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_role("button", name="Open as a new project").click()
    expect(dialog.get_by_text("9 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    for thing in THINGS:
        expect(Person(page).card(thing).locator(".class-count")).to_have_text("3 examples")
    content = read_foreign(path).content
    assert sent.embeddings is not None
    assert content.embeddings is not None
    assert [example.label for example in content.examples] == [example.label for example in sent.examples]
    np.testing.assert_allclose(content.embeddings, sent.embeddings, rtol=1e-6)
    return content


def test_ml5_opens_classifies_and_saves_what_the_page_writes(taught: Page, tool: Path):
    export(taught, "ml5 KNNClassifier (JSON)").save_as(tool / "file.json")
    sent = read_foreign(tool / "file.json").content
    assert sent.embeddings is not None
    peer = taught.context.new_page()
    with serving(tool) as address:
        peer.goto(address)
        with peer.expect_download() as download:
            answers = peer.evaluate(ML5, sent.embeddings.tolist())
        download.value.save_as(tool / "again.json")
    assert answers == [example.label for example in sent.examples]
    come_back(taught, tool / "again.json", sent)


def test_marcelle_opens_and_saves_what_the_page_writes(taught: Page, tool: Path):
    export(taught, "Marcelle (JSON)").save_as(tool / "file.json")
    sent = read_foreign(tool / "file.json").content
    assert sent.embeddings is not None
    peer = taught.context.new_page()
    with serving(tool) as address:
        peer.goto(address)
        with peer.expect_download() as download:
            items = peer.evaluate(MARCELLE)
        download.value.save_as(tool / "again.json")
    assert [item["label"] for item in items] == [example.label for example in sent.examples]
    np.testing.assert_allclose([item["embedding"] for item in items], sent.embeddings, rtol=1e-6)
    assert all(item["thumbnail"].startswith("data:image/jpeg") for item in items)
    content = come_back(taught, tool / "again.json", sent)
    assert all(example.thumbnail for example in content.examples)

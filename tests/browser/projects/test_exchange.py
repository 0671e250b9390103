"""Import and export in a real browser: class folders become classes, and every format goes out and comes back."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Download, Page, expect

from server.exchange.content import ContentExample, ProjectContent
from server.exchange.formats.facts import FACTS, holds
from server.exchange.formats.registry import read_foreign, write_foreign
from tests.browser.conftest import NO_SERVER, Complaints
from tests.support.film import photo, varied
from tests.support.person import Person

pytestmark = pytest.mark.browser

THINGS = ("cat", "coffee", "rocket")
PER_CLASS = 3

# What a browser gives for a dropped folder. A test can't drag a real one, and DataTransfer takes files only.
DROP_FOLDER = """async ([selector, name, files]) => {
  const tree = { name, folders: new Map() };
  const made = await Promise.all(files.map(async ({ path, base64 }) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return { parts: path.split("/"), file: new File([bytes], path.split("/").at(-1), { type: "image/jpeg" }) };
  }));
  const folder = (own, inside) => {
    let isRead = false;
    return { name: own, isFile: false, isDirectory: true, createReader: () => ({ readEntries: (done) => {
      done(isRead ? [] : inside()); isRead = true; } }) };
  };
  const entriesOf = (items) => {
    const names = [...new Set(items.map(({ parts }) => parts[0]))];
    return names.map((own) => {
      const inner = items.filter(({ parts }) => parts[0] === own);
      if (inner[0].parts.length === 1) {
        return { name: own, isFile: true, isDirectory: false, file: (done) => done(inner[0].file) };
      }
      return folder(own, () => entriesOf(inner.map(({ parts, file }) => ({ parts: parts.slice(1), file }))));
    });
  };
  const root = folder(name, () => entriesOf(made));
  const event = new DragEvent("drop", { bubbles: true, cancelable: true });
  Object.defineProperty(event, "dataTransfer", { value: {
    types: ["Files"], files: [], items: [{ webkitGetAsEntry: () => root }] } });
  document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three folders of photos, with what computers leave in folders, and one photo that is cut off."""
    folder = tmp_path_factory.mktemp("tree") / "things"
    for name in THINGS:
        random = np.random.default_rng(7)
        (folder / name / ".thumbnails").mkdir(parents=True)
        for i in range(PER_CLASS):
            varied(photo(name), random).save(folder / name / f"{i}.jpg", "JPEG")
        (folder / name / ".thumbnails" / "0.jpg").write_bytes((folder / name / "0.jpg").read_bytes())
        (folder / name / "._0.jpg").write_bytes(b"\0\5\26\7")
    (folder / "cat" / "cut.jpg").write_bytes((folder / "cat" / "0.jpg").read_bytes()[:-400])
    return folder


def drop_folder(page: Page, selector: str, folder: Path) -> None:
    import base64

    files = [
        {"path": path.relative_to(folder).as_posix(), "base64": base64.b64encode(path.read_bytes()).decode()}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    page.evaluate(DROP_FOLDER, [selector, folder.name, files])


def open_dialog(page: Page, action: str) -> None:
    page.locator(".project-button, button[aria-haspopup=dialog]").first.click()
    page.get_by_role("button", name=action).click()


def choose_file(page: Page, path: Path) -> None:
    open_dialog(page, "Import…")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(path)


def export(page: Page, format_words: str) -> Download:
    open_dialog(page, "Export…")
    page.get_by_role("dialog").get_by_text(format_words).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the file").click()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    return download.value


def test_a_folder_of_three_folders_becomes_three_classes(static_host: str, page: Page, tree: Path):
    complaints = Complaints(page)
    person = Person(page)
    page.goto(static_host)
    expect(page.locator(".classes-empty")).to_be_visible()
    drop_folder(page, ".classes", tree)
    dialog = page.get_by_role("dialog", name="Import")
    expect(dialog.get_by_text("Make 3 classes from these folders?")).to_be_visible()
    expect(dialog.get_by_text("cat/cut.jpg: a part of it is missing")).to_be_visible()
    dialog.get_by_role("button", name="Add to this project").click()
    expect(dialog.get_by_text("9 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    for name in THINGS:
        expect(person.card(name).locator(".class-count")).to_have_text("3 examples")
    # All of it is one step, with the classes that were not there before.
    undo = page.get_by_role("button", name="Undo: import 9 examples")
    undo.click()
    expect(page.locator(".class-card")).to_have_count(0)
    expect(undo).to_have_count(0)
    assert complaints.but_for(NO_SERVER) == []


def test_on_a_card_all_can_go_into_its_class(static_host: str, page: Page, tree: Path):
    person = Person(page)
    page.goto(static_host)
    person.add_class("Things")
    drop_folder(page, ".class-card", tree)
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_role("button", name="All in one class: Things").click()
    expect(dialog.get_by_text("9 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    expect(person.card("Things").locator(".class-count")).to_have_text("9 examples")
    expect(page.locator(".class-card")).to_have_count(1)


WORDS = {
    "knnClassifier": "TensorFlow.js KNN (JSON)",
    "ml5": "ml5 KNNClassifier (JSON)",
    "teachableMachine": "Teachable Machine (.tm)",
    "folders": "Class folders (zip or folder)",
    "marcelle": "Marcelle (JSON)",
    "csv": "Table (CSV)",
}


def import_folder(page: Page, address: str, folder: Path, count: int) -> None:
    """Open the page, drop a folder of class folders on it, and wait until its pictures are examples."""
    page.goto(address)
    expect(page.locator(".classes-empty")).to_be_visible()
    drop_folder(page, ".classes", folder)
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_role("button", name="Add to this project").click()
    expect(dialog.get_by_text(f"{count} examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()


def test_every_format_goes_out_and_comes_back(static_host: str, page: Page, tree: Path, tmp_path: Path):
    person = Person(page)
    import_folder(page, static_host, tree, 9)
    dialog = page.get_by_role("dialog", name="Import")
    assert set(WORDS) == set(FACTS)
    first: dict[str, ProjectContent] = {}
    for name, words in WORDS.items():
        path = tmp_path / f"{name}{FACTS[name]['endings'][0]}"
        export(page, words).save_as(path)
        first[name] = read_foreign(path).content
        assert len(first[name].examples) == len(THINGS) * PER_CLASS, name
    for name, words in WORDS.items():
        choose_file(page, tmp_path / f"{name}{FACTS[name]['endings'][0]}")
        dialog.get_by_role("button", name="Open as a new project").click()
        expect(dialog.get_by_text("examples are in.")).to_be_visible()
        dialog.get_by_role("button", name="Close").last.click()
        for thing in THINGS:
            expect(person.card(thing).locator(".class-count")).to_have_text("3 examples")
        again = tmp_path / f"again{FACTS[name]['endings'][0]}"
        export(page, words).save_as(again)
        assert_same(first[name], read_foreign(again).content, name)


def assert_same(one: ProjectContent, other: ProjectContent, name: str) -> None:
    """The same, as far as the format holds it; pictures are made small anew."""
    assert [each.label for each in one.classes] == [each.label for each in other.classes]
    facts = [[held_facts(example, name) for example in content.examples] for content in (one, other)]
    assert facts[0] == facts[1]
    if one.embeddings is not None:
        assert other.embeddings is not None
        np.testing.assert_array_equal(one.embeddings, other.embeddings)


def held_facts(example: ContentExample, name: str) -> tuple[object, ...]:
    return (
        example.label,
        example.id if holds(name, "ids") else None,
        example.group if holds(name, "groups") else None,
        (example.thumbnail is not None) if holds(name, "pictures") else None,
    )


def test_numbers_of_another_network_are_refused_in_words(static_host: str, page: Page, tmp_path: Path):
    page.goto(static_host)
    (tmp_path / "knn.json").write_text(json.dumps([["cat", [1, 0, 0, 1], [2, 2]]]))
    choose_file(page, tmp_path / "knn.json")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("numbers of another network")


def test_a_zip_of_pythons_opens(static_host: str, page: Page, tree: Path, tmp_path: Path):
    person = Person(page)
    page.goto(static_host)
    write_foreign("folders", read_foreign(tree).content, tmp_path / "things.zip")
    with zipfile.ZipFile(tmp_path / "things.zip") as zipped:
        assert len(zipped.namelist()) == len(THINGS) * PER_CLASS
    choose_file(page, tmp_path / "things.zip")
    page.get_by_role("button", name="Add to this project").click()
    expect(page.get_by_text("9 examples are in.")).to_be_visible()
    expect(person.card("coffee").locator(".class-count")).to_have_text("3 examples")

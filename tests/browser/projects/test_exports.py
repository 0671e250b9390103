"""What a project becomes besides files of other tools: each is used as whoever gets it would use it."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from server.exchange.showandtell import read_showandtell, write_showandtell
from tests.browser.conftest import NO_SERVER, SHOWN_AGAIN, Complaints, serving
from tests.browser.projects.test_exchange import drop_folder, export
from tests.support.film import photo, varied
from tests.support.person import Person

pytestmark = pytest.mark.browser

#: A label is text, whatever it says.
HOSTILE = "cat<img src=x onerror=boom()>"
LABELS = {"cat": HOSTILE, "coffee": "coffee", "rocket": "rocket"}
PER_CLASS = 4


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of photos for each class, and beside them one more of each, which is not taught."""
    folder = tmp_path_factory.mktemp("photos")
    for name, label in LABELS.items():
        random = np.random.default_rng(5)
        (folder / "taught" / label).mkdir(parents=True)
        for i in range(PER_CLASS):
            varied(photo(name), random).save(folder / "taught" / label / f"{i}.jpg", "JPEG")
        varied(photo(name), random).save(folder / f"{name}.jpg", "JPEG")
    return folder


def teach(page: Page, address: str, photos: Path) -> None:
    page.goto(address)
    expect(page.locator(".classes-empty")).to_be_visible()
    drop_folder(page, ".classes", photos / "taught")
    dialog = page.get_by_role("dialog", name="Import")
    dialog.get_by_role("button", name="Add to this project").click()
    expect(dialog.get_by_text("12 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()


def unpack(page: Page, words: str, folder: Path) -> Path:
    """Export by the panel, and unpack the zip."""
    folder.mkdir(exist_ok=True)
    path = folder / "export.zip"
    export(page, words).save_as(path)
    with zipfile.ZipFile(path) as zipped:
        assert zipped.testzip() is None
        zipped.extractall(folder / "export")
    return folder / "export"


def show_photo(page: Page, path: Path) -> None:
    """Put a photo on the stage: a page that shows one already has it put away first."""
    away = page.get_by_role("button", name="Put away")
    if away.is_visible():
        away.click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Use a photo").first.click()
    chooser.value.set_files(path)


def wait_until_fitted(page: Page) -> None:
    """Until the adapted metric and its figures are there: from then on, answers stay as they are."""
    page.get_by_role("tab", name="Neighbours", exact=True).click()
    panel = page.get_by_role("tabpanel", name="Neighbours", exact=True)
    expect(panel).to_contain_text(re.compile(r"Adapted gets .+ right, cosine"))


def shares(page: Page) -> list[str]:
    return page.locator(".bars .share").all_inner_texts()


def expect_answer(alone: Page, photo: Path, expected: list[str]) -> Person:
    """The exported page names the coffee of a photo, with the shares of the project's page, by three neighbours."""
    show_photo(alone, photo)
    person = Person(alone)
    expect(person.verdict).to_have_text("coffee")
    expect(alone.locator(".neighbour-picture img")).to_have_count(3)
    alone.wait_for_function(
        "(expected) => [...document.querySelectorAll('.share')].map((each) => each.innerText).join() === expected",
        arg=",".join(expected),
    )
    return person


def test_a_page_of_its_own_answers_without_a_server_and_without_a_network(
    static_host: str, page: Page, context: BrowserContext, photos: Path, tmp_path: Path
):
    teach(page, static_host, photos)
    show_photo(page, photos / "coffee.jpg")
    expect(Person(page).verdict).to_have_text("coffee")
    expect(page.locator(".neighbour-picture img")).to_have_count(3)
    wait_until_fitted(page)
    expected = shares(page)
    folder = unpack(page, "A page of its own", tmp_path)
    assert len(read_showandtell(folder / "project.showandtell").examples) == 12
    assert "<script>" not in (folder / "index.html").read_text("utf-8")
    assert "Content-Security-Policy" in (folder / "index.html").read_text("utf-8")
    with serving(folder) as address:
        alone = context.new_page()
        complaints = Complaints(alone)
        addresses: list[str] = []
        alone.on("request", lambda request: addresses.append(request.url))
        alone.goto(address)
        expect(alone.get_by_text(HOSTILE).first).to_be_visible()
        expect(alone.get_by_text("Add class")).to_have_count(0)
        expect(alone.get_by_text("Try photos")).to_have_count(0)
        person = expect_answer(alone, photos / "coffee.jpg", expected)
        alone.evaluate("navigator.serviceWorker.ready.then(() => {})")
        # Put up anew: seen at the next visit.
        project = folder / "project.showandtell"
        content = read_showandtell(project)
        written = project.stat().st_mtime
        write_showandtell(dataclasses.replace(content, name="Second thoughts"), project)
        # A file server tells files apart by whole seconds, and all this may take less.
        os.utime(project, (written + 2, written + 2))
        alone.reload()
        expect(alone.get_by_role("heading", name="Second thoughts")).to_be_visible()
        write_showandtell(content, project)
    # The server is gone, and the network too.
    context.set_offline(True)
    alone.reload()
    expect(alone.get_by_role("heading", name="Show & Tell")).to_be_visible()
    show_photo(alone, photos / "rocket.jpg")
    expect(person.verdict).to_have_text("rocket")
    show_photo(alone, photos / "cat.jpg")
    expect(person.verdict).to_have_text(HOSTILE)
    alone.get_by_role("button", name="Put away").click()
    person.start_camera()
    person.wait_for_scene(SHOWN_AGAIN["coffee"])
    expect(person.verdict).to_have_text("coffee")
    assert all(each.startswith((address, "blob:")) for each in addresses), addresses
    assert complaints.messages == []


def test_a_page_whose_project_is_missing_says_so_and_loads_nothing(
    static_host: str, page: Page, context: BrowserContext, photos: Path, tmp_path: Path
):
    teach(page, static_host, photos)
    folder = unpack(page, "A page of its own", tmp_path)
    (folder / "project.showandtell").unlink()
    with serving(folder) as address:
        alone = context.new_page()
        alone.goto(address)
        expect(alone.locator(".player-trouble")).to_contain_text("project.showandtell")
        expect(alone.locator(".model-progress")).to_have_count(0, timeout=2000)


def test_one_file_answers_from_the_disk_as_the_page_does(
    static_host: str, page: Page, context: BrowserContext, photos: Path, tmp_path: Path
):
    teach(page, static_host, photos)
    show_photo(page, photos / "coffee.jpg")
    expect(Person(page).verdict).to_have_text("coffee")
    wait_until_fitted(page)
    expected = shares(page)
    path = tmp_path / "machine.html"
    export(page, "One file, to open by double click").save_as(path)
    assert path.stat().st_size < 15_000_000
    context.set_offline(True)
    alone = context.new_page()
    complaints = Complaints(alone)
    addresses: list[str] = []
    alone.on("request", lambda request: addresses.append(request.url))
    alone.goto(path.as_uri())
    expect(alone.get_by_text(HOSTILE).first).to_be_visible()
    person = expect_answer(alone, photos / "coffee.jpg", expected)
    alone.get_by_role("button", name="Put away").click()
    person.start_camera()
    expect(alone.get_by_text("Try photos")).to_have_count(0)
    person.wait_for_scene(SHOWN_AGAIN["rocket"])
    expect(person.verdict).to_have_text("rocket")
    assert all(each == path.as_uri() or each.startswith("blob:") for each in addresses), addresses
    assert complaints.messages == []


def test_the_model_card_can_be_read_and_runs_nothing(static_host: str, page: Page, photos: Path, tmp_path: Path):
    teach(page, static_host, photos)
    folder = unpack(page, "Model card", tmp_path)
    with serving(folder) as address:
        complaints = Complaints(page)
        page.goto(f"{address}model-card.html")
        expect(page.get_by_role("heading", name=HOSTILE)).to_be_visible()
        expect(page.locator("img")).to_have_count(12)
        assert page.locator("img").evaluate_all("(all) => all.every((each) => each.naturalWidth === 96)")
        expect(page.get_by_text("3 classes with 12 examples from 12 recordings or photos")).to_be_visible()
        expect(page.get_by_text("12 of 12 answers were right (100%)")).to_be_visible()
        expect(page.get_by_text("Apache-2.0")).to_be_visible()
        # favicon.ico, which the page does not name
        assert complaints.but_for(NO_SERVER) == []
    markdown = (folder / "model-card.md").read_text("utf-8")
    assert "<img" not in markdown.replace("\\<img", "")
    assert (folder / "pictures" / "1-1.jpg").stat().st_size > 500


CLASSIFY = """async (address) => {
  const { ShowAndTell } = await import(new URL("show-and-tell.js", document.baseURI));
  const machine = await ShowAndTell.load("./");
  const { label, text, confidences, unknownShare, neighbours } =
    await machine.classify(await (await fetch(address)).blob());
  return { label, text, confidences, unknownShare, neighbours };
}"""

#: What p5 writes on its canvas becomes the page's title.
TELL_TEXT = """() => {
  const draw = window.text;
  window.text = (words, ...place) => { document.title = words; draw(words, ...place); };
}"""


def test_sketch_and_script_answer_as_the_page_does(
    static_host: str, page: Page, photos: Path, peers: Path, tmp_path: Path
):
    teach(page, static_host, photos)
    wait_until_fitted(page)
    sketch = unpack(page, "Sketch (zip)", tmp_path / "sketch")
    script = unpack(page, "Python script", tmp_path / "script")
    show_photo(page, photos / "cat.jpg")
    expect(Person(page).verdict).to_have_text(HOSTILE)
    (sketch / "photo.jpg").write_bytes((photos / "cat.jpg").read_bytes())
    person = Person(page)
    with serving(sketch) as address:
        complaints = Complaints(page)
        page.goto(address)
        expect(page.locator("output")).not_to_have_text("Getting ready…")
        person.wait_for_scene(SHOWN_AGAIN["rocket"])
        expect(page.locator("output")).to_have_text("rocket")
        answer = page.evaluate(CLASSIFY, "photo.jpg")
        page.goto(f"{address}p5.html")
        expect(page.get_by_text("p5 is missing")).to_be_visible()
        shutil.copy(peers / "p5.min.js", sketch)
        page.reload()
        expect(page.locator("canvas")).to_be_visible()
        expect(page.get_by_text("p5 is missing")).to_be_hidden()
        page.evaluate(TELL_TEXT)
        person.wait_for_scene(SHOWN_AGAIN["coffee"])
        expect(page).to_have_title("coffee")
        # A sketch has no icon; the browser asks for one. p5 was missing at first.
        assert complaints.but_for("/favicon.ico", "p5.min.js", "createCanvas") == []
    assert answer["text"] == HOSTILE
    found = subprocess.run(
        [sys.executable, "-c", PRINT_ANSWER, photos / "cat.jpg"],
        cwd=script,
        capture_output=True,
        text=True,
        check=True,
    )
    answer_of_script = json.loads(found.stdout)
    assert answer_of_script["label"] == HOSTILE
    assert answer_of_script["certainty"] == "sure"
    assert answer_of_script["shares"] == pytest.approx(answer["confidences"], abs=1e-6)
    assert answer_of_script["unknown"] == pytest.approx(answer["unknownShare"], abs=1e-3)
    assert [each[0] for each in answer_of_script["neighbours"]] == [each["id"] for each in answer["neighbours"]]
    distances = [each["distance"] for each in answer["neighbours"]]
    assert [each[2] for each in answer_of_script["neighbours"]] == pytest.approx(distances, abs=5e-3)
    shown = subprocess.run(
        [sys.executable, "classify.py", photos / "rocket.jpg"], cwd=script, capture_output=True, text=True, check=True
    )
    assert ": rocket  (" in shown.stdout


PRINT_ANSWER = """
import dataclasses, json, sys
from PIL import Image
from classify import HERE, Machine
print(json.dumps(dataclasses.asdict(Machine.load(HERE).classify(Image.open(sys.argv[1])))))
"""

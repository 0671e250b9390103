"""A project's file in a real browser: taught work is saved, the browser is wiped, the file brings everything back."""

import dataclasses
import io
import re
from pathlib import Path

import numpy as np
import pytest
import skimage.data
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.exchange.showandtell import read_showandtell, write_showandtell
from server.knn.model import Model
from tests.browser.conftest import NO_SERVER, Complaints, without_worker
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

THINGS = {"Cat": skimage.data.cat, "Coffee": skimage.data.coffee}
# A browser without the File System Access API downloads and uploads.
NO_PICKERS = "delete window.showSaveFilePicker; delete window.showOpenFilePicker;"
# A browser with it, whose person always chooses the same file; a real picker can't be driven.
PICKERS = """
window.asked = 0;
const pick = async () => {
  window.asked += 1;
  return (await navigator.storage.getDirectory()).getFileHandle("pets.showandtell", { create: true });
};
window.showSaveFilePicker = pick;
window.showOpenFilePicker = async () => [await pick()];
"""
PROJECTS = """
async () => {
  const request = indexedDB.open("show-and-tell");
  const db = await new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const counts = {};
  for (const name of ["projects", "examples", "embeddings", "thumbnails"]) {
    const count = db.transaction(name).objectStore(name).count();
    counts[name] = await new Promise((resolve) => { count.onsuccess = () => resolve(count.result); });
  }
  db.close();
  return counts;
}
"""


def photos(name: str) -> list[dict[str, object]]:
    """Three views of one photo, as a person would choose them."""
    picture = Image.fromarray(THINGS[name]())
    files = []
    for i in range(3):
        data = io.BytesIO()
        picture.crop((20 * i, 10 * i, 280 + 20 * i, 260 + 10 * i)).save(data, "JPEG")
        files.append({"name": f"{name}{i}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()})
    return files


def opened(context: BrowserContext, address: str, script: str) -> tuple[Page, Person]:
    page = context.new_page()
    page.add_init_script(script)
    # Listened to all the time: where listening begins and ends with each file, a quick second choice is missed.
    page.on("filechooser", lambda chooser: None)
    page.goto(address)
    expect(page.locator(".classes-empty, .classes article").first).to_be_attached()
    return page, Person(page)


def teach(person: Person) -> None:
    for name in THINGS:
        card = person.add_class(name)
        card.locator("input[type=file]").set_input_files(photos(name))
        expect(card.locator(".class-count")).to_have_text(re.compile(r"^3\b"))


def downloaded(page: Page, path: Path) -> ProjectContent:
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    download.value.save_as(path)
    return read_showandtell(path)


def open_file(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Control+o")
    chooser.value.set_files(path)


def notice(page: Page):
    return page.locator(".notice-bar")


def model_of(page: Page) -> Model:
    manifest = page.evaluate("async () => (await fetch('model/manifest.json')).json()")
    return Model(manifest["id"], manifest["dimension"])


def some(model: Model, n: int, picture: bytes | None = None) -> ProjectContent:
    numbers = np.random.default_rng(1).standard_normal((n, model.dimension), dtype=np.float32)
    examples = [ContentExample(f"e{i}", "Cat", f"recording {i // 40}", picture) for i in range(n)]
    return ProjectContent("Many", model, None, [ContentClass("Cat", 3)], examples, numbers)


def test_save__wipe__open__equal(static_host, browser: Browser, context, tmp_path):
    page, person = opened(context, static_host, NO_PICKERS)
    complaints = Complaints(page)
    teach(person)
    saved = downloaded(page, tmp_path / "first.showandtell")
    assert [each.label for each in saved.classes] == list(THINGS)
    assert [example.label for example in saved.examples] == ["Cat"] * 3 + ["Coffee"] * 3
    assert all(example.thumbnail for example in saved.examples)
    assert complaints.but_for(NO_SERVER) == []
    context.close()

    wiped = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    wiped.set_default_timeout(90_000)
    page, person = opened(wiped, static_host, NO_PICKERS)
    open_file(page, tmp_path / "first.showandtell")
    expect(notice(page)).to_contain_text("is open")
    assert {name: person.count(name) for name in THINGS} == dict.fromkeys(THINGS, 3)
    again = downloaded(page, tmp_path / "second.showandtell")
    assert again == saved
    # And from what the browser has kept:
    page.reload()
    expect(person.card("Coffee")).to_be_visible()
    assert downloaded(page, tmp_path / "third.showandtell") == saved
    picture = page.locator("article img").first
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(img) => img.naturalWidth") > 0
    wiped.close()


def test_saving_again__asks_for_no_place(static_host, context):
    page, person = opened(context, static_host, PICKERS)
    person.add_class("Cat")
    page.keyboard.press("Control+s")
    expect(notice(page)).to_contain_text("pets.showandtell is saved")
    notice(page).get_by_role("button", name="Close").click()
    person.add_class("Dog")
    page.keyboard.press("Control+s")
    expect(notice(page)).to_contain_text("pets.showandtell is saved")
    assert page.evaluate("window.asked") == 1
    size = page.evaluate("async () => (await (await (await showSaveFilePicker()).getFile()).arrayBuffer()).byteLength")
    data = page.evaluate(
        """async () => [...new Uint8Array(await (await (await showSaveFilePicker()).getFile()).arrayBuffer())]"""
    )
    assert size == len(data)
    labels = [each.label for each in read_showandtell(io.BytesIO(bytes(data))).classes]
    assert labels == ["Cat", "Dog"]


def test_a_broken_file__says_so_and_changes_nothing(static_host, context, tmp_path):
    page, person = opened(context, static_host, NO_PICKERS)
    person.add_class("Mine")
    before = page.evaluate(PROJECTS)
    path = tmp_path / "broken.showandtell"
    write_showandtell(some(model_of(page), 3), path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    open_file(page, path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This file can't be opened")
    expect(alert).to_contain_text("embeddings.npy")
    expect(alert).to_contain_text("Nothing was changed")
    expect(person.card("Mine")).to_be_visible()
    assert page.evaluate(PROJECTS) == before


def test_opening_is_stopped__nothing_is_left(static_host, context, tmp_path):
    page, person = opened(context, static_host, NO_PICKERS)
    person.add_class("Mine")
    before = page.evaluate(PROJECTS)
    path = tmp_path / "many.showandtell"
    write_showandtell(some(model_of(page), 20_000), path)
    open_file(page, path)
    work = page.locator(".file-work")
    expect(work).to_contain_text("Opening many.showandtell")
    expect(work).to_contain_text(re.compile(r"\d+\s?%"))
    work.get_by_role("button", name="Stop").click()
    expect(work).to_have_count(0)
    expect(person.card("Mine")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_text("")
    until(lambda: page.evaluate(PROJECTS) == before, "what was written of it is removed", seconds=90)


def test_dropped_on_a_card__opens_as_a_project(static_host, context, tmp_path):
    page, person = opened(context, static_host, NO_PICKERS)
    card = person.add_class("Mine")
    path = tmp_path / "dropped.showandtell"
    write_showandtell(some(model_of(page), 3), path)
    transfer = page.evaluate_handle(
        """(bytes) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], "dropped.showandtell"));
          return transfer;
        }""",
        list(path.read_bytes()),
    )
    card.dispatch_event("drop", {"dataTransfer": transfer})
    expect(notice(page)).to_contain_text("Many is open")
    assert person.count("Cat") == 3
    assert page.get_by_role("alert").inner_text() == ""


def test_of_another_model__its_pictures_are_looked_at_anew_or_it_is_refused(static_host, context, tmp_path):
    page, person = opened(context, static_host, NO_PICKERS)
    other = Model("another-model", 7)
    path = tmp_path / "other.showandtell"
    write_showandtell(some(other, 2), path)
    open_file(page, path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("another-model")
    expect(alert).to_contain_text(model_of(page).id)
    alert.get_by_role("button", name="Close").click()

    picture = photos("Cat")[0]["buffer"]
    assert isinstance(picture, bytes)
    small = io.BytesIO()
    Image.open(io.BytesIO(picture)).resize((96, 96)).save(small, "JPEG")
    write_showandtell(some(other, 2, small.getvalue()), path)
    open_file(page, path)
    expect(notice(page)).to_contain_text("answers may be less sure")
    assert person.count("Cat") == 2
    content = downloaded(page, path)
    assert content.model == model_of(page)
    assert content.examples[0] == dataclasses.replace(content.examples[1], id="e0")


def test_of_an_unknown_network_or_none__opens_with_true_words(static_host, context, tmp_path):
    page, person = opened(context, static_host, NO_PICKERS)
    model = model_of(page)
    path = tmp_path / "file.showandtell"
    path.write_bytes(b"PK no file")
    open_file(page, path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This file can't be opened")

    # What was wrong with the last file is over.
    write_showandtell(some(Model("unknown", model.dimension), 2), path)
    open_file(page, path)
    expect(notice(page)).to_contain_text("Nobody knows which network its numbers are from")
    expect(alert).to_have_text("")
    assert person.count("Cat") == 2
    content = downloaded(page, tmp_path / "again.showandtell")
    np.testing.assert_array_equal(numbers(content), numbers(read_showandtell(path)))

    picture = photos("Cat")[0]["buffer"]
    assert isinstance(picture, bytes)
    write_showandtell(dataclasses.replace(some(model, 2, picture), model=None, embeddings=None), path)
    open_file(page, path)
    expect(notice(page)).to_contain_text("Many is open. It is a project of its own")


def numbers(content: ProjectContent) -> NDArray[np.float32]:
    assert content.embeddings is not None
    return content.embeddings


# As the system gives files to an installed app: a real launch can't be driven.
LAUNCHES = """
{
  const waiting = [];
  let consume = (launch) => waiting.push(launch);
  const setConsumer = (consumer) => {
    consume = consumer;
    waiting.splice(0).forEach(consumer);
  };
  Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
  window.launch = async (names) => {
    const folder = await navigator.storage.getDirectory();
    const files = await Promise.all(names.map((name) => folder.getFileHandle(name)));
    // Looked up now: the page may have begun to consume meanwhile.
    consume({ files });
  };
  // The page is started by a launch.
  const names = sessionStorage.getItem("launch");
  if (names) window.launch(JSON.parse(names));
}
"""
# Two projects' files as they lie on a disk, each with the name of its project.
WRITE_FILES = """async (names) => {
  const { sample } = await (await fetch("model/manifest.json")).json();
  const bytes = await (await fetch("model/" + sample.project)).arrayBuffer();
  const folder = await navigator.storage.getDirectory();
  await Promise.all(names.map(async (name) => {
    const handle = await folder.getFileHandle(name, { create: true });
    const stream = await handle.createWritable();
    await stream.write(bytes);
    await stream.close();
  }));
}"""
WRITTEN = """async (name) => {
  const file = await (await (await navigator.storage.getDirectory()).getFileHandle(name)).getFile();
  return [file.size, file.lastModified];
}"""
# Pictures with other files between them, as they lie in a folder of a phone's photos.
DROP = """async ([selector, names]) => {
  const { sample } = await (await fetch("model/manifest.json")).json();
  const picture = await (await fetch("model/" + sample.picture)).blob();
  const dataTransfer = new DataTransfer();
  for (const name of names) {
    const isPicture = name.endsWith(".jpg");
    dataTransfer.items.add(new File([isPicture ? picture : "x"], name, { type: isPicture ? "image/jpeg" : "" }));
  }
  document.querySelector(selector).dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer })
  );
}"""


def test_files_that_are_double_clicked_open_one_after_another_and_are_saved_where_they_lie(
    static_host: str, page: Page
):
    complaints = Complaints(page)
    page.add_init_script(LAUNCHES)
    page.goto(static_host)
    page.evaluate(WRITE_FILES, ["one.showandtell", "two.showandtell"])
    # The page is started by it: nothing is ready yet.
    page.evaluate("sessionStorage.setItem('launch', JSON.stringify(['one.showandtell', 'two.showandtell']))")
    page.reload()
    page.evaluate("sessionStorage.removeItem('launch')")
    page.evaluate("launch([])")
    notice = page.locator(".notice-bar")
    expect(notice).to_contain_text("is open")
    expect(page.locator(".class-card")).not_to_have_count(0)
    person = Person(page)
    menu = person.open_projects()
    # The empty one that the page began with, and the first of the two files.
    expect(menu.locator(".recent li")).to_have_count(2)
    person.close_projects()
    # Started by hand, the page gets a launch without a file.
    page.evaluate("launch([])")

    person.add_class("More")
    size, changed = page.evaluate(WRITTEN, "two.showandtell")
    page.keyboard.press("Control+s")
    expect(notice).to_contain_text("two.showandtell is saved")
    assert page.evaluate(WRITTEN, "two.showandtell")[1] > changed
    assert page.evaluate(WRITTEN, "one.showandtell")[0] == size
    assert complaints.but_for(NO_SERVER) == []


def test_what_is_dropped_among_pictures_and_is_none_is_counted(static_host: str, page: Page):
    page.goto(static_host)
    card = Person(page).add_class("Cat")
    page.evaluate(DROP, [".class-card", ["a.jpg", "notes.txt", "b.jpg", "table.csv", "c.jpg"]])
    expect(card.locator(".class-count")).to_have_text("3 examples")
    alert = page.locator(".toasts .problem")
    expect(alert).to_contain_text("Passed over, because they are not pictures: 2.")
    alert.get_by_role("button", name="Close").click()
    page.evaluate(DROP, [".class-card", ["d.jpg"]])
    expect(card.locator(".class-count")).to_have_text("4 examples")
    expect(alert).to_have_count(0)


def test_pictures_that_come_while_the_model_loads_stay_with_their_class_and_project(static_host: str, browser: Browser):
    def hold(route: Route) -> None:
        """Answers nothing: the model comes when the route is taken away."""

    # A service worker would give the model from what it keeps.
    with without_worker(browser) as page:
        page.goto(static_host)
        person = Person(page)
        person.add_class("Cat")
        page.route("**/model/*.bin", hold)
        page.reload()
        expect(page.locator(".class-card")).to_have_count(1)
        page.evaluate(DROP, [".class-card", ["a.jpg"]])
        expect(page.locator(".upload")).to_be_visible()
        field = page.get_by_label("Class name")
        field.fill("Dog")
        field.press("Enter")
        card = person.card("Dog")
        expect(card).to_be_visible()
        page.unroute("**/model/*.bin", hold)
        expect(card.locator(".class-count")).to_have_text("1 example")
        expect(page.locator(".class-card")).to_have_count(1)

        page.route("**/model/*.bin", hold)
        page.reload()
        expect(card).to_be_visible()
        page.evaluate(DROP, [".class-card", ["a.jpg"]])
        expect(page.locator(".upload")).to_be_visible()
        person.open_projects().get_by_role("button", name="New project").click()
        expect(page.locator(".classes-empty")).to_be_visible()
        page.unroute("**/model/*.bin", hold)
        expect(page.locator(".stage .model-progress")).to_have_count(0)
        page.wait_for_timeout(1000)
        expect(page.locator(".class-card")).to_have_count(0)

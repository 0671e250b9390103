"""Files that come to the page: double-clicked where the page is installed as an app, and dropped among others."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NO_SERVER, Complaints
from tests.support.person import Person

pytestmark = pytest.mark.browser

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
    consume({ files: await Promise.all(names.map((name) => folder.getFileHandle(name))) });
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
    page.reload(wait_until="commit")
    page.evaluate("launch(['one.showandtell', 'two.showandtell'])")
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


def test_pictures_that_come_while_the_model_loads_stay_with_their_class_and_project(static_host: str, page: Page):
    page.goto(static_host)
    person = Person(page)
    person.add_class("Cat")
    # Slow enough to do something meanwhile.
    page.route("**/model/*.bin", lambda route: page.wait_for_timeout(3000) or route.continue_())
    page.reload()
    expect(page.locator(".class-card")).to_have_count(1)
    page.evaluate(DROP, [".class-card", ["a.jpg"]])
    expect(page.locator(".upload")).to_be_visible()
    field = page.get_by_label("Class name")
    field.fill("Dog")
    field.press("Enter")
    card = person.card("Dog")
    expect(card.locator(".class-count")).to_have_text("1 example")
    expect(page.locator(".class-card")).to_have_count(1)

    page.reload()
    expect(card).to_be_visible()
    page.evaluate(DROP, [".class-card", ["a.jpg"]])
    expect(page.locator(".upload")).to_be_visible()
    person.open_projects().get_by_role("button", name="New project").click()
    expect(page.locator(".classes-empty")).to_be_visible()
    expect(page.locator(".stage .model-progress")).to_have_count(0)
    page.wait_for_timeout(1000)
    expect(page.locator(".class-card")).to_have_count(0)

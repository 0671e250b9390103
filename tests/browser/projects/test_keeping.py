"""What the browser keeps: through a reload, a crash of the tab, a full disk, and between two tabs."""

import contextlib
import json
import re
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect

from tests.browser.conftest import FLAGS, Server, without_worker
from tests.support.film import write_photos
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

SEEDED = 1990
# Writes examples as the page does, so that there are many: random directions, each class around one of its own.
SEED = """async ({count, dimension, model, labels, id, name, pictureBytes}) => {
  const database = await new Promise((resolve, reject) => {
    const request = indexedDB.open("show-and-tell");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const names = ["projects", "examples", "embeddings", "thumbnails"];
  const transaction = database.transaction(names, "readwrite");
  const [projects, examples, embeddings, thumbnails] = names.map((each) => transaction.objectStore(each));
  const picture = new Blob([new Uint8Array(pictureBytes)], { type: "image/jpeg" });
  for (let i = 0; i < count; i += 1) {
    const label = labels[i % labels.length];
    const embedding = Float32Array.from({ length: dimension }, () => Math.random() - 0.5);
    embedding[i % labels.length] += 20;
    examples.put({ project: id, id: `seed${i}`, label, group: null, order: i });
    embeddings.put({ project: id, id: `seed${i}`, embedding });
    thumbnails.put({ project: id, id: `seed${i}`, blob: picture });
  }
  projects.put({
    id, name, model, room: null, epoch: null, revision: 0, usedAt: Date.now(), createdAt: Date.now(), deletedAt: null,
    settings: { k: 3, metric: "cosine", weights: "uniform", unknownDistance: null },
    classes: labels.map((label, colour) => ({ label, colour })),
  });
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  database.close();
}"""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_photos(tmp_path_factory.mktemp("photos"), ("cat",), 10)["cat"]


def seed(page: Page, server: Server, count: int, name: str = "Many", picture_bytes: int = 3000) -> None:
    """Add a project of so many examples in two classes, and open it."""
    page.goto(server.url)
    expect(page.locator("button.project-button")).to_be_enabled()
    manifest = json.loads(page.request.get(f"{server.url}model/manifest.json").text())
    # No page of ours is open meanwhile.
    page.goto(f"{server.url}healthz")
    page.evaluate(
        SEED,
        {
            "count": count,
            "dimension": manifest["dimension"],
            "model": manifest["id"],
            "labels": ["Cat", "Dog"],
            "id": f"seeded-{name}",
            "name": name,
            "pictureBytes": picture_bytes,
        },
    )
    page.goto(server.url)
    expect(page.locator("button.project-button")).to_contain_text(name)


def test_2000_examples_survive_a_reload_and_a_crash_of_the_tab(
    server: Server, context: BrowserContext, page: Page, photos: list[Path]
):
    person = Person(page)
    seed(page, server, SEEDED)
    person.upload("Cat", photos)
    page.reload()
    person.expect_count("Cat", SEEDED // 2 + 10)
    person.upload("Dog", photos[:3])

    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=20_000)
    again = Person(context.new_page())
    again.page.goto(server.url)
    again.expect_count("Cat", SEEDED // 2 + 10)
    again.expect_count("Dog", SEEDED // 2 + 3)
    assert again.page.locator(".tab-cover").count() == 0


# Whether a few bytes more are refused. Chromium asks for the quota again after half a minute.
IS_FULL = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("filler", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("bytes", { autoIncrement: true });
  request.onerror = () => (request.error.name === "QuotaExceededError" ? resolve(true) : reject(request.error));
  request.onsuccess = () => {
    const transaction = request.result.transaction("bytes", "readwrite");
    transaction.objectStore("bytes").put(new Uint8Array(100));
    transaction.oncomplete = () => { request.result.close(); resolve(false); };
    transaction.onabort = () => {
      request.result.close();
      if (transaction.error?.name === "QuotaExceededError") resolve(true);
      else reject(transaction.error);
    };
  };
})"""


#: The page is left before it can hear that something was written.
BUSY_WHILE_LEFT = """(button) => {
  button.click();
  location.reload();
  for (const until = performance.now() + 400; performance.now() < until; );
}"""


def test_what_is_done_just_before_a_reload_is_kept_by_a_busy_page(server: Server, page: Page, photos: list[Path]):
    page.goto(server.url)
    person = Person(page)
    person.add_class("Cat")
    person.upload("Cat", photos[:2])
    for _ in range(5):
        person.expect_count("Cat", 2)
        with page.expect_navigation():
            page.get_by_role("button", name="Delete the class Cat").evaluate(BUSY_WHILE_LEFT)
        expect(page.locator(".classes-empty")).to_be_visible()
        page.locator("body").press("Control+z")


def fill_disk(context: BrowserContext, page: Page, server: Server, over: int) -> None:
    """Make the quota so many bytes less than what is used, and wait until the browser goes by it."""
    devtools = context.new_cdp_session(page)
    origin = server.url.rstrip("/")
    used = devtools.send("Storage.getUsageAndQuota", {"origin": origin})["usage"]
    assert used > over
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": used - over})
    until(lambda: page.evaluate(IS_FULL), "the disk is full", seconds=90)


def expect_refused(person: Person) -> None:
    """The tab is covered, because another one has changes that are in its memory only; asking again changes nothing."""
    cover = person.page.get_by_role("dialog", name="Open in another tab")
    expect(cover).to_contain_text("could not be saved yet")
    go_on = cover.get_by_role("button", name="Continue here")
    go_on.click()
    expect(go_on).to_be_enabled()
    expect(cover).to_contain_text("could not be saved yet")


def test_a_full_disk_is_said_loses_nothing_and_is_written_once_a_project_goes(
    server: Server, browser: Browser, photos: list[Path]
):
    # What a service worker keeps would be counted too, and comes and goes.
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", service_workers="block")
    page = context.new_page()
    person = Person(page)
    # Pictures lie in files of their own, which the disk gets back at once; the database's file shrinks when it likes.
    seed(page, server, 2000, "Old", picture_bytes=20_000)
    person.open_projects().get_by_role("button", name="New project").click()
    person.add_class("Cat")
    person.upload("Cat", photos[:3])
    fill_disk(context, page, server, over=15_000_000)

    person.upload("Cat", photos[3:8])
    alert = page.get_by_role("alert").filter(has_text="no room left")
    expect(alert).to_contain_text("Delete a project for ever")
    # It stays until there is room, whatever else is done or refused.
    field = person.add_class("Owl").get_by_label("Class name")
    field.fill(" ")
    field.press("Enter")
    expect(person.page.locator(".class-name").last).to_contain_text("name")
    expect(alert).to_contain_text("Delete a project for ever")
    menu = person.open_projects()
    expect(menu.locator(".storage")).to_contain_text("changes are not saved yet")
    expect(menu.locator(".storage meter")).to_be_visible()
    # Another project and back: all that was kept is there, and what waits is not lost.
    menu.locator(".recent-project", has_text="Old").click()
    for name in ("Cat", "Dog"):
        person.expect_count(name, 1000)
    person.open_projects().locator(".recent-project", has_text="8 examples").click()
    person.expect_count("Cat", 8)
    # Another tab would not have what waits.
    other = Person(context.new_page())
    other.page.goto(server.url)
    expect_refused(other)
    expect(page.locator(".tab-cover")).to_have_count(0)
    page.bring_to_front()

    menu = person.open_projects()
    menu.get_by_role("button", name="Delete Old").click()
    menu.get_by_text("Bin: 1 project").click()
    menu.get_by_role("button", name="Delete Old for ever").click()
    menu.get_by_role("button", name="Really?").click()
    expect(menu.locator(".project-bin")).to_have_count(0)
    # Deleted rows are given back to the disk a little later; it is tried again until then.
    expect(menu.locator(".storage")).not_to_contain_text("not saved yet")
    person.close_projects()
    expect(alert).to_be_hidden()
    other.page.get_by_role("button", name="Continue here").click()
    other.expect_count("Cat", 8)
    expect(page.locator(".tab-cover")).to_contain_text("nothing is lost")
    page.reload()
    person.expect_count("Cat", 8)
    context.close()


def test_a_nearly_full_disk_is_said_before_anything_is_lost(server: Server, browser: Browser, photos: list[Path]):
    # What a service worker keeps would be counted too, and comes while the page is used.
    with without_worker(browser) as page:
        page.goto(server.url)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.url.rstrip("/"), "quotaSize": 30_000_000})
        page.reload()
        expect(page.get_by_role("alert").filter(has_text=re.compile(r"only 2\d MB left"))).to_be_visible()
        person = Person(page)
        person.add_class("Cat")
        person.upload("Cat", photos[:2])
        expect(person.open_projects().locator(".storage")).to_contain_text(re.compile(r"at least (2\d|30) MB left"))


NO_WEB_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"


@pytest.mark.parametrize("locks", ["Web Locks", "no Web Locks"])
@pytest.mark.parametrize("end", ["closed", "crashed", "saved"])
def test_a_tab_with_unsaved_changes_keeps_its_turn_until_they_are_saved_or_it_is_gone(
    server: Server, context: BrowserContext, page: Page, locks: str, end: str
):
    if locks == "no Web Locks":
        context.add_init_script(NO_WEB_LOCKS)
    page.goto(server.url)
    first = Person(page)
    first.add_class("Cat")
    page.evaluate("""() => {
      const { put } = IDBObjectStore.prototype;
      window.makeRoom = () => { IDBObjectStore.prototype.put = put; };
      IDBObjectStore.prototype.put = () => { throw new DOMException("no space", "QuotaExceededError"); };
    }""")
    first.add_class("Dog")
    expect(first.open_projects().locator(".storage")).to_contain_text("not saved yet")
    second = Person(context.new_page())
    second.page.goto(server.url)
    expect_refused(second)
    expect(page.locator(".tab-cover")).to_have_count(0)

    if end == "saved":
        page.evaluate("makeRoom()")
    elif end == "closed":
        page.close()
    else:
        with page.expect_event("crash"), contextlib.suppress(Error):
            page.goto("chrome://crash", timeout=20_000)
        if locks == "no Web Locks":
            # What was not heard of for so long is gone.
            second.page.evaluate("""() => {
              for (const key of Object.keys(localStorage).filter((each) => each.startsWith("lock:"))) {
                localStorage[key] = JSON.stringify({ ...JSON.parse(localStorage[key]), at: Date.now() - 90_000 });
              }
            }""")
    second.page.get_by_role("button", name="Continue here").click()
    expect(second.card("Cat")).to_be_visible()
    expect(second.card("Dog")).to_have_count(1 if end == "saved" else 0)
    if end == "saved":
        expect(page.locator(".tab-cover")).to_contain_text("nothing is lost")


def own_address() -> str | None:
    """This machine's address on its network, which a browser takes for insecure; None without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith("127.") else address


@pytest.mark.parametrize("locks", ["Web Locks", "no Web Locks"])
def test_of_two_tabs_the_older_is_covered_whole_and_can_take_the_projects_back(
    server: Server, context: BrowserContext, locks: str
):
    if locks == "no Web Locks":
        # As on an http address, which is no secure context.
        context.add_init_script(NO_WEB_LOCKS)
    first = Person(context.new_page())
    first.page.goto(server.url)
    first.add_class("Cat")
    second = Person(context.new_page())
    second.page.goto(server.url)
    expect(second.card("Cat")).to_be_visible()

    cover = first.page.get_by_role("dialog", name="Open in another tab")
    expect(cover).to_be_visible()
    box = cover.bounding_box()
    size = first.page.viewport_size
    assert box
    assert size
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] >= size["width"]
    assert box["height"] >= size["height"]
    # Neither Tab nor Escape leaves the cover, and nothing below it can be pressed.
    for key in ("Tab", "Tab", "Tab", "Shift+Tab", "Escape", "Escape", "1", "Tab"):
        first.page.keyboard.press(key)
        outside = (
            "!['BODY', 'HTML'].includes(document.activeElement.tagName) && !document.activeElement.closest('dialog')"
        )
        assert not first.page.evaluate(outside)
    expect(cover).to_be_visible()
    pressed = """() => [...document.querySelectorAll("button, input, a")].filter((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      return hit && !hit.closest("dialog");
    }).length"""
    assert first.page.evaluate(pressed) == 0
    assert first.page.locator("button").count() > 5

    second.add_class("Dog")
    second.open_projects()
    cover.get_by_role("button", name="Continue here").click()
    expect(cover).to_be_hidden()
    # Without a reload, and with what the other tab taught.
    expect(first.card("Dog")).to_be_visible()
    expect(second.page.get_by_role("dialog", name="Open in another tab")).to_be_visible()
    first.add_class("Cow")
    second.page.get_by_role("button", name="Continue here").click()
    expect(second.card("Cow")).to_be_visible()
    expect(cover).to_be_visible()


def test_on_an_http_address_one_tab_works_at_a_time(playwright: Playwright, chrome: str):
    address = own_address()
    if address is None:
        pytest.skip("this machine has no address but its own")
    server = Server(host=address)
    server.start()
    browser: Browser = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
    try:
        context = browser.new_context(locale="en-GB")
        first = Person(context.new_page())
        first.page.goto(server.url)
        assert not first.page.evaluate("isSecureContext || 'locks' in navigator")
        first.add_class("Cat")
        second = Person(context.new_page())
        second.page.goto(server.url)
        expect(second.card("Cat")).to_be_visible()
        expect(first.page.get_by_role("dialog", name="Open in another tab")).to_be_visible()
    finally:
        browser.close()
        server.kill()

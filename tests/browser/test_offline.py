"""After one visit everything works without network and server; where it can't be kept, nothing breaks."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.conftest import FLAGS, NO_SERVER, ROOT, SHOWN_AGAIN, TAUGHT, Complaints, Server, hosting
from tests.support import surfaces
from tests.support.film import write_photos
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

MESSAGES = ROOT / "web" / "src" / "i18n" / "messages"
# English last: the tests go on in it.
LANGUAGES = ("ar", "de", "es", "fr", "hi", "it", "pt", "tr", "uk", "zh", "en")
# wait_for_function waits for no promise, so these are asked again and again.
KEPT = """async () => {
  const keys = [];
  for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) keys.push(url);
  return keys;
}"""


def wait_until_kept(page: Page) -> list[str]:
    """Wait until the page is kept for use offline, and return the addresses of what is kept."""
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'", polling=200)
    return page.evaluate(KEPT)


def go_offline(context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    assert page.evaluate("fetch('./nothing-' + Math.random()).then(() => 'there', () => 'away')") == "away"


def open_everything(page: Page) -> None:
    """Open every panel and every language; each has code or words of its own, which are loaded then."""
    if page.locator(".tab-list").count() == 0:
        # There is nothing to decide yet.
        surfaces.press_action(page, "sample")
    for name in ("Map", "Heat map", "Test", "Neighbours"):
        page.get_by_role("tab", name=name, exact=True).click()
        panel = page.get_by_role("tabpanel")
        expect(panel.locator(".panel-wait")).to_have_count(0)
        assert panel.inner_text().strip()
    page.locator(".lessons-button").last.click()
    page.locator(".lesson-entry .primary").first.click()
    expect(page.locator(".lesson-text")).to_contain_text("Start camera")
    page.get_by_role("button", name="Close the lesson").click()
    page.get_by_role("button", name="Language and look").click()
    for language in LANGUAGES:
        words = json.loads((MESSAGES / f"{language}.json").read_text("utf-8"))["classes.add"]
        page.get_by_role("combobox").first.select_option(language)
        expect(page.get_by_role("button", name=words).first).to_be_attached()
    page.keyboard.press("Escape")


def test_after_one_visit_neither_network_nor_server_is_needed(server: Server, context: BrowserContext, page: Page):
    person = Person(page)
    page.goto(server.url)
    person.start_camera()
    for name in ("cat", "coffee"):
        person.add_class(name.title())
        person.record(name.title(), TAUGHT[name])
    kept = wait_until_kept(page)
    assert not [url for url in kept if "/api/" in url or "/socket.io/" in url]
    server.kill()
    go_offline(context, page)

    page.reload()
    expect(person.card("Coffee").locator(".class-count")).not_to_have_text("0 examples")
    # Threads need an isolated page: the kept answers have the server's headers.
    assert page.evaluate("crossOriginIsolated") is True
    person.start_camera()
    person.sees("Coffee", SHOWN_AGAIN["coffee"])
    expect(person.badge).to_contain_text("Browser")
    open_everything(page)

    # Nobody can say now whether there is such a room.
    page.goto(f"{server.url}?room=KIWI-42")
    expect(page.locator(".notice-bar")).to_contain_text("Room KIWI-42 can’t be opened now")
    for name in ("Cat", "Coffee"):
        expect(person.card(name).locator(".class-count")).not_to_have_text("0 examples")
    for address, heading in (
        ("lessons/", "essons"),
        ("lessons/2-what-is-k.html", "k"),
    ):
        page.goto(server.url + address)
        expect(page.get_by_role("heading").filter(has_text=heading).first).to_be_visible()


def press(page: Page, key: str) -> None:
    page.locator("body").press(key)


def test_a_second_project_and_undo_need_neither_network_nor_server(
    server: Server, context: BrowserContext, page: Page, tmp_path: Path
):
    photos = write_photos(tmp_path, ["cat", "coffee"], 3)
    page.goto(server.url)
    person = Person(page)
    person.add_class("Cat")
    person.upload("Cat", photos["cat"])
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'", polling=200)
    server.kill()
    context.set_offline(True)
    page.reload()
    complaints = Complaints(page)

    person.expect_count("Cat", 3)
    person.open_projects().get_by_role("button", name="New project").click()
    expect(page.locator(".classes-empty")).to_be_visible()
    person.add_class("Coffee")
    person.upload("Coffee", photos["coffee"])

    # The new one is open after a reload, with its steps.
    page.reload()
    person.expect_count("Coffee", 3)
    expect(person.card("Cat")).to_have_count(0)
    press(page, "Control+z")
    person.expect_count("Coffee", 0)
    page.reload()
    person.expect_count("Coffee", 0)
    press(page, "Control+Shift+z")
    person.expect_count("Coffee", 3)

    # The first one has steps of its own.
    person.open_projects().locator(".recent-project").filter(has_text="Cat").click()
    person.expect_count("Cat", 3)
    page.get_by_role("button", name="Delete the class Cat").click()
    expect(person.card("Cat")).to_have_count(0)
    page.reload()
    expect(page.locator(".classes-empty")).to_be_visible()
    press(page, "Control+z")
    person.expect_count("Cat", 3)
    expect(page.locator(".class-card img")).to_have_count(3)
    person.open_projects().locator(".recent-project").filter(has_text="Coffee").click()
    person.expect_count("Coffee", 3)
    # Looking for a server is all that may fail.
    assert complaints.but_for(NO_SERVER, "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_FAILED") == []


def test_a_file_host_is_not_needed_twice(tmp_path: Path, context: BrowserContext, page: Page):
    complaints = Complaints(page)
    person = Person(page)
    with hosting(tmp_path) as address:
        page.goto(address)
        person.add_class("Cat")
        kept = wait_until_kept(page)
        assert all(url.startswith(address) for url in kept)
    go_offline(context, page)
    page.goto(f"{address}?from=home")
    expect(person.card("Cat")).to_be_visible()
    expect(person.badge).to_contain_text("Browser")
    open_everything(page)
    # Looking for a server is all that may fail.
    assert complaints.but_for(NO_SERVER, "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_FAILED") == []


def test_what_the_browser_has_lost_is_fetched_again(server: Server, context: BrowserContext, page: Page):
    page.goto(server.url)
    kept = wait_until_kept(page)
    lost = page.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          const keys = (await cache.keys()).filter((_, i) => i % 2);
          for (const key of keys) await cache.delete(key);
          return keys.length;
        }"""
    )
    assert lost > 10
    page.reload()
    until(lambda: len(page.evaluate(KEPT)) == len(kept), "all is kept again", seconds=90)
    assert sorted(page.evaluate(KEPT)) == sorted(kept)
    go_offline(context, page)
    page.reload()
    Person(page).add_class("Cat")
    open_everything(page)


def test_a_full_disk_leaves_the_page_working(server: Server, context: BrowserContext, page: Page):
    session = context.new_cdp_session(page)
    session.send("Storage.overrideQuotaForOrigin", {"origin": server.url.rstrip("/"), "quotaSize": 6_000_000})
    person = Person(page)
    with context.expect_event("serviceworker"):
        page.goto(server.url)
    # A service worker that can't be installed is forgotten.
    until(
        lambda: not page.evaluate("navigator.serviceWorker.getRegistration().then(Boolean)"),
        "the installation fails",
        seconds=90,
    )
    # Nothing of the failed attempt takes what room there is for examples.
    until(lambda: page.evaluate(KEPT) == [], "what was kept is removed", seconds=90)
    person.start_camera()
    person.add_class("Cat")
    person.record("Cat", TAUGHT["cat"])
    page.reload()
    expect(person.card("Cat").locator(".class-count")).not_to_have_text("0 examples")


def test_an_address_that_is_not_secure_works_as_before(playwright: Playwright, chrome: str):
    server = Server(ROOT / "web" / "dist", "--hosts", "class.example")
    server.start()
    browser = playwright.chromium.launch(
        executable_path=chrome, args=[*FLAGS, "--host-resolver-rules=MAP class.example 127.0.0.1"]
    )
    try:
        page = browser.new_page(locale="en-GB")
        complaints = Complaints(page)
        page.goto(f"http://class.example:{server.port}/")
        assert page.evaluate("'serviceWorker' in navigator") is False
        person = Person(page)
        person.add_class("Cat")
        person.share()
        expect(person.badge).to_contain_text("Server")
        assert complaints.but_for("Cross-Origin-Opener-Policy") == []
    finally:
        browser.close()
        server.kill()


def test_it_can_be_installed(playwright: Playwright, chrome: str, server: Server, tmp_path: Path):
    # A private window is never installable.
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path / "profile"), executable_path=chrome, args=FLAGS, locale="en-GB"
    )
    try:
        page = context.new_page()
        page.goto(server.url)
        wait_until_kept(page)
        session = context.new_cdp_session(page)
        answer = session.send("Page.getAppManifest")
        assert answer["errors"] == []
        assert answer["url"] == f"{server.url}manifest.webmanifest"
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        manifest = json.loads(answer["data"])
        assert session.send("Page.getAppId")["appId"] == server.url
        assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
        assert manifest["file_handlers"][0]["accept"] == {"application/x-showandtell+zip": [".showandtell"]}
        for icon in manifest["icons"]:
            assert page.request.get(server.url + icon["src"]).headers["content-type"].split(";")[0] == icon["type"]
    finally:
        context.close()

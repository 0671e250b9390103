"""Which lessons are kept for use offline: English ones, and those of the languages that were in use."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.lessons.conftest import Pupil
from tests.browser.test_offline import KEPT, go_offline, wait_until_kept
from tests.support.server import until

pytestmark = pytest.mark.browser

BUILT = ROOT / "web" / "dist" / "lessons"
ENGLISH = sorted(path.name for path in BUILT.iterdir() if path.suffix in {".html", ".json"})
STEPS = sorted(path.name for path in (BUILT / "de").glob("*.json"))


class Host:
    """The built page on a plain file server, which notes what is asked for, also by the service worker."""

    def __init__(self) -> None:
        paths: list[str] = []

        class Handler(SimpleHTTPRequestHandler):
            def log_message(self, *values: object) -> None:
                paths.append(self.path)

        self.paths = paths
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(BUILT.parent)))
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    def asked_for(self) -> list[str]:
        """Return what was asked for of the lessons, in order."""
        return [path.removeprefix("/lessons/") for path in self.paths if path.startswith("/lessons/")]


@pytest.fixture
def noting() -> Iterator[Host]:
    made = Host()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def german(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE")
    made.set_default_timeout(60_000)
    yield made
    made.close()


def kept_in(page: Page, language: str) -> list[str]:
    """Return the names of the files that are kept of a language's lessons."""
    start = f"/lessons/{language}/"
    return sorted(url.partition(start)[2].split("?")[0] for url in page.evaluate(KEPT) if start in url)


def read(language: str, name: str) -> dict[str, str]:
    content: dict[str, str] = json.loads((BUILT / language / name).read_text("utf-8"))
    return content


def expect_lesson(page: Page, title: str, language: str) -> None:
    expect(page.locator(".lesson")).to_contain_text(title)
    assert page.locator(".lesson-text").evaluate("(element) => element.closest('[lang]').lang") == language


def test_a_first_visit_fetches_no_lesson_of_another_language(noting: Host, page: Page):
    page.goto(noting.url)
    wait_until_kept(page)
    page.wait_for_timeout(2_000)
    asked = noting.asked_for()
    assert [name for name in asked if "/" in name] == []
    assert set(ENGLISH) <= set(asked)


def test_lessons_open_offline_in_the_language_of_the_visit(noting: Host, german: BrowserContext):
    page = german.new_page()
    page.goto(noting.url)
    wait_until_kept(page)
    until(lambda: kept_in(page, "de") == STEPS, "the German lessons are kept")
    # A page to print is kept once it is opened.
    sheet = f"{noting.url}lessons/de/2-what-is-k-sheet.html"
    with german.new_page() as other:
        other.goto(sheet)
    assert {name.split("/")[0] for name in noting.asked_for() if "/" in name} == {"de"}

    go_offline(german, page)
    page.reload()
    pupil = Pupil(page)
    for name in STEPS:
        pupil.go_to(name.removesuffix(".json"), 1)
        expect_lesson(page, read("de", name)["title"], "de")
    # Nothing in Italian was kept: the lesson stays open, in English.
    page.evaluate("localStorage.setItem('language', 'it')")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "it")
    expect_lesson(page, read(".", STEPS[-1])["title"], "en")
    page.goto(sheet)
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_another_language_is_kept_when_it_is_chosen(noting: Host, page: Page):
    page.goto(noting.url)
    wait_until_kept(page)
    page.get_by_role("button", name="Language and look").click()
    page.get_by_role("combobox").first.select_option("de")
    until(lambda: kept_in(page, "de") == STEPS, "the German lessons are kept")
    # What the browser has lost of them comes again.
    page.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          for (const key of await cache.keys()) if (key.url.includes("/lessons/de/")) await cache.delete(key);
        }"""
    )
    assert kept_in(page, "de") == []
    page.reload()
    until(lambda: kept_in(page, "de") == STEPS, "the German lessons are kept again")

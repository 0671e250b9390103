"""A new version is offered, never forced, and never mixed with the old one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import ROOT, Complaints, Server
from tests.browser.test_offline import KEPT, wait_until_kept
from tests.support.cameras import jpeg
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

OFFER = "A new version is ready"
LESSON = "1-what-is-a-neighbour.json"
LESSON_WORDS = "Öffnet die Seite und klickt auf"
NEW_LESSON_WORDS = "Öffnet die neue Seite und klickt auf"
# When the page has registered its worker, and listens for a new one.
REGISTERED = """
  const { register } = ServiceWorkerContainer.prototype;
  ServiceWorkerContainer.prototype.register = function (...given) {
    const registered = register.apply(this, given);
    registered.then(() => setTimeout(() => { window.isRegistered = true; }));
    return registered;
  };
"""


@pytest.fixture(scope="module")
def next_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as it is built from other words, another panel that is loaded when opened, and another German lesson."""
    folder = tmp_path_factory.mktemp("next")
    for name in ("contract", "docs/lessons", "docs/sketches", "web/src", "web/scripts"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("web/index.html", "web/player.html", "web/vite.config.js", "web/package.json", "web/tsconfig.json"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "web" / "public").mkdir()
    for path in (ROOT / "web" / "public").iterdir():
        (folder / "web" / "public" / path.name).symlink_to(path.resolve())
    (folder / "web" / "node_modules").symlink_to((ROOT / "web" / "node_modules").resolve())
    panel = folder / "web" / "src" / "ui" / "decide" / "heat-panel.jsx"
    before = panel.read_text("utf-8")
    after = before.replace("return (", 'document.documentElement.dataset.panel = "new";\n\treturn (', 1)
    assert after != before
    panel.write_text(after, "utf-8")
    words = folder / "web" / "src" / "i18n" / "messages" / "en.json"
    text = words.read_text("utf-8")
    assert text.count('"Add class"') == 1
    words.write_text(text.replace('"Add class"', '"Add a class"'), "utf-8")
    lesson = folder / "docs" / "lessons" / "de" / LESSON.replace(".json", ".md")
    text = lesson.read_text("utf-8")
    assert text.count(LESSON_WORDS) == 1
    lesson.write_text(text.replace(LESSON_WORDS, NEW_LESSON_WORDS), "utf-8")
    environment = {**os.environ, "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    command = [folder / "web" / "node_modules" / ".bin" / "vite", "build"]
    subprocess.run(command, cwd=folder / "web", env=environment, check=True, capture_output=True)
    return folder / "web" / "dist"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    """A server of a copy of the built page, which a test may replace."""
    shutil.copytree(ROOT / "web" / "dist", tmp_path / "page")
    server = Server(tmp_path / "page")
    server.start()
    yield server
    server.kill()


def deploy(site: Server, build: Path) -> None:
    """Replace what the server has; nothing of the old page is left there."""
    shutil.rmtree(site.page)
    shutil.copytree(build, site.page)


def teach_two(page: Page, folder: Path) -> None:
    """Teach two classes: with fewer the panels are folded."""
    person = Person(page)
    for name in ("Cat", "Coffee"):
        person.add_class(name)
        photo = folder / f"{name}.jpg"
        photo.write_bytes(jpeg(300, 300, name.lower()))
        person.upload(name, [photo])


def look_for_news(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")


def test_a_new_version_is_offered_and_taken_by_a_click(
    site: Server, next_build: Path, context: BrowserContext, page: Page, tmp_path: Path
):
    complaints = Complaints(page)
    page.goto(site.url)
    teach_two(page, tmp_path)
    kept = wait_until_kept(page)
    deploy(site, next_build)
    look_for_news(page)
    notice = page.get_by_role("status").filter(has_text=OFFER)
    expect(notice).to_be_visible()

    # Never forced, not even by a reload.
    page.reload()
    expect(page.get_by_role("button", name="Add class", exact=True).first).to_be_visible()
    expect(notice).to_be_visible()
    # The old page gets its own part, which the server no longer has.
    page.get_by_role("tab", name="Heat map", exact=True).click()
    expect(page.get_by_role("tabpanel").locator(".panel-wait")).to_have_count(0)
    assert page.evaluate("document.documentElement.dataset.panel") is None

    notice.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("button", name="Add a class", exact=True).first).to_be_visible()
    expect(page.get_by_role("article", name="Cat")).to_be_visible()
    page.get_by_role("tab", name="Heat map", exact=True).click()
    page.wait_for_function("document.documentElement.dataset.panel === 'new'")
    expect(notice).to_have_count(0)
    # What only the old version needed goes.
    gone = next(url for url in kept if "/assets/heat-panel-" in url)
    until(lambda: gone not in page.evaluate(KEPT), "the old version's parts are removed", seconds=90)
    assert complaints.messages == []


def kept_of_lesson(page: Page) -> list[str]:
    return [url for url in page.evaluate(KEPT) if f"/lessons/de/{LESSON}" in url]


def fetch_lesson(page: Page) -> str:
    text: str = page.evaluate(f"fetch('./lessons/de/{LESSON}').then((response) => response.text())")
    return text


def test_kept_lessons_of_another_language_are_those_of_the_version(
    site: Server, next_build: Path, context: BrowserContext, page: Page
):
    page.goto(site.url)
    wait_until_kept(page)
    assert kept_of_lesson(page) == []
    # Where the server has a newer one by now, that is shown, and not taken for the one that was built.
    lesson = site.page / "lessons" / "de" / LESSON
    built = lesson.read_bytes()
    lesson.write_bytes(built.replace(LESSON_WORDS.encode(), NEW_LESSON_WORDS.encode()))
    assert NEW_LESSON_WORDS in fetch_lesson(page)
    assert kept_of_lesson(page) == []
    lesson.write_bytes(built)
    assert LESSON_WORDS in fetch_lesson(page)
    [old] = kept_of_lesson(page)
    # It belongs to this version: a start, which removes what old versions have left, leaves it.
    page.evaluate(
        "caches.keys().then(([name]) => caches.open(name)).then((cache) => cache.put('./old', new Response()))"
    )
    page.reload()
    until(lambda: f"{site.url}old" not in page.evaluate(KEPT), "what old versions have left is removed", seconds=90)
    assert kept_of_lesson(page) == [old]

    deploy(site, next_build)
    look_for_news(page)
    notice = page.get_by_role("status").filter(has_text=OFFER)
    expect(notice).to_be_visible()
    # Until the new version is taken, the page is answered by its own.
    assert LESSON_WORDS in fetch_lesson(page)
    # The new one is kept with its version, and needs no network when that is taken.
    site.kill()
    context.set_offline(True)
    notice.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("button", name="Add a class", exact=True).first).to_be_visible()
    assert NEW_LESSON_WORDS in fetch_lesson(page)
    until(lambda: old not in page.evaluate(KEPT), "the old version's lesson is removed", seconds=90)
    assert len(kept_of_lesson(page)) == 1


def test_another_tab_goes_on_with_its_own_version(
    site: Server, next_build: Path, context: BrowserContext, page: Page, tmp_path: Path
):
    page.goto(site.url)
    teach_two(page, tmp_path)
    wait_until_kept(page)
    # Only one tab may hold the project; the tab that waits is a page all the same.
    other = context.new_page()
    other.add_init_script(REGISTERED)
    other.goto(site.url)
    expect(other.get_by_role("button", name="Add class", exact=True).first).to_be_visible()
    other.wait_for_function("() => window.isRegistered")
    deploy(site, next_build)
    look_for_news(other)
    other.get_by_role("status").filter(has_text=OFFER).get_by_role("button", name="Reload").click()
    expect(other.get_by_role("button", name="Add a class", exact=True).first).to_be_visible()
    # Time for removing too much: the worker waits two seconds for an open page to say its version.
    other.wait_for_timeout(4_000)

    # The new version is in charge now; the old tab is offered it, and still gets parts of its own.
    expect(page.get_by_role("status").filter(has_text=OFFER)).to_be_visible()
    loaded = page.evaluate(
        f"""async () => {{
          const both = (await ({KEPT})()).filter((url) => url.includes("/assets/heat-panel-"));
          return Promise.all(both.map((url) => fetch(url).then(({{ ok }}) => ok)));
        }}"""
    )
    assert loaded == [True, True]
    page.get_by_role("button", name="Continue here").click()
    page.get_by_role("tab", name="Heat map", exact=True).click()
    expect(page.get_by_role("tabpanel").locator(".panel-wait")).to_have_count(0)
    assert page.evaluate("document.documentElement.dataset.panel") is None


def test_a_half_copied_version_is_not_taken(site: Server, next_build: Path, page: Page):
    page.goto(site.url)
    wait_until_kept(page)
    deploy(site, next_build)
    script = next(path for path in (site.page / "assets").glob("heat-panel-*.js"))
    script.write_text("what a proxy says instead")
    page.evaluate(
        """navigator.serviceWorker.getRegistration().then(async (registration) => {
          const gone = new Promise((resolve) => registration.addEventListener("updatefound", () => {
            const { installing } = registration;
            installing.addEventListener("statechange", () => installing.state === "redundant" && resolve());
          }));
          await registration.update().catch(() => {});
          await gone;
        })"""
    )
    page.reload()
    expect(page.get_by_role("button", name="Add class", exact=True).first).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=OFFER)).to_have_count(0)

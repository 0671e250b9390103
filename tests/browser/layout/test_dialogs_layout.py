"""Every dialog, popup and notice, measured in a real browser: windows of many sizes, large type, long names."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import socketio
from playwright.sync_api import Browser, Error, Page, expect

from tests.browser.conftest import Server
from tests.browser.layout.test_layout import DROP_NO_PICTURE
from tests.browser.projects.test_exchange import drop_folder
from tests.support import pressed, surfaces
from tests.support.boxes import faults, in_sight, too_small
from tests.support.film import photo, varied
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

#: Width and height of the window, and how large type is.
SIZES = [
    (1440, 900, ""),
    (820, 1180, ""),
    (390, 844, ""),
    (320, 640, ""),
    (1440, 900, "200%"),
    (320, 640, "200%"),
]
LONG = {"cat": "Regenbogenforellenfischereiaufsichtsamt", "coffee": "一个很长很长的名字用来测试版面是不是会把字切掉"}
CLASSES = 12
PROJECT = "The red apple with the two green leaves, and the others"


def write_photos(folder: Path, seed: int, count: int) -> Path:
    for name in ("cat", "coffee", "rocket"):
        random = np.random.default_rng(seed)
        kept = folder / LONG.get(name, name)
        kept.mkdir(parents=True)
        for i in range(count):
            varied(photo(name), random).save(kept / f"{i}.jpg", "JPEG")
    return folder


class Files:
    """What is dropped and chosen."""

    def __init__(self, folder: Path) -> None:
        self.taught = write_photos(folder / "taught", 1, 3)
        for i in range(10):
            (self.taught / f"Thing {i}").mkdir()
            varied(photo("motorcycle"), np.random.default_rng(i)).save(self.taught / f"Thing {i}" / "0.jpg", "JPEG")
        self.tried = write_photos(folder / "A trip to the sea and to the mountains behind it", 9, 2)
        (self.tried / "cut.jpg").write_bytes((self.taught / "rocket" / "0.jpg").read_bytes()[:-400])
        self.other = folder / "knn.json"
        self.other.write_text(json.dumps([["cat", [1, 0, 0, 1], [2, 2]]]))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def server_host() -> Iterator[str]:
    server = Server()
    server.start()
    yield server.url
    server.kill()


@pytest.fixture(scope="module")
def full(browser: Browser, server_host: str, files: Files) -> Iterator[Page]:
    """A page with classes, a full bin, several projects, and one that was deleted."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(60_000)
    pressed.listen(context)
    page = context.new_page()
    page.goto(server_host)
    fill(page, files)
    yield page
    context.close()


def fill(page: Page, files: Files) -> None:
    """Make classes, a full bin, several projects, and one that is deleted."""
    expect(page.locator(".classes-empty")).to_be_visible()
    drop_folder(page, ".classes", files.taught)
    page.locator(".exchange-ways .primary").click()
    expect(page.locator(".exchange p[role=status]")).to_be_visible()
    surfaces.close(page)
    page.locator(".class-card").nth(1).locator(".class-head button").last.click()
    expect(page.locator(".class-card")).to_have_count(CLASSES)
    for copies in range(1, 9):
        if copies == 1:
            name = surfaces.open_menu(page).locator(".project-name")
            name.fill(PROJECT)
            name.press("Enter")
        page.locator(".project-menu > .project-actions > button").nth(1).click()
        expect(page.locator(".recent li")).to_have_count(copies)
    page.locator(".recent li button").last.click()
    expect(page.locator(".project-bin")).to_be_attached()
    surfaces.close(page)


def open_in(page: Page, language: str) -> None:
    page.evaluate("(language) => localStorage.setItem('language', language)", language)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("article")).to_have_count(CLASSES)
    expect(page.locator(".model-progress")).to_have_count(0)


def each_size(page: Page, sizes: list[tuple[int, int, str]] = SIZES) -> Iterator[str]:
    for width, height, type_size in sizes:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", type_size)
        if width <= 700:
            # Also below the cover of a tab.
            page.locator(".phone-tabs > button").first.evaluate("(button) => button.click()")
        yield f"{width} x {height} {type_size}"
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    page.set_viewport_size({"width": 1440, "height": 900})


def openers(files: Files) -> dict[str, surfaces.Opener]:
    return {
        "menu": lambda page: surfaces.open_menu(page) and None,
        "mistyped code": surfaces.open_mistyped_code,
        "deleted projects": surfaces.open_project_bin,
        "bin": surfaces.open_bin,
        "look": surfaces.open_look,
        "import": surfaces.open_import,
        "import refused": lambda page: surfaces.open_import_error(page, files.other),
        "import asks": lambda page: surfaces.open_import_question(page, files.tried),
        "export": surfaces.open_export,
        "try photos": lambda page: surfaces.open_try(page, files.tried),
        "correct": lambda page: surfaces.open_correction(page, files.tried),
        "invitation": surfaces.open_invitation,
        "large invitation": lambda page: surfaces.open_invitation(page, large=True),
    }


#: What of a dialog scrolls.
SCROLL = """(end) => {
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  for (const element of [dialog, ...dialog.querySelectorAll(".try-body")]) element.scrollTo(0, end);
}"""


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_in_a_dialog_overflows_overlaps_or_is_too_small(full: Page, files: Files, language: str):
    page = full
    open_in(page, language)
    found = []
    low = [(720, 450, "")] if language == "en" else []
    for size in each_size(page, [*SIZES, *low]):
        for name, opener in openers(files).items():
            try:
                opener(page)
            except (AssertionError, Error) as error:
                raise AssertionError(f"{name}, {size} did not open: {error}\n{pressed.tell(page)}") from None
            for end in (0, 100_000):
                page.evaluate(SCROLL, end)
                wrong = [*faults(page), *too_small(page)]
                # It can be closed from anywhere in it.
                if not in_sight(page, "dialog[open] .square"):
                    wrong.append("the button that closes it is out of sight")
                found += [f"{name}, {size}, scrolled to {end}: {what}" for what in wrong]
            surfaces.close(page)
    assert found == [], "\n".join(found)


#: Closes what is open, and presses the button before the page's next task.
CLOSE_AND_PRESS = """async (button) => {
  document.querySelector("dialog[open]").close();
  await null;
  await null;
  button.click();
}"""


PRESSED = [".project-button", ".badge", "header .square[aria-haspopup]", ".bin-button", ".look-button"]


@pytest.mark.parametrize("opener", PRESSED)
def test_a_popup_can_be_opened_again_in_the_moment_in_which_it_is_closed(full: Page, opener: str):
    page = full
    open_in(page, "en")
    button = page.locator(opener).first
    button.click()
    expect(page.locator("dialog[open]")).to_have_count(1)
    button.evaluate(CLOSE_AND_PRESS)
    # A browser says that a dialog was closed one task later.
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")
    expect(page.locator("dialog[open]")).to_have_count(1, timeout=1000)
    surfaces.close(page)


def test_a_tap_beside_a_popup_closes_it_and_presses_nothing_below(browser: Browser, server_host: str):
    context = browser.new_context(viewport={"width": 820, "height": 1180}, locale="en-GB", has_touch=True)
    page = context.new_page()
    page.goto(server_host)
    button = page.locator(".badge")
    button.tap()
    expect(page.locator("dialog[open]")).to_have_count(1)
    box = button.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("dialog")).to_have_count(0)
    page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")
    assert page.locator("dialog").count() == 0
    # What is pressed inside and let go beside it, as when words are marked, leaves it open.
    button.tap()
    inside = page.locator(".popup-head").bounding_box()
    assert inside
    page.mouse.move(inside["x"] + 5, inside["y"] + 5)
    page.mouse.down()
    page.mouse.move(5, 1000, steps=3)
    page.mouse.up()
    expect(page.locator("dialog[open]")).to_have_count(1)
    page.mouse.click(5, 1000)
    expect(page.locator("dialog")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_cover_of_a_tab_fits(full: Page, server_host: str, language: str):
    page = full
    open_in(page, language)
    other = page.context.new_page()
    other.goto(server_host)
    expect(page.locator(".tab-cover")).to_be_visible()
    for size in each_size(page):
        assert [*faults(page), *too_small(page)] == [], size
        page.locator(".tab-cover .primary").scroll_into_view_if_needed()
        assert in_sight(page, ".tab-cover .primary"), size
    other.close()
    page.locator(".tab-cover .primary").click()
    expect(page.locator(".tab-cover")).to_have_count(0)


def test_what_another_deleted_is_said_in_a_readable_width(full: Page, server_host: str):
    page = full
    open_in(page, "en")
    # The invitation was looked at: the project is in a room already.
    if page.locator("button.room").count() > 0:
        surfaces.open_menu(page).get_by_role("button", name="Leave room").click()
        expect(page.locator("button.room")).to_have_count(0)
        surfaces.close(page)
    surfaces.open_menu(page).locator(".room-actions button").first.click()
    code = page.locator("button.room strong")
    expect(code).to_be_visible()
    surfaces.close(page)
    Person(page).let_all_change_everything()
    # Somebody else in the room deletes a class.
    model = page.evaluate("async () => (await fetch('model/manifest.json')).json()")
    other = socketio.Client()
    other.connect(server_host, transports=["websocket"])
    me = {"id": "another-browser", "name": "Maximiliane of the seventh form"}
    join = {"room": code.inner_text(), "model": {key: model[key] for key in ("id", "dimension")}, "member": me}
    assert other.call("join", join)["ok"]
    until(lambda: other.call("getCountByLabel", {})["countByLabel"].get("rocket") == 3, "the room has the class")
    assert other.call("clearLabel", {"label": "rocket"})["ok"]
    expect(page.locator(".toast.loss")).to_contain_text("Maximiliane")
    page.evaluate(DROP_NO_PICTURE)
    expect(page.locator(".toast.problem")).to_be_visible()
    expect(page.locator(".project-notice")).to_be_visible()
    for size in each_size(page):
        words = page.locator(".toast > :is(p, div)").evaluate_all("(all) => all.map((each) => each.offsetWidth)")
        assert min(words) >= 110, f"{words} {size}"
        if "%" not in size:
            # The project's name is cut after two lines in the bar.
            assert [what for what in faults(page) if "project-button-name" not in what] == [], size
    page.locator(".project-notice .square").click()
    page.set_viewport_size({"width": 390, "height": 844})
    # Below the picture are more classes than there is room for.
    page.locator(".phone-tabs > button").nth(1).click()
    assert in_sight(page, ".stage"), "the picture is out of sight"
    assert in_sight(page, ".toast.problem", 30), "the message is out of sight"
    other.disconnect()

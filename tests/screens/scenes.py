"""The states of the page that ``make screens`` looks at, and how a person gets to each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from tests.browser.layout.test_dialogs_layout import Files, fill, openers
from tests.browser.layout.test_layout import DROP_NO_PICTURE, PANELS
from tests.support import surfaces
from tests.support.cameras import CAMERAS

Tab = Literal["classes", "camera", "why"]
TABS: tuple[Tab, ...] = ("classes", "camera", "why")
DESK = 1080


@dataclass(frozen=True)
class Scene:
    """One state.

    Attributes:
        name: What its pictures are called.
        start: Opens a page and brings it to the state, once.
        enter: What a person does in each window, anew.
        leave: Undoes it.
        tab: What a phone shows.
        least: The narrowest window that has the state, px.
    """

    name: str
    start: Callable[[], Page]
    enter: Callable[[Page], None] = lambda page: None
    leave: Callable[[Page], None] = lambda page: None
    tab: Tab = "camera"
    least: int = 0


def choose_tab(page: Page, tab: Tab) -> None:
    """Show a part of the page, where it has tabs."""
    button = page.locator(".phone-tabs > button").nth(TABS.index(tab))
    if button.is_visible():
        button.click()


def choose_panel(name: str) -> Callable[[Page], None]:
    return lambda page: page.locator(".tab-list button").nth(PANELS.index(name)).click()


def press(selector: str) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).first.click()


def open_preferences(page: Page) -> None:
    press("header .square[aria-haspopup]")(page)
    # It is loaded when it is first shown.
    expect(page.locator("dialog[open] .hands-settings")).to_be_visible()


def hold_key(page: Page) -> None:
    """Record the first class, as long as its key is held."""
    page.evaluate("() => document.activeElement?.blur()")
    page.keyboard.down("1")
    # Beside the classes, a phone's picture is too small for words.
    expect(page.locator(".recording-chip")).to_be_attached()


def let_key_go(page: Page) -> None:
    page.keyboard.up("1")
    expect(page.locator(".recording-chip")).to_have_count(0)


def go_offline(page: Page) -> None:
    page.context.set_offline(True)


def go_online(page: Page) -> None:
    page.context.set_offline(False)


class Pages:
    """The pages that scenes begin with; each is opened when it is first needed, and kept.

    Args:
        browser: Has a camera.
        address: The server's.
        files: What is dropped and chosen.
        language: The page's.
    """

    def __init__(self, browser: Browser, address: str, files: Files, language: str) -> None:
        self._browser = browser
        self._address = address
        self._files = files
        self._language = language
        self._kept: dict[str, Page] = {}

    def kept(self, name: str, make: Callable[[Page], None], script: str = "") -> Callable[[], Page]:
        """Return what opens a page, makes its state once, and gives the same page again."""

        def open_page() -> Page:
            if name not in self._kept:
                context = self._browser.new_context(
                    viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce"
                )
                context.set_default_timeout(60_000)
                context.add_init_script(f"localStorage.setItem('language', {self._language!r})")
                if script:
                    context.add_init_script(script)
                page = context.new_page()
                page.goto(self._address)
                make(page)
                self._kept[name] = page
            return self._kept[name]

        return open_page

    def close(self) -> None:
        for page in self._kept.values():
            page.context.close()
        self._kept.clear()

    def scenes(self) -> list[Scene]:
        """Return all states, those of one page one after another."""
        first = self.kept("first", lambda page: expect(page.locator(".classes-empty")).to_be_attached())
        running = self.kept("running", self._run_camera)
        simple = self.kept("simple", self._open_example, "localStorage.setItem('words', 'simple');")
        lesson = self.kept("lesson", self._begin_lesson)
        refused = self.kept("refused", press(".notice-actions .primary"), CAMERAS + "refusal = 'NotAllowedError';")
        example = self.kept("example", self._open_example)
        full = self.kept("full", lambda page: fill(page, self._files))
        return [
            Scene("first", first),
            Scene("first-classes", first, tab="classes"),
            Scene("refused", refused),
            Scene("camera", running),
            Scene("camera-class", running, tab="classes"),
            Scene("preferences", running, open_preferences, surfaces.close),
            Scene("engine", running, press(".badge"), surfaces.close),
            Scene("problem", running, lambda page: page.evaluate(DROP_NO_PICTURE), press(".toast.problem button")),
            Scene("recording", running, hold_key, let_key_go),
            Scene("recording-classes", running, hold_key, let_key_go, tab="classes"),
            Scene("ways", running, press(".way-button:visible"), surfaces.close, tab="classes"),
            Scene("crop", running, press(".crop-button"), press(".crop-button")),
            Scene("actions", running, press(".actions-button:visible"), surfaces.close, tab="classes"),
            Scene("answer", example),
            Scene("offline", example, go_offline, go_online),
            Scene("classes", example, tab="classes"),
            *[Scene(f"panel-{name}", example, choose_panel(name), tab="why") for name in PANELS],
            Scene("below", example, press(".decide-places button"), press(".decide-places button"), least=DESK),
            Scene(
                "full", example, press(".decide-places button:last-child"), press(".decide-places button"), least=701
            ),
            Scene("simple", simple),
            Scene("simple-classes", simple, tab="classes"),
            Scene("lessons", example, press(".decide-body .lessons-button"), surfaces.close, tab="why"),
            *[Scene(f"lesson-{tab}", lesson, tab=tab) for tab in TABS],
            Scene("rail", example, press(".fold"), press(".fold"), least=701),
            Scene("presenter", example, press(".present-button"), press(".presenter-bar button:last-child"), least=701),
            *[
                Scene(f"dialog-{name.replace(' ', '-')}", full, opener, surfaces.close, "classes")
                for name, opener in openers(self._files).items()
            ],
        ]

    def _run_camera(self, page: Page) -> None:
        page.locator(".notice-actions .primary").click()
        expect(page.locator(".stage")).to_have_attribute("data-state", "on")
        expect(page.locator(".model-progress")).to_have_count(0)
        page.locator(".add-class").click()
        # It gets the focus a moment after it is there.
        page.locator(".class-name textarea:focus").fill("Apple")
        page.keyboard.press("Enter")
        expect(page.locator("article.class-card")).to_have_attribute("aria-label", "Apple")

    def _begin_lesson(self, page: Page) -> None:
        self._open_example(page)
        page.locator(".decide-body .lessons-button").click()
        page.locator(".lesson-entry .primary").first.click()
        expect(page.locator(".lesson")).to_be_visible()

    def _open_example(self, page: Page) -> None:
        page.locator(".sample-button:visible").first.click()
        expect(page.locator(".answer .verdict")).to_be_visible(timeout=90_000)


def write_files(folder: Path) -> Files:
    """Write what the scenes drop and choose."""
    return Files(folder)

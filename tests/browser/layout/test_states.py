"""States that open over the page or change it: nothing is cut off or over something else, and axe finds nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.layout.test_axe import AXE, violations
from tests.browser.layout.test_dialogs_layout import Files, files, server_host
from tests.screens.scenes import Pages, choose_tab
from tests.support.boxes import faults, too_small

pytestmark = pytest.mark.browser

__all__ = ["files", "server_host"]

STATES = ("preferences", "recording", "recording-classes", "ways", "crop", "actions", "simple", "lesson-camera")


@pytest.fixture(scope="module")
def pages(browser: Browser, server_host: str, files: Files) -> Iterator[dict[str, Pages]]:
    made = {language: Pages(browser, server_host, files, language) for language in ("en", "de")}
    yield made
    for each in made.values():
        each.close()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", STATES)
def test_no_fault_in_a_state(pages: dict[str, Pages], name: str, language: str):
    (scene,) = [each for each in pages[language].scenes() if each.name == name]
    page = scene.start()
    page.evaluate(AXE.read_text("utf-8"))
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        choose_tab(page, scene.tab)
        scene.enter(page)
        wrong = [*faults(page), *violations(page), *(too_small(page) if width <= 700 else [])]
        scene.leave(page)
        assert wrong == [], f"{name} {width} x {height}: {wrong}"


#: The colour of an element, or of what stands before its words.
COLOUR = """([selector, pseudo, property]) =>
  getComputedStyle(document.querySelector(selector), pseudo)[property]"""


def colour(page: Page, selector: str, what: str, pseudo: str = "") -> str:
    return str(page.evaluate(COLOUR, [selector, pseudo, what]))


def test_what_colours_say_is_said_where_the_system_forces_its_own(pages: dict[str, Pages]):
    (scene,) = [each for each in pages["en"].scenes() if each.name == "camera-class"]
    page = scene.start()
    page.set_viewport_size({"width": 390, "height": 844})
    choose_tab(page, scene.tab)
    look = colour(page, ".look-swatch", "backgroundColor")
    page.emulate_media(forced_colors="active")
    paper = colour(page, "body", "backgroundColor")
    assert colour(page, ".badge", "backgroundColor", "::before") != paper, "the dot that says who answers"
    assert colour(page, ".look-swatch", "backgroundColor") == look, "a class's colour"
    shown = colour(page, ".phone-tabs > [aria-current]", "borderBlockStartColor")
    other = colour(page, ".phone-tabs > button:not([aria-current])", "borderBlockStartColor")
    assert shown != other, "which tab is shown"
    possible, impossible = (
        colour(page, f".phone-tabs .history-buttons [aria-disabled={is_disabled}]", "color")
        for is_disabled in ("false", "true")
    )
    assert possible != impossible, "what can't be taken back"
    page.emulate_media(forced_colors="none")


def test_a_checkbox_is_the_system_s_own_where_it_forces_its_colours(pages: dict[str, Pages]):
    (scene,) = [each for each in pages["en"].scenes() if each.name == "preferences"]
    page = scene.start()
    page.set_viewport_size({"width": 1366, "height": 768})
    scene.enter(page)
    page.emulate_media(forced_colors="active")
    assert colour(page, "dialog[open] input[type=checkbox]", "display", "::before") == "none"
    page.emulate_media(forced_colors="none")
    scene.leave(page)

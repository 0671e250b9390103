"""What is small, narrow or turned: nothing is cut off, out of sight, too small for a finger, or gone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, FloatRect, Page, Route, expect

from tests.browser.conftest import Server, hosting
from tests.support.boxes import faults, in_sight, wait_until_drawn
from tests.support.cameras import CAMERAS
from tests.support.person import Person

pytestmark = pytest.mark.browser

LONG_NAME = "Regenbogenforellenfischereiaufsichtsamt, class 7b"
NARROW = [(320, 640), (360, 740), (390, 844), (720, 450)]


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosting(tmp_path_factory.mktemp("host")) as address:
        yield address


@pytest.fixture(scope="module")
def running(browser: Browser, host: str) -> Iterator[Page]:
    """A page whose project has a long name, with one class, and the camera on."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(host)
    person = Person(page)
    person.add_class("Coffee cup")
    field = person.open_projects().get_by_label("Project name")
    field.fill(LONG_NAME)
    field.press("Enter")
    person.close_projects()
    yield page
    context.close()


def open_in(page: Page, language: str) -> None:
    page.evaluate("(language) => localStorage.setItem('language', language)", language)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("article")).to_have_count(1)


# Its end may be left out, as it is said whole when the menu opens; nothing else may.
def other_faults(page: Page) -> list[str]:
    return [fault for fault in faults(page) if LONG_NAME[:20] not in fault]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_top_bar_is_one_row_in_a_narrow_window(running: Page, language: str):
    page = running
    open_in(page, language)
    for width, height in NARROW:
        page.set_viewport_size({"width": width, "height": height})
        assert other_faults(page) == [], (width, height)
        bar = page.locator(".top-bar").bounding_box()
        assert bar
        assert bar["height"] <= 64, (width, height)
        for part in (".project-button", ".badge", ".top-bar > .square"):
            assert in_sight(page, part), (part, width, height)
        name = page.locator(".project-button-name").bounding_box()
        assert name
        assert name["width"] >= 60, (width, height)


def test_the_camera_and_its_buttons_are_in_sight_while_it_runs(running: Page):
    page = running
    open_in(page, "en")
    page.locator(".notice-actions .primary").click()
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    expect(page.locator(".model-progress")).to_have_count(0)
    for width, height in [(1440, 900), (1280, 720), (820, 1180), (844, 390), (720, 450), (390, 844), (320, 640)]:
        page.set_viewport_size({"width": width, "height": height})
        if width <= 700:
            page.locator(".phone-tabs button").nth(1).click()
        assert other_faults(page) == [], (width, height)
        stage = page.locator(".stage").bounding_box()
        assert stage
        assert stage["width"] == pytest.approx(stage["height"], abs=1), (width, height)
        boxes = [button.bounding_box() for button in page.locator(".camera-controls > button").all()]
        assert len(boxes) >= 5
        assert len({round(box["y"]) for box in boxes if box}) == 1, f"the buttons break into two rows: {width} {height}"
        for box in boxes:
            assert box
            assert box["y"] + box["height"] <= height, f"a button is below the fold: {width} {height}"
            assert box["width"] >= 36, (width, height)
            assert box["height"] >= 44, (width, height)


@pytest.fixture
def visit(plain_browser: Browser) -> Iterator[Page]:
    context = plain_browser.new_context(locale="en-GB", has_touch=True)
    context.set_default_timeout(60_000)
    context.add_init_script(CAMERAS)
    yield context.new_page()
    context.close()


@pytest.fixture
def loading(static_host: str, visit: Page) -> Iterator[Callable[..., Callable[[], None]]]:
    """Opens the page of a window and a language while the model comes; what it returns lets the model come."""

    def load(width: int, height: int, language: str, type_size: str = "") -> Callable[[], None]:
        held: list[Route] | None = []
        visit.route("**/*.bin", lambda route: route.continue_() if held is None else held.append(route))
        visit.add_init_script(f"localStorage.setItem('language', {language!r})")
        visit.set_viewport_size({"width": width, "height": height})
        with visit.expect_request("**/*.bin"):
            visit.goto(static_host)
        expect(visit.locator("html")).to_have_attribute("lang", language)
        expect(visit.locator(".model-progress")).to_be_visible()
        visit.evaluate("(size) => { document.documentElement.style.fontSize = size; }", type_size)

        def let_come() -> None:
            nonlocal held
            waiting, held = held or [], None
            for route in waiting:
                route.continue_()
            expect(visit.locator(".model-progress")).to_have_count(0)

        return let_come

    return load


WINDOWS = [(1440, 900), (820, 1180), (390, 844), (1920, 1080), (1720, 1400), (1280, 720), (720, 450), (320, 640)]
#: What is read and pressed on the stage, and what is below it.
PLACES = [".stage", ".notice h2", ".notice p", ".notice-actions", ".notice-actions .primary", ".camera-controls"]


def boxes(visit: Page) -> dict[str, FloatRect]:
    """Where everything of PLACES is that is seen."""
    found = {place: visit.locator(place).first for place in PLACES}
    return {place: box for place, each in found.items() if each.is_visible() and (box := each.bounding_box())}


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_nothing_moves_when_the_model_is_ready(loading, visit, language, width, height):
    let_come = loading(width, height, language)
    assert in_sight(visit, ".model-progress"), "the progress is out of sight"
    assert faults(visit) == []
    assert in_sight(visit, ".notice-actions .primary"), "the camera's button is out of sight"
    before = boxes(visit)
    assert before[".stage"]["width"] == pytest.approx(before[".stage"]["height"], abs=1), "the stage is not square"
    let_come()
    after = boxes(visit)
    # On a small stage the progress has the place of the words.
    assert {place: after[place] for place in before} == before


def covered(visit: Page) -> list[str]:
    """What of PLACES the progress lies over, or what of the progress is beside the stage."""
    bar = visit.locator(".model-progress").bounding_box()
    assert bar
    others = boxes(visit)
    stage = others.pop(".stage")
    top, bottom = bar["y"], bar["y"] + bar["height"]
    found = [place for place, box in others.items() if top < box["y"] + box["height"] - 1 and box["y"] + 1 < bottom]
    is_inside = stage["y"] <= top and bottom <= stage["y"] + stage["height"]
    return found if is_inside else [".stage", *found]


@pytest.mark.parametrize("type_size", ["", "150%", "200%"])
@pytest.mark.parametrize(("width", "height"), WINDOWS)
def test_the_progress_of_the_model_covers_nothing(loading, visit, width, height, type_size):
    loading(width, height, "de", type_size)
    assert covered(visit) == []
    before = visit.locator(".stage").bounding_box()
    visit.evaluate("() => { window.waitBeforeCamera = new Promise(() => {}); }")
    visit.locator(".notice-actions .primary").click()
    expect(visit.locator(".notice-icon[data-state=asking]")).to_be_attached()
    assert covered(visit) == [], "while the browser asks for the camera"
    # Large words need more room than the square has.
    if not type_size:
        assert visit.locator(".stage").bounding_box() == before


# What a finger has to hit, and its size where that is too small.
TOO_SMALL = """() => [...document.querySelectorAll("button, select, summary, input[type=range]")]
  .filter((element) => element.getClientRects().length > 0)
  .map((element) => [element, element.getBoundingClientRect()])
  .filter(([, { width, height }]) => Math.min(width, height) < 43.5)
  .map(([element, { width, height }]) => `${element.outerHTML.slice(0, 120)}: ${width} x ${height}`)"""


@pytest.mark.parametrize("width", [390, 820, 1180])
def test_everything_is_large_enough_for_a_finger(browser: Browser, static_host: str, width: int):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="en-GB", has_touch=True, is_mobile=True
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(static_host)
    page.get_by_role("button", name="Try with an example").first.click()
    expect(page.locator(".class-card")).not_to_have_count(0)
    assert page.evaluate(TOO_SMALL) == []
    if width < 700:
        page.locator(".phone-tabs").get_by_role("button", name="Why").click()
    for name in ("Neighbours", "Map", "Heat map", "Test"):
        page.get_by_role("tab", name=name, exact=True).click()
        expect(page.get_by_role("tabpanel").locator(".panel-wait")).to_have_count(0)
        assert page.evaluate(TOO_SMALL) == [], name
    context.close()


def test_a_popup_stays_where_one_types_when_the_keyboard_comes_and_the_device_is_turned(server: Server, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.url)
    person = Person(page)
    menu = person.open_projects()
    menu.get_by_role("button", name="Join a room").click()
    field = menu.get_by_label("Room code")
    field.press_sequentially("KIWI")
    for width, height in ((390, 460), (844, 390), (1440, 900), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(200)
        wait_until_drawn(page)
        expect(field).to_be_focused()
        expect(field).to_have_value("KIWI")
        box = menu.bounding_box()
        assert box
        assert min(box["x"], box["y"]) >= 0, box
        assert box["x"] + box["width"] <= width, box
        assert box["y"] + box["height"] <= height, box

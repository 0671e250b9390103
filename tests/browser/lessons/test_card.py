"""The open lesson and the list: no barrier, all of it by keys, and on a phone nothing important is hidden."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.layout.test_axe import AXE, violations
from tests.browser.lessons.conftest import Pupil
from tests.support.boxes import wait_until_drawn
from tests.support.cameras import wait_until_ready

pytestmark = pytest.mark.browser

FIRST = "1. What is a neighbour?"


@pytest.fixture
def page(plain_browser):
    context = plain_browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", has_touch=True)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def open_sample(page: Page, host: str) -> Pupil:
    page.goto(host)
    wait_until_ready(page)
    page.get_by_role("button", name="Try with an example").first.click()
    expect(page.locator(".classes article")).to_have_count(3)
    expect(page.locator(".verdict bdi")).to_be_visible()
    return Pupil(page)


def test_no_barrier_in_the_list_and_in_a_lesson(host: str, page: Page):
    # No colour is on its way to another one.
    page.emulate_media(reduced_motion="reduce")
    pupil = open_sample(page, host)
    found = []
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for number in (4, 11):
            # With both ways of comparing, and at the end; a reload keeps no picture on the stage.
            pupil.go_to("4-pixels-against-network", number)
            page.evaluate(AXE.read_text("utf-8"))
            for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
                page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
                expect(page.locator("html")).to_have_attribute("data-theme", scheme)
                found += [f"{number} {width} {scheme} {forced}: {what}" for what in violations(page)]
        if width <= 700:
            page.locator(".phone-tabs button").nth(2).click()
        page.locator(".lessons-button").last.click()
        expect(page.locator(".lesson-entry")).to_have_count(5)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, forced_colors="none")  # type: ignore[arg-type]
            expect(page.locator("html")).to_have_attribute("data-theme", scheme)
            found += [f"list {width} {scheme}: {what}" for what in violations(page)]
        page.keyboard.press("Escape")
    assert found == []


def press_until(page: Page, key: str, what: str, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("(what) => document.activeElement?.matches(what) ?? false", what):
            return
    raise AssertionError(f"{key} never reaches {what}")


def test_a_lesson_is_done_with_the_keyboard_alone(host: str, page: Page):
    page.goto(host)
    wait_until_ready(page)
    pupil = Pupil(page)
    press_until(page, "Tab", ".lessons-button")
    page.keyboard.press("Enter")
    expect(page.locator(".lesson-entry")).to_have_count(5)
    press_until(page, "Tab", ".lesson-entry:nth-child(3) .primary")
    page.keyboard.press("Enter")
    expect(pupil.text).to_be_focused()
    pupil.expect_step(1, "Make two classes")
    # Step 3 of it is one that the pupil ticks.
    for number in (2, 3):
        press_until(page, "Tab", ".lesson-buttons button:nth-child(2)")
        page.keyboard.press("Enter")
        expect(pupil.text).to_be_focused()
        pupil.expect_step(number, "")
    press_until(page, "Tab", ".lesson-buttons .primary")
    expect(pupil.button("Done")).to_be_focused()
    page.keyboard.press("Space")
    pupil.expect_done()
    expect(pupil.button("Next")).to_be_focused()
    page.keyboard.press("Space")
    pupil.expect_step(4, "Heat map")
    press_until(page, "Shift+Tab", ".lesson-tools [aria-expanded]")
    page.keyboard.press("Enter")
    expect(pupil.text).to_be_hidden()
    page.keyboard.press("Enter")
    expect(pupil.text).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(pupil.card).to_have_count(0)
    expect(page.locator(".lessons-button").first).to_be_focused()


def test_what_is_done_is_said_to_a_screen_reader(host: str, page: Page):
    page.goto(host)
    wait_until_ready(page)
    pupil = Pupil(page)
    pupil.begin(FIRST)
    pupil.button("Skip").click()
    status = pupil.card.get_by_role("status")
    handle = status.element_handle()
    for _ in range(3):
        page.get_by_role("button", name="Add class").first.click()
    expect(status).to_have_text("That’s it!")
    # The same element all the time: what is new in it is read out.
    assert handle is not None
    assert handle.evaluate("(element) => element.isConnected")


@pytest.mark.parametrize("size", [(390, 844), (360, 640), (820, 1180), (1366, 768), (844, 390)], ids=str)
def test_the_picture_and_the_answer_stay_in_sight(host: str, page: Page, size: tuple[int, int]):
    pupil = open_sample(page, host)
    pupil.begin(FIRST)
    pupil.button("Skip").click()
    # What the example brings is all that can be taught without a camera.
    pupil.go_on()
    # The longest step of the lesson.
    pupil.go_on()
    pupil.expect_step(4, "Show each thing once more.")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wait_until_drawn(page)
    boxes = page.evaluate(
        """() => {
          const seen = [...document.querySelectorAll(".verdict bdi, .small-answer bdi")]
            .map((element) => element.getBoundingClientRect())
            .filter(({ width, top, bottom }) => width > 0 && top >= 0 && bottom <= innerHeight);
          const stage = document.querySelector(".stage").getBoundingClientRect();
          const lesson = document.querySelector(".lesson").getBoundingClientRect();
          const inside = [...document.querySelectorAll(".lesson button")].map((e) => e.getBoundingClientRect());
          return {
            answers: seen.length,
            stage: [stage.top, stage.bottom, stage.width],
            lesson: [lesson.top, lesson.bottom],
            wide: document.documentElement.scrollWidth - innerWidth,
            small: inside.filter(({ width, height }) => width > 0 && (height < 44 || width < 44)).length,
            out: inside.filter(({ left, right }) => left < 0 || right > innerWidth).length,
          };
        }"""
    )
    assert boxes["answers"] >= 1, boxes
    assert boxes["stage"][0] >= boxes["lesson"][1] - 1, boxes
    assert boxes["stage"][1] <= size[1], boxes
    assert boxes["stage"][2] >= 100, boxes
    assert boxes["wide"] <= 0, boxes
    assert (boxes["small"], boxes["out"]) == (0, 0), boxes
    pupil.button("Fold the lesson").click()
    box = pupil.card.bounding_box()
    assert box
    assert box["height"] <= 60, box
    page.reload()
    expect(pupil.button("Show the step")).to_be_visible()
    expect(pupil.text).to_be_hidden()


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720)], ids=str)
def test_the_panels_have_room_beside_a_lesson(host: str, page: Page, size: tuple[int, int]):
    pupil = open_sample(page, host)
    page.get_by_role("button", name="Close").first.click()
    page.get_by_role("button", name="Add class").first.click()
    expect(page.locator(".class-name textarea:focus")).to_be_visible()
    page.keyboard.press("Enter")
    pupil.go_to("1-what-is-a-neighbour", 4)
    expect(page.locator(".decide-body")).to_be_visible()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wait_until_drawn(page)
    heights = page.evaluate(
        """() => Object.fromEntries([".lesson", ".answer, .first-steps", ".decide", ".decide-body"]
            .map((each) => [each, document.querySelector(each).offsetHeight]))"""
    )
    assert heights[".decide"] >= 0.34 * size[1], heights


def test_a_projector_shows_no_lesson(host: str, page: Page):
    pupil = open_sample(page, host)
    pupil.begin(FIRST)
    page.get_by_role("button", name="Presenter view").click()
    expect(pupil.card).to_have_count(0)
    page.get_by_role("button", name="End presenting").click()
    expect(pupil.card).to_be_visible()

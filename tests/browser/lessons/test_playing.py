"""A pupil does lesson 1 with a camera: its steps tick themselves, and the browser remembers how far it has come."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import NO_SERVER, TAUGHT, Complaints
from tests.browser.lessons.conftest import Pupil
from tests.support.cameras import wait_until_ready
from tests.support.film import photo
from tests.support.person import Person

pytestmark = pytest.mark.browser

FIRST = "1. What is a neighbour?"


def test_lesson_1_ticks_its_steps_by_itself_and_goes_on_only_with_the_pupil(host: str, page: Page, tmp_path: Path):
    complaints = Complaints(page)
    page.goto(host)
    wait_until_ready(page)
    person, pupil = Person(page), Pupil(page)
    pupil.begin(FIRST)
    pupil.expect_step(1, "Open the page and click Start camera.")
    expect(pupil.text).to_be_focused()
    pupil.expect_waiting()
    # The same from the list while it is open.
    pupil.button("Skip").click()
    pupil.begin(FIRST, "Start again")
    pupil.expect_step(1, "Open the page and click Start camera.")
    expect(pupil.text).to_be_focused()
    person.start_camera()
    pupil.go_on()

    pupil.expect_step(2, "Click Add class")
    for name in TAUGHT:
        pupil.expect_waiting()
        person.add_class(name)
    pupil.go_on()

    pupil.expect_step(3, "Hold the first thing in front of the camera")
    for name, scene in TAUGHT.items():
        pupil.expect_waiting()
        person.record(name, scene, 10)
    pupil.expect_done()
    # A tick is not a move: the step is still there until the pupil has seen enough.
    pupil.expect_step(3, "Hold the first thing in front of the camera")
    pupil.go_on()

    # The film shows one thing after another.
    pupil.expect_step(4, "Show each thing once more.")
    pupil.go_on()
    pupil.expect_step(5, "Turn a thing slowly.")
    page.reload()
    pupil.expect_step(5, "Turn a thing slowly.")
    expect(page.locator(".lesson-dots i[data-done=true]")).to_have_count(4)
    expect(pupil.text).not_to_be_focused()
    person.start_camera()
    pupil.go_on()
    pupil.expect_step(6, "Cover half of the thing")
    pupil.go_on()

    pupil.expect_step(7, "In How it decides, open the tab Neighbours.")
    page.get_by_role("tab", name="Neighbours").click()
    for metric in ("Euclidean", "Manhattan"):
        page.get_by_label(metric, exact=True).check(force=True)
        pupil.expect_waiting()
    page.get_by_role("group", name="What “similar” means").get_by_label("Automatic").check(force=True)
    pupil.go_on()

    pupil.expect_step(8, "Open the tab Map.")
    pupil.expect_waiting()
    page.get_by_role("tab", name="Map", exact=True).click()
    pupil.go_on()

    pupil.expect_step(9, "Show something that you did not record")
    photo("astronaut").save(tmp_path / "somebody.png")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Use a photo").click()
    chooser.value.set_files(tmp_path / "somebody.png")
    pupil.go_on()

    pupil.expect_step(10, "Open the tab Heat map")
    page.get_by_role("tab", name="Heat map").click()
    page.get_by_label("What made it similar").check(force=True)
    pupil.go_on()

    expect(pupil.text).to_contain_text("You have come to the end.")
    expect(pupil.text).to_contain_text("What to see: examples of one class lie together on the map.")
    pupil.button("Next lesson: 2. What is k?").click()
    pupil.expect_step(1, "Make two classes of things that look alike")
    expect(pupil.text).to_be_focused()
    # What the first lesson left is not what this one asks for.
    pupil.expect_waiting()
    page.locator(".lessons-button").first.click()
    expect(page.locator(".lesson-entry").first).to_contain_text("10 of 10 steps done")
    assert complaints.but_for(NO_SERVER) == []


@pytest.fixture
def canvas_page(canvas_context: BrowserContext) -> Page:
    return canvas_context.new_page()


def test_lesson_4_shows_the_neighbours_by_pixels_beside_those_by_the_network(host: str, canvas_page: Page):
    page = canvas_page
    complaints = Complaints(page)
    page.goto(host)
    person, pupil = Person(page), Pupil(page)
    person.start_camera()
    wait_until_ready(page)
    for name, colour in (("Red", "#c22"), ("Blue", "#22c")):
        page.evaluate("(colour) => colours.fill(colour)", colour)
        card = person.add_class(name)
        card.locator(".hold").hover()
        page.mouse.down()
        page.wait_for_function(
            "(name) => parseInt(document.querySelector(`article[aria-label=${name}] .class-count`).textContent) >= 3",
            arg=name,
        )
        page.mouse.up()
    pupil.go_to("4-pixels-against-network", 4)
    expect(page.locator(".two-ways")).to_contain_text("Show something to the camera or use a photo")
    pupil.expect_waiting()
    person.start_camera()
    rows = page.locator(".way-row")
    expect(rows.locator("h3")).to_have_text(["By pixels", "By the network"])
    for name, colour in (("Red", "#c22"), ("Blue", "#22c")):
        page.evaluate("(colour) => colours.fill(colour)", colour)
        nearest = rows.first.locator("li").first
        expect(nearest.locator("bdi")).to_have_text(name)
        # The very colour that was recorded; the other one is 0.44 away.
        distance = nearest.locator(".way-distance")
        page.wait_for_function(
            "() => parseFloat(document.querySelector('.way-distance').textContent) < 0.1", polling=100
        )
        expect(distance).to_contain_text("away")
        middle = page.locator(".two-ways-compared").evaluate(
            "(canvas) => [canvas.width, ...canvas.getContext('2d').getImageData(16, 16, 1, 1).data]"
        )
        assert middle[0] == 32
        assert (middle[1] > middle[3]) == (name == "Red"), middle
        # The answer may come later than the pixels; a thing is in its place when the network has seen it there, too.
        expect(rows.last.locator("li").first.locator("bdi")).to_have_text(name)
    # Both things have been in their place.
    pupil.expect_done()
    expect(pupil.button("Skip")).to_be_hidden()
    # Where the step does not need them, nothing is compared.
    pupil.button("Back").click()
    expect(page.locator(".two-ways")).to_have_count(0)
    assert complaints.but_for(NO_SERVER) == []


def test_what_was_kept_ticks_no_step(host: str, canvas_page: Page):
    page = canvas_page
    page.goto(host)
    wait_until_ready(page)
    person, pupil = Person(page), Pupil(page)
    person.start_camera()
    person.add_class("Mug").locator(".hold").hover()
    page.mouse.down()
    page.wait_for_function("() => parseInt(document.querySelector('.class-count').textContent) >= 22")
    page.mouse.up()
    for lesson, step, words in (
        ("2-what-is-k", 5, "Now record thirty more examples"),
        ("2-what-is-k", 7, "Look at the chart"),
        ("4-pixels-against-network", 2, "Make a class for each of your two things"),
        ("4-pixels-against-network", 3, "Put the first thing down"),
    ):
        pupil.go_to(lesson, step)
        pupil.expect_step(step, words)
        expect(person.card("Mug").locator(".class-count")).to_contain_text("examples")
        # A wrong tick would have come with the examples.
        page.wait_for_timeout(500)
        pupil.expect_waiting()
    pupil.go_to("2-what-is-k", 5)
    wait_until_ready(page)
    pupil.card.get_by_role("button", name="Try with an example").click()
    expect(page.locator(".classes article")).to_have_count(3)
    page.wait_for_timeout(500)
    pupil.expect_waiting()


def english_only(route: Route) -> None:
    index = route.fetch().json()
    route.fulfill(json={"en": index["en"]})


def test_a_lesson_that_is_not_translated_is_shown_in_english_and_says_so(host: str, plain_browser):
    context = plain_browser.new_context(viewport={"width": 1440, "height": 900}, locale="ar", service_workers="block")
    page = context.new_page()
    page.route("**/lessons/lessons.json", english_only)
    page.goto(host)
    page.locator(".lessons-button").first.click()
    entry = page.locator(".lesson-entry").first
    expect(entry.locator("h3")).to_have_attribute("lang", "en")
    expect(entry).to_contain_text("بالإنجليزية")
    entry.locator(".primary").click()
    expect(page.locator(".lesson-text")).to_have_attribute("lang", "en")
    expect(page.locator(".lesson-text")).to_have_attribute("dir", "ltr")
    expect(page.locator(".lesson-text")).to_contain_text("Open the page")
    context.close()


def test_a_lesson_that_cannot_be_loaded_is_closed_and_the_page_says_so(host: str, plain_browser):
    context = plain_browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", service_workers="block"
    )
    page = context.new_page()
    page.route("**/lessons/1-*.json", lambda route: route.abort())
    page.goto(host)
    page.locator(".lessons-button").first.click()
    page.get_by_role("button", name=f"Start: {FIRST}").click()
    expect(page.get_by_role("alert")).to_contain_text("This part of the page could not be loaded.")
    expect(page.locator(".lesson")).to_have_count(0)
    # The next try is a new one.
    page.unroute("**/lessons/1-*.json")
    page.locator(".lessons-button").first.click()
    page.get_by_role("button", name=f"Start: {FIRST}").click()
    expect(page.locator(".lesson-text")).to_contain_text("Open the page")
    context.close()


def test_the_example_is_offered_to_who_has_no_camera(host: str, canvas_page: Page):
    page = canvas_page
    page.goto(host)
    wait_until_ready(page)
    pupil = Pupil(page)
    pupil.begin(FIRST)
    pupil.button("Skip").click()
    pupil.card.get_by_role("button", name="Try with an example").click()
    expect(page.locator(".classes article")).to_have_count(3)
    pupil.go_on()
    pupil.expect_step(3, "Hold the first thing")
    pupil.expect_done()
    expect(pupil.card.get_by_role("button", name="Try with an example")).to_have_count(0)
    expect(page.locator(".lesson-dots i[data-done=true]")).to_have_count(2)

"""The workspace: the dock, the rail, the presenter view, and one thing asked for at a time."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SHOWN_AGAIN, TAUGHT, Server
from tests.support.boxes import faults, in_sight
from tests.support.person import Person

pytestmark = pytest.mark.browser

WINDOWS = [(1440, 900), (1366, 768)]
#: Goes on only while the camera's video is in the page and plays.
PLAYS = """async () => {
  const video = document.querySelector(".stage video");
  const before = video.currentTime;
  await new Promise((resolve) => setTimeout(resolve, 600));
  return video.isConnected && !video.paused && video.currentTime > before;
}"""


def dock_button(page: Page, name: str) -> None:
    page.locator(".decide-places").get_by_role("button", name=name).click()


def open_example(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".sample-button:visible").first.click()
    expect(page.locator(".answer .verdict")).to_be_visible(timeout=90_000)


@pytest.fixture
def taught(server: Server, page: Page) -> Person:
    """Two classes taught by camera, which runs."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(server.url)
    person = Person(page)
    for name in ("cat", "coffee"):
        person.add_class(name)
    person.start_camera()
    for name in ("cat", "coffee"):
        person.record(name, TAUGHT[name], examples=4)
    return person


def test_first_visit__asks_for_one_thing_and_folds_the_rest(server: Server, page: Page):
    page.goto(server.url)
    expect(page.get_by_role("button", name="Add class").first).to_be_visible()
    for width, height in ((1440, 900), (820, 1180), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.locator("button.primary:visible").all_inner_texts() == ["Start camera"], (width, height)
        assert in_sight(page, "button.primary")
    page.set_viewport_size({"width": 1440, "height": 900})
    assert page.locator(".decide-folded").is_visible()
    assert page.locator(".knobs, .why, .separator, .fold, .present-button").count() == 0
    # Who answers stands behind a dot, and is said to a screen reader.
    badge = page.locator("button.badge")
    assert "Browser" in (badge.text_content() or "")
    box = badge.locator(".badge-where").bounding_box()
    assert box
    assert box["width"] <= 1
    page.get_by_role("button", name="Start camera").first.click()
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    assert page.locator("button.primary:visible").all_inner_texts() == ["Add class"]


def test_dock__stands_beside_below_or_over_all_while_the_camera_goes_on(taught: Person):
    page = taught.page
    for width, height in WINDOWS:
        page.set_viewport_size({"width": width, "height": height})
        for place, button in (("below", "Move below"), ("full", "Fill"), ("below", "Back"), ("beside", "Move beside")):
            dock_button(page, button)
            expect(page.locator(".page")).to_have_attribute("data-dock", place)
            for name in ("Map", "Test", "Coach", "Neighbours"):
                # A tab with advice has the number of pieces of advice behind its name.
                page.get_by_role("tab", name=re.compile(rf"^{name}\s*\d*$")).click()
                for selector in (".stage", ".verdict", ".neighbour-picture", ".tab-list"):
                    assert in_sight(page, selector), (selector, place, name, width)
                assert in_sight(page, ".decide-body", 180), (place, name, width)
                assert faults(page) == [], (place, name, width)
            assert page.evaluate(PLAYS), f"the camera's picture stands still: {place}"
    # It still answers what it sees.
    taught.sees("coffee", SHOWN_AGAIN["coffee"])


def test_separator__is_dragged_or_moved_by_keys_and_remembered(server: Server, page: Page):
    open_example(page, server.url)
    line = page.get_by_role("separator", name="Width of the picture")

    def side() -> float:
        box = page.locator(".stage").bounding_box()
        assert box
        return box["width"]

    first = side()
    line.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    narrower = side()
    assert narrower < first - 40
    expect(line).to_have_attribute("aria-valuenow", "34")
    box = line.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y, steps=4)
    page.mouse.up()
    dragged = side()
    assert dragged < narrower - 40
    page.reload()
    expect(page.locator(".stage")).to_be_visible()
    expect(page.locator(".separator")).to_be_visible()
    assert side() == pytest.approx(dragged, abs=1)
    line.dblclick()
    assert side() == pytest.approx(first, abs=1)


def test_classes__fold_to_a_rail_that_still_records(taught: Person):
    page = taught.page
    before = taught.count("cat")
    page.get_by_role("button", name="Fold the classes").click()
    rail = page.locator(".rail-class")
    expect(rail).to_have_count(2)
    for width, height in [*WINDOWS, (820, 1180)]:
        page.set_viewport_size({"width": width, "height": height})
        assert faults(page) == [], (width, height)
        assert in_sight(page, ".rail-class:last-child"), (width, height)
    page.set_viewport_size({"width": 1440, "height": 900})
    rail.first.get_by_role("button").hover()
    taught.wait_for_scene(TAUGHT["cat"])
    rail.first.get_by_role("button").hover()
    page.mouse.down()
    page.wait_for_function(
        r"() => /^\+([2-9]|\d\d)/.test(document.querySelector('.rail-count').textContent)", polling=20
    )
    page.mouse.up()
    expect(page.get_by_role("status").filter(has_text="examples of cat")).to_be_visible()
    page.reload()
    expect(rail).to_have_count(2)
    page.get_by_role("button", name="Show the classes").click()
    expect(page.locator("article.class-card")).to_have_count(2)
    assert taught.count("cat") > before


def test_presenter_view__shows_picture_answer_and_neighbours_and_ends(taught: Person):
    page = taught.page
    page.get_by_role("button", name="Presenter view").click()
    for width, height in ((1440, 900), (1920, 1080), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for selector in (".stage", ".verdict", ".neighbour-picture", ".presenter-bar"):
            assert in_sight(page, selector), (selector, width)
        for selector in (".top-bar", ".column.classes", ".decide", ".camera-controls"):
            assert not page.locator(selector).is_visible(), selector
        assert faults(page) == [], width
    size = page.locator(".verdict").evaluate("(verdict) => parseFloat(getComputedStyle(verdict).fontSize)")
    assert size >= 60
    assert page.evaluate(PLAYS), "the camera's picture stands still"
    page.locator(".presenter-bar").get_by_role("button", name="End presenting").click()
    expect(page.locator(".top-bar")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="Presenter view").click()
    # It listens to keys once its first button has the focus.
    expect(page.locator(".presenter-bar button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".top-bar")).to_be_visible()


def test_presenter_view__is_changed_from_the_owners_phone(server: Server, page: Page, browser: Browser):
    open_example(page, server.url)
    person = Person(page)
    person.share()
    page.locator("button.room").click()
    page.get_by_role("tab", name="Who is here").click()
    page.get_by_role("button", name="Own the room on another device").click()
    link = page.get_by_label("Link for the owner").input_value()
    page.keyboard.press("Escape")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", has_touch=True, is_mobile=True)
    try:
        remote = phone.new_page()
        remote.goto(link)
        remote.get_by_role("button", name="Projector").click()
        sheet = remote.get_by_role("dialog", name="Projector")
        sheet.get_by_label("Presenter view").check()
        expect(page.locator(".presenter-bar")).to_be_visible()
        sheet.get_by_label("Heat map on the picture").check()
        expect(page.locator(".presenter-bar").get_by_role("button", name="Heat map")).to_have_attribute(
            "aria-pressed", "true"
        )
        # The phone sees what is changed at the computer.
        page.keyboard.press("Escape")
        expect(page.locator(".top-bar")).to_be_visible()
        expect(sheet.get_by_label("Presenter view")).not_to_be_checked()
    finally:
        phone.close()

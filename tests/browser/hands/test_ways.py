"""Ways to record: tap to lock, a burst, a countdown, the foot switch; each one recording and one step of undo."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import NO_SERVER, Complaints
from tests.support.cameras import wait_until_ready
from tests.support.person import Person, touch

pytestmark = pytest.mark.browser


@pytest.fixture
def context(canvas_context: BrowserContext) -> BrowserContext:
    return canvas_context


def begin(page: Page, address: str, *names: str) -> Person:
    """Open the page with these classes and a camera that is on."""
    page.goto(address)
    person = Person(page)
    for name in names:
        person.add_class(name)
    person.start_camera()
    wait_until_ready(page)
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    return person


def choose(page: Page, way: str, **numbers: int) -> None:
    """Choose how to record, in the panel above the classes."""
    page.locator(".column.classes .way-button").click()
    panel = page.get_by_role("dialog", name="How to record")
    panel.get_by_role("radio", name=re.compile(way)).check()
    for name, number in numbers.items():
        panel.get_by_label(name, exact=True).fill(str(number))
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def button(person: Person, name: str) -> Locator:
    return person.card(name).locator(".hold")


def settled(page: Page, person: Person, name: str) -> int:
    """The number of examples, once no more come."""
    page.wait_for_timeout(400)
    return person.count(name)


def test_a_tap_locks_the_recording_and_another_tap_escape_or_the_classs_deletion_ends_it(static_host, page):
    complaints = Complaints(page)
    person = begin(page, static_host, "Mug", "Pen")
    choose(page, "Tap to start")
    hold = button(person, "Mug")
    expect(hold).to_contain_text("Tap to record")
    expect(hold).to_have_attribute("aria-pressed", "false")
    hold.click()
    expect(hold).to_contain_text("Stop")
    expect(hold).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("parseInt(document.querySelector('.class-count').textContent) >= 4")
    hold.click()
    expect(hold).to_contain_text("Tap to record")
    first = settled(page, person, "Mug")
    assert settled(page, person, "Mug") == first

    # A longer press is a hold, and ends with its release.
    hold.hover()
    page.mouse.down()
    page.wait_for_timeout(600)
    page.mouse.up()
    expect(hold).to_have_attribute("aria-pressed", "false")

    hold.click()
    expect(hold).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(hold).to_have_attribute("aria-pressed", "false")

    # By key, and by finger.
    page.keyboard.press("2")
    expect(button(person, "Pen")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("2")
    expect(button(person, "Pen")).to_have_attribute("aria-pressed", "false")
    touch(button(person, "Pen"), seconds=0.1)()
    expect(button(person, "Pen")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Delete the class Pen").click()
    expect(person.card("Pen")).to_have_count(0)
    before = settled(page, person, "Mug")
    expect(page.locator(".recording-chip")).to_have_count(0)
    assert settled(page, person, "Mug") == before
    assert complaints.but_for(NO_SERVER) == []


def test_a_locked_recording_ends_by_itself(static_host, page):
    # Its seconds pass a hundred times as fast.
    page.add_init_script(
        "const now = performance.now.bind(performance); performance.now = () => now() * (window.speed ?? 1)"
    )
    person = begin(page, static_host, "Mug")
    choose(page, "Tap to start")
    button(person, "Mug").click()
    expect(button(person, "Mug")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("parseInt(document.querySelector('.class-count').textContent) >= 2")
    page.evaluate("window.speed = 100")
    expect(button(person, "Mug")).to_have_attribute("aria-pressed", "false", timeout=10_000)
    # The frame that was on its way still counts.
    expect(page.get_by_role("status").filter(has_text="of Mug")).to_be_visible()
    first = settled(page, person, "Mug")
    assert settled(page, person, "Mug") == first


def test_a_burst_takes_as_many_pictures_as_it_says_and_is_one_step_of_undo(static_host, page):
    person = begin(page, static_host, "Mug")
    choose(page, "Burst", Pictures=6, Seconds=2)
    hold = button(person, "Mug")
    expect(hold).to_contain_text("Take 6 pictures")
    started = page.evaluate("performance.now()")
    hold.click()
    expect(hold).to_contain_text("Stop")
    expect(hold).to_contain_text("Take 6 pictures")
    took_ms = page.evaluate("performance.now()") - started
    person.expect_count("Mug", 6)
    # The sixth is due after five sixths of two seconds.
    assert took_ms > 1_600, took_ms
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    person.expect_count("Mug", 0)
    # It is remembered on this device.
    page.reload()
    expect(button(person, "Mug")).to_contain_text("Take 6 pictures")


def test_a_countdown_is_seen_and_heard_and_escape_ends_it(static_host, page):
    page.add_init_script(
        """
        window.spoken = [];
        window.tones = [];
        speechSynthesis.speak = ({ text, lang }) => spoken.push([text, lang]);
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function () { tones.push(this.frequency.value); start.call(this); };
        """
    )
    person = begin(page, static_host, "Mug")
    choose(page, "Countdown", Pictures=3, Seconds=1)
    page.locator(".column.classes .way-button").click()
    page.get_by_label("Beep in the countdown").check()
    page.get_by_label("Say aloud how the pictures are").check()
    page.keyboard.press("Escape")
    hold = button(person, "Mug")
    hold.click()
    number = page.locator(".countdown-number")
    expect(number).to_have_text("3")
    expect(hold).to_contain_text("Stop")
    page.keyboard.press("Escape")
    expect(number).to_have_count(0)
    assert settled(page, person, "Mug") == 0
    page.evaluate("spoken.length = tones.length = 0")
    hold.click()
    for left in ("3", "2", "1"):
        expect(number).to_have_text(left)
    person.expect_count("Mug", 3)
    expect(hold).to_contain_text("3-2-1, then 3 pictures")
    assert page.evaluate("tones") == [660, 660, 660, 990]
    page.wait_for_function("spoken.length >= 4")
    # A canvas that does not change: one picture, and near-copies of it.
    assert page.evaluate("spoken.slice(0, 3)") == [["3", "en"], ["2", "en"], ["1", "en"]]
    assert "near-copies" in page.evaluate("spoken[3][0]")


def test_a_foot_switch_records_the_class_that_was_chosen(static_host, page):
    person = begin(page, static_host, "Mug", "Pen")
    page.get_by_role("button", name="Language and look").click()
    preferences = page.get_by_role("dialog", name="Language and look")
    preferences.get_by_role("button", name="Choose").click()
    page.keyboard.press("Tab")
    expect(preferences.get_by_role("alert").get_by_text("needed for something else")).to_be_visible()
    page.keyboard.press("PageDown")
    expect(preferences.get_by_role("button", name="PageDown")).to_be_visible()
    expect(preferences.locator(".keys")).to_contain_text("PageDown")
    preferences.get_by_role("button", name="Close").click()
    # The class whose card was clicked last has the ring.
    person.card("Pen").locator(".class-count").click()
    expect(person.card("Pen")).to_have_attribute("data-chosen", "true")
    expect(person.card("Mug")).to_have_attribute("data-chosen", "false")
    page.keyboard.down("PageDown")
    page.wait_for_function("parseInt(document.querySelectorAll('.class-count')[1].textContent) >= 3")
    page.keyboard.up("PageDown")
    expect(page.locator(".recording-chip")).to_have_count(0)
    assert settled(page, person, "Mug") == 0
    # With no hands at all: a tap of the foot starts it, another ends it.
    choose(page, "Tap to start")
    person.card("Mug").locator(".class-count").click()
    page.keyboard.press("PageDown")
    expect(button(person, "Mug")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("PageDown")
    expect(button(person, "Mug")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("way", ["Burst", "Countdown"])
def test_a_press_that_comes_too_early_waits_for_the_model(static_host, page, way):
    waiting = []

    def holding(route):
        waiting.append(route)

    page.route("**/model/**/*.bin", holding)
    page.goto(static_host)
    person = Person(page)
    person.add_class("Mug")
    choose(page, way, Pictures=3, Seconds=1)
    button(person, "Mug").click()
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    expect(button(person, "Mug")).to_contain_text("Stop")
    page.wait_for_timeout(500)
    expect(page.locator(".countdown-number")).to_have_count(0)
    page.unroute("**/model/**/*.bin", holding)
    person.expect_count("Mug", 3)

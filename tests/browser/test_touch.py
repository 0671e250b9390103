"""A phone or a tablet, used with a finger: what is pressed is large enough, and turning the device takes nothing away."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server
from tests.support.person import Person

pytestmark = pytest.mark.browser

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
        expect(field).to_be_focused()
        expect(field).to_have_value("KIWI")
        box = menu.bounding_box()
        assert box
        assert min(box["x"], box["y"]) >= 0, box
        assert box["x"] + box["width"] <= width, box
        assert box["y"] + box["height"] <= height, box

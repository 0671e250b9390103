"""A phone: its back camera, turned about, pressed for long, tapped twice and spread with two fingers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, expect

from tests.support.cameras import CAMERAS, wait_until_ready
from tests.support.person import Person

pytestmark = pytest.mark.browser

UPRIGHT, LYING = {"width": 390, "height": 844}, {"width": 844, "height": 390}
ASKED_FOR = """
window.sides = [];
const give = navigator.mediaDevices.getUserMedia;
navigator.mediaDevices.getUserMedia = async (wanted) => {
  sides.push(wanted.video.facingMode?.ideal);
  return await give(wanted);
};
"""


@pytest.fixture
def context(plain_browser: Browser) -> Iterator[BrowserContext]:
    made = plain_browser.new_context(
        viewport=UPRIGHT, screen=UPRIGHT, locale="en-GB", has_touch=True, is_mobile=True, device_scale_factor=2
    )
    made.set_default_timeout(60_000)
    made.add_init_script(CAMERAS + ASKED_FOR)
    yield made
    made.close()


@pytest.fixture
def phone(static_host, page):
    page.goto(static_host)
    wait_until_ready(page)
    Person(page).start_camera()
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    return page


def touch_with(session: CDPSession, kind: str, *fingers: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_video_plays_in_the_page_from_the_back_camera_and_stays_whole_when_the_phone_is_turned(phone):
    assert phone.evaluate("sides") == ["environment"]
    video = phone.locator(".stage video")
    assert video.evaluate("(video) => [video.muted, video.playsInline, video.autoplay]") == [True, True, True]
    for window, size in ((LYING, (640, 480)), (UPRIGHT, (480, 640))):
        phone.set_viewport_size(window)
        phone.evaluate("(size) => turn(...size)", size)
        expect(video).to_have_js_property("videoWidth", size[0])
        stage = phone.locator(".stage").bounding_box()
        assert stage
        assert abs(stage["width"] - stage["height"]) <= 1, stage
        assert stage["x"] >= 0, stage
        assert stage["x"] + stage["width"] <= window["width"], stage
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert video.evaluate("(video) => getComputedStyle(video).objectFit") == "cover"
        expect(phone.locator(".stage")).to_have_attribute("data-state", "on")


def test_a_long_press_opens_no_menu_and_selects_nothing_and_two_taps_do_not_zoom_but_two_fingers_do(phone, context):
    phone.locator(".stage").scroll_into_view_if_needed()
    box = phone.locator(".stage").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = context.new_cdp_session(phone)
    session.send("Input.synthesizeTapGesture", {"x": x, "y": y, "duration": 1200, "gestureSourceType": "touch"})
    assert phone.evaluate("getSelection().toString()") == ""
    style = "(part) => [getComputedStyle(part).userSelect, getComputedStyle(document.documentElement).touchAction]"
    assert phone.locator(".stage").evaluate(style) == ["none", "manipulation"]

    for _ in range(2):
        touch_with(session, "touchStart", (x, y))
        touch_with(session, "touchEnd")
    phone.wait_for_timeout(500)
    assert phone.evaluate("visualViewport.scale") == 1
    touch_with(session, "touchStart", (x - 20, y), (x + 20, y))
    for apart in range(25, 120, 8):
        touch_with(session, "touchMove", (x - apart, y), (x + apart, y))
    touch_with(session, "touchEnd")
    phone.wait_for_function("visualViewport.scale > 1.5")

"""The crop box: what the model sees, teaching and asking; moved with pointer, fingers and keys."""

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import NO_SERVER, Complaints
from tests.support.cameras import wait_until_ready
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

# The quarters of the canvas that is the camera: top left, top right, bottom left, bottom right.
COLOURS = np.array([(204, 34, 34), (34, 170, 34), (34, 34, 204), (204, 204, 34)], float)


@pytest.fixture
def context(canvas_context: BrowserContext) -> BrowserContext:
    return canvas_context


def seen(page: Page) -> NDArray[np.float64]:
    """The newest picture on its way to the model, float64 (32, 32, 3)."""
    page.wait_for_timeout(500)
    return np.asarray(page.evaluate("seen"), float).reshape(32, 32, 3)


def begin(page: Page, address: str, *, mirrored: bool) -> Person:
    page.goto(address)
    person = Person(page)
    person.start_camera()
    wait_until_ready(page)
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    if not mirrored:
        page.get_by_role("button", name="Mirror").click()
    page.wait_for_function("window.seen")
    return person


def expect_corner(page: Page, quarter: int) -> None:
    """Wait until this quarter alone is seen: a busy machine embeds late."""
    found: set[int] = set()
    for _ in range(20):
        picture = seen(page)[2:-2, 2:-2].reshape(-1, 3)
        distances = np.abs(picture[:, None] - COLOURS).max(axis=2)
        # -1: an edge, or another colour.
        found = set(np.where(distances.min(axis=1) < 40, distances.argmin(axis=1), -1).tolist())
        if found == {quarter}:
            return
    raise AssertionError(f"the quarters {found} are seen; expected {quarter} alone")


def expect_all_quarters(page: Page) -> None:
    def quarters() -> set[int]:
        return set(np.abs(seen(page).reshape(-1, 1, 3) - COLOURS).max(axis=2).argmin(axis=1).tolist())

    until(lambda: len(quarters()) == 4, "all quarters are seen")


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_box_is_what_the_model_sees_as_it_is_seen_on_the_stage(static_host, page, mirrored):
    complaints = Complaints(page)
    begin(page, static_host, mirrored=mirrored)
    expect_all_quarters(page)
    page.get_by_role("button", name="Crop", exact=True).click()
    box = page.get_by_role("group", name="Crop box")
    expect(box).to_be_visible()
    # With the keys, to the left and up, as the person sees it.
    box.focus()
    for _ in range(14):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    # The mirrored picture has the camera's right side on its left.
    expect_corner(page, 1 if mirrored else 0)
    # With the pointer, to the other corner.
    at = box.bounding_box()
    stage = page.locator(".stage").bounding_box()
    assert at
    assert stage
    assert abs(at["x"] - stage["x"]) < 3
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.9, stage["y"] + stage["height"] * 0.9, steps=5)
    page.mouse.up()
    expect_corner(page, 2 if mirrored else 3)
    page.get_by_role("button", name="Crop on").click()
    expect(box).to_have_count(0)
    expect_all_quarters(page)
    assert complaints.but_for(NO_SERVER) == []


def test_it_is_sized_by_keys_corners_and_two_fingers_and_is_a_quarter_at_least(static_host, page):
    begin(page, static_host, mirrored=False)
    page.get_by_role("button", name="Crop", exact=True).click()
    box = page.get_by_role("group", name="Crop box")
    stage = page.locator(".stage").bounding_box()
    assert stage

    def side() -> float:
        at = box.bounding_box()
        assert at
        return at["width"] / stage["width"]

    def expect_side(wanted: float, within: float) -> None:
        until(lambda: abs(side() - wanted) < within, f"the side is {wanted}")

    expect_side(0.5, 0.02)
    box.focus()
    for _ in range(30):
        page.keyboard.press("-")
    expect_side(0.25, 0.02)
    page.keyboard.press("Shift+ArrowRight")
    expect_side(0.27, 0.015)
    at = box.bounding_box()
    assert at
    page.mouse.move(at["x"] + at["width"], at["y"] + at["height"])
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.8, stage["y"] + stage["height"] * 0.8, steps=5)
    page.mouse.up()
    expect_side(0.6, 0.04)
    # Two fingers that come together.
    fingers = page.context.new_cdp_session(page)
    middle = (stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)

    def points(apart: float) -> list[dict[str, float]]:
        return [{"x": middle[0] + sign * apart, "y": middle[1], "id": i} for i, sign in enumerate((-1, 1))]

    fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points(80)})
    for apart in (70, 60, 50, 40):
        fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points(apart)})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect_side(0.3, 0.05)


def test_a_recorded_picture_and_a_paused_camera_have_the_crop(static_host, page):
    person = begin(page, static_host, mirrored=False)
    person.add_class("Red")
    page.get_by_role("button", name="Crop", exact=True).click()
    page.get_by_role("group", name="Crop box").focus()
    for _ in range(14):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    page.locator(".hold").hover()
    page.mouse.down()
    page.wait_for_function("parseInt(document.querySelector('.class-count').textContent) >= 1")
    page.mouse.up()
    picture = person.card("Red").locator(".thumbnails img").first
    expect(picture).to_be_visible()
    colour = picture.evaluate(
        """async (image) => {
          await image.decode();
          const context = new OffscreenCanvas(1, 1).getContext("2d");
          context.drawImage(image, 0, 0, 1, 1);
          return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }"""
    )
    assert np.abs(np.asarray(colour, float) - COLOURS[0]).max() < 40, colour
    # The paused picture is looked at anew where the box is moved.
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("group", name="Crop box").focus()
    for _ in range(28):
        page.keyboard.press("ArrowRight")
    expect_corner(page, 1)

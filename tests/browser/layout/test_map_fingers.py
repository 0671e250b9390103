"""The map by finger, in every language, and without a barrier in any theme."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.layout.test_axe import AXE, violations
from tests.browser.layout.test_map import (
    PAINTED,
    POINT,
    Place,
    address,
    expect_counts,
    lasso_cats,
    middle_of,
    open_map,
    opened,
    person,
    point_of,
)
from tests.support.boxes import faults, in_sight, too_small
from tests.support.person import Person

pytestmark = pytest.mark.browser

__all__ = ["address", "opened", "person"]


def finger(page: Page) -> Callable[[str, Place | None], None]:
    session = page.context.new_cdp_session(page)

    def act(kind: str, at: Place | None = None) -> None:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return act


def test_a_finger_holds_and_drags_and_else_scrolls(plain_browser: Browser, address: str):
    context = plain_browser.new_context(
        viewport={"width": 820, "height": 1180}, locale="en-GB", reduced_motion="reduce", has_touch=True
    )
    context.set_default_timeout(60_000)
    person = open_map(context.new_page(), address)
    page = person.page
    page.locator(".map-plot").scroll_into_view_if_needed()
    touch = finger(page)
    # A swipe that begins on an example does not lift it.
    x, y = point_of(page, 0)
    touch("touchStart", (x, y))
    touch("touchMove", (x, y + 40))
    page.wait_for_timeout(500)
    expect(page.locator(".map-carried")).to_have_count(0)
    touch("touchEnd", None)
    page.locator(".map-plot").scroll_into_view_if_needed()
    x, y = point_of(page, 0)
    touch("touchStart", (x, y))
    expect(page.locator(".map-carried")).to_be_visible()
    target = page.locator(".map-drop[data-slot='2']")
    goal = middle_of(target)
    for step in range(1, 6):
        touch("touchMove", (x + (goal[0] - x) * step / 5, y + (goal[1] - y) * step / 5))
    expect(target).to_have_attribute("data-over", "true")
    touch("touchEnd", None)
    expect_counts(person, 11, 12, 13)
    context.close()


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_the_tools_and_the_bar_have_no_barrier(person: Person, size: tuple[int, int]):
    page = person.page
    lasso_cats(page)
    page.get_by_role("button", name="Show pictures").click()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if size[0] == 390:
        page.locator(".phone-tabs button").nth(2).click()
    page.evaluate(AXE.read_text("utf-8"))
    for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
        page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        page.locator(".map-bar").scroll_into_view_if_needed()
        assert violations(page) == [], f"{scheme} {forced}"
        assert faults(page) == []
        assert too_small(page) == []
        # The glow is seen in each.
        assert page.locator("canvas.map-glow").evaluate(PAINTED)[0] > 300
    page.emulate_media(color_scheme="light", forced_colors="none")
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "zh"])
def test_every_language_has_room(plain_browser: Browser, address: str, language: str):
    context = plain_browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", reduced_motion="reduce", has_touch=True
    )
    context.set_default_timeout(60_000)
    context.add_init_script(f"localStorage.setItem('language', {json.dumps(language)})")
    page = context.new_page()
    page.goto(address)
    words = json.loads((ROOT / "web/src/i18n/messages" / f"{language}.json").read_text("utf-8"))
    page.locator(".phone-tabs button").first.click()
    page.locator(".classes-empty").get_by_role("button", name=words["sample.try"]).click()
    expect(page.locator(".answer .verdict")).to_be_attached()
    page.locator(".phone-tabs button").nth(2).click()
    page.get_by_role("tab", name=words["decide.tab.map"], exact=True).click()
    page.wait_for_function(POINT, arg=1)
    page.locator(".map-plot").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    bar = page.locator(".map-bar")
    expect(bar.locator("b")).to_have_text(words["map.selected"]["other"].replace("{count}", "2"))
    bar.scroll_into_view_if_needed()
    assert in_sight(page, ".map-bar")
    assert faults(page) == []
    x, y = point_of(page, 1)
    touch = finger(page)
    touch("touchStart", (x, y))
    expect(page.locator(".map-drops")).to_be_visible()
    assert faults(page) == []
    touch("touchEnd", None)
    context.close()

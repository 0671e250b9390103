"""The map in a room: who may not change others' examples is told so, and nothing moves."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Server
from tests.browser.layout.test_map import lasso_cats, point_of
from tests.browser.rooms.test_roles import mia
from tests.support.person import Person

pytestmark = pytest.mark.browser

__all__ = ["mia"]

WHY = "Somebody else added this"


def test_a_member_selects_others_examples_and_hears_why_they_stay(
    server: Server, browser: Browser, owner: Person, mia: Person, photos: dict[str, list[Path]]
):
    page = mia.page
    mia.add_class("Coffee")
    mia.upload("Coffee", photos["coffee"])
    page.get_by_role("tab", name="Map", exact=True).click()
    expect(page.locator(".map-legend li")).to_have_count(3)
    # The owner's cat can't be dragged.
    x, y = point_of(page, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 30, steps=4)
    expect(page.locator(".map-refused")).to_contain_text(WHY)
    expect(page.locator(".map-carried, .map-drops")).to_have_count(0)
    page.mouse.up()
    # The bar says why, and its buttons change nothing.
    lasso_cats(page)
    bar = page.get_by_role("group", name="Selected examples")
    expect(bar.locator("p")).to_contain_text(WHY)
    delete = bar.get_by_role("button", name="Delete")
    expect(delete).to_have_attribute("aria-disabled", "true")
    delete.click(force=True)
    expect(page.get_by_role("alert").filter(has_text=WHY)).to_be_visible()
    mia.expect_count("Cat", 1)
    page.keyboard.press("Escape")
    # Her own can be moved, and the owner sees it.
    x, y = point_of(page, 1)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 12, steps=3)
    target = page.locator(".map-drop[data-slot='0']")
    box = target.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    for person in (mia, owner):
        person.expect_count("Cat", 2)
        person.expect_count("Coffee", 1)

"""The example to try the page with: a click opens it, answers about a picture, and every panel has something to show."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from tests.browser.conftest import FLAGS, ROOT, Complaints, Server
from tests.support.person import Person

pytestmark = pytest.mark.browser

TRY = "Try with an example"


@pytest.fixture(scope="module", autouse=True)
def sample() -> dict[str, object]:
    manifest = json.loads((ROOT / "web/dist/model/manifest.json").read_text("utf-8"))
    assert manifest.get("sample"), "this model was converted without a sample: .venv/bin/python -m convert"
    return manifest["sample"]


@pytest.fixture(scope="module")
def blind_browser(playwright: Playwright, chrome: str) -> Iterator[Browser]:
    """A browser without a camera."""
    launched = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture
def page(blind_browser: Browser) -> Iterator[Page]:
    context = blind_browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(90_000)
    yield context.new_page()
    context.close()


def ready(page: Page, address: str) -> Person:
    page.goto(address)
    person = Person(page)
    expect(person.badge).to_have_attribute("data-state", "ready")
    return person


def expect_sample(person: Person, cat: str = "Cat", coffee: str = "Coffee", rocket: str = "Rocket") -> None:
    """The sample's classes with a picture of each example, and a sure answer about its question."""
    expect(person.page.locator("img.still")).to_be_visible()
    expect(person.verdict).to_have_text(cat)
    expect(person.verdict.locator("xpath=ancestor-or-self::*[@data-certainty]").first).to_have_attribute(
        "data-certainty", "sure"
    )
    for name in (cat, coffee, rocket):
        expect(person.card(name).locator(".class-count")).to_contain_text("12")


def test_an_answer_and_every_panel_are_there_after_one_click_without_a_camera(server: Server, page: Page):
    complaints = Complaints(page)
    me = ready(page, server.url)
    began = time.perf_counter()
    page.locator(".classes-empty").get_by_role("button", name=TRY).click()
    expect(me.verdict).to_have_text("Cat")
    print(f"\nfrom the click to the answer: {time.perf_counter() - began:.2f} s")
    expect_sample(me)
    assert page.title()

    # The neighbours that voted are pictures of cats.
    neighbours = page.locator(".neighbour-strip img")
    expect(neighbours.first).to_be_visible()
    tabs = page.get_by_role("tablist", name="How it decides")
    tabs.get_by_role("tab", name="Map").click()
    expect(page.locator(".map-panel canvas, .map canvas").first).to_be_visible()
    tabs.get_by_role("tab", name="Heat map").click()
    expect(page.locator(".stage canvas").first).to_be_visible()
    tabs.get_by_role("tab", name="Test").click()
    expect(page.get_by_text("36 of 36").first).to_be_visible()
    assert complaints.messages == []

"""The example to try the page with: one click opens it and asks about a picture, and every panel shows something."""

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import ROOT, Complaints, Server
from tests.support.person import Person

pytestmark = pytest.mark.browser

TRY = "Try with an example"


PAINTED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 === 3 && value > 0);
}"""


@pytest.fixture(scope="module", autouse=True)
def sample() -> dict[str, str]:
    """The manifest's entry."""
    entry: dict[str, str] | None = json.loads((ROOT / "web/dist/model/manifest.json").read_text("utf-8")).get("sample")
    assert entry, "the model has no sample: convert it again (.venv/bin/python -m convert), and build the page"
    return entry


@pytest.fixture
def page(plain_browser: Browser) -> Iterator[Page]:
    context = plain_browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(90_000)
    yield context.new_page()
    context.close()


def visit(page: Page, address: str) -> Person:
    """Open the page, and wait until it could answer."""
    page.goto(address)
    expect(page.locator(".classes-empty, .classes article").first).to_be_attached()
    expect(page.locator(".model-progress")).to_have_count(0)
    return Person(page)


def expect_sample(page: Page, names: tuple[str, str, str] = ("Cat", "Coffee", "Rocket")) -> None:
    """The sample's classes with their pictures, and a sure answer about its question."""
    expect(page.locator("img.still")).to_be_visible()
    answer = page.locator("section.answer")
    expect(answer).to_have_attribute("data-certainty", "sure")
    expect(answer.locator(".verdict bdi")).to_contain_text(names[0])
    cards = page.locator(".classes article")
    expect(cards).to_have_count(len(names))
    for card, name in zip(cards.all(), names, strict=True):
        expect(card).to_have_attribute("aria-label", name)
        expect(card.locator(".class-count")).to_contain_text("12")
        expect(card.locator("img").first).to_have_js_property("naturalWidth", 96)


def in_column(page: Page) -> Locator:
    return page.locator(".classes-empty").get_by_role("button", name=TRY)


def test_one_click_shows_an_answer_and_every_panel_without_a_camera(server: Server, page: Page):
    complaints = Complaints(page)
    visit(page, server.url)
    began = time.perf_counter()
    in_column(page).click()
    expect(page.locator("section.answer .verdict")).to_be_visible()
    print(f"\nFrom the click to the answer: {time.perf_counter() - began:.2f} s")
    expect_sample(page)
    expect(page.locator(".notice-bar")).to_contain_text("This is an example")

    voters = page.get_by_role("region", name="Why").locator(".neighbour:not(.blank)")
    expect(voters).to_have_count(3)
    for voter in voters.all():
        expect(voter.locator(".name")).to_have_text("Cat")
        expect(voter.locator("img")).to_have_js_property("naturalWidth", 96)
    panel = open_tab(page, "Map")
    expect(panel.locator(".map-legend li")).to_have_count(4)  # three classes, and the picture
    for canvas in (0, 1):
        expect_painted(panel.locator("canvas").nth(canvas))
    open_tab(page, "Heat map")
    expect_painted(page.locator("canvas.heat"))
    panel = open_tab(page, "Test")
    expect(panel.locator(".matrix-cell")).to_have_count(9)
    expect(panel.get_by_role("progressbar")).to_have_count(0)
    cells = [int(text) for text in panel.locator(".matrix-cell").all_inner_texts()]
    assert sum(cells) == 36
    print(f"Until every panel was seen: {time.perf_counter() - began:.2f} s")
    assert complaints.messages == []


def test_ones_own_project_is_kept_and_the_sample_is_made_once(server: Server, page: Page):
    me = visit(page, server.url)
    in_column(page).click()
    expect_sample(page)
    me.card("Rocket").get_by_role("button", name="Delete the class Rocket").click()
    page.get_by_role("button", name="Back to mine").click()
    expect(page.locator(".classes-empty")).to_be_visible()
    expect(page.locator("img.still")).to_have_count(0)
    me.add_class("Mug")

    # What was changed in it stays: it is the same project.
    me.open_projects().get_by_role("button", name=TRY).click()
    expect(page.locator("section.answer .verdict bdi")).to_contain_text("Cat")
    expect(me.card("Rocket")).to_have_count(0)
    menu = me.open_projects()
    expect(menu.locator(".recent-project")).to_have_count(1)
    menu.get_by_role("button", name="Back to mine").click()
    expect(me.card("Mug")).to_be_visible()

    # Once it is in the bin, a fresh one is made.
    me.open_projects().get_by_role("button", name="Delete Example", exact=True).click()
    me.close_projects()
    me.open_projects().get_by_role("button", name=TRY).click()
    expect_sample(page)


def test_it_has_the_pages_language_and_a_place_on_a_phone(static_host: str, plain_browser: Browser):
    context = plain_browser.new_context(viewport={"width": 390, "height": 844}, locale="de-DE")
    page = context.new_page()
    visit(page, static_host)
    button = page.get_by_role("button", name="Mit einem Beispiel ausprobieren")
    expect(button).to_have_count(1)
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    button.click()
    expect_sample(page, ("Katze", "Kaffee", "Rakete"))
    expect(page.locator(".project-button")).to_contain_text("Beispiel")
    context.close()


def test_it_needs_no_network_after_one_visit(server: Server, page: Page):
    visit(page, server.url)
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'", polling=200)
    server.kill()
    page.context.set_offline(True)
    visit(page, server.url)
    in_column(page).click()
    expect_sample(page)


@pytest.mark.parametrize("entry", ["null", "missing"])
def test_a_model_without_a_sample_has_no_such_button(static_host: str, plain_browser: Browser, entry: str):
    context = plain_browser.new_context(locale="en-GB", service_workers="block")
    page = context.new_page()

    def older(route: Route) -> None:
        manifest = route.fetch().json()
        del manifest["sample"]
        route.fulfill(json=manifest if entry == "missing" else {**manifest, "sample": None})

    page.route("**/model/manifest.json", older)
    me = visit(page, static_host)
    menu = me.open_projects()
    expect(menu.get_by_role("button", name="New project")).to_be_visible()
    expect(page.locator(".sample-button")).to_have_count(0)
    context.close()


@pytest.mark.parametrize("name", ["project", "picture"])
def test_a_sample_that_can_not_be_read_changes_nothing(
    static_host: str, plain_browser: Browser, sample: dict[str, str], name: str
):
    context = plain_browser.new_context(locale="en-GB", service_workers="block")
    page = context.new_page()
    me = visit(page, static_host)
    page.route(f"**/{sample[name]}", lambda route: route.fulfill(status=404))
    in_column(page).click()
    expect(page.get_by_role("alert").filter(has_text=f"The file {sample[name]} could not be read")).to_be_visible()
    expect(page.locator(".classes-empty")).to_be_visible()
    expect(me.open_projects().locator(".recent-project")).to_have_count(0)
    context.close()


def expect_painted(canvas: Locator) -> None:
    expect(canvas).to_be_visible()
    canvas.page.wait_for_function(PAINTED, arg=canvas.element_handle(), polling=50)


def open_tab(page: Page, name: str) -> Locator:
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("tabpanel", name=name, exact=True)

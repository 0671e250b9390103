"""Colours, emojis, class order and the project's name: the room's, the same in every browser of it."""

import numpy as np
import pytest
import socketio
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.support.boxes import wait_until_drawn
from tests.support.film import photo, varied
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

LOOK = """() => [...document.querySelectorAll(".class-card")].map((card) => [
  card.getAttribute("aria-label"), card.dataset.slot, card.querySelector(".look-swatch").textContent])"""


def open_room(page: Page, server: Server, code: str) -> Person:
    page.goto(f"{server.url}?room={code}")
    expect(page.locator("button.room strong")).to_have_text(code)
    return Person(page)


def pick(page: Page, label: str) -> Locator:
    page.get_by_role("button", name=f"Colour and emoji of {label}", exact=True).click()
    return page.get_by_role("dialog", name="Colour and emoji")


def expect_look(page: Page, look: list[list[str]]) -> None:
    page.wait_for_function(f"(look) => JSON.stringify(({LOOK})()) === JSON.stringify(look)", arg=look)


def common_look(page: Page, other: Page) -> list[list[str]] | None:
    """The look of five classes of five colours, once both pages show it."""
    look: list[list[str]] = page.evaluate(LOOK)
    return look if look == other.evaluate(LOOK) and len({slot for _, slot, _ in look}) == 5 else None


def test_two_browsers_of_one_room_look_the_same(server, browser, page):
    person = Person(page)
    page.goto(server.url)
    code = person.share()
    person.let_all_change_everything()
    for name in ("Cat", "Dog", "Owl"):
        person.add_class(name)
    name = person.open_projects().get_by_label("Project name")
    name.fill("Animals")
    name.press("Enter")
    person.close_projects()
    # By mouse: the label of a hidden radio button.
    dialog = pick(page, "Dog")
    dialog.locator("label[title='Colour 6']").click()
    dialog.locator("label[title='Pattern 2']").click()
    dialog.get_by_role("button", name="🐶", exact=True).click()
    dialog.get_by_role("button", name="Close").click()
    look = [["Cat", "0", ""], ["Dog", "29", "🐶"], ["Owl", "2", ""]]
    expect_look(page, look)

    contexts = [browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") for _ in range(2)]
    try:
        second = contexts[0].new_page()
        open_room(second, server, code)
        expect_look(second, look)
        expect(second.locator("button.project-button")).to_contain_text("Animals")
        # By keyboard alone, in the second browser: the first shows it.
        second.get_by_role("button", name="Colour and emoji of Owl", exact=True).focus()
        second.keyboard.press("Enter")
        dialog = second.get_by_role("dialog", name="Colour and emoji")
        dialog.get_by_role("radio", name="Colour 3", exact=True).focus()
        second.keyboard.press("ArrowRight")
        field = dialog.get_by_role("textbox")
        field.focus()
        second.keyboard.insert_text("👩‍🚀")
        expect(field).to_have_value("👩‍🚀")
        second.keyboard.insert_text("🦉")
        expect(field).to_have_value("🦉")
        second.keyboard.press("Escape")
        expect(second.get_by_role("button", name="Colour and emoji of Owl", exact=True)).to_be_focused()
        look[2] = ["Owl", "3", "🦉"]
        for each in (page, second):
            expect_look(each, look)
        # Both add a class at once: they get two colours, the same in both.
        people = [Person(page), Person(second)]
        for one, label in zip(people, ("Fox", "Hen"), strict=True):
            one.add_class(label)
        page.wait_for_function("() => document.querySelectorAll('.class-card').length === 5")
        second.wait_for_function("() => document.querySelectorAll('.class-card').length === 5")
        look = until(lambda: common_look(page, second), "both look the same, with five colours")
        # One that comes later, and one that comes back, see the same.
        third = contexts[1].new_page()
        open_room(third, server, code)
        second.reload()
        for each in (page, second, third):
            expect_look(each, look)
            expect(each.locator("button.project-button")).to_contain_text("Animals")
    finally:
        for context in contexts:
            context.close()


def test_fourteen_classes_differ_and_the_winner_is_in_sight(server, page, tmp_path):
    page.goto(server.url)
    model = page.evaluate("async () => (await fetch('model/manifest.json')).json()")
    dimension = model["dimension"]
    client = socketio.Client()
    client.connect(server.url, transports=["websocket"])
    assert client.call("join", {"room": "MANY-1", "model": {"id": model["id"], "dimension": dimension}})["ok"]
    random = np.random.default_rng(1)
    for number in range(1, 14):
        for take in range(2):
            embedding = random.standard_normal(dimension).astype("<f4")
            data = {"id": f"{number}-{take}", "label": f"Thing {number}", "group": f"g{number}-{take}"}
            assert client.call("addExample", (data, embedding.tobytes()))["ok"]
    client.disconnect()

    person = open_room(page, server, "MANY-1")
    page.wait_for_function("() => document.querySelectorAll('.class-card').length === 13")
    person.add_class("Cat")
    pictures = [tmp_path / f"cat{i}.jpg" for i in range(4)]
    for path in pictures:
        varied(photo("cat"), random).save(path, "JPEG")
    with page.expect_file_chooser() as chooser:
        person.card("Cat").get_by_role("button", name="Upload pictures of Cat").click()
    chooser.value.set_files(pictures[:3])
    expect(person.card("Cat").locator(".class-count")).to_have_text("3 examples")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Use a photo").first.click()
    chooser.value.set_files(pictures[3])
    expect(person.verdict).to_have_text("Cat")
    slots = page.evaluate(f"() => ({LOOK})().map(([, slot]) => slot)")
    assert len(set(slots)) == 14
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".class-card .look-swatch")].map((swatch) => {
          const { backgroundColor, backgroundImage } = getComputedStyle(swatch);
          return backgroundColor + backgroundImage;
        })"""
    )
    assert len(set(drawn)) == 14
    # The list scrolls in the next frame.
    wait_until_drawn(page)
    inside = page.evaluate(
        """() => {
          const list = document.querySelector(".bars");
          const [winner, last] = ['[data-wins="true"]', ".something-else"].map((each) => list.querySelector(each));
          const [box, row, pinned] = [list, winner, last].map((element) => element?.getBoundingClientRect());
          return [list.scrollHeight > list.clientHeight, row.top >= box.top - 1,
            row.bottom <= (pinned ? pinned.top : box.bottom) + 1];
        }"""
    )
    assert inside == [True, True, True]

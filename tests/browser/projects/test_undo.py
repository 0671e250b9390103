"""Undo, redo and the bin: what was done can be taken back, through a reload, and what others delete comes back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Complaints, Server
from tests.support.film import write_photos
from tests.support.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_photos(tmp_path_factory.mktemp("photos"), ("cat", "coffee"), 3)


def teach(person: Person, name: str, paths: list[Path]) -> None:
    person.add_class(name)
    person.upload(name, paths)
    expect_pictures(person, name, len(paths))


def expect_pictures(person: Person, name: str, count: int) -> None:
    person.expect_count(name, count)
    expect(person.card(name).locator("img")).to_have_count(count)


def labels(page: Page) -> list[str]:
    return [card.get_attribute("aria-label") or "" for card in page.locator(".classes article").all()]


def step_button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


def test_what_was_done_is_undone_and_redone_through_a_reload(server: Server, page: Page, photos: dict[str, list[Path]]):
    complaints = Complaints(page)
    person = Person(page)
    page.goto(server.url)
    expect(step_button(page, "Nothing to undo")).to_be_visible()
    teach(person, "Cat", photos["cat"])
    teach(person, "Coffee", photos["coffee"])
    person.card("Cat").get_by_role("button", name="Delete the class Cat").click()
    expect(person.card("Cat")).to_have_count(0)
    expect(step_button(page, "Undo: delete “Cat”")).to_be_visible()

    page.reload()
    step_button(page, "Undo: delete “Cat”").click()
    expect(page.get_by_role("status").filter(has_text="Undone: Deleted Cat")).to_be_visible()
    expect_pictures(person, "Cat", 3)
    # In its place, with its key.
    assert labels(page) == ["Cat", "Coffee"]
    expect(person.card("Cat").locator("kbd")).to_have_text("1")

    page.reload()
    step_button(page, "Redo: delete “Cat”").click()
    expect(person.card("Cat")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect_pictures(person, "Cat", 3)
    page.keyboard.press("Control+z")
    expect_pictures(person, "Coffee", 0)
    page.keyboard.press("Control+Shift+Z")
    expect_pictures(person, "Coffee", 3)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    expect_pictures(person, "Coffee", 3)
    expect(step_button(page, "Redo: delete “Cat”")).to_be_visible()
    assert complaints.messages == []


def test_the_bin_brings_back_a_picture_or_the_class(server: Server, page: Page, photos: dict[str, list[Path]]):
    person = Person(page)
    page.goto(server.url)
    teach(person, "Cat", photos["cat"])
    teach(person, "Coffee", photos["coffee"])
    expect(page.get_by_role("button", name="Bin:")).to_have_count(0)
    person.card("Cat").get_by_role("button", name="Delete the class Cat").click()
    page.reload()
    page.get_by_role("button", name="Bin: 3 examples").click()
    bin_panel = page.get_by_role("dialog", name="Deleted examples")
    expect(bin_panel.locator("img")).to_have_count(3)
    bin_panel.get_by_role("button", name="Bring back picture 2 of Cat").click()
    expect_pictures(person, "Cat", 1)
    assert labels(page) == ["Cat", "Coffee"]
    bin_panel.get_by_role("button", name="Bring the class back").click()
    expect_pictures(person, "Cat", 3)
    expect(bin_panel).to_contain_text("The bin is empty.")
    page.keyboard.press("Escape")
    step_button(page, "Undo: bring back 2 examples").click()
    expect_pictures(person, "Cat", 1)

    page.get_by_role("button", name="Bin: 2 examples").click()
    bin_panel.get_by_role("button", name="Empty the bin").click()
    bin_panel.get_by_role("button", name="Delete all of it for good").click()
    expect(bin_panel).to_contain_text("The bin is empty.")
    page.keyboard.press("Escape")
    page.reload()
    expect_pictures(person, "Cat", 1)
    expect(page.get_by_role("button", name="Bin:")).to_have_count(0)


def test_a_guest_deletes_a_class_and_its_owner_brings_it_back_with_its_pictures(
    server: Server, browser: Browser, page: Page, photos: dict[str, list[Path]]
):
    owner = Person(page)
    page.goto(server.url)
    teach(owner, "Cat", photos["cat"])
    teach(owner, "Coffee", photos["coffee"])
    code = owner.share()
    owner.let_all_change_everything()
    guest_context = browser.new_context(locale="en-GB")
    guest = Person(guest_context.new_page())
    guest.page.goto(f"{server.url}?room={code}")
    expect(guest.card("Cat").locator(".class-count")).to_have_text("3 examples")

    # What the guest takes back is the guest's own.
    with guest.page.expect_file_chooser() as chooser:
        guest.card("Coffee").get_by_role("button", name="Upload pictures of Coffee").click()
    chooser.value.set_files(photos["cat"][:1])
    expect(owner.card("Coffee").locator(".class-count")).to_have_text("4 examples")
    step_button(guest.page, "Undo: add 1 picture to “Coffee”").click()
    expect_pictures(owner, "Coffee", 3)
    expect(step_button(guest.page, "Nothing to undo")).to_be_visible()

    guest.card("Cat").get_by_role("button", name="Delete the class Cat").click()
    told = page.get_by_role("status").filter(has_text="deleted “Cat” with 3 of your examples.")
    expect(told).to_be_visible()
    expect(owner.card("Cat")).to_have_count(0)
    # It is not told again after a reload, but it is in the bin.
    page.reload()
    page.get_by_role("button", name="Bin: 3 examples").click()
    page.get_by_role("button", name="Bring the class back").click()
    page.keyboard.press("Escape")
    expect_pictures(owner, "Cat", 3)
    expect(guest.card("Cat").locator(".class-count")).to_have_text("3 examples")

    guest.card("Coffee").get_by_role("button", name="Delete the class Coffee").click()
    page.get_by_role("button", name="Bring back", exact=True).click()
    expect_pictures(owner, "Coffee", 3)
    expect(told).to_have_count(0)
    expect(guest.card("Coffee").locator(".class-count")).to_have_text("3 examples")
    guest_context.close()


@pytest.mark.parametrize("width", [390, 320])
def test_undo_and_redo_are_in_reach_on_a_phone(
    server: Server, browser: Browser, photos: dict[str, list[Path]], width: int
):
    context = browser.new_context(viewport={"width": width, "height": 700}, locale="en-GB", has_touch=True)
    page = context.new_page()
    person = Person(page)
    page.goto(server.url)
    page.get_by_role("button", name="Classes", exact=True).click()
    teach(person, "Cat", photos["cat"])
    for tab in ("Classes", "Camera", "Why"):
        page.get_by_role("button", name=tab, exact=True).click()
        for words in ("Undo: add 3 pictures to “Cat”", "Nothing to redo"):
            box = step_button(page, words).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["y"] + box["height"] <= 700
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    step_button(page, "Undo: add 3 pictures to “Cat”").tap()
    step_button(page, "Redo: add 3 pictures to “Cat”").tap()
    page.get_by_role("button", name="Classes", exact=True).click()
    expect_pictures(person, "Cat", 3)
    context.close()

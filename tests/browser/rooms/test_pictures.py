"""Pictures for all: the owner switches them on, and sees what a pupil adds.

So does whoever comes later, until they are off.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.browser.conftest import Server
from tests.browser.rooms.conftest import open_people
from tests.support.person import Person

pytestmark = pytest.mark.browser

TOLD = "Everyone in this room sees the small pictures of all examples."


@pytest.fixture
def pupils(server: Server, browser: Browser, owner: Person) -> Iterator[list[Person]]:
    """Two pupils' pages, not in the room yet."""
    contexts = [browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") for _ in range(2)]
    yield [Person(context.new_page()) for context in contexts]
    for context in contexts:
        context.close()


def show_pictures(page: Page, *, on: bool) -> None:
    sheet = open_people(page)
    sheet.get_by_label("Show everyone the pictures of all examples").set_checked(on)
    expect(sheet.locator(".room-note").filter(has_text=TOLD)).to_have_count(1 if on else 0)
    page.keyboard.press("Escape")


def pictures(person: Person, name: str) -> Locator:
    return person.card(name).locator("button.thumbnail img")


def test_the_owner_switches_pictures_on_and_all_see_them(
    server: Server, owner: Person, pupils: list[Person], photos: dict[str, list[Path]]
):
    mia, late = pupils
    address = f"{server.url}?room={owner.page.locator('button.room strong').inner_text()}"
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/thumbnails/" in request.url:
            asked.append(request.url)

    late.page.on("request", note)
    mia.page.goto(address)
    mia.expect_count("Cat", 1)
    mia.add_class("Coffee")
    mia.upload("Coffee", photos["coffee"][:1])
    owner.expect_count("Coffee", 1)
    expect(owner.card("Coffee").locator(".no-picture")).to_have_count(1)
    expect(mia.card("Cat").locator(".no-picture")).to_have_count(1)

    show_pictures(owner.page, on=True)
    expect(mia.page.locator(".classes .room-note")).to_have_text(TOLD)
    mia.upload("Coffee", photos["coffee"][1:])
    expect(pictures(owner, "Coffee")).to_have_count(1)
    # What was there before stays where it is.
    expect(owner.card("Coffee").locator(".no-picture")).to_have_count(1)
    owner.page.locator("section.camera input[type=file]").first.set_input_files(photos["coffee"][1])
    expect(owner.verdict).to_contain_text("Coffee")
    shown = owner.page.locator(".neighbour-picture img").first
    assert shown.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0

    late.page.goto(address)
    late.expect_count("Coffee", 2)
    expect(pictures(late, "Coffee")).to_have_count(1)
    assert pictures(late, "Coffee").evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
    # Each once: the page is opened once more, and nothing of it was kept.
    assert len(asked) == len(set(asked)) == 3
    late.page.reload()
    expect(pictures(late, "Coffee")).to_have_count(1)
    assert len(asked) == 6

    show_pictures(owner.page, on=False)
    for person in (owner, late):
        expect(pictures(person, "Coffee")).to_have_count(0)
        expect(person.card("Coffee").locator(".no-picture")).to_have_count(2)
    expect(pictures(mia, "Coffee")).to_have_count(2)
    expect(mia.page.locator(".classes .room-note")).to_have_text("")

    # An owner who comes again is told when the room ends.
    owner.page.reload()
    expect(open_people(owner.page)).to_contain_text(re.compile(r"the room is deleted on .*20\d\d\."))

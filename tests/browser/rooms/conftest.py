"""What the tests of rooms share: an owner with a room, and the sheet that says who is in it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Server
from tests.support.film import write_photos
from tests.support.person import Person


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_photos(tmp_path_factory.mktemp("rooms"), ("cat", "coffee"), 2)


@pytest.fixture
def owner(server: Server, page: Page, photos: dict[str, list[Path]]) -> Person:
    """Owns a room with a cat."""
    made = Person(page)
    page.goto(server.url)
    made.add_class("Cat")
    made.upload("Cat", photos["cat"][:1])
    made.share()
    return made


def open_people(page: Page) -> Locator:
    page.locator("button.room").click()
    sheet = page.get_by_role("dialog", name="Invite others to the room")
    sheet.get_by_role("tab", name="Who is here").click()
    return sheet

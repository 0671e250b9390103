"""What the tests of rooms share: an owner with a room, the sheet that invites others, and who reads its QR code."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.support.film import write_photos
from tests.support.node import Node
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


@pytest.fixture(scope="module")
def reader() -> Iterator[Node]:
    made = Node("qr-reader.mjs")
    yield made
    made.close()


def read_qr(reader: Node, qr: Locator) -> str:
    """What a camera would read."""
    picture = Image.open(io.BytesIO(qr.screenshot())).convert("RGBA")
    rgba = base64.b64encode(picture.tobytes()).decode()
    return reader.ask({"width": picture.width, "height": picture.height, "rgba": rgba})


def open_sheet(page: Page) -> Locator:
    page.locator("button.room").click()
    sheet = page.get_by_role("dialog", name="Invite others to the room")
    expect(sheet.locator(".qr")).to_be_visible()
    return sheet


def open_people(page: Page) -> Locator:
    page.locator("button.room").click()
    sheet = page.get_by_role("dialog", name="Invite others to the room")
    sheet.get_by_role("tab", name="Who is here").click()
    return sheet

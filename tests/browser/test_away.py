"""Without network and server, through reloads: a second project is made, and everything in both can be undone."""

import io

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Complaints, Server
from tests.support.film import photo
from tests.support.person import Person

pytestmark = pytest.mark.browser


def upload(card: Locator, name: str, count: int) -> None:
    files = []
    for i in range(count):
        data = io.BytesIO()
        photo(name).crop((20 * i, 10 * i, 280 + 20 * i, 260 + 10 * i)).save(data, "JPEG")
        files.append({"name": f"{name}{i}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()})
    card.locator("input[type=file]").set_input_files(files)
    expect(card.locator(".class-count")).to_have_text(f"{count} examples")


def press(page: Page, key: str) -> None:
    page.locator("body").press(key)


def test_a_second_project_and_undo_need_neither_network_nor_server(server: Server, context: BrowserContext, page: Page):
    page.goto(server.url)
    person = Person(page)
    upload(person.add_class("Cat"), "cat", 3)
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'", polling=200)
    server.kill()
    context.set_offline(True)
    page.reload()
    complaints = Complaints(page)

    count = {name: person.card(name).locator(".class-count") for name in ("Cat", "Coffee")}
    expect(count["Cat"]).to_have_text("3 examples")
    person.open_projects().get_by_role("button", name="New project").click()
    expect(page.locator(".classes-empty")).to_be_visible()
    upload(person.add_class("Coffee"), "coffee", 2)

    # The new one is open after a reload, with its steps.
    page.reload()
    expect(count["Coffee"]).to_have_text("2 examples")
    expect(person.card("Cat")).to_have_count(0)
    press(page, "Control+z")
    expect(count["Coffee"]).to_have_text("0 examples")
    page.reload()
    expect(count["Coffee"]).to_have_text("0 examples")
    press(page, "Control+Shift+z")
    expect(count["Coffee"]).to_have_text("2 examples")

    # The first one has steps of its own.
    person.open_projects().locator(".recent-project").filter(has_text="Cat").click()
    expect(count["Cat"]).to_have_text("3 examples")
    page.get_by_role("button", name="Delete the class Cat").click()
    expect(person.card("Cat")).to_have_count(0)
    page.reload()
    expect(page.locator(".classes-empty")).to_be_visible()
    press(page, "Control+z")
    expect(count["Cat"]).to_have_text("3 examples")
    expect(page.locator(".class-card img")).to_have_count(3)
    person.open_projects().locator(".recent-project").filter(has_text="Coffee").click()
    expect(count["Coffee"]).to_have_text("2 examples")
    # Looking for a server is all that may fail.
    assert complaints.but_for("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_FAILED") == []

"""How people come into one room, what they know of each other there, and what holds when its server was away."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server
from tests.support.film import photo, write_photos
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def cat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "cat.jpg"
    photo("cat").save(path, "JPEG")
    return path


def say_name(person: Person, name: str) -> None:
    field = person.open_projects().get_by_label("Your name (optional)")
    field.fill(name)
    field.press("Enter")
    expect(person.page.locator(".project-menu[aria-busy=false]")).to_be_visible()
    person.close_projects()


def kept_member(page: Page) -> dict[str, str]:
    return page.evaluate(
        """() => new Promise((resolve) => {
          const opening = indexedDB.open("show-and-tell");
          opening.onsuccess = () => {
            const database = opening.result;
            const reading = database.transaction("preferences").objectStore("preferences").get("member");
            reading.onsuccess = () => { database.close(); resolve(reading.result); };
          };
        })"""
    )


def expect_labels(page: Page, expected: list[str]) -> None:
    page.wait_for_function(
        """(expected) => JSON.stringify([...document.querySelectorAll(".classes article")]
          .map((card) => card.getAttribute("aria-label"))) === JSON.stringify(expected)""",
        arg=expected,
    )


def test_an_owner_is_told_by_name_who_deleted_a_class_and_brings_it_back(
    server: Server, browser: Browser, page: Page, cat: Path
):
    owner = Person(page)
    page.goto(server.url)
    owner.add_class("Cat")
    owner.upload("Cat", [cat])
    code = owner.share()
    owner.let_all_change_everything()
    guest_context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    guest = Person(guest_context.new_page())
    guest.page.goto(f"{server.url}?room={code}")
    expect(guest.card("Cat").locator(".class-count")).to_have_text("1 example")

    say_name(guest, "Mia")
    expect(guest.page.locator(".room-here")).to_have_text("2 here")
    guest.card("Cat").get_by_role("button", name="Delete the class Cat").click()
    told = page.get_by_role("status").filter(has_text="Mia deleted “Cat” with 1 of your examples.")
    expect(told).to_be_visible()
    expect(owner.card("Cat")).to_have_count(0)
    page.get_by_role("button", name="Bring back", exact=True).click()
    expect(owner.card("Cat").locator("img")).to_have_count(1)
    expect(guest.card("Cat").locator(".class-count")).to_have_text("1 example")

    # The name is kept, and a name that is changed or taken back is the same person's.
    first = kept_member(guest.page)
    guest.page.reload()
    expect(guest.card("Cat").locator(".class-count")).to_have_text("1 example")
    expect(guest.open_projects().get_by_label("Your name (optional)")).to_have_value("Mia")
    guest.close_projects()
    say_name(guest, "")
    assert kept_member(guest.page) == {**first, "name": ""}
    guest.card("Cat").get_by_role("button", name="Delete the class Cat").click()
    expect(page.get_by_role("status").filter(has_text="Somebody else deleted “Cat”")).to_be_visible()
    guest_context.close()


def move(page: Page, label: str) -> Locator:
    page.get_by_role("button", name=f"Colour and emoji of {label}", exact=True).click()
    return page.get_by_role("dialog", name="Colour and emoji")


def test_a_class_is_moved_by_keyboard_for_everybody_in_the_room(server: Server, browser: Browser, page: Page):
    person = Person(page)
    page.goto(server.url)
    for name in ("Cat", "Dog", "Owl"):
        person.add_class(name)
    code = person.share()
    person.let_all_change_everything()
    guest_context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    guest = Person(guest_context.new_page())
    guest.page.goto(f"{server.url}?room={code}")
    expect_labels(guest.page, ["Cat", "Dog", "Owl"])

    dialog = move(page, "Owl")
    up = dialog.get_by_role("button", name="Move up")
    up.focus()
    page.keyboard.press("Enter")
    for each in (page, guest.page):
        expect_labels(each, ["Cat", "Owl", "Dog"])
    # The picker stays with its class, and the focus where it is.
    expect(up).to_be_focused()
    expect(dialog).to_contain_text("2 of 3")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("1 of 3")
    expect(up).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    for each in (page, guest.page):
        expect_labels(each, ["Owl", "Cat", "Dog"])
    expect(person.card("Owl").locator("kbd")).to_have_text("1")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    for each in (page, guest.page):
        expect_labels(each, ["Cat", "Dog", "Owl"])

    # A guest's order is the room's, too, and it is kept.
    move(guest.page, "Cat").get_by_role("button", name="Move down").click()
    for each in (page, guest.page):
        expect_labels(each, ["Dog", "Cat", "Owl"])
    page.reload()
    expect_labels(page, ["Dog", "Cat", "Owl"])
    guest_context.close()


def delete_class(person: Person, name: str) -> None:
    person.card(name).get_by_role("button", name=f"Delete the class {name}").click()
    expect(person.card(name)).to_have_count(0)


def delete_example(person: Person) -> None:
    person.card("Cat").locator(".thumbnail").first.click()
    person.page.get_by_role("button", name="Delete this example").click()
    person.expect_count("Cat", 1)


def delete_all(person: Person) -> None:
    for name in ("Cat", "Coffee", "Rocket"):
        delete_class(person, name)


def rename(person: Person) -> None:
    field = person.card("Cat").get_by_label("Class name")
    field.fill("Lion")
    field.press("Enter")
    expect(person.card("Lion")).to_be_visible()


def undo(person: Person) -> None:
    delete_class(person, "Cat")
    person.page.keyboard.press("Control+z")
    person.expect_count("Cat", 2)


#: What is done while the server is away, and the classes and examples that are left.
AWAY: dict[str, tuple[Callable[[Person], None], dict[str, int]]] = {
    "an example is deleted": (delete_example, {"Cat": 1, "Coffee": 2, "Rocket": 2}),
    "a class is deleted": (lambda person: delete_class(person, "Cat"), {"Coffee": 2, "Rocket": 2}),
    "all classes are deleted": (delete_all, {}),
    "a class is renamed": (rename, {"Lion": 2, "Coffee": 2, "Rocket": 2}),
    "a deletion is undone": (undo, {"Cat": 2, "Coffee": 2, "Rocket": 2}),
}


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_photos(tmp_path_factory.mktemp("two"), ("cat", "coffee", "rocket"), 2)


def expect_room(person: Person, counts: dict[str, int]) -> None:
    """The page shows these classes with so many examples, and no others."""
    for name, count in counts.items():
        person.expect_count(name, count)
    expect(person.page.locator(".classes article")).to_have_count(len(counts))


@pytest.mark.parametrize("what", AWAY)
@pytest.mark.parametrize("first", ["who did it", "the other"])
def test_what_is_done_while_the_server_is_away_holds_when_it_is_back(
    server: Server, browser: Browser, page: Page, photos: dict[str, list[Path]], what: str, first: str
):
    """Through a reload without a server, and whoever comes back first."""
    do, left = AWAY[what]
    me = Person(page)
    page.goto(server.url)
    for name in ("Cat", "Coffee", "Rocket"):
        me.add_class(name)
        me.upload(name, photos[name.lower()])
    code = me.share()
    me.let_all_change_everything()
    other_context = browser.new_context(locale="en-GB")
    other = Person(other_context.new_page())
    other.page.goto(f"{server.url}?room={code}")
    expect_room(other, {"Cat": 2, "Coffee": 2, "Rocket": 2})
    page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'", polling=200)
    expect(me.badge).to_contain_text("Server")

    server.kill()
    late = page.context if first == "the other" else other_context
    late.set_offline(True)
    do(me)
    expect_room(me, left)
    if late is other_context:
        # What waits to be sent is on the disk.
        page.reload()
        expect_room(me, left)
    server.start()
    early_person, late_person = (other, me) if late is page.context else (me, other)
    expect(early_person.badge).to_have_attribute("data-mood", "server")
    late.set_offline(False)
    expect(late_person.badge).to_have_attribute("data-mood", "server")
    for person in (me, other):
        expect_room(person, left)
    until(
        lambda: room_counts(page, server, code) == (len(left), sum(left.values())), "the room has it, too", seconds=90
    )
    other_context.close()


def room_counts(page: Page, server: Server, code: str) -> tuple[int, int]:
    answer = page.request.get(f"{server.url}api/rooms/{code}").json()
    return answer["classes"], answer["examples"]

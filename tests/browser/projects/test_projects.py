"""Projects and rooms: nothing that was taught becomes unreachable, and nothing is sent before it is shared."""

import itertools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Complaints, Server
from tests.support.film import write_photos
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_photos(tmp_path_factory.mktemp("photos"), ("cat", "coffee", "rocket"), 2)


def teach(person: Person, name: str, paths: list[Path]) -> None:
    person.add_class(name)
    person.upload(name, paths)
    expect_classes(person, {name: len(paths)}, only=False)


def expect_classes(person: Person, counts: dict[str, int], only: bool = True) -> None:
    """The page shows these classes with so many examples, and a picture of each."""
    for name, count in counts.items():
        expect(person.card(name).locator(".class-count")).to_have_text(f"{count} examples")
        expect(person.card(name).locator("img")).to_have_count(count)
    if only:
        expect(person.page.locator(".classes article")).to_have_count(len(counts))


def notice(person: Person, words: str) -> None:
    expect(person.page.locator(".notice-bar")).to_contain_text(words)


def test_what_is_taught_is_reached_after_a_rooms_link_a_code_and_back(
    server: Server, browser: Browser, page: Page, photos: dict[str, list[Path]]
):
    # Another person's two rooms.
    other_context = browser.new_context(locale="en-GB")
    other = Person(other_context.new_page())
    other.page.goto(server.url)
    teach(other, "Rocket", photos["rocket"])
    first_room = other.share()
    other.open_projects().get_by_role("button", name="New project").click()
    teach(other, "Coffee", photos["coffee"])
    second_room = other.share()
    assert first_room != second_room

    # The address of the first room must be one that the server has: its project is open on no page now.
    complaints = Complaints(page)
    me = Person(page)
    page.goto(server.url)
    teach(me, "Cat", photos["cat"])
    assert "room=" not in page.url

    page.goto(f"{server.url}?room={second_room}")
    expect(me.card("Coffee").locator(".class-count")).to_have_text("2 examples")
    notice(me, f"You are in room {second_room} now. It is a project of its own")
    expect(page.locator(".classes article")).to_have_count(1)
    page.get_by_role("button", name="Back to mine").click()
    expect_classes(me, {"Cat": 2})
    assert "room=" not in page.url

    menu = me.open_projects()
    menu.get_by_role("button", name="Join a room").click()
    menu.get_by_label("Room code").fill(f" {first_room.lower()} ")
    menu.get_by_role("button", name="Join", exact=True).click()
    expect(menu).to_be_hidden()
    expect(me.card("Rocket").locator(".class-count")).to_have_text("2 examples")
    assert f"room={first_room}" in page.url
    page.reload()
    expect(me.card("Rocket").locator(".class-count")).to_have_text("2 examples")

    # By Recent: the second room's project, then one's own.
    menu = me.open_projects()
    expect(menu.locator(".recent li")).to_have_count(2)
    menu.locator(".recent-project", has_text=second_room).click()
    expect(me.card("Coffee").locator(".class-count")).to_have_text("2 examples")
    menu = me.open_projects()
    own = menu.locator(".recent-project", has_text="Cat")
    expect(own).to_contain_text("no room")
    expect(own).to_contain_text("2 examples")
    expect(own.locator("img")).to_have_count(1)
    own.click()
    expect_classes(me, {"Cat": 2})
    # What the other taught is as it was: nothing of mine went there.
    expect_classes(other, {"Coffee": 2})
    assert complaints.messages == []
    other_context.close()


def test_nothing_is_sent_before_a_project_is_shared_and_it_stays_when_its_room_is_left(
    server: Server, page: Page, photos: dict[str, list[Path]]
):
    sockets: list[str] = []
    page.on("request", lambda request: "socket.io" in request.url and sockets.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    person = Person(page)
    page.goto(server.url)
    teach(person, "Cat", photos["cat"])
    teach(person, "Coffee", photos["coffee"])
    expect(person.badge).to_contain_text("Browser")
    expect(person.open_projects()).to_contain_text("on this device only")
    person.close_projects()
    assert sockets == []

    room = person.share()
    assert re.fullmatch(r"([A-Z]{3,6}-){3}\d{3}", room)
    notice(person, f"This project is room {room} now")
    expect(person.badge).to_contain_text("Server")
    assert f"room={room}" in page.url
    assert sockets

    person.open_projects().get_by_role("button", name="Leave room").click()
    notice(person, f"You left room {room}. The project stays here")
    person.close_projects()
    expect(page.locator("button.room")).to_have_count(0)
    expect(person.badge).to_contain_text("Browser")
    assert "room=" not in page.url
    page.reload()
    expect_classes(person, {"Cat": 2, "Coffee": 2})


def test_a_mistyped_code_opens_nothing_and_offers_to_make_the_room(
    server: Server, page: Page, photos: dict[str, list[Path]]
):
    person = Person(page)
    page.goto(server.url)
    teach(person, "Cat", photos["cat"])
    menu = person.open_projects()
    menu.get_by_role("button", name="Join a room").click()
    code = menu.get_by_label("Room code")
    join = menu.get_by_role("button", name="Join", exact=True)
    code.fill("k!")
    join.click()
    expect(menu.get_by_role("alert")).to_contain_text("k! is no room code")
    code.fill("kivi-42")
    join.click()
    expect(menu.get_by_role("alert")).to_contain_text("There is no room KIVI-42")
    expect_classes(person, {"Cat": 2})
    menu.get_by_role("button", name="Make room KIVI-42").click()
    expect(menu).to_be_hidden()
    expect(page.locator("button.room strong")).to_have_text("KIVI-42")
    expect(page.locator(".classes article")).to_have_count(0)
    page.get_by_role("button", name="Back to mine").click()
    expect_classes(person, {"Cat": 2})


def test_a_link_to_no_room_makes_none_and_says_so(server: Server, page: Page, photos: dict[str, list[Path]]):
    person = Person(page)
    page.goto(server.url)
    teach(person, "Cat", photos["cat"])
    page.goto(f"{server.url}?room=plum-77")
    notice(person, "There is no room PLUM-77 on this server. Your own project is open.")
    expect_classes(person, {"Cat": 2})
    assert page.request.get(f"{server.url}api/rooms/PLUM-77").status == 404
    page.get_by_role("button", name="Make room PLUM-77").click()
    expect(page.locator("button.room strong")).to_have_text("PLUM-77")
    expect(person.badge).to_contain_text("Server")
    # The page shows the room's code before the server has made it.
    until(lambda: page.request.get(f"{server.url}api/rooms/PLUM-77").ok, "the server has made the room")


def test_without_a_server_rooms_are_explained_and_projects_work(
    static_host: str, page: Page, photos: dict[str, list[Path]]
):
    person = Person(page)
    page.goto(f"{static_host}?room=PLUM-77")
    notice(person, "Room PLUM-77 can’t be opened now")
    teach(person, "Cat", photos["cat"])
    menu = person.open_projects()
    expect(menu).to_contain_text("Rooms need a server")
    expect(menu.get_by_role("button", name="Share as room")).to_have_count(0)
    expect(menu.get_by_role("button", name="Join a room")).to_have_count(0)
    menu.get_by_role("button", name="New project").click()
    expect(page.locator(".classes article")).to_have_count(0)
    person.open_projects().locator(".recent-project").first.click()
    expect_classes(person, {"Cat": 2})


def test_a_project_is_named_copied_deleted_and_restored_by_keyboard_and_pointer(
    server: Server, context: BrowserContext, page: Page, photos: dict[str, list[Path]]
):
    person = Person(page)
    page.goto(server.url)
    teach(person, "Cat", photos["cat"])
    page.locator("button.project-button").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Projects")).to_be_visible()
    menu = person.open_projects()
    menu.get_by_label("Project name").fill("Pets")
    menu.get_by_label("Project name").press("Enter")
    expect(page.locator("button.project-button")).to_contain_text("Pets")
    menu.get_by_role("button", name="Duplicate", exact=True).click()
    expect(menu.locator(".recent-project")).to_contain_text("Pets (copy)")
    page.keyboard.press("Escape")
    expect(page.locator("button.project-button")).to_be_focused()

    person.open_projects().get_by_role("button", name="Delete", exact=True).click()
    notice(person, "Pets is in the bin")
    expect(page.locator("button.project-button")).to_contain_text("Pets (copy)")
    expect_classes(person, {"Cat": 2})
    page.locator(".notice-bar").get_by_role("button", name="Restore").click()
    expect(page.locator("button.project-button")).to_have_text(re.compile(r"Pets$"))
    expect_classes(person, {"Cat": 2})

    menu = person.open_projects()
    menu.get_by_role("button", name="Delete Pets (copy)").click()
    menu.get_by_text("Bin: 1 project").click()
    page.reload()
    menu = person.open_projects()
    expect(menu.locator(".recent li")).to_have_count(0)
    menu.get_by_text("Bin: 1 project").click()
    menu.get_by_role("button", name="Delete Pets (copy) for ever").click()
    menu.get_by_role("button", name="Really?").click()
    expect(menu.locator(".project-bin")).to_have_count(0)
    person.close_projects()
    expect_classes(person, {"Cat": 2})


@pytest.mark.parametrize(("width", "locale"), [(320, "en-GB"), (390, "fr-FR"), (390, "de-DE")])
def test_the_bar_at_the_top_fits_a_phone_in_a_room(
    browser: Browser, server: Server, photos: dict[str, list[Path]], width: int, locale: str
):
    context = browser.new_context(viewport={"width": width, "height": 700}, locale=locale)
    page = context.new_page()
    page.goto(f"{server.url}?room=TURTLE-60")
    page.locator(".notice-bar button").first.click()
    pill = page.locator("button.room")
    expect(pill).to_contain_text("TURTLE-60")
    expect(page.locator(".badge[data-mood=server]")).to_be_visible()
    # The room's owner has the projector's remote control on a phone.
    expect(page.locator(".present-button[data-remote=true]")).to_be_visible()
    boxes = [box for part in page.locator(".top-bar button").all() if (box := part.bounding_box())]
    assert len(boxes) == 5
    for box, following in itertools.pairwise(boxes):
        assert box["x"] + box["width"] <= following["x"] + 0.5
    for box in boxes:
        assert box["width"] >= 44
        assert box["height"] >= 44
    assert boxes[-1]["x"] + boxes[-1]["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The code is never bare: the word stands with it, and both can be seen.
    word = {"en-GB": "Room", "fr-FR": "Salle", "de-DE": "Raum"}[locale]
    shown = pill.locator("span", has_text=word).bounding_box()
    assert shown
    assert shown["width"] > 10
    context.close()


#: How far the button "New project" moves, in px, from the first frame that shows it. Only what is painted counts.
MOVED = """async (opener) => {
  let isPainted = false;
  new MutationObserver(() => { isPainted = false; }).observe(document, { childList: true, subtree: true });
  const tops = [];
  opener.click();
  for (let until = Infinity; performance.now() < until; ) {
    await new Promise(requestAnimationFrame);
    const button = document.querySelector(".project-menu > .project-actions > button");
    if (button && isPainted) {
      until = Math.min(until, performance.now() + 500);
      tops.push(button.getBoundingClientRect().top);
    }
    isPainted = true;
  }
  return Math.max(...tops) - Math.min(...tops);
}"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844), (720, 450)])
def test_no_button_of_the_menu_moves_away_while_it_is_pressed(server: Server, page: Page, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(reduced_motion="reduce")
    page.goto(server.url)
    person = Person(page)
    for _ in range(6):
        person.open_projects().get_by_role("button", name="New project").click()
        expect(page.get_by_role("dialog", name="Projects")).to_be_hidden()
    page.reload()
    expect(page.locator("button.project-button")).to_be_enabled()
    for _ in range(5):
        assert page.locator("button.project-button").evaluate(MOVED) < 1
        assert page.locator(".recent li").count() == 6
        page.keyboard.press("Escape")
        expect(page.locator(".project-menu")).to_have_count(0)

"""An owner and a pupil in one room: what is taught together, and what the owner can do.

A folder of its own, since ``tests/browser`` is full.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Server
from tests.browser.rooms.conftest import open_people
from tests.browser.test_try import open_view
from tests.support.film import photo, write_photos
from tests.support.person import Person

pytestmark = pytest.mark.browser

WATCHES = "In this room you can look and try, but not teach."
PAUSED = "The owner of the room has paused what you add."


@pytest.fixture
def mia(server: Server, browser: Browser, owner: Person) -> Iterator[Person]:
    """A pupil in it, who may change what is her own."""
    sheet = open_people(owner.page)
    sheet.get_by_label("Add, and change what is their own").check()
    code = owner.page.locator("button.room strong").inner_text()
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    made = Person(context.new_page())
    made.page.goto(f"{server.url}?room={code}")
    made.page.get_by_role("button", name="Say who you are").click()
    field = made.page.get_by_role("dialog", name="Say who you are").get_by_label("Your name (optional)")
    field.fill("Mia")
    field.press("Enter")
    made.page.keyboard.press("Escape")
    expect(sheet.locator("summary")).to_contain_text("Mia")
    owner.page.keyboard.press("Escape")
    made.expect_count("Cat", 1)
    yield made
    context.close()


def mias(sheet: Locator) -> Locator:
    """What the owner can do with her, unfolded."""
    row = sheet.locator("details").filter(has_text="Mia")
    if row.get_attribute("open") is None:
        row.locator("summary").click()
    return row


def test_two_teach_together_and_the_owner_mutes_one(
    owner: Person, mia: Person, photos: dict[str, list[Path]], tmp_path: Path
):
    mia.add_class("Coffee")
    mia.upload("Coffee", photos["coffee"][:1])
    mia.upload("Cat", photos["cat"][1:])
    owner.expect_count("Cat", 2)
    # What she added, the owner's answers use.
    owner.page.locator("section.camera input[type=file]").first.set_input_files(photos["coffee"][1])
    expect(owner.verdict).to_contain_text("Coffee")

    # She can't touch what is another's, and her undo takes her own alone.
    delete = mia.card("Cat").get_by_role("button", name="Delete the class Cat")
    expect(delete).to_have_attribute("aria-disabled", "true")
    delete.click(force=True)
    expect(mia.page.get_by_role("alert").filter(has_text="Somebody else added this")).to_be_visible()
    expect(mia.card("Cat")).to_have_count(1)
    mia.page.keyboard.press("Control+z")
    for person in (mia, owner):
        person.expect_count("Cat", 1)
        person.expect_count("Coffee", 1)
    owner.page.keyboard.press("Control+z")
    for person in (mia, owner):
        expect(person.card("Coffee")).to_have_count(1)
        person.expect_count("Coffee", 1)
    expect(owner.card("Cat").locator(".class-count")).to_have_text("0 examples")
    owner.page.keyboard.press("Control+Shift+z")

    sheet = open_people(owner.page)
    expect(sheet.locator("summary")).to_contain_text("1 example")
    mias(sheet).get_by_role("button", name="Pause what they add").click()
    expect(sheet.locator("summary")).to_contain_text("paused")
    expect(mia.page.locator(".classes .room-note")).to_have_text(PAUSED)
    upload = mia.card("Coffee").get_by_role("button", name="Upload pictures of Coffee")
    expect(upload).to_have_attribute("aria-disabled", "true")
    upload.click(force=True)
    expect(mia.page.get_by_role("alert").filter(has_text=PAUSED)).to_be_visible()
    mia.expect_count("Coffee", 1)
    # What is unknown can't be taught by her now: no advice to do so.
    strange = write_photos(tmp_path, ["rocket"], 1)["rocket"][0]
    mia.page.locator("section.camera input[type=file]").first.set_input_files(strange)
    expect(mia.verdict).to_have_text("I don’t know")
    note = mia.page.locator(".answer .verdict-note")
    expect(note).to_contain_text("times as far away as the limit allows")
    mias(sheet).get_by_role("button", name="Let them add again").click()
    expect(mia.page.locator(".classes .room-note")).to_have_text("")
    expect(note).to_contain_text("Something new? Add a class")
    mia.upload("Coffee", photos["coffee"][1:])
    owner.expect_count("Coffee", 2)

    # All of hers go in one step, and come back in one.
    mias(sheet).get_by_role("button", name="Remove all their examples").click()
    mia.expect_count("Coffee", 0)
    mias(sheet).get_by_role("button", name="Undo").click()
    mia.expect_count("Coffee", 2)


def test_who_is_paused_is_told_so_in_the_review_queue(
    owner: Person, mia: Person, photos: dict[str, list[Path]], tmp_path: Path
):
    mia.add_class("Coffee")
    mia.upload("Coffee", photos["coffee"][:1])
    sheet = open_people(owner.page)
    mias(sheet).get_by_role("button", name="Pause what they add").click()
    expect(mia.page.locator(".classes .room-note")).to_have_text(PAUSED)

    photo("rocket").save(tmp_path / "rocket.jpg")
    view = open_view(mia.page)
    with mia.page.expect_file_chooser() as chooser:
        view.get_by_role("button", name="Choose photos").click()
    chooser.value.set_files(tmp_path / "rocket.jpg")
    view.get_by_role("button", name="Label what helps most").click()
    queue = mia.page.get_by_role("dialog", name="Label what helps most")
    expect(queue.get_by_text("1 of 1")).to_be_visible()
    expect(queue.get_by_text(PAUSED)).to_be_visible()
    classes = queue.get_by_role("group", name="What it is").get_by_role("button")
    expect(classes).to_have_count(0)
    mia.page.keyboard.press("1")
    expect(queue.get_by_text("1 of 1")).to_be_visible()

    # As soon as she may, she can, and back again; but not once she is paused in between.
    mias(sheet).get_by_role("button", name="Let them add again").click()
    expect(classes).to_have_count(2)
    mia.page.keyboard.press("2")
    owner.expect_count("Coffee", 2)
    expect(queue.get_by_text("1 labelled, 0 deleted, 0 left as they were.")).to_be_visible()
    mia.page.keyboard.press("ArrowLeft")
    owner.expect_count("Coffee", 1)
    mia.page.keyboard.press("2")
    owner.expect_count("Coffee", 2)
    owner.page.keyboard.press("Escape")
    sheet = open_people(owner.page)
    sheet.get_by_label("Watch and ask").check()
    expect(mia.page.locator(".classes .room-note")).to_have_text(WATCHES)
    mia.page.keyboard.press("ArrowLeft")
    expect(queue.locator(".note")).to_be_visible()
    expect(queue.get_by_text("1 labelled, 0 deleted, 0 left as they were.")).to_be_visible()
    owner.expect_count("Coffee", 2)


def open_own_queue(person: Person, label: str) -> Locator:
    """The review queue of the one example of a class, from the advice that there are too few."""
    card = person.card(label)
    # With two classes to tell apart, what the coach says stands in its panel.
    chip = card.get_by_role("button", name="Coach:")
    expect(chip.or_(card.get_by_role("button", name="Show the pictures")).first).to_be_visible()
    if chip.is_visible():
        chip.click()
        card = person.page.locator(".coach-panel .advice").filter(has_text=label)
    card.get_by_role("button", name="Show the pictures").click()
    person.page.get_by_role("button", name="Review one by one").click()
    queue = person.page.get_by_role("dialog", name="Review examples")
    expect(queue.get_by_text("1 of 1")).to_be_visible()
    return queue


def rename(person: Person, label: str, name: str):
    field = person.card(label).get_by_role("textbox", name="Class name")
    field.fill(name)
    field.press("Enter")


def test_the_way_back_in_the_review_queue_goes_on_whatever_others_did(
    owner: Person, mia: Person, photos: dict[str, list[Path]]
):
    mia.add_class("Coffee")
    mia.upload("Coffee", photos["coffee"][:1])
    owner.expect_count("Coffee", 1)
    mia.card("Cat").get_by_role("button", name="Coach:").click()
    tips = mia.page.locator(".coach-panel .advice")
    tips.filter(has_text="Cat").get_by_role("button", name="Put this tip away").click()
    # The focus goes on to the next tip.
    expect(tips).to_have_count(1)
    expect(tips.get_by_role("button").first).to_be_focused()
    queue = open_own_queue(mia, "Coffee")

    # Deleted here, and its class renamed there: back, it is an example of that class.
    mia.page.keyboard.press("Delete")
    owner.expect_count("Coffee", 0)
    rename(owner, "Coffee", "Tea")
    expect(mia.card("Tea")).to_have_count(1)
    mia.page.keyboard.press("ArrowLeft")
    expect(queue.get_by_text("1 of 1")).to_be_visible()
    expect(queue.locator(".review-words")).to_have_text("An example of Tea")
    owner.expect_count("Tea", 1)

    # Moved here, and the class that it was in deleted there: it stays where it is.
    mia.page.keyboard.press("1")
    owner.expect_count("Cat", 2)
    owner.card("Tea").get_by_role("button", name="Delete the class Tea").click()
    expect(mia.card("Tea")).to_have_count(0)
    mia.page.keyboard.press("ArrowLeft")
    expect(queue.get_by_text("1 of 1")).to_be_visible()
    expect(queue.locator(".review-words")).to_have_text("An example of Cat")
    owner.expect_count("Cat", 2)

    # The button that has the focus goes with the example that another deletes: the keys are heard all the same.
    queue.get_by_role("button", name="Delete").focus()
    sheet = open_people(owner.page)
    mias(sheet).get_by_role("button", name="Remove all their examples").click()
    expect(queue.get_by_text("This one is gone.")).to_be_visible()
    mia.page.keyboard.press("ArrowRight")
    expect(queue.get_by_text("0 labelled, 0 deleted, 1 left as they were.")).to_be_visible()


def test_a_room_is_owned_on_a_second_device_and_closed_there(
    server: Server, browser: Browser, owner: Person, mia: Person
):
    sheet = open_people(owner.page)
    sheet.get_by_role("button", name="Own the room on another device").click()
    link = sheet.get_by_label("Link for the owner").input_value()
    owner.page.keyboard.press("Escape")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB")
    phone = context.new_page()
    phone.goto(link)
    phone.locator("button.room").wait_for()
    assert "owner" not in phone.url
    people = open_people(phone)
    expect(people).to_contain_text("This room is yours.")
    people.get_by_role("button", name="Close the room").click()
    people.get_by_role("button", name="Close it for everybody?").click()
    for person in (owner, mia):
        expect(person.page.locator(".notice-bar")).to_contain_text("was closed")
        expect(person.page.locator("button.room")).to_have_count(0)
        person.expect_count("Cat", 1)
    context.close()

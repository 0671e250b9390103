"""A class that is switched off: its examples stay and have no vote, in answers, figures and file; one step of undo."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.exchange.showandtell import read_showandtell
from tests.browser.conftest import NO_SERVER, Complaints
from tests.support.film import write_photos
from tests.support.person import Person

pytestmark = pytest.mark.browser


def taught(page: Page, address: str, tmp_path: Path) -> tuple[Person, dict[str, list[Path]]]:
    page.goto(address)
    person = Person(page)
    photos = write_photos(tmp_path, ["cat", "coffee", "rocket"], 4)
    for name, paths in photos.items():
        person.add_class(name)
        person.upload(name, paths[:3])
    return person, photos


def ask(page: Page, photo: Path) -> None:
    page.locator("section.camera input[type=file]").first.set_input_files(photo)


def shares(page: Page) -> str:
    return page.get_by_role("region", name="Answer").inner_text()


def test_a_class_that_is_off_has_no_vote_and_comes_back_by_undo_and_reload(static_host, page, tmp_path):
    complaints = Complaints(page)
    person, photos = taught(page, static_host, tmp_path)
    ask(page, photos["cat"][3])
    expect(person.verdict).to_have_text("cat")
    page.get_by_role("button", name="Leave cat out").click()
    card = person.card("cat")
    expect(card).to_have_attribute("data-off", "true")
    expect(card.get_by_text("it has no vote")).to_be_visible()
    # The same picture is answered again, by the others.
    expect(person.verdict).not_to_have_text("cat")
    person.expect_count("cat", 3)
    page.reload()
    expect(card).to_have_attribute("data-off", "true")
    ask(page, photos["cat"][3])
    expect(person.verdict).to_be_visible()
    expect(person.verdict).not_to_have_text("cat")
    page.keyboard.press("Control+z")
    expect(card).to_have_attribute("data-off", "false")
    expect(person.verdict).to_have_text("cat")
    assert complaints.but_for(NO_SERVER) == []


def test_the_test_leaves_it_out_and_the_file_keeps_it(static_host, page, tmp_path):
    person, _ = taught(page, static_host, tmp_path)
    page.get_by_role("tab", name="Test").click()
    panel = page.get_by_role("tabpanel", name="Test")
    expect(panel.get_by_role("table").first).to_contain_text("rocket")
    expect(panel).to_contain_text("All 9 examples")
    page.get_by_role("button", name="Leave rocket out").click()
    expect(panel).to_contain_text("All 6 examples")
    page.evaluate("delete window.showSaveFilePicker; delete window.showOpenFilePicker")
    menu = person.open_projects()
    with page.expect_download() as download:
        menu.get_by_role("button", name="Save to file").click()
    path = tmp_path / "off.showandtell"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as file:
        classes = json.loads(file.read("project.json"))["classes"]
    assert [each.get("enabled") for each in classes] == [None, None, False]
    assert [each.enabled for each in read_showandtell(path).classes] == [True, True, False]
    # Opened again, it is off there, too.
    if menu.is_visible():
        person.close_projects()
    page.get_by_role("button", name="Let rocket take part again").click()
    expect(person.card("rocket")).to_have_attribute("data-off", "false")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Control+o")
    chooser.value.set_files(path)
    expect(person.card("rocket")).to_have_attribute("data-off", "true")


def test_in_a_room_it_is_off_on_this_device_alone(server, page, context, tmp_path):
    person, photos = taught(page, server.url, tmp_path)
    code = person.share()
    other = context.browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    try:
        second = Person(other.new_page())
        second.page.goto(f"{server.url}?room={code}")
        second.expect_count("cat", 3)
        page.get_by_role("button", name="Leave cat out").click()
        ask(page, photos["cat"][3])
        ask(second.page, photos["cat"][3])
        expect(second.verdict).to_have_text("cat")
        expect(person.verdict).to_be_visible()
        expect(person.verdict).not_to_have_text("cat")
        expect(second.card("cat")).to_have_attribute("data-off", "false")
    finally:
        other.close()

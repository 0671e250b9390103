"""A folder of class folders is imported: chosen by keyboard, with progress, stopped, and with broken photos in it."""

import re
import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NO_SERVER, Complaints
from tests.browser.projects.test_exchange import open_dialog
from tests.support.film import photo

pytestmark = pytest.mark.browser
THINGS = ("cat", "coffee", "rocket")
#: So many that the import takes longer than the page waits until it says how long.
MANY = 60
PROGRESS = re.compile(rf"^\d+ of {MANY * len(THINGS)} pictures, (less than a minute|about \d+ minutes?) left$")


def write_folder(folder: Path, count: int, size: tuple[int, int]) -> Path:
    """Class folders with so many copies of a photo each."""
    for name in THINGS:
        (folder / name).mkdir(parents=True)
        first = folder / name / "0.jpg"
        photo(name).resize(size).save(first, "JPEG")
        for number in range(1, count):
            (folder / name / f"{number}.jpg").write_bytes(first.read_bytes())
    return folder


def without_pixels() -> bytes:
    """A PNG whose parts are all there, but whose pixels can't be unpacked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 200, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", b"no pixels") + chunk(b"IEND", b"")


def choose_by_keyboard(page: Page, folder: Path) -> Locator:
    open_dialog(page, "Import…")
    dialog = page.get_by_role("dialog", name="Import")
    button = dialog.get_by_role("button", name="Choose a folder")
    for _ in range(5):
        page.keyboard.press("Tab")
        if button.evaluate("(element) => element === document.activeElement"):
            break
    expect(button).to_be_focused()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(folder)
    return dialog


def test_an_import_says_how_long_it_takes_and_can_be_stopped(static_host: str, page: Page, tmp_path: Path):
    complaints = Complaints(page)
    page.goto(static_host)
    dialog = choose_by_keyboard(page, write_folder(tmp_path / "many", MANY, (1600, 1200)))
    dialog.get_by_role("button", name="Add to this project").click(timeout=30_000)
    expect(dialog.locator(".exchange-work label")).to_have_text(PROGRESS, timeout=30_000)
    dialog.get_by_role("button", name="Stop").click()
    expect(dialog.get_by_role("status").filter(has_text="Stopped. Nothing was added.")).to_be_visible()
    # The button that had the focus is gone; the focus stays in the dialog.
    expect(dialog.locator("button:focus")).to_have_count(1)
    # What was found is still there, to be taken after all.
    expect(dialog.get_by_role("button", name="Add to this project")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator(".class-card")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo: import")).to_have_count(0)
    assert complaints.but_for(NO_SERVER) == []


def test_photos_that_cannot_be_used_are_named_and_the_others_are_in(static_host: str, page: Page, tmp_path: Path):
    folder = write_folder(tmp_path / "few", 2, (400, 300))
    (folder / "cat/cut.jpg").write_bytes((folder / "cat/0.jpg").read_bytes()[:-400])
    (folder / "cat/notes.jpg").write_text("no photo")
    (folder / "rocket/nothing.png").write_bytes(b"")
    (folder / "rocket/odd.png").write_bytes(without_pixels())
    page.goto(static_host)
    dialog = choose_by_keyboard(page, folder)
    dialog.get_by_role("button", name="Add to this project").click(timeout=30_000)
    expect(dialog.get_by_text("6 examples are in.")).to_be_visible(timeout=30_000)
    passed = dialog.locator(".exchange-passed li")
    expect(passed).to_have_count(4)
    for name in ("cat/cut.jpg", "cat/notes.jpg", "rocket/nothing.png", "rocket/odd.png"):
        # The name, and something about it.
        expect(passed.filter(has_text=name)).to_have_text(re.compile(rf"{re.escape(name)}.{{5,}}"))
    dialog.get_by_role("button", name="Close").last.click()
    page.get_by_role("button", name="Undo: import 6 examples").click()
    expect(page.locator(".class-card")).to_have_count(0)

"""A disk that is full, and one that is damaged, as people in a room meet them."""

import contextlib
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.store.database import FILE
from tests.browser.conftest import Server
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

DISK_BYTES = 4_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def server(server: Server, tmp_path: Path) -> Server:
    """The server, with its log in a file, stopped."""
    server.kill()
    server.log = tmp_path / "log"
    return server


def logged(server: Server) -> str:
    assert server.log
    return server.log.read_text()


def damage(file: Path) -> None:
    """Change one byte of an embedding."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        (embedding,) = database.execute("SELECT data FROM embeddings").fetchone()
    at = file.read_bytes().index(embedding[:400]) + 3
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(bytes([embedding[3] ^ 255]))


def join(browser: Browser, server: Server, code: str) -> Person:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{server.url}?room={code}")
    return Person(page)


def test_a_full_disk_is_told_nothing_is_lost_and_all_goes_on_by_itself(
    server: Server, browser: Browser, page: Page, photos: dict[str, list[Path]], small_disk: Path
):
    server.data = str(small_disk)
    server.start()
    owner = Person(page)
    page.goto(server.url)
    owner.add_class("Cat")
    owner.upload("Cat", photos["cat"][:1])
    code = owner.share()
    expect(owner.badge).to_have_attribute("data-mood", "server")

    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1000)):
                pass
        except OSError:
            pass
    owner.upload("Cat", photos["cat"][1:])  # it is in this browser all the same
    message = page.get_by_text("This could not be saved on the server just now").first
    expect(message).to_be_visible()
    assert "full" in message.inner_text()
    until(lambda: "full" in logged(server), "the log says it")
    assert page.request.get(f"{server.url}healthz").ok, "it answers still"

    ballast.unlink()
    expect(message).to_be_hidden()
    expect(owner.badge).to_have_attribute("data-mood", "server")
    other = join(browser, server, code)
    other.expect_count("Cat", 2)
    server.kill()
    server.start()
    expect(other.badge).to_have_attribute("data-mood", "server")
    join(browser, server, code).expect_count("Cat", 2)
    assert "Traceback" not in logged(server)


def test_a_damaged_disk_is_told_where_it_is_met_and_other_rooms_go_on(
    server: Server, browser: Browser, page: Page, photos: dict[str, list[Path]]
):
    server.start()
    owner = Person(page)
    page.goto(server.url)
    owner.add_class("Cat")
    owner.upload("Cat", photos["cat"])
    code = owner.share()
    expect(owner.badge).to_have_attribute("data-mood", "server")
    server.signal(signal.SIGTERM)  # so that all of it is in one file
    assert server.process
    assert server.process.wait(30) == 0
    server.kill()
    damage(Path(server.data) / FILE)
    server.start()

    message = page.get_by_text("What the server keeps of this room is damaged").first
    expect(message).to_be_visible()
    owner.expect_count("Cat", 2)  # what is in this browser is still here
    assert "restore FILE" in logged(server)
    other = join(browser, server, "RIVER-APPLE-SEVEN")
    other.page.get_by_role("button", name="Make room RIVER-APPLE-SEVEN").click()
    # Until the room is open, what is added is added to the project before it.
    expect(other.page.locator(".pill.room strong")).to_have_text("RIVER-APPLE-SEVEN")
    other.add_class("Rocket")
    expect(other.badge).to_have_attribute("data-mood", "server")
    assert server.process.poll() is None, "it goes on"
    assert code not in logged(server)

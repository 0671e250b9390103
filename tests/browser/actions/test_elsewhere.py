"""A project from elsewhere asks first; games are played by classes; the room's listeners are told."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from server.exchange.showandtell import read_showandtell, write_showandtell
from tests.browser.actions.conftest import Maker
from tests.browser.conftest import Server
from tests.support.server import until

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]

# Files are chosen and saved by fields and downloads, as in browsers that have nothing better.
NO_FILE_SYSTEM = "delete window.showSaveFilePicker; delete window.showOpenFilePicker;"


def test_a_file_brings_its_actions_and_they_wait_for_a_yes(open_maker: Callable[..., Maker], tmp_path: Path):
    maker = open_maker(NO_FILE_SYSTEM)
    page = maker.page
    picture = tmp_path / "own.gif"
    Image.new("RGB", (60, 40), (200, 30, 90)).save(picture)
    maker.open_actions("cat")
    maker.add_action("say it").get_by_role("textbox").fill("hello")
    with page.expect_file_chooser() as chooser:
        maker.add_action("show a picture").get_by_role("button", name="Picture or GIF…").click()
    chooser.value.set_files(picture)
    expect(maker.popup.locator(".action-row").last).to_contain_text("own file")
    maker.close_actions()
    menu = maker.open_projects()
    with page.expect_download() as download:
        menu.get_by_role("button", name="Save to file").click()
    saved = tmp_path / "saved.showandtell"
    download.value.save_as(saved)

    # Python keeps them on the way.
    content = read_showandtell(saved)
    spoken, shown = content.actions["cat"]
    assert spoken == {"kind": "say", "cooldown": 0, "text": "hello"}
    assert shown["file"] == picture.read_bytes()
    again = tmp_path / "again.showandtell"
    write_showandtell(content, again)

    menu = maker.open_projects()
    with page.expect_file_chooser() as chooser:
        menu.get_by_role("button", name="Open a file…").click()
    chooser.value.set_files(again)
    wants = page.get_by_role("status").filter(has_text="This project wants to: say it, show a picture.")
    expect(wants).to_be_visible()
    if menu.is_visible():
        maker.close_projects()
    maker.show("cat")
    page.wait_for_timeout(1200)
    assert page.evaluate("spoken") == []
    expect(page.locator(".action-overlay")).to_have_count(0)
    wants.get_by_role("button", name="Turn on").click()
    until(lambda: page.evaluate("spoken") == [["hello", "en"]], "it is said")
    expect(page.locator(".action-overlay img")).to_be_visible()
    page.reload()
    expect(maker.card("cat")).to_be_visible()
    expect(page.get_by_role("switch", name="Actions happen")).to_have_count(0)
    maker.show("cat")
    expect(page.get_by_role("switch", name="Actions happen")).to_be_checked()
    expect(page.get_by_text("This project wants to")).to_have_count(0)


def test_classes_play_snake_and_the_arrow_keys_do(open_maker: Callable[..., Maker]):
    maker = open_maker()
    page = maker.page
    maker.open_actions("cat")
    row = maker.add_action("press a key in the game")
    row.get_by_role("combobox").select_option(label="down")
    maker.popup.get_by_role("button", name="Play Snake").click()
    game = page.get_by_role("dialog", name="Snake")
    game.get_by_role("button", name="Start").click()
    canvas = game.locator("canvas")
    expect(canvas).to_have_attribute("data-over", "false")
    expect(game.get_by_role("status")).to_have_text("Score: 0")
    cells = """(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, 560, 400);
      const rows = [];
      for (let row = 0; row < 10; row++) {
        let count = 0;
        for (let column = 0; column < 14; column++) count += data[4 * ((row * 40 + 8) * 560 + column * 40 + 8) + 3] > 0;
        rows.push(count);
      }
      return rows;
    }"""
    until(lambda: canvas.evaluate(cells)[5] >= 3, "the snake is drawn")
    game.get_by_role("button", name="Start").press("ArrowUp")
    until(lambda: canvas.evaluate(cells)[4] >= 1, "it goes up")
    page.keyboard.press("ArrowLeft")
    until(lambda: max(canvas.evaluate(cells)) >= 2, "it goes to the left")
    page.keyboard.press("Escape")
    expect(game).to_have_count(0)
    maker.show("cat")
    expect(maker.happened).to_have_text("pressed a key: cat")


def test_what_the_room_s_devices_see_is_printed_line_by_line(open_maker: Callable[..., Maker], server: Server):
    maker = open_maker()
    page = maker.page
    code = maker.share()
    command = [sys.executable, "-m", "server", "listen", code, "--url", server.url]
    listener = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert listener.stdout
    assert listener.stderr
    messages: list[str] = []
    errors = listener.stderr
    lines: list[str] = []
    stdout = listener.stdout
    thread = threading.Thread(target=lambda: [lines.append(line) for line in stdout], daemon=True)
    thread.start()
    saying = threading.Thread(target=lambda: [messages.append(line) for line in errors], daemon=True)
    saying.start()
    try:
        until(lambda: messages, "it says that it listens", 60)
        assert messages[0].startswith(f"Listening to the room {code}.")
        maker.show("cat")
        page.wait_for_timeout(1000)
        assert lines == []
        maker.open_actions("cat")
        maker.popup.get_by_label("Tell the room what this device sees").check()
        maker.close_actions()
        until(lambda: lines, "a line is printed", 20)
        maker.show("coffee")
        until(lambda: len(lines) > 1, "the next is printed", 20)
        told = [json.loads(line) for line in lines]
        assert [each["label"] for each in told] == ["cat", "coffee"]
        assert {each["certainty"] for each in told} == {"sure"}
    finally:
        listener.terminate()
        listener.wait()
        for each in (thread, saying):
            each.join(10)
        stdout.close()
        errors.close()

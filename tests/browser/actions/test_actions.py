"""What happens when a class wins: said, played, shown, counted, once a win; kept through a reload, and undone."""

from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.actions.conftest import Maker
from tests.support.server import until

pytestmark = pytest.mark.browser

# Counts the tones that are started.
TONES = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) {
    window.tones += 1;
    return start.apply(this, args);
  };
"""


def test_a_class_that_wins_speaks_sounds_counts_and_shows_its_text(open_maker: Callable[..., Maker]):
    maker = open_maker(TONES)
    page = maker.page
    maker.open_actions("cat")
    maker.add_action("say it").get_by_role("textbox").fill("A {label}, {share} percent")
    maker.add_action("play a sound").get_by_role("combobox").select_option(label="Chime")
    maker.add_action("count")
    maker.add_action("show a text").get_by_role("textbox").fill("Miaow")
    maker.close_actions()
    maker.show("cat")
    overlay = page.locator(".action-overlay")
    expect(overlay).to_have_text("Miaow")
    until(lambda: page.evaluate("spoken") == [["A cat, 100 percent", "en"]], "it is said")
    until(lambda: page.evaluate("tones") == 3, "three tones of a chime")
    expect(page.locator(".bell-tally")).to_contain_text("cat 1")
    page.keyboard.press("Escape")
    expect(overlay).to_have_count(0)

    # The same class goes on winning: nothing more happens, until another one has won.
    page.wait_for_timeout(1500)
    assert len(page.evaluate("spoken")) == 1
    maker.show("coffee")
    page.wait_for_timeout(1000)
    maker.show("cat", 2)
    expect(overlay).to_be_visible()
    until(lambda: len(page.evaluate("spoken")) == 2, "it is said again")
    expect(page.locator(".bell-tally")).to_contain_text("cat 2")
    # It goes with its class.
    maker.show("coffee")
    expect(overlay).to_have_count(0)
    page.locator(".bell-tally").get_by_role("button", name="Reset").click()
    expect(page.locator(".bell-tally")).to_have_count(0)

    # Switched off, nothing happens; switched on again, it does.
    page.get_by_role("switch", name="Actions happen").click()
    expect(maker.happened).to_have_text("Actions are off")
    maker.show("cat")
    page.wait_for_timeout(1200)
    assert len(page.evaluate("spoken")) == 2
    page.get_by_role("switch", name="Actions happen").click()
    until(lambda: len(page.evaluate("spoken")) == 3, "it is said again")
    assert maker.complaints.messages == []


def test_actions_are_undone_and_follow_their_class_through_a_reload(open_maker: Callable[..., Maker]):
    maker = open_maker()
    page = maker.page
    maker.open_actions("cat")
    maker.add_action("say it").get_by_role("textbox").fill("one")
    maker.close_actions()
    page.get_by_role("button", name="Undo: change what happens", exact=True).click()
    maker.open_actions("cat")
    expect(maker.popup.get_by_role("textbox")).to_have_value("")
    maker.close_actions()
    page.get_by_role("button", name="Redo: change what happens", exact=True).click()
    # Deleted with its class, they come back with it.
    maker.card("cat").get_by_role("button", name="Delete the class cat").click()
    page.reload()
    page.get_by_role("button", name="Undo: delete “cat”").click()
    maker.expect_count("cat", 4)
    maker.card("cat").get_by_label("Class name").fill("tiger")
    page.keyboard.press("Enter")
    maker.open_actions("tiger")
    expect(maker.popup.get_by_role("textbox")).to_have_value("one")


def test_a_picture_and_an_own_sound_are_kept_and_tried(open_maker: Callable[..., Maker], tmp_path):
    maker = open_maker()
    page = maker.page
    picture = tmp_path / "own.gif"
    Image.new("RGB", (60, 40), (200, 30, 90)).save(picture)
    broken = tmp_path / "broken.gif"
    broken.write_bytes(b"<svg onload=alert(1)>")
    maker.open_actions("cat")
    row = maker.add_action("show a picture")
    for path in (broken, picture):
        with page.expect_file_chooser() as chooser:
            row.get_by_role("button", name="Picture or GIF…").click()
        chooser.value.set_files(path)
        if path == broken:
            expect(page.get_by_role("alert").filter(has_text="broken.gif can’t be used here")).to_be_attached()
    expect(row).to_contain_text("own file")
    page.reload()
    maker.open_actions("cat")
    maker.popup.get_by_role("button", name="Try it: show a picture").click()
    shown = page.locator(".action-overlay img")
    expect(shown).to_be_visible()
    expect(shown).to_have_count(0)
    maker.close_actions()
    maker.show("cat")
    expect(shown).to_be_visible()
    assert shown.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [60, 40]

"""Spoken commands, by a recogniser that the test puts in the place of the browser's own."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.cameras import CAMERAS, wait_until_ready
from tests.support.person import Person

pytestmark = pytest.mark.browser

RECOGNISER = """
window.recognisers = [];
window.webkitSpeechRecognition = window.SpeechRecognition = class {
  constructor() { recognisers.push(this); }
  start() { this.isOn = true; }
  abort() { this.isOn = false; }
};
window.say = (transcript) =>
  recognisers.at(-1).onresult({ resultIndex: 0, results: [Object.assign([{ transcript }], { isFinal: true })] });
"""


@pytest.fixture
def context(plain_browser: Browser):
    made = plain_browser.new_context(viewport={"width": 1440, "height": 900}, locale="de-DE")
    made.set_default_timeout(60_000)
    made.add_init_script(CAMERAS)
    yield made
    made.close()


def test_voice_is_off_until_it_is_switched_on_says_what_it_sends_and_obeys_in_the_pages_language(server, page):
    page.add_init_script(RECOGNISER)
    answer = page.goto(server.url)
    assert "microphone=(self)" in answer.headers["permissions-policy"]
    expect(page.locator(".classes-empty")).to_be_attached()
    page.get_by_role("button", name="Neue Klasse").first.click()
    expect(page.locator(".class-name textarea:focus")).to_be_visible()
    page.keyboard.type("Becher")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Kamera starten").first.click()
    wait_until_ready(page)
    assert page.evaluate("recognisers.length") == 0
    page.locator(".column.classes .way-button").click()
    switch = page.get_by_role("checkbox", name="Auf Sprachbefehle hören")
    expect(switch).not_to_be_checked()
    expect(page.get_by_text("an seinen Hersteller senden")).to_be_visible()
    switch.check()
    page.keyboard.press("Escape")
    expect(page.locator(".listening")).to_be_visible()
    page.wait_for_function("recognisers.length === 1 && recognisers[0].isOn")
    assert page.evaluate("recognisers.map(({ lang, isOn }) => [lang, isOn])") == [["de", True]]
    card = Person(page).card("Becher")
    expect(card).to_have_attribute("data-chosen", "true")
    page.evaluate("say('Becher aufnehmen')")
    expect(card.locator(".hold")).to_have_attribute("data-going", "true")
    page.wait_for_function("() => parseInt(document.querySelector('.class-count').textContent) >= 3")
    page.evaluate("say('Stopp!')")
    expect(card.locator(".hold")).to_have_attribute("data-going", "false")
    page.evaluate("recognisers.at(-1).onerror({ error: 'not-allowed' })")
    expect(page.locator(".listening")).to_have_count(0)
    page.reload()
    expect(card).to_be_visible()
    assert page.evaluate("recognisers.length") == 0


def test_a_browser_without_a_recogniser_offers_none(static_host, page):
    page.add_init_script("delete window.SpeechRecognition; delete window.webkitSpeechRecognition;")
    page.goto(static_host)
    expect(page.locator(".classes-empty")).to_be_attached()
    page.get_by_role("button", name="Neue Klasse").first.click()
    page.locator(".column.classes .way-button").click()
    expect(page.get_by_text("Fußschalter oder Taste")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Auf Sprachbefehle hören")).to_have_count(0)

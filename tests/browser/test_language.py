"""The language of the page: the browser's at once, another one when it is chosen, English where it can't be loaded."""

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ROOT

pytestmark = pytest.mark.browser

GERMAN = json.loads((ROOT / "web" / "src" / "i18n" / "messages" / "de.json").read_text("utf-8"))

# Notes the first heading that the page draws: a flash of English would be in it.
FIRST_HEADING = """
new MutationObserver((_, observer) => {
  const heading = document.querySelector("main h2");
  if (!heading) return;
  observer.disconnect();
  window.firstHeading = heading.textContent;
}).observe(document, { childList: true, subtree: true });
"""


@pytest.fixture
def german(browser: Browser):
    context = browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.add_init_script(FIRST_HEADING)
    yield page
    context.close()


def choose(page: Page, language: str) -> None:
    """Choose a language in the preferences, which stay open."""
    page.get_by_role("combobox").first.select_option(language)


def test_the_first_words_are_in_the_browsers_language(static_host: str, german: Page):
    german.goto(static_host)
    expect(german.get_by_role("heading", name="Was soll es unterscheiden?")).to_be_visible()
    assert german.evaluate("document.documentElement.lang") == "de"
    assert german.evaluate("window.firstHeading") in GERMAN.values()
    assert german.get_by_text("Start camera").count() == 0


def test_only_the_chosen_languages_are_loaded(static_host: str, page: Page):
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.split("/")[-1].split("-")[0]))
    page.goto(static_host)
    page.get_by_role("button", name="Language and look").click()
    assert not {"de", "es", "fr", "zh"} & set(loaded)
    choose(page, "fr")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", name="Langue et apparence")).to_be_visible()
    assert {"de", "es", "fr", "zh"} & set(loaded) == {"fr"}
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_a_language_that_cannot_be_loaded_is_english_and_tried_again(static_host: str, german: Page):
    german.route("**/assets/de-*.js", lambda route: route.abort())
    german.goto(static_host)
    expect(german.get_by_role("heading", name="What should it tell apart?")).to_be_visible()
    assert german.evaluate("document.documentElement.lang") == "en"
    german.get_by_role("button", name="Language and look").click()
    choose(german, "de")
    expect(german.get_by_role("combobox").first).to_have_value("en")
    german.unroute("**/assets/de-*.js")
    choose(german, "de")
    expect(german.get_by_role("heading", name="Was soll es unterscheiden?")).to_be_visible()
    assert german.evaluate("document.documentElement.lang") == "de"


def test_words_come_once_and_are_asked_for_before_the_script_runs(static_host: str, german: Page):
    asked: list[str] = []
    german.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    german.route("**/assets/index-*.js", lambda route: route.abort())
    german.goto(static_host)
    words = [name for name in asked if name.startswith(("de-", "en-"))]
    assert len(words) == 1
    assert words[0].startswith("de-")
    german.unroute("**/assets/index-*.js")
    asked.clear()
    german.reload()
    expect(german.get_by_role("heading", name="Was soll es unterscheiden?")).to_be_visible()
    assert [name for name in asked if name.startswith(("de-", "en-"))][:1] == words
    assert asked.count(words[0]) <= 1


def test_a_part_that_is_loaded_later_waits_for_its_words(static_host: str, german: Page):
    problems: list[str] = []
    german.on("pageerror", lambda error: problems.append(str(error)))
    first: list[str] = []

    def later_fails(route):
        first.append(route.request.url)
        if route.request.url == first[0]:
            route.continue_()
        else:
            route.abort()

    german.route("**/assets/de-*.js", later_fails)
    german.goto(static_host)
    german.locator("button.project-button").click()
    expect(german.get_by_text(GERMAN["decide.panelFailed"])).to_be_visible()
    german.unroute("**/assets/de-*.js")
    german.keyboard.press("Escape")
    german.locator("button.project-button").click()
    expect(german.get_by_role("button", name=GERMAN["project.new"])).to_be_visible()
    assert problems == []


def test_a_latin_name_stands_where_arabic_begins(static_host: str, browser: Browser):
    context = browser.new_context(locale="ar", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(static_host)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.locator(".sample-button:visible").click()
    expect(page.locator(".neighbour bdi").first).to_be_visible()
    for place, field in enumerate(page.locator(".class-name textarea").all()):
        field.fill(f"Cup {place}")
        field.press("Enter")
    expect(page.locator(".neighbour bdi").first).to_contain_text("Cup")
    places = page.evaluate(
        """() => [...document.querySelectorAll(".neighbour bdi, .bar-row > .name")].map((name) => {
          const range = document.createRange();
          range.selectNodeContents(name);
          return Math.abs(range.getBoundingClientRect().right - name.getBoundingClientRect().right);
        })"""
    )
    assert len(places) >= 4
    assert max(places) < 1.5, places
    context.close()

"""The built page on a plain file server, and what a pupil does with a lesson."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import hosting

#: Where the page remembers how far the lessons have come.
REMEMBERED = "lessons"


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, hosting(Path(folder)) as address:
        yield address


class Pupil:
    """Somebody who does a lesson."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.card = page.locator(".lesson")
        self.text = page.locator(".lesson-text")
        self.state = page.locator(".lesson-state")

    def button(self, name: str) -> Locator:
        return self.card.get_by_role("button", name=name, exact=True)

    def begin(self, title: str, word: str = "Start") -> None:
        self.page.locator(".lessons-button").first.click()
        self.page.get_by_role("button", name=f"{word}: {title}", exact=True).click()
        expect(self.card).to_be_visible()

    def expect_step(self, number: int, words: str) -> None:
        expect(self.text).to_contain_text(f"{number}.")
        expect(self.text).to_contain_text(words)

    def expect_done(self) -> None:
        """The step has ticked itself, and nothing has moved on."""
        expect(self.state).to_have_attribute("data-done", "true")
        expect(self.button("Next")).to_be_enabled()

    def expect_waiting(self) -> None:
        expect(self.state).to_have_text("It notices by itself when this is done.")
        expect(self.button("Next")).to_be_disabled()

    def go_on(self) -> None:
        self.expect_done()
        self.button("Next").click()

    def go_to(self, name: str, step: int) -> None:
        """Open a lesson at a step, as after a reload; from 1."""
        kept = {"open": name, "folded": False, "lessons": {name: {"step": step - 1, "done": []}}}
        self.page.evaluate("([key, text]) => localStorage.setItem(key, text)", [REMEMBERED, json.dumps(kept)])
        self.page.reload()
        expect(self.card).to_be_visible()

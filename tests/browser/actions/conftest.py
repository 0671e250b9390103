"""A page with two classes that were taught from photos, and what a person does with their actions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Complaints, Server
from tests.support.film import write_photos
from tests.support.person import Person

#: What speaks, and what the browser was asked to say: a machine for tests has no voices.
SPEECH = """
  window.spoken = [];
  const synthesis = {
    getVoices: () => [],
    cancel: () => {},
    speak: (utterance) => {
      window.spoken.push([utterance.text, utterance.lang]);
      setTimeout(() => utterance.dispatchEvent(new Event("start")));
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
"""


class Maker(Person):
    """Somebody who gives classes actions.

    Args:
        page: The page, with the server's address open.
        photos: Paths of photos by what is on them.
    """

    def __init__(self, page: Page, photos: dict[str, list[Path]]) -> None:
        super().__init__(page)
        self.photos = photos
        self.complaints = Complaints(page)
        self.popup = page.get_by_role("dialog", name="Actions", exact=True)
        self.happened = page.locator(".bell-words")

    def teach(self) -> None:
        for name, paths in self.photos.items():
            self.add_class(name)
            self.upload(name, paths)

    def open_actions(self, label: str) -> None:
        self.page.get_by_role("button", name=f"Actions of {label}", exact=True).click()
        expect(self.popup).to_be_visible()

    def add_action(self, kind: str) -> Locator:
        """Add an action in the open popup, and return its part of it."""
        self.popup.get_by_label("What shall happen?").select_option(label=kind)
        before = self.popup.locator(".action-row").count()
        self.popup.get_by_role("button", name="Add action").click()
        expect(self.popup.locator(".action-row")).to_have_count(before + 1)
        return self.popup.locator(".action-row").last

    def close_actions(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self.popup).to_be_hidden()

    def show(self, name: str, number: int = 0) -> None:
        """Ask about a photo, and wait until the page is sure what it is."""
        put_away = self.page.get_by_role("button", name="Put away").first
        if put_away.count():
            put_away.dispatch_event("click")  # a full-screen text may be over it
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name="Use a photo").first.dispatch_event("click")
        chooser.value.set_files(self.photos[name][number])
        expect(self.verdict).to_have_text(name)


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_photos(tmp_path_factory.mktemp("photos"), ("cat", "coffee"), 4)


@pytest.fixture
def open_maker(server: Server, page: Page, photos: dict[str, list[Path]]) -> Callable[..., Maker]:
    """Opens the page, with what takes the place of parts of the browser, and teaches it."""

    def open_page(*scripts: str) -> Maker:
        for script in (SPEECH, *scripts):
            page.add_init_script(script)
        maker = Maker(page, photos)
        page.goto(server.url)
        maker.teach()
        return maker

    return open_page

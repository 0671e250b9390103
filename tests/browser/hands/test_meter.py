"""The picture meter: good pictures, near-copies, blurred and dark ones, counted while a class is recorded."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter
from playwright.sync_api import Page, expect

from tests.browser.conftest import seeing
from tests.support.cameras import wait_until_ready
from tests.support.film import HEIGHT, PICTURES_PER_SECOND, WIDTH, Film, photo, varied
from tests.support.person import Person

pytestmark = pytest.mark.browser

SECONDS = 6


@dataclass(frozen=True)
class Kind:
    """A scene whose pictures are all alike in one way."""

    name: str

    def pictures(self, number: int) -> Iterator[Image.Image]:
        random = np.random.default_rng(number)
        # Large enough that the camera's own scaling does not make it soft.
        picture = photo("coffee").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        for _ in range(SECONDS * PICTURES_PER_SECOND):
            if self.name == "still":
                yield picture.copy()
            elif self.name == "moved":
                turned = varied(picture, random).rotate(random.uniform(-40, 40), Image.Resampling.BICUBIC)
                yield turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else turned
            elif self.name == "blurred":
                yield varied(picture, random).filter(ImageFilter.GaussianBlur(9))
            else:
                yield ImageEnhance.Brightness(varied(picture, random)).enhance(0.06)


KINDS = ["still", "moved", "blurred", "dark"]


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    written = Film(tmp_path_factory.mktemp("kinds") / "film.y4m", [Kind(name) for name in KINDS])
    yield written
    written.remove()


@pytest.fixture
def page(playwright, chrome, kinds: Film) -> Iterator[Page]:
    with seeing(playwright, chrome, kinds) as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.set_default_timeout(90_000)
        yield context.new_page()


def test_each_kind_of_picture_is_counted_as_what_it_is_and_kept(static_host, page):
    page.goto(static_host)
    person = Person(page)
    person.start_camera()
    for name in KINDS:
        person.add_class(name)
    notes = {}
    for number, name in enumerate(KINDS):
        person.record(name, number, examples=8)
        note = person.card(name).locator(".meter-note")
        notes[name] = note.inner_text() if note.count() else ""
        assert person.count(name) >= 8
    assert "near-cop" in notes["still"]
    assert "Turn it about" in notes["still"]
    assert "near-cop" not in notes["moved"] or "Turn it about" not in notes["moved"]
    assert "too dark" not in notes["moved"]
    assert "blurred" in notes["blurred"]
    assert "move slowly" in notes["blurred"]
    assert "too dark" in notes["dark"]
    assert "Switch on a light" in notes["dark"]


def test_the_chip_on_the_stage_counts_while_it_records_and_copies_can_be_left_out(static_host, page):
    page.goto(static_host)
    person = Person(page)
    person.start_camera()
    wait_until_ready(page)
    person.add_class("Cup")
    page.locator(".column.classes .way-button").click()
    page.get_by_label("Leave near-copies out").check()
    page.keyboard.press("Escape")
    person.hold_button("Cup").hover()
    person.wait_for_scene(0)
    page.mouse.down()
    meter = page.locator(".recording-chip .recording-meter")
    expect(meter).to_contain_text("near-copies")
    page.wait_for_timeout(800)
    assert person.scene() == 0, "the film went on"
    page.mouse.up()
    expect(page.locator(".recording-chip")).to_have_count(0)
    assert person.count("Cup") <= 2
    expect(person.card("Cup").locator(".meter-note")).to_contain_text("near-copies")


def test_the_button_that_was_just_used_stays_where_it_is(static_host, page):
    """What is said of a recording comes below its button, and a tip in the row above without moving it."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto(static_host)
    person = Person(page)
    person.start_camera()
    for name in ("Still", "Moved"):
        person.add_class(name)
        person.record(name, 0 if name == "Still" else 1, examples=2)
    # The upper card's note, and its tip, come while the lower one is in use, too.
    for name, other in (("Still", "Moved"), ("Moved", "Still")):
        buttons = [person.hold_button(each) for each in (name, other)]
        buttons[0].scroll_into_view_if_needed()
        before = buttons[0].bounding_box()
        person.record(name, 0, examples=9)
        expect(person.card(name).locator(".meter-note")).to_contain_text("near-cop")
        expect(page.locator(".advice-chip")).not_to_have_count(0)
        assert buttons[0].bounding_box() == before, name

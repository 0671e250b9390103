"""The review queue in a real browser: examples whose label looks wrong, and tried photos, one key each."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NO_SERVER, Complaints
from tests.browser.layout.test_axe import AXE, violations
from tests.browser.projects.test_exchange import import_folder
from tests.browser.test_try import drop, open_view, teach, write_photos
from tests.support.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of three things; two of the cat are among those of the coffee."""
    folder = write_photos(tmp_path_factory.mktemp("swapped") / "things", 1, 8)
    for i in (6, 7):
        (folder / f"cat/{i}.jpg").rename(folder / f"coffee/cat {i}.jpg")
    return folder


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of two things."""
    folder = write_photos(tmp_path_factory.mktemp("examples") / "things", 1, 6)
    for photo in (folder / "rocket").iterdir():
        photo.unlink()
    (folder / "rocket").rmdir()
    return folder


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos of three things, one of which nobody taught."""
    return write_photos(tmp_path_factory.mktemp("tried") / "trip", 9, 4)


def open_queue(page: Page, url: str, folder: Path) -> Locator:
    """Teach a folder with wrong labels, and open the queue from the coach's advice."""
    import_folder(page, url, folder, 24)
    page.locator(".tab-list button").last.click()
    advice = page.locator(".advice").filter(has_text="2 pictures look as")
    advice.get_by_role("button", name="Show").click(timeout=30_000)
    page.get_by_role("button", name="Review one by one").click()
    queue = page.get_by_role("dialog", name="Review examples")
    expect(queue.get_by_text("1 of 2")).to_be_visible()
    return queue


def test_wrong_labels_are_put_right_by_one_key_each(static_host: str, page: Page, swapped: Path):
    complaints = Complaints(page)
    person = Person(page)
    queue = open_queue(page, static_host, swapped)
    assert [person.count(thing) for thing in ("cat", "coffee", "rocket")] == [6, 10, 8]

    # Why: the nearest of its own class, and of the class that it would rather be in.
    expect(queue.locator(".review-words")).to_have_text("An example of coffee")
    expect(queue.get_by_role("heading", name="Most similar in coffee")).to_be_visible()
    alike = queue.locator(".alike").filter(has_text="Most similar in cat").locator("li")
    expect(alike).to_have_count(3)
    expect(alike.locator("img").first).to_be_visible()
    assert float(alike.locator(".soft").first.inner_text().split()[0]) < 0.5

    # The first is a cat. The second is deleted, taken back, kept, taken back, and a cat, too.
    page.keyboard.press("1")
    expect(queue.get_by_text("2 of 2")).to_be_visible()
    expect(person.card("cat").locator(".class-count")).to_have_text("7 examples")
    page.keyboard.press("Delete")
    expect(queue.get_by_text("1 labelled, 1 deleted, 0 left as they were.")).to_be_visible()
    expect(person.card("coffee").locator(".class-count")).to_have_text("8 examples")
    page.keyboard.press("ArrowLeft")
    expect(queue.get_by_text("2 of 2")).to_be_visible()
    expect(person.card("coffee").locator(".class-count")).to_have_text("9 examples")
    page.keyboard.press("ArrowRight")
    expect(queue.get_by_text("1 labelled, 0 deleted, 1 left as they were.")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    # A class by a click; that of a key that means no class does nothing.
    page.keyboard.press("7")
    expect(queue.get_by_text("2 of 2")).to_be_visible()
    queue.get_by_role("button", name="cat").click()
    expect(queue.get_by_text("2 labelled, 0 deleted, 0 left as they were.")).to_be_visible()
    expect(queue.get_by_role("button", name="Close").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(queue).to_have_count(0)
    expect(person.card("cat").locator(".class-count")).to_have_text("8 examples")
    # The advice that opened the queue goes with its reason; the focus is somewhere all the same.
    expect(page.locator(".advice").filter(has_text="2 pictures look as")).to_have_count(0)
    expect(page.locator("button:focus")).to_have_count(1)
    expect(person.card("coffee").locator(".class-count")).to_have_text("8 examples")

    # Each is a step that undo takes back.
    page.keyboard.press("Control+z")
    expect(person.card("cat").locator(".class-count")).to_have_text("7 examples")
    assert complaints.but_for(NO_SERVER) == []


def test_photos_that_help_most_are_labelled_by_one_key_each(static_host: str, page: Page, examples: Path, tried: Path):
    complaints = Complaints(page)
    person = Person(page)
    teach(page, static_host, examples)
    view = open_view(page)
    drop(page, view, tried)
    button = view.get_by_role("button", name="Label what helps most")
    button.click()
    queue = page.get_by_role("dialog", name="Label what helps most")
    # The rockets, which nobody taught, are wanted; what it is sure of is not.
    expect(queue.locator(".review-words")).to_have_text("Like nothing that it was taught")
    total = int(queue.get_by_text("1 of").inner_text().split()[-1])
    assert 1 <= total <= 8
    expect(queue.locator(".alike li")).to_have_count(3)
    expect(queue.get_by_role("button", name="Delete")).to_have_count(0)

    page.keyboard.press("2")
    expect(person.card("coffee").locator(".class-count")).to_have_text("7 examples")
    for _ in range(total - 1):
        page.keyboard.press("ArrowRight")
    expect(queue.get_by_text(f"1 labelled, 0 deleted, {total - 1} left as they were.")).to_be_visible()
    for _ in range(total):
        page.keyboard.press("ArrowLeft")
    expect(queue.get_by_text("1 of")).to_be_visible()
    expect(queue.locator(".review-words")).to_have_text("Like nothing that it was taught")
    expect(person.card("coffee").locator(".class-count")).to_have_text("6 examples")
    page.keyboard.press("Escape")
    expect(queue).to_have_count(0)
    expect(button).to_be_focused()
    assert complaints.but_for(NO_SERVER) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (820, 1180), (390, 844)])
def test_no_barrier_and_nothing_cut_off(
    static_host: str, page: Page, swapped: Path, size: tuple[int, int], scheme: str
):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    queue = open_queue(page, static_host, swapped)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    expect(queue.locator(".alike li")).to_have_count(6)
    assert queue.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")
    page.evaluate(AXE.read_text("utf-8"))
    assert violations(page) == []
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(queue.get_by_text("0 labelled, 0 deleted, 2 left as they were.")).to_be_visible()
    assert violations(page) == []

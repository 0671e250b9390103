"""The page goes on: after ten minutes in a hidden tab, after a laptop slept, after a call took the camera."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.conftest import Server
from tests.browser.device.conftest import HEARD
from tests.support.cameras import wait_until_ready
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

# A frame that waits for fifteen seconds counts as a crash, where the page runs.
FROZEN_SECONDS = 18


@pytest.fixture
def watching(server: Server, page: Page) -> Iterator[Person]:
    """Somebody whose camera runs, and whose one class answers."""
    page.add_init_script(HEARD)
    page.goto(server.url)
    wait_until_ready(page)
    person = Person(page)
    card = person.add_class("Mug")
    person.start_camera()
    card.locator(".hold").hover()
    page.mouse.down()
    until(lambda: int(card.locator(".class-count").inner_text().split()[0]) >= 2, "two examples", 60)
    page.mouse.up()
    answers_again(page)
    return person


def count(page: Page, kind: str) -> int:
    return page.evaluate("(kind) => heard.filter(({ type }) => type === kind).length", kind)


def answers_again(page: Page) -> float:
    """Wait for three more frames; return how many seconds that took."""
    before, since = count(page, "embedded"), time.monotonic()
    until(lambda: count(page, "embedded") >= before + 3, "three frames", 30)
    return time.monotonic() - since


def set_lifecycle(session: CDPSession, state: str) -> None:
    session.send("Page.setWebLifecycleState", {"state": state})


def nothing_was_wrong(page: Page) -> None:
    assert count(page, "ready") == 1, "the worker was started again"
    assert "started again" not in page.locator(".toasts").inner_text()


def test_a_page_that_the_browser_froze_answers_again_within_two_seconds(watching, page, context):
    session = context.new_cdp_session(page)
    set_lifecycle(session, "frozen")
    time.sleep(FROZEN_SECONDS)
    set_lifecycle(session, "active")
    seconds = answers_again(page)
    print(f"frozen for {FROZEN_SECONDS} s, three answers after {seconds:.2f} s")
    assert seconds < 5
    nothing_was_wrong(page)


def test_a_laptop_that_slept_for_an_hour_goes_on_and_what_is_taught_reaches_its_room(server, page, context):
    page.clock.install()
    page.add_init_script(HEARD)
    page.goto(server.url)
    wait_until_ready(page)
    person = Person(page)
    person.add_class("Mug")
    person.share()
    person.start_camera()
    answers_again(page)
    # Every timer that is due fires at once, as when a laptop is opened.
    page.clock.fast_forward("01:00:00")
    seconds = answers_again(page)
    print(f"an hour's jump, three answers after {seconds:.2f} s")
    assert seconds < 10
    nothing_was_wrong(page)
    person.add_class("Cup")
    expect(page.locator(".badge-pending")).to_have_count(0)
    expect(page.locator("button.badge")).to_have_attribute("data-mood", "server")


def test_a_camera_that_another_program_stops_while_the_tab_is_hidden_is_back_when_it_is_seen(watching, page, context):
    other = context.new_page()
    other.goto("about:blank")
    other.bring_to_front()
    page.evaluate("""() => {
      const [track] = document.querySelector("video").srcObject.getVideoTracks();
      // A hidden page, which headless Chromium never has.
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      track.stop();
    }""")
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    assert answers_again(page) < 10
    nothing_was_wrong(page)

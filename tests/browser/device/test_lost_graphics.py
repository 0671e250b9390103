"""A graphics card that loses the model's memory, as after a driver's restart or a laptop's sleep: answers go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import seeing
from tests.browser.device.conftest import HEARD, remember
from tests.support.cameras import wait_until_ready
from tests.support.film import Film
from tests.support.person import Person
from tests.support.server import until

pytestmark = pytest.mark.browser

# WebGL by a program counts as a graphics card, and the test can take its context.
GRAPHICS_CARD = """
const getContext = OffscreenCanvas.prototype.getContext;
const contexts = [];
OffscreenCanvas.prototype.getContext = function (kind, ...given) {
  const context = getContext.call(this, kind, ...given);
  if (context && kind.startsWith("webgl")) {
    const read = context.getParameter.bind(context);
    context.getParameter = (name) => (name === 0x9246 || name === context.RENDERER ? "A graphics card" : read(name));
    contexts.push(context);
  }
  return context;
};
new BroadcastChannel("test").onmessage = () => {
  for (const context of contexts) context.getExtension("WEBGL_lose_context")?.loseContext();
};
"""


@pytest.fixture(scope="module")
def browser(playwright: Playwright, chrome: str, film: Film) -> Iterator[Browser]:
    with seeing(playwright, chrome, film, "--use-angle=swiftshader", "--enable-unsafe-swiftshader") as launched:
        yield launched


def heard_after(page: Page, kind: str, since_ms: float) -> dict[str, object]:
    """Wait for the worker's next message of a kind."""
    find = "([kind, since]) => heard.find(({ type, at }) => type === kind && at > since)"
    return until(lambda: page.evaluate(find, [kind, since_ms]), f"{kind} from the worker", 60)


def give_backends_time(dist: Path) -> None:
    """A graphics card that a program emulates, on a busy machine, takes longer than a page would wait for."""
    for path in dist.glob("assets/index-*.js"):
        path.write_text(path.read_text("utf-8").replace("12e3", "99e3"), "utf-8")


def test_answers_go_on_within_seconds_after_the_graphics_context_is_lost(served, dist, page):
    (worker,) = dist.glob("assets/embed.worker-*.js")
    worker.write_text(f"{{{GRAPHICS_CARD}}}\n{worker.read_text('utf-8')}", "utf-8")
    give_backends_time(dist)
    served.start()
    page.add_init_script(HEARD + remember("webgl"))
    page.goto(served.url)
    wait_until_ready(page)
    ready = heard_after(page, "ready", 0)
    assert ready["backend"] == "webgl", page.evaluate("JSON.stringify(heard.filter(({type}) => type !== 'progress'))")
    assert ready["cosine"] >= 0.999
    person = Person(page)
    card = person.add_class("Mug")
    person.start_camera()
    heard_after(page, "embedded", float(ready["at"]))
    card.locator(".hold").hover()
    page.mouse.down()
    until(lambda: int(card.locator(".class-count").inner_text().split()[0]) >= 2, "two examples", 60)
    page.mouse.up()
    # The frame that was on its way still counts.
    expect(page.get_by_role("status").filter(has_text="of Mug")).to_be_visible()
    count = card.locator(".class-count").inner_text()

    lost = page.evaluate("new BroadcastChannel('test').postMessage('lose'); performance.now()")
    again = heard_after(page, "ready", lost)
    assert again["backend"] != "webgl"
    assert again["cosine"] >= 0.999
    answered = heard_after(page, "embedded", float(again["at"]))
    print(f"lost to answered: {float(answered['at']) - lost:.0f} ms, on {again['backend']}, WebGL {ready['cosine']}")
    assert float(answered["at"]) - lost < 14_000, "a frame that waits for its time-out takes longer"
    expect(page.get_by_text("The model stopped on webgl and was started again on").first).to_be_visible()
    assert card.locator(".class-count").inner_text() == count

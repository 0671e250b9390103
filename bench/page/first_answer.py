"""How long a new person waits for the first answer: from the command to a class that is told apart, at a person's pace.

``python -m bench.page.first_answer COMMAND`` measures an installed ``show-and-tell``; without one, this folder's.
"""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Final

from playwright.sync_api import Page, sync_playwright

from bench.browser import chrome_path
from bench.table import Row

WANTED: Final = "< 60 s"
#: The camera of a new person: whatever ``window.showThing`` was told last, with the noise of a sensor.
CAMERA: Final = """
let thing = "none";
window.showThing = (name) => { thing = name; };
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const context = canvas.getContext("2d");
  setInterval(() => {
    context.fillStyle = "#b9b2a6";
    context.fillRect(0, 0, 640, 480);
    const [x, y] = [320 + 40 * Math.sin(performance.now() / 700), 240 + 30 * Math.cos(performance.now() / 900)];
    context.fillStyle = thing === "ball" ? "#d03a2b" : "#2a6fc9";
    context.beginPath();
    if (thing === "ball") context.arc(x, y, 130, 0, 7);
    if (thing === "book") context.rect(x - 150, y - 100, 300, 200);
    context.fill();
    for (let n = 0; n < 300; n += 1) {
      context.fillStyle = `rgb(0 0 0 / ${Math.random() / 8})`;
      context.fillRect(Math.random() * 640, Math.random() * 480, 6, 6);
    }
  }, 50);
  return canvas.captureStream(20);
};
"""
#: What the page takes to read before each click, and a key, in milliseconds.
READING_MS: Final = 2_000
KEY_MS: Final = 200
HOLD_MS: Final = 4_000
THINGS: Final = ("ball", "book")


@contextlib.contextmanager
def _running(command: list[str]) -> Iterator[str]:
    """Start the program as on its first day, and yield the address that it prints."""
    with tempfile.TemporaryDirectory(prefix="show-and-tell-") as home:
        environment = {**os.environ, "HOME": home}
        options = ["--port", "0", "--no-browser"]
        process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environment)
        try:
            for line in process.stdout or ():
                if match := re.search(r"https?://\S+", line):
                    yield match[0]
                    return
            raise RuntimeError(f"{command[0]} ended with {process.wait()} before it served.")
        finally:
            process.terminate()
            process.wait()


def _follow_the_steps(page: Page) -> None:
    """Start the camera, teach two classes, show one of them again."""
    page.wait_for_timeout(READING_MS)
    page.get_by_role("button", name="Start camera").first.click()
    for thing in THINGS:
        page.evaluate("(name) => showThing(name)", thing)
        page.wait_for_timeout(READING_MS)
        page.get_by_role("button", name="Add class").first.click()
        page.keyboard.type(thing, delay=KEY_MS)
        page.keyboard.press("Enter")
        page.wait_for_timeout(READING_MS)
        page.get_by_role("button", name=f"Hold to record {thing}", exact=True).hover()
        page.mouse.down()
        page.wait_for_timeout(HOLD_MS)
        # A hold waits for the model; the person sees that nothing has come yet.
        card = page.get_by_role("article", name=thing, exact=True)
        card.locator(".class-count").filter(has_text=re.compile(r"\b([5-9]|\d\d+) examples")).wait_for(timeout=120_000)
        page.mouse.up()
    page.evaluate("(name) => showThing(name)", THINGS[0])
    verdict = page.get_by_role("region", name="Answer").locator(".verdict")
    verdict.filter(has_text=THINGS[0]).wait_for(timeout=120_000)


def first_answer(command: list[str] | None = None) -> Iterator[Row]:
    """Measure one first visit."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome_path(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768}, locale="en-GB")
        page.add_init_script(CAMERA)
        start = time.perf_counter()
        with _running(command or [sys.executable, "-m", "show_and_tell"]) as address:
            served = time.perf_counter()
            page.goto(address)
            _follow_the_steps(page)
            end = time.perf_counter()
        browser.close()
    yield Row("From the command to the page's address", served - start, bound="< 3 s", unit="s")
    yield Row("From the command to a new person's first right answer", end - start, bound=WANTED, unit="s")


if __name__ == "__main__":
    for row in first_answer(sys.argv[1:] or None):
        print(f"{row.what}: {row.ours:.1f} {row.unit}")

"""``python -m bench.load.soak --minutes 120``: a page whose camera runs for hours; is its memory flat?

Prints a line a minute: the memory of the page's process and of the graphics card's, in MiB,
and how many answers there were. Fails where the last third of the time needs clearly more than the middle third.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import click
from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.browser import chrome_path
from bench.serving import serving
from tests.support.film import Film, Scene
from tests.support.person import Person

# Growth that a leak of one frame's picture would pass within a minute.
MAX_GROWTH: Final = 0.05
SAMPLE_SECONDS: Final = 10
COUNT_ANSWERS: Final = """
window.answers = 0;
const Plain = window.Worker;
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => { if (data.type === "embedded") window.answers += 1; });
  }
};
"""


def resident_mib(browser: CDPSession) -> float:
    """Return the memory of the page's process and of the graphics card's, in MiB."""
    found: list[dict[str, Any]] = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    total = 0
    for process in found:
        if process["type"] in ("renderer", "GPU"):
            status = Path(f"/proc/{process['id']}/status").read_text("ascii")
            total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return total / 1024


def teach(page: Page) -> None:
    """Teach two classes from the camera."""
    person = Person(page)
    person.start_camera()
    for name in ("Cat", "Coffee"):
        card = person.add_class(name)
        card.locator(".hold").hover()
        page.mouse.down()
        page.wait_for_timeout(3000)
        page.mouse.up()


def growth(samples: list[float]) -> float:
    """Return by which share the last third's median is more than the middle third's."""
    third = len(samples) // 3
    return statistics.median(samples[-third:]) / statistics.median(samples[third : 2 * third]) - 1


@click.command()
@click.option("--minutes", default=120.0, show_default=True, help="How long.")
def main(minutes: float) -> None:
    """Watch the memory of a page whose camera runs."""
    with tempfile.TemporaryDirectory() as folder, serving("server", "--port", "0") as address:
        film = Film(Path(folder) / "film.y4m", [Scene("cat", 0, 5), Scene("coffee", 0, 5)], rate=30)
        with sync_playwright() as playwright:
            flags = ["--no-sandbox", "--disable-quic", "--use-fake-ui-for-media-stream"]
            flags += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film.path}"]
            browser = playwright.chromium.launch(executable_path=chrome_path(), args=flags)
            page = browser.new_page(locale="en-GB")
            page.add_init_script(COUNT_ANSWERS)
            page.goto(address)
            page.locator(".model-progress").wait_for(state="detached", timeout=120_000)
            teach(page)
            session, own = browser.new_browser_cdp_session(), page.context.new_cdp_session(page)
            samples: list[float] = []
            end = time.monotonic() + 60 * minutes
            while time.monotonic() < end:
                page.wait_for_timeout(1000 * SAMPLE_SECONDS)
                own.send("HeapProfiler.collectGarbage")
                samples.append(resident_mib(session))
                if len(samples) % (60 // SAMPLE_SECONDS) == 0:
                    click.echo(f"{len(samples) * SAMPLE_SECONDS / 60:6.0f} min  {samples[-1]:7.1f} MiB", nl=False)
                    click.echo(f"  {page.evaluate('answers')} answers")
            browser.close()
    share = growth(samples)
    click.echo(f"The last third needs {share:+.1%} of the middle third; {MAX_GROWTH:.0%} are allowed.")
    if share > MAX_GROWTH:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

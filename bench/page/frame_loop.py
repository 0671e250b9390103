"""What one frame of the camera takes of the page's main thread, while a panel is open.

Chromium's own trace says what the main thread's tasks took. A frame lasts from its embedding, that comes from the
worker, to the next frame's: answer, drawing, the panel, the capture of the next frame, and whatever else the page did
meanwhile. (The next frame is captured before or after an answer is drawn, as it happens: from capture to capture, some
frames would have two drawings, and others none.) The work is the thread's own time on a core. How long the tasks lasted
is the second row: where the model and the drawing use every core, the main thread also waits for one in the midst of a
task.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.browser import chrome_path
from bench.serving import serving
from bench.table import Row

SECONDS: Final = 10
#: Frames of the first seconds are left out: the panel is loaded, and code is compiled.
WARM_MS: Final = 2_000
WANTED: Final = "< 8 ms"
#: By their place among the tabs.
PANELS: Final = ("neighbours", "map", "heat map", "test", "coach")
CAMERA: Final = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
MARK_FRAMES: Final = """
window.Worker = class extends Worker {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({ data }) => {
      if (data?.type === "embedded") performance.mark("frame");
    });
  }
};
"""


def frame_loop() -> Iterator[Row]:
    """Measure each panel; yield the 95th percentile of a frame's work."""
    with serving("server", "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome_path(), args=["--no-sandbox", *CAMERA])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.add_init_script(MARK_FRAMES)
        page.goto(address)
        page.locator(".sample-button:visible").first.click()
        page.locator(".stage-actions .resume").click(timeout=90_000)
        page.locator(".notice-actions .primary").click()
        page.locator(".answer .verdict").wait_for(timeout=90_000)
        # What a first visit does once, to keep the page for use without a network.
        page.evaluate("async () => { await navigator.serviceWorker.ready; }")
        tracer = page.context.new_cdp_session(page)
        for place, name in enumerate(PANELS):
            page.locator(".tab-list button").nth(place).click()
            events = _trace(page, tracer)
            for what, field, bound in (("work", "tdur", WANTED), ("its tasks, waiting included", "dur", "")):
                times = _by_frame(events, field)
                p95 = float(np.percentile(times, 95))
                yield Row(f"Main thread, {what}, one frame of {len(times)}, {name} open, p95", p95, bound=bound)
        browser.close()


def _trace(page: Page, tracer: CDPSession) -> list[dict[str, Any]]:
    """Return Chromium's trace of some seconds."""
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    tracer.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    tracer.on("Tracing.tracingComplete", lambda data: ended.append(data))
    config = {"includedCategories": ["toplevel", "blink.user_timing", "__metadata"], "excludedCategories": ["*"]}
    tracer.send("Tracing.start", {"traceConfig": config, "transferMode": "ReportEvents"})
    page.wait_for_timeout(WARM_MS + SECONDS * 1_000)
    tracer.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(50)
    return events


def _by_frame(events: list[dict[str, Any]], field: str) -> list[float]:
    """Return the milliseconds of the main thread's tasks from every mark to the next: of the task that has it, and on.

    Args:
        events: Of the trace.
        field: "tdur": the thread's own time on a core; "dur": from the beginning to the end.
    """
    marks = [event for event in events if event["name"] == "frame" and event["cat"] == "blink.user_timing"]
    if len(marks) < 2:
        raise RuntimeError(f"The camera gave {len(marks)} frames: {json.dumps(events[:3])}")
    thread = (marks[0]["pid"], marks[0]["tid"])
    start = min(mark["ts"] for mark in marks) + WARM_MS * 1_000
    times = np.array(sorted(mark["ts"] for mark in marks if mark["ts"] >= start), np.float64)
    tasks = [
        (event["ts"] + event["dur"], event.get(field, event["dur"]))
        for event in events
        if event.get("ph") == "X" and (event["pid"], event["tid"]) == thread and event["name"].endswith("RunTask")
    ]
    if not tasks:
        raise RuntimeError("The trace has no tasks of the main thread.")
    work = np.zeros(len(times) - 1)
    for end, duration in tasks:
        place = int(np.searchsorted(times, end, side="right")) - 1
        if 0 <= place < len(work):
            work[place] += duration / 1_000
    return [float(each) for each in work]


if __name__ == "__main__":
    for row in frame_loop():
        print(f"{row.what}: {row.ours:.2f} ms")

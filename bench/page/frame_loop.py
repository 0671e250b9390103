"""What one frame of the camera takes of the page's main thread, while a panel is open.

Chromium's own trace says when the main thread was busy. All tasks between two frames that are handed to the worker
count for the first: capture, answer, drawing, the panel, and whatever else the page did meanwhile.
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
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {
  if (message?.type === "embed") performance.mark("frame");
  return post.call(this, message, ...rest);
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
        tracer = page.context.new_cdp_session(page)
        for place, name in enumerate(PANELS):
            page.locator(".tab-list button").nth(place).click()
            work = _work_by_frame(_trace(page, tracer))
            p95 = float(np.percentile(work, 95))
            yield Row(f"Main thread, one frame of {len(work)}, {name} open, p95", p95, bound=WANTED)
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


def _work_by_frame(events: list[dict[str, Any]]) -> list[float]:
    """Return the main thread's busy milliseconds between every two marks."""
    marks = [event for event in events if event["name"] == "frame" and event["cat"] == "blink.user_timing"]
    if len(marks) < 2:
        raise RuntimeError(f"The camera gave {len(marks)} frames: {json.dumps(events[:3])}")
    thread = (marks[0]["pid"], marks[0]["tid"])
    start = min(mark["ts"] for mark in marks) + WARM_MS * 1_000
    times = np.array(sorted(mark["ts"] for mark in marks if mark["ts"] >= start), np.float64)
    tasks = [
        (event["ts"], event["dur"])
        for event in events
        if event.get("ph") == "X" and (event["pid"], event["tid"]) == thread and event["name"].endswith("RunTask")
    ]
    if not tasks:
        raise RuntimeError("The trace has no tasks of the main thread.")
    work = np.zeros(len(times) - 1)
    for begin, duration in tasks:
        place = int(np.searchsorted(times, begin, side="right")) - 1
        if 0 <= place < len(work):
            work[place] += duration / 1_000
    return [float(each) for each in work]


if __name__ == "__main__":
    for row in frame_loop():
        print(f"{row.what}: {row.ours:.2f} ms")

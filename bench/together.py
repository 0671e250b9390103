"""Two browsers in one room: how soon what one person adds is on the other one's page."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from playwright.sync_api import Browser

from bench.browser import page
from bench.table import Row
from tests.support.film import write_photos
from tests.support.person import Person

TIMES = 10
LABEL = "Cat"
#: Notes each moment at which the class's number of examples changes; clocks of one machine's pages are one clock.
NOTE_CHANGES = """(label) => {
  globalThis.changes = [];
  const card = [...document.querySelectorAll("article")].find((each) => each.getAttribute("aria-label") === label);
  const count = card.querySelector(".class-count");
  new MutationObserver(() => changes.push([count.textContent, performance.timeOrigin + performance.now()]))
    .observe(card, { subtree: true, childList: true, characterData: true });
}"""


def together() -> Iterator[Row]:
    """Let one browser add a picture at a time, and note when each of the two shows it."""
    with page() as opened, tempfile.TemporaryDirectory() as folder:
        photos = write_photos(Path(folder), ("cat",), TIMES + 1)["cat"]
        browser, address = cast(Browser, opened.context.browser), opened.url.removesuffix("healthz")
        mine, other = (browser.new_context(locale="en-GB").new_page() for _ in range(2))
        me, you = Person(mine), Person(other)
        mine.goto(address)
        me.add_class(LABEL)
        me.upload(LABEL, photos[:1])
        other.goto(f"{address}?room={me.share()}")
        you.expect_count(LABEL, 1)
        for each in (mine, other):
            each.evaluate(NOTE_CHANGES, LABEL)
        for number, photo in enumerate(photos[1:], 2):
            me.upload(LABEL, [photo])
            you.expect_count(LABEL, number)
        moments = [dict(each.evaluate("changes.reverse()")) for each in (mine, other)]  # the first of each text counts
        # A card that is drawn anew notes what it said already.
        added = [f"{number} examples" for number in range(2, TIMES + 2)]
        late = [moments[1][text] - moments[0][text] for text in added]
        yield Row("What one browser adds is on another one's page, median", statistics.median(late), bound="<= 200 ms")
        yield Row(f"The same, the slowest of {TIMES}", max(late))

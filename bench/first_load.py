"""The size of a first visit: the page's own HTML, style and scripts, without the model and the WASM."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from bench.browser import page
from bench.table import Row

DIST = Path(__file__).resolve().parents[1] / "web" / "dist"
KINDS = (".html", ".css", ".js")
LANGUAGES = {"in English": "en-GB", "in German": "de-DE"}
# The page alone; the worker that runs the model brings TensorFlow.js, and the page is usable before it has come.
REQUESTS = """
() => performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !name.includes(".worker-"))
"""
KB = 1000
# It was 118 kB in any language while all five were in the first load, 113 in German while each came whole.
BOUND = "<= 105 kB"


def page_files(opened: Page, address: str) -> list[Path]:
    """Return the built files that the page requested until its model worker runs.

    Args:
        opened: Of a new context: nothing is cached, nothing is remembered.
        address: Of the page, on the project's own server.
    """
    # The last that a first visit loads; all scripts have come before.
    with opened.expect_response(lambda response: response.url.endswith(".wasm")):
        opened.goto(address)
    opened.get_by_role("main").wait_for()
    paths = [urlsplit(url).path for url in opened.evaluate(REQUESTS)]
    return [DIST / "index.html", *(DIST / path.removeprefix("/") for path in paths if path.endswith(KINDS))]


def first_load() -> Iterator[Row]:
    """Weigh a first visit in English, and in German, whose words are longer."""
    with page() as opened:
        address = opened.url.removesuffix("healthz")
        browser = cast(Browser, opened.context.browser)
        for words, locale in LANGUAGES.items():
            context = browser.new_context(locale=locale)
            contents = [path.read_bytes() for path in page_files(context.new_page(), address)]
            context.close()
            what = f"First visit {words}, HTML, CSS and JavaScript of the page, {len(contents)} files"
            yield Row(what, sum(map(len, contents)) / KB, unit="kB")
            packed = sum(len(gzip.compress(content)) for content in contents) / KB
            yield Row(f"{what}, gzip", packed, bound=BOUND, unit="kB")

"""A real browser to measure in: a page of the server that can load the page's own source modules."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, sync_playwright

from bench.serving import serving

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "web" / "dist" / "assets"


def worker_url(name: str) -> str:
    """Return the address of one of the built page's workers, such as "evaluation"."""
    path = next(ASSETS.glob(f"{name}.worker-*.js"), None)
    if path is None:
        sys.exit(f"The built page has no {name} worker: run make setup, then make bench.")
    return f"/assets/{path.name}"


def chrome_path() -> str:
    """Return the path of the browser; exit, with what to do, where there is none."""
    chrome = (
        os.environ.get("CHROME")
        or subprocess.run([ROOT / "scripts" / "browser.sh"], capture_output=True, text=True, check=True).stdout.strip()
    )
    if not chrome:
        sys.exit("The page can't be timed: there is no Chromium or Chrome here (Debian: apt install chromium).")
    return chrome


@contextlib.contextmanager
def keeping_page(profile: str) -> Iterator[tuple[Page, str]]:
    """Open an empty tab of a browser that keeps what it stores on disk, in a profile's folder; and the page's address.

    The browser of ``page`` forgets everything at its end, and so holds what is stored in memory.
    """
    with serving("server", "--port", "0") as address, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chrome_path(), args=["--no-sandbox", "--disable-quic"], locale="en-GB"
        )
        yield context.new_page(), address
        context.close()


@contextlib.contextmanager
def page() -> Iterator[Page]:
    """Open an empty page of the server, with the server's headers, while the context lasts."""
    with serving("server", "--port", "0") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome_path(), args=["--no-sandbox", "--disable-quic"])
        browser_page = browser.new_page()
        browser_page.route("**/web/src/**", _send_source)
        browser_page.goto(f"{address}healthz")  # the page itself would start workers of its own
        yield browser_page
        browser.close()


def _send_source(route: Route) -> None:
    """Answer with a source module and all that it imports: a browser cannot find packages by their names."""
    path = ROOT / urlsplit(route.request.url).path.lstrip("/")
    esbuild = ROOT / "web" / "node_modules" / ".bin" / "esbuild"
    bundle = subprocess.run(
        [esbuild, path, "--bundle", "--format=esm"], capture_output=True, text=True, check=True
    ).stdout
    route.fulfill(body=bundle, content_type="text/javascript")

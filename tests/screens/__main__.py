"""Write a picture of every state of the page in every window and look, and say what is wrong: ``make screens``.

What is wrong is what a test would refuse: something cut off, over something else or beside the window, a control that a
finger misses on a phone, a barrier that axe finds.
"""

import contextlib
import html
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
from playwright.sync_api import Error, Page, sync_playwright

from tests.browser.conftest import SCENES, Server, seeing
from tests.browser.layout.test_axe import AXE, violations
from tests.screens.scenes import Pages, Scene, choose_tab, write_files
from tests.support.boxes import faults, too_small
from tests.support.film import Film

WINDOWS: Final = ((1440, 900), (1366, 768), (820, 1180), (390, 844), (320, 640))
#: The theme, and whether the system forces its colours.
LOOKS: Final = {"light": ("light", "none"), "dark": ("dark", "none"), "forced": ("light", "active")}
#: A name that may be cut: the button says it whole.
CUT_BY_DESIGN: Final = ("project-button-name",)
PHONE: Final = 700


def look_at(page: Page, name: str, folder: Path) -> Iterator[str]:
    """Write one picture, and yield what is wrong in it."""
    page.screenshot(path=folder / f"{name}.png")
    wrong = [*faults(page), *violations(page)]
    assert page.viewport_size
    if page.viewport_size["width"] <= PHONE:
        wrong += [f"too small for a finger: {what}" for what in too_small(page)]
    yield from (f"{name}: {what}" for what in wrong if not any(each in what for each in CUT_BY_DESIGN))


def show(
    scene: Scene, folder: Path, windows: tuple[tuple[int, int], ...], looks: dict[str, tuple[str, str]]
) -> Iterator[str]:
    """Look at one scene in every window and look."""
    page = scene.start()
    page.bring_to_front()
    page.evaluate(AXE.read_text("utf-8"))
    for width, height in windows:
        if width < scene.least:
            continue
        page.set_viewport_size({"width": width, "height": height})
        choose_tab(page, scene.tab)
        try:
            scene.enter(page)
            for look, (scheme, forced) in looks.items():
                page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
                page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=scheme)
                yield from look_at(page, f"{scene.name}-{width}-{look}", folder)
        except (AssertionError, Error):
            # The next scene begins where this one did: no key stays down, no dialog open.
            with contextlib.suppress(AssertionError, Error):
                leave(scene, page)
            raise
        leave(scene, page)


def leave(scene: Scene, page: Page) -> None:
    page.emulate_media(color_scheme="light", forced_colors="none")
    scene.leave(page)


def write_index(folder: Path, findings: list[str]) -> None:
    """Write a page with all pictures."""
    pictures = sorted(path.name for path in folder.glob("*.png"))
    lines = [
        "<!doctype html><meta charset=utf-8><title>Show &amp; Tell: screens</title>",
        "<h1>Screens</h1>",
        *[f"<p>{html.escape(finding)}</p>" for finding in findings],
        *[
            f"<figure><img loading=lazy width=480 src='{name}' alt=''><figcaption>{name}</figcaption></figure>"
            for name in pictures
        ],
    ]
    (folder / "index.html").write_text("\n".join(lines), "utf-8")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("screens"), help="Folder for the pictures.")
@click.option("--quick", is_flag=True, help="One large and one small window, light only.")
@click.option("--language", default="en", help="The page's language, like de.")
@click.option("--only", default="", help="Only scenes whose name begins so.")
def main(out: Path, quick: bool, language: str, only: str) -> None:
    """Write pictures of every state, and fail where something is wrong."""
    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    windows = (WINDOWS[1], WINDOWS[3]) if quick else WINDOWS
    looks = {"light": LOOKS["light"]} if quick else LOOKS
    findings: list[str] = []
    server = Server()
    server.start()
    try:
        with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
            film = Film(Path(made) / "film.y4m", SCENES)
            with seeing(playwright, os.environ["CHROME"], film) as browser:
                scenes = Pages(browser, server.url, write_files(Path(made)), language).scenes()
                scenes = [scene for scene in scenes if scene.name.startswith(only)]
                for place, scene in enumerate(scenes):
                    known = len(findings)
                    try:
                        findings += show(scene, out, windows, looks)
                        if all(later.start is not scene.start for later in scenes[place + 1 :]):
                            # A camera that goes on would slow down what comes.
                            scene.start().context.close()
                    except (AssertionError, Error) as error:
                        findings.append(f"{scene.name}: {str(error).splitlines()[0]}")
                    for finding in findings[known:]:
                        click.echo(finding)
                    click.echo(f"{scene.name}: {len(findings)} findings so far")
    finally:
        server.kill()
    write_index(out, findings)
    for finding in findings:
        click.echo(finding)
    count = len(list(out.glob("*.png")))
    click.echo(f"{count} pictures in {out}/, {len(findings)} findings, {time.monotonic() - began:.0f} s")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()

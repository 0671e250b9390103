"""Every panel and every dialog, on a desk and on a phone, in both themes: no barrier that axe finds."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.browser.layout.test_dialogs_layout import Files, each_size, files, full, openers, server_host
from tests.browser.layout.test_dialogs_layout import open_in as open_full_in
from tests.browser.layout.test_layout import every_view, host, open_in, photos, show_photo, taught
from tests.support import surfaces

pytestmark = pytest.mark.browser

__all__ = ["files", "full", "host", "photos", "server_host", "taught"]

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    found = page.evaluate("(tags) => axe.run({ runOnly: tags })", TAGS)["violations"]
    return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_no_barrier_in_any_panel(taught: Page, photos, size):
    page = taught
    open_in(page, "en", size)
    if size[0] <= 700:
        page.locator(".phone-tabs button").nth(1).click()
    show_photo(page, photos["coffee"][0])
    page.evaluate(AXE.read_text("utf-8"))
    for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
        page.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        for view in every_view(page):
            assert violations(page) == [], f"{view} {scheme} {forced}"
    page.emulate_media(color_scheme="light", forced_colors="none")


def test_no_barrier_in_any_dialog(full: Page, files: Files, server_host: str):
    page = full
    open_full_in(page, "en")
    found = []

    def look(name: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator("html")).to_have_attribute("data-theme", scheme)
            found.extend(f"{name} {scheme}: {what}" for what in violations(page))
        page.emulate_media(color_scheme="light")

    page.evaluate(AXE.read_text("utf-8"))
    for size in each_size(page, [(1440, 900, ""), (390, 844, "")]):
        for name, opener in openers(files).items():
            opener(page)
            look(f"{name} {size}")
            surfaces.close(page)
    # A notice, and the cover of a tab.
    surfaces.press_action(page, "new")
    surfaces.press_action(page, "delete")
    expect(page.locator(".project-notice")).to_be_visible()
    look("notice")
    other = page.context.new_page()
    other.goto(server_host)
    expect(page.locator(".tab-cover")).to_be_visible()
    look("cover")
    other.close()
    page.locator(".tab-cover .primary").click()
    expect(page.locator(".tab-cover")).to_have_count(0)
    assert found == [], "\n".join(found)

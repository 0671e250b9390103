"""Every panel, on a desk and on a phone, in both themes and with forced colours: no barrier that axe finds."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT
from tests.browser.test_layout import every_view, host, open_in, photos, show_photo, taught

pytestmark = pytest.mark.browser

__all__ = ["host", "photos", "taught"]

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

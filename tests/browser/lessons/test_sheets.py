"""The sheets: on two pages of A4 at most, without an answer for pupils, and a link that asks to print."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Complaints

pytestmark = pytest.mark.browser

DOCS = ROOT / "docs" / "lessons"
BUILT = ROOT / "web" / "dist" / "lessons"
SHEETS = sorted(path.relative_to(BUILT).as_posix() for path in BUILT.rglob("*-sheet.html"))
MOST_PAGES = 2


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page(?!s)", pdf))


def answers_of(markdown: str) -> list[str]:
    """The first words of each answer: what follows the empty line of a quotation."""
    found = re.findall(r"^>\n> (?:\S+[:：]\s*)?(.{20})", markdown, re.MULTILINE)
    assert found
    return found


def test_there_is_a_sheet_for_each_lesson():
    english = [path.stem for path in sorted(DOCS.glob("*.md")) if path.stem != "README"]
    assert [f"{stem}-sheet.html" for stem in english] == [name for name in SHEETS if "/" not in name]


@pytest.mark.parametrize("name", SHEETS)
def test_a_pupils_sheet_has_no_answer_and_fits_two_pages(host: str, plain_browser, name: str):
    page = plain_browser.new_page()
    complaints = Complaints(page)
    page.goto(f"{host}lessons/{name}")
    text = page.locator("main").inner_text()
    markdown = (DOCS / name.replace("-sheet.html", ".md")).read_text("utf-8")
    assert [words for words in answers_of(markdown) if words in re.sub(r"\s+", " ", text)] == []
    assert page.locator("li").count() == len(re.findall(r"(?m)^\d+\. .*(?:\n(?!\d+\. |\n).*)*", page_part(markdown)))
    assert page.locator(".question").count() == len(answers_of(markdown))
    assert pages_of(page.pdf(prefer_css_page_size=True)) <= MOST_PAGES
    assert complaints.messages == []
    page.close()


def page_part(markdown: str) -> str:
    """The section whose steps have marks."""
    return next(section for section in re.split(r"(?m)^(?=## )", markdown) if "<!-- check:" in section)


def test_the_teachers_sheet_has_the_answers(host: str, plain_browser):
    page = plain_browser.new_page()
    page.goto(f"{host}lessons/1-what-is-a-neighbour.html")
    page.emulate_media(media="print")
    expect(page.get_by_text("Because the same mug, moved by a hand's breadth")).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".prints")).to_be_hidden()
    page.close()


def test_the_links_ask_to_print(host: str, plain_browser):
    page: Page = plain_browser.new_page()
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    page.goto(f"{host}lessons/1-what-is-a-neighbour.html")
    assert page.evaluate("printed") == 0
    # However often it is clicked.
    for times in (1, 2):
        page.get_by_role("link", name="Print the teacher’s sheet").click()
        page.wait_for_function("(times) => printed === times", arg=times)
    page.get_by_role("link", name="Print the pupil’s sheet").click()
    page.wait_for_url("**/1-what-is-a-neighbour-sheet.html")
    page.wait_for_function("printed === 1")
    # A reload does not ask again.
    page.reload()
    assert page.evaluate("printed") == 0
    page.close()


def test_a_box_can_be_ticked_on_paper(host: str, plain_browser, tmp_path: Path):
    page = plain_browser.new_page()
    page.goto(f"{host}lessons/4-pixels-against-network-sheet.html")
    page.emulate_media(media="print")
    box = page.locator("li").first.evaluate("(item) => getComputedStyle(item, '::before').borderTopWidth")
    assert float(box.removesuffix("px")) >= 1
    empty = page.locator("td:empty")
    assert empty.count() == 8
    assert min(cell.bounding_box()["height"] for cell in empty.all()) >= 25
    page.close()

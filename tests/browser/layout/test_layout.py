"""The layout, measured in a real browser: windows of many sizes, large type, long names, messages."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import hosting
from tests.support.boxes import covered_by_messages, faults, in_sight, too_small
from tests.support.film import photo, varied
from tests.support.person import Person

pytestmark = pytest.mark.browser

DESKS = [(1440, 900), (1366, 768), (1280, 720)]
PHONES = [(390, 844), (320, 640)]
SIZES = [*DESKS, (820, 1180), (1024, 768), (390, 844), (844, 390), (720, 450), (360, 740), (320, 640)]
PANELS = ("neighbours", "map", "heat", "test", "coach")
TABS = ("classes", "camera", "why")
NAMES = {
    "Regenbogenforellenfischereiaufsichtsamt": "cat",
    "The red apple with the two green leaves": "coffee",
    "สวัสดีตอนเช้าทุกคนที่รักแอปเปิ้ลแดง": "rocket",
    "一个很长很长的名字用来测试版面是不是会把字切掉还是另起一行": "astronaut",
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with hosting(tmp_path_factory.mktemp("host")) as address:
        yield address


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    folder = tmp_path_factory.mktemp("photos")
    made = {}
    for seed, name in enumerate(("cat", "coffee", "rocket", "astronaut", "motorcycle")):
        random = np.random.default_rng(seed)
        made[name] = [folder / f"{name}{i}.jpg" for i in range(5)]
        for path in made[name]:
            varied(photo(name), random).save(path, "JPEG")
    return made


#: Drops a file on the stage that is called a picture and is none.
DROP_NO_PICTURE = """() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.of(255, 216, 1)], "broken.jpg", { type: "image/jpeg" }));
    document.querySelector(".stage").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
}"""


def upload(page: Page, card: int, paths: list[Path]) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("article").nth(card).locator(".class-actions > button").last.click()
    chooser.value.set_files(paths)


@pytest.fixture(scope="module")
def taught(browser: Browser, host: str, photos: dict[str, list[Path]]) -> Iterator[Page]:
    """A page with four classes of long names; every test leaves it at a desk, in English."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(host)
    person = Person(page)
    for place, (name, shown) in enumerate(NAMES.items()):
        person.add_class(name)
        upload(page, place, photos[shown])
        expect(page.locator("article").nth(place).locator(".class-count")).to_have_text("5 examples")
    yield page
    context.close()


def open_in(page: Page, language: str, size: tuple[int, int] = (1440, 900)) -> None:
    page.evaluate("(language) => localStorage.setItem('language', language)", language)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("article")).to_have_count(len(NAMES))


def show_photo(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator(".notice-actions button").last.click()
    chooser.value.set_files(path)
    expect(page.locator(".answer")).to_be_attached()


def open_panel(page: Page, name: str) -> None:
    page.locator(".tab-list button").nth(PANELS.index(name)).click()
    expect(page.locator(f"[data-panel={name}]")).to_be_visible()
    inside = {
        "neighbours": ".knobs",
        "map": ".map-legend",
        "heat": ".heat-panel",
        "test": ".plain-table",
        "coach": ".balance",
    }
    expect(page.locator(inside[name])).to_be_attached()


def has_tabs(page: Page) -> bool:
    """A phone, upright or on its side."""
    size = page.viewport_size
    return size is not None and (size["width"] <= 700 or size["height"] < 560)


def every_view(page: Page, panels: tuple[str, ...] = PANELS) -> Iterator[str]:
    """Each tab of a phone and each panel, one after another."""
    for tab in TABS if has_tabs(page) else ("",):
        if tab:
            page.locator(".phone-tabs button").nth(TABS.index(tab)).click()
        for panel in panels if tab in ("", "why") else ("",):
            if panel:
                open_panel(page, panel)
            yield f"{page.viewport_size} {tab} {panel}"


def test_picture_and_answer_stay_in_sight_beside_an_open_panel(taught: Page, photos):
    page = taught
    open_in(page, "en")
    show_photo(page, photos["cat"][0])
    for width, height in DESKS:
        page.set_viewport_size({"width": width, "height": height})
        for view in every_view(page):
            body = page.locator(".decide-body")
            for end in (0, 100_000):
                body.evaluate("(body, top) => body.scrollTo(0, top)", end)
                for selector in (".stage", ".answer", ".tab-list", ".neighbour-picture", ".add-class"):
                    assert in_sight(page, selector), f"{selector} is out of sight: {view}"
                assert in_sight(page, ".decide-body", 180), view
        open_panel(page, "map")
        body.evaluate("(body) => body.scrollTo(0, 0)")
        assert in_sight(page, ".map-plot"), "the map is cut off"
    for width, height in PHONES:
        page.set_viewport_size({"width": width, "height": height})
        for view in every_view(page):
            page.locator(".rest").evaluate("(rest) => rest.scrollTo(0, 100000)")
            assert in_sight(page, ".stage"), view
            assert in_sight(page, ".small-answer") or in_sight(page, ".verdict"), view
    for width, height in ((820, 1180), (1024, 768), (844, 390), (720, 450)):
        page.set_viewport_size({"width": width, "height": height})
        for view in every_view(page):
            if page.locator(".lessons-link").is_visible():
                page.locator(".lessons-link").scroll_into_view_if_needed()
            assert in_sight(page, ".stage"), view
            assert in_sight(page, ".verdict" if height > 560 else ".small-answer"), view


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "zh"])
def test_nothing_overflows_overlaps_or_is_cut_off(taught: Page, photos, language: str):
    page = taught
    open_in(page, language)
    assert faults(page) == []
    show_photo(page, photos["motorcycle"][0])
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for view in every_view(page):
            assert faults(page) == [], view


@pytest.mark.parametrize("language", ["de", "fr"])
def test_everything_grows_with_type_of_twice_the_size(taught: Page, photos, language: str):
    page = taught
    for size in ((1440, 900), (820, 1180), (390, 844), (320, 640)):
        open_in(page, language, size)
        if size[0] <= 700:
            page.locator(".phone-tabs button").nth(TABS.index("camera")).click()
        show_photo(page, photos["coffee"][0])
        before = page.locator(".record-dot + span:visible, .record-chip bdi:visible").first.evaluate(
            "(words) => parseFloat(getComputedStyle(words).fontSize)"
        )
        page.add_style_tag(content="html { font-size: 200% }")
        for view in every_view(page):
            assert faults(page) == [], view
        page.locator(".phone-tabs button").nth(1).evaluate("(button) => button.click()")
        after = page.locator(".record-dot + span:visible, .record-chip bdi:visible").first.evaluate(
            "(words) => parseFloat(getComputedStyle(words).fontSize)"
        )
        assert after == 2 * before


def test_long_names_are_shown_and_said_whole(taught: Page, photos):
    page = taught
    open_in(page, "en")
    show_photo(page, photos["coffee"][0])
    places = {
        "neighbours": (".bar-row > .name", ".verdict bdi", ".neighbour bdi"),
        "map": (".map-legend bdi",),
        "test": (".matrix-name bdi", ".plain-table bdi"),
    }
    for width, height in ((1440, 900), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        fields = page.locator("textarea[title]")
        assert {fields.nth(i).input_value() for i in range(len(NAMES))} == set(NAMES)
        assert {fields.nth(i).get_attribute("title") for i in range(len(NAMES))} == set(NAMES)
        for _ in every_view(page, tuple(places)):
            for selector in {selector for selectors in places.values() for selector in selectors}:
                for name in page.locator(f"{selector}:visible").all():
                    assert any(known in name.inner_text() for known in [*NAMES, "don’t know", "Something else"])
                    cut = name.evaluate(
                        "(e) => { const r = document.createRange(); r.selectNodeContents(e);"
                        " const t = r.getBoundingClientRect(), c = e.closest('li, th, p').getBoundingClientRect();"
                        " return t.right > c.right + 1 || t.bottom > c.bottom + 2; }"
                    )
                    assert not cut, f"{selector} {name.inner_text()}"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_message_lies_over_a_control(taught: Page, photos, language: str):
    page = taught
    open_in(page, language)
    show_photo(page, photos["coffee"][0])
    page.evaluate(DROP_NO_PICTURE)
    expect(page.locator(".toast.problem")).to_be_visible()
    upload(page, 0, [photos["cat"][0]])
    expect(page.locator(".toast")).to_have_count(2)
    # With the focus in it, a message stays.
    page.locator(".toast:not(.problem) button").last.focus()
    for width, height in [*SIZES, (667, 375)]:
        page.set_viewport_size({"width": width, "height": height})
        for view in every_view(page, ("neighbours",)):
            page.locator(".toast:not(.problem) button").last.focus()
            expect(page.locator(".toast")).to_have_count(2)
            assert in_sight(page, ".toast.problem", 30), view
            for end in (0, 100_000):
                page.evaluate(
                    "(end) => document.querySelectorAll('.page-parts, .page-parts *').forEach("
                    "(e) => e.matches('.toasts *') || e.scrollTo(0, end))",
                    end,
                )
                assert covered_by_messages(page) == [], view
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator(".toast.problem button").click()
    page.keyboard.press("Control+z")
    expect(page.locator("article").first.locator(".class-count")).to_contain_text("5")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_notice_takes_its_room_and_hides_nothing(browser: Browser, host: str, language: str):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale=language, reduced_motion="reduce")
    page = context.new_page()
    page.goto(host)
    page.locator(".sample-button:visible").first.click()
    expect(page.locator(".answer .verdict")).to_be_visible(timeout=90_000)
    expect(page.locator(".project-notice button")).to_have_count(2)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        is_phone = width <= 700
        for view in every_view(page, ("neighbours",)):
            assert faults(page) == [], view
            for selector in (".project-notice", ".stage"):
                assert in_sight(page, selector), f"{selector} is out of sight: {view}"
            # On a phone the answer is on two of the tabs.
            if not is_phone or "classes" not in view:
                assert in_sight(page, ".small-answer") or in_sight(page, ".verdict"), view
            if width >= 1080:
                assert in_sight(page, ".why" if height >= 900 else ".neighbour-picture"), view
    context.close()


def test_nothing_moves_as_the_answer_changes(taught: Page, photos):
    page = taught
    open_in(page, "en")
    boxes, verdicts = [], []
    show_photo(page, photos["cat"][0])
    for name in ("cat", "coffee", "motorcycle", "astronaut"):
        if name != "cat":
            page.locator(".stage-actions .resume").click()
            show_photo(page, photos[name][1])
        page.wait_for_function(
            "(last) => document.querySelector('.verdict').textContent !== last", arg=(verdicts or [""])[-1]
        )
        verdicts.append(page.locator(".verdict").inner_text())
        for selector in (".answer", ".bars", ".note-room", ".decide", ".why"):
            boxes.append((selector, page.locator(selector).bounding_box()))
    assert len(set(verdicts)) >= 3, verdicts
    assert len({str(box) for box in boxes}) == 5, "\n".join(sorted({str(box) for box in boxes}))


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "zh"])
def test_the_histogram_says_what_its_axes_are(taught: Page, language: str):
    page = taught
    open_in(page, language)
    open_panel(page, "neighbours")
    page.locator(".histogram").scroll_into_view_if_needed()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        expect(page.locator(".histogram-x")).to_have_text(page.locator(".histogram-x").inner_text())
        assert page.locator(".histogram-x").inner_text() != ""
        assert page.locator(".histogram-y").inner_text() != ""
        assert page.locator(".histogram-ticks span").count() == 5
        picture = page.locator(".histogram-picture").bounding_box()
        slider = page.locator(".unknown-slider input").bounding_box()
        assert picture
        assert slider
        # The thumb's middle, half a thumb from the slider's ends, is on the scale of the picture.
        assert slider["x"] + 12 == pytest.approx(picture["x"], abs=1)
        assert slider["x"] + slider["width"] - 12 == pytest.approx(picture["x"] + picture["width"], abs=1)
    page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_controls_are_as_large_as_a_finger(taught: Page, photos, size):
    page = taught
    open_in(page, "en", size)
    if size[0] <= 700:
        page.locator(".phone-tabs button").nth(TABS.index("camera")).click()
    show_photo(page, photos["coffee"][0])
    for view in every_view(page):
        assert too_small(page) == [], view


def test_nothing_is_animated_for_who_wants_less_motion(taught: Page, photos):
    page = taught
    open_in(page, "en")
    show_photo(page, photos["coffee"][0])
    moving = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter((e) => { const s = getComputedStyle(e);"
        " return `${s.transitionDuration}, ${s.animationDuration}`.split(',').some((x) => parseFloat(x) > 0); })"
        ".map((e) => e.className)"
    )
    assert moving == []

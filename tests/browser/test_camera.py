"""The camera and the stage: holds that come early, what the stage shows, photos, and a camera that is lost."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from photos.reader import as_seen
from tests.browser.conftest import NO_SERVER, Complaints
from tests.support.cameras import file, jpeg, wait_until_ready
from tests.support.film import photo
from tests.support.person import Person, touch
from tests.support.server import until

pytestmark = pytest.mark.browser

SIZES = {"desk": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}


@pytest.fixture
def context(canvas_context: BrowserContext) -> BrowserContext:
    return canvas_context


def tracks(page: Page) -> list[str]:
    return page.evaluate("tracks.map((track) => track.readyState)")


def press(page: Page, button: Locator, how: str) -> Callable[[], None]:
    """Hold the button of the first class; returns what lets go."""
    if how == "touch":
        return touch(button)
    if how == "mouse":
        button.hover()
        page.mouse.down()
        return page.mouse.up
    if how == "Space":
        button.focus()
    key = {"Space": " ", "key": "1"}[how]
    page.keyboard.down(key)
    return lambda: page.keyboard.up(key)


@pytest.mark.parametrize("how", ["mouse", "key", "Space", "touch"])
def test_a_hold_that_comes_too_early_asks_for_the_camera_waits_for_the_model_and_records(static_host, page, how):
    complaints = Complaints(page)
    waiting = []

    def holding(route: Route) -> None:
        waiting.append(route)

    page.route("**/model/**/*.bin", holding)
    page.goto(static_host)
    Person(page).add_class("Mug")
    button = page.locator(".hold")
    let_go = press(page, button, how)
    expect(button).to_contain_text("Starting…")
    page.wait_for_function("asked === 1")
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    expect(button).to_contain_text("Starting…")
    assert set(page.get_by_role("alert").all_inner_texts()) <= {""}
    # Those that come now go through at once.
    page.unroute("**/model/**/*.bin", holding)
    page.wait_for_function("parseInt(document.querySelector('.class-count').textContent) >= 3")
    let_go()
    expect(button).to_contain_text("Hold to record")
    assert complaints.but_for(NO_SERVER) == []


def test_a_hold_that_gets_no_camera_says_so_once_and_the_sentence_goes_with_its_cause(static_host, page):
    page.goto(static_host)
    person = Person(page)
    person.add_class("Mug")
    page.evaluate("refusal = 'NotAllowedError'")
    let_go = press(page, page.locator(".hold"), "key")
    shown = page.locator(".toasts").get_by_text("The camera is not allowed")
    expect(shown).to_be_visible()
    let_go()
    expect(page.locator(".hold")).to_contain_text("Hold to record")
    page.evaluate("refusal = null")
    let_go = press(page, page.locator(".hold"), "key")
    expect(shown).to_have_count(0)
    page.wait_for_function("parseInt(document.querySelector('.class-count').textContent) >= 1")
    let_go()


def what_the_stage_shows(page: Page) -> NDArray[np.float64]:
    """The stage's pixels, float64 (16, 16, 3), without what lies on the picture."""
    shown = Image.open(io.BytesIO(page.locator(".stage").screenshot())).convert("RGB")
    assert abs(shown.width - shown.height) <= 1, shown.size
    return np.asarray(shown.resize((16, 16), Image.Resampling.BOX), float)


def difference(page: Page) -> float:
    seen = np.asarray(page.evaluate("seen"), float).reshape(16, 2, 16, 2, 3).mean(axis=(1, 3))
    # The corners are round.
    return float(np.abs(what_the_stage_shows(page) - seen)[1:-1, 1:-1].mean())


BARE = ".chip, .stage-actions, .resume, .toasts { display: none !important } .preview { filter: none !important }"


@pytest.mark.parametrize("window", SIZES)
def test_the_stage_is_square_and_shows_exactly_what_the_model_sees(static_host, page, window):
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[window], strict=True)))
    page.goto(static_host)
    page.evaluate("cameras[0] = { ...cameras[0], width: 1280, height: 720 }")
    Person(page).start_camera()
    page.add_style_tag(content=BARE)
    wait_until_ready(page)
    page.get_by_role("button", name="Mirror").click()
    before = page.locator(".stage").bounding_box()
    for width, height in ((1280, 720), (640, 480), (480, 640), (300, 900)):
        page.evaluate("(size) => turn(...size)", [width, height])
        page.wait_for_function(
            "(size) => [video.videoWidth, video.videoHeight].join() === size.join()".replace(
                "video.", "document.querySelector('video').", 2
            ),
            arg=[width, height],
        )
        # What was seen before looks the same, and a frame of it may be on its way.
        for _ in range(2):
            page.evaluate("window.seen = null")
            page.wait_for_function("window.seen")
        until(lambda: difference(page) < 8, f"the model sees what is shown, {width} x {height}", seconds=60)
    assert page.locator(".stage").bounding_box() == before
    for width, height in ((1200, 500), (500, 1200)):
        page.locator("section.camera input[type=file]").first.set_input_files(file("a.jpg", jpeg(width, height)))
        expect(page.locator(".still")).to_be_visible()
        until(lambda: difference(page) < 8, f"the model sees what is shown, {width} x {height}", seconds=60)
        page.locator(".stage-actions .resume").evaluate("(button) => button.click()")
        expect(page.locator(".stage")).to_have_attribute("data-state", "on")


@pytest.mark.parametrize("window", SIZES)
def test_picture_controls_and_buttons_to_record_are_in_view_and_nothing_moves_when_the_camera_starts(
    static_host, page, window
):
    width, height = SIZES[window]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(static_host)
    wait_until_ready(page)
    stage, row = page.locator(".stage"), page.locator(".camera-controls")
    before = [stage.bounding_box(), row.bounding_box()]
    Person(page).start_camera()
    expect(row.get_by_role("button", name="Camera off")).to_be_visible()
    assert [stage.bounding_box(), row.bounding_box()] == before
    parts = [stage, *row.get_by_role("button").all()]
    if width <= 700:
        parts.append(page.locator(".record-row"))
    for part in parts:
        box = part.bounding_box()
        assert box
        assert min(box["x"], box["y"]) >= 0, box
        assert box["x"] + box["width"] <= width, box
        assert box["y"] + box["height"] <= height, box
    for button in row.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, box


def test_off_lets_the_camera_go_and_the_choice_of_camera_and_mirror_outlast_a_reload(static_host, page):
    two = "cameras.push({ id: 'desk', label: 'Desk camera', width: 640, height: 480 })"
    page.add_init_script(two)
    page.goto(static_host)
    person = Person(page)
    wait_until_ready(page)
    person.start_camera()
    page.get_by_label("Which camera").select_option("Desk camera")
    expect(page.get_by_label("Which camera")).to_have_value("desk")
    page.get_by_role("button", name="Mirror").click()
    page.get_by_role("button", name="Camera off").click()
    expect(page.locator(".stage")).to_have_attribute("data-state", "off")
    assert tracks(page) == ["ended", "ended"]

    page.reload()
    wait_until_ready(page)
    person.start_camera()
    expect(page.get_by_label("Which camera")).to_have_value("desk")
    expect(page.get_by_role("button", name="Mirror")).to_have_attribute("aria-pressed", "false")

    # Unplugged while it runs, and not there at the next visit.
    page.evaluate("cameras.pop(); tracks.at(-1).stop(); tracks.at(-1).dispatchEvent(new Event('ended'))")
    shown = page.locator(".toasts").get_by_text("Desk camera is not connected. Built-in is used instead.")
    expect(shown).to_be_visible()
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    page.evaluate(f"{two}; navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    expect(shown).to_have_count(0)


def test_the_video_is_in_the_page_and_an_interruption_is_said_until_it_is_over(static_host, page):
    page.goto(static_host)
    wait_until_ready(page)
    Person(page).start_camera()
    expect(page.locator("section.camera video")).to_have_count(1)
    expect(page.locator(".stage")).to_have_attribute("data-state", "on")
    assert page.evaluate("document.querySelector('video').srcObject.getVideoTracks()[0] === tracks[0]")
    expect(page.locator(".stage .chip")).to_contain_text("frame")
    page.evaluate(
        "Object.defineProperty(tracks[0], 'muted', { value: true, configurable: true });"
        "tracks[0].dispatchEvent(new Event('mute')); document.querySelector('video').pause()"
    )
    expect(page.get_by_text("The camera is interrupted")).to_be_visible()
    page.evaluate(
        "Object.defineProperty(tracks[0], 'muted', { value: false, configurable: true });"
        "tracks[0].dispatchEvent(new Event('unmute'))"
    )
    expect(page.get_by_text("The camera is interrupted")).to_have_count(0)
    page.wait_for_function("!document.querySelector('video').paused")


def test_of_ten_files_the_bad_ones_are_named_once_and_the_good_ones_are_in(static_host, page, tmp_path: Path):
    page.goto(static_host)
    Person(page).add_class("Mug")
    chooser = page.locator(".class-card input[type=file]")
    heic = b"\0\0\0\x18ftypheic" + bytes(40)
    bad = [
        file("empty.jpg", b""),
        file("letter.jpg", b"Dear all"),
        file("phone.heic", heic, "image/heic"),
        file("cut.jpg", jpeg(300, 300)[:60]),
        file("<b>bold</b>.jpg", b"no"),
    ]
    good = [file(f"{i}.jpg", jpeg(300 + i, 300)) for i in range(5)]
    chooser.set_input_files([part for pair in zip(bad, good, strict=True) for part in pair])
    note = page.locator(".class-card [role=alert]")
    expect(note).to_contain_text("5 files could not be read")
    for part in bad:
        assert note.inner_text().count(str(part["name"])) == 1
    expect(page.locator(".class-count")).to_have_text("5 examples")
    expect(page.get_by_text("Added 5 pictures to Mug")).to_be_visible()
    chooser.set_input_files(good[:2])
    expect(page.locator(".class-count")).to_have_text("7 examples")
    expect(note).to_contain_text("5 files could not be read")
    note.get_by_role("button", name="Close").click()
    expect(note).to_have_text("")

    # The steps say what was done.
    steps = page.locator(".first-steps li")
    expect(steps.first).to_contain_text("Photos instead of the camera")
    expect(steps.first).to_have_attribute("data-done", "true")
    expect(page.locator(".first-steps")).not_to_contain_text("Start the camera")
    expect(page.locator(".first-steps")).not_to_contain_text("hold its button")


def test_a_photo_stays_in_reach_while_the_camera_runs_and_the_heat_map_opens_showing(static_host, page):
    page.goto(static_host)
    person = Person(page)
    for name, shown in (("Cat", "cat"), ("Coffee", "coffee")):
        card = person.add_class(name)
        card.locator("input[type=file]").set_input_files([file(f"{shown}.jpg", jpeg(300, 300, shown))] * 2)
        expect(card.locator(".class-count")).to_have_text("2 examples")
    person.start_camera()
    stage = page.locator(".stage")
    expect(stage).to_have_attribute("data-state", "on")

    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Use a photo").click()
    choosing.value.set_files(file("coffee.jpg", jpeg(320, 320, "coffee")))
    expect(stage).to_have_attribute("data-state", "picture")
    expect(person.verdict).to_contain_text("Coffee")

    heat = page.locator("canvas.heat")
    expect(heat).to_have_count(0)
    page.get_by_role("tab", name="Heat map").click()
    panel = page.get_by_role("tabpanel", name="Heat map")
    expect(panel.get_by_label("What made it similar")).to_be_checked()
    expect(heat).to_be_visible()
    page.wait_for_function(
        "document.querySelector('canvas.heat').getContext('2d').getImageData(0, 0, 480, 480).data.some((v) => v > 100)"
    )
    strength = panel.get_by_label("How strongly it glows")
    strength.fill("0.4")
    expect(heat).to_have_css("opacity", "0.4")
    page.get_by_role("tab", name="Neighbours").click()
    expect(heat).to_have_count(0)
    expect(page.locator(".still")).to_have_css("filter", "none")

    page.get_by_role("button", name="Put away").click()
    expect(stage).to_have_attribute("data-state", "on")
    drop = """async ([selector, type]) => {
      const blob = await (await fetch("./icon-192.png")).blob();
      const data = new DataTransfer();
      data.items.add(new File([blob], "icon.png", { type: "image/png" }));
      const named = type === "paste" ? { clipboardData: data } : { dataTransfer: data };
      const Kind = type === "paste" ? ClipboardEvent : DragEvent;
      document.querySelector(selector).dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, ...named }));
    }"""
    for given in ([".stage", "drop"], ["body", "paste"]):
        page.evaluate(drop, given)
        expect(stage).to_have_attribute("data-state", "picture")
        page.get_by_role("button", name="Put away").click()
        expect(stage).to_have_attribute("data-state", "on")


# The embedding that came last from the worker.
EMBEDDINGS = """
const Plain = window.Worker;
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      if (data.type === "embedded") window.embeddings = [...(window.embeddings ?? []), [...data.embedding]];
    });
  }
};
"""


def test_a_large_photo_is_to_the_model_what_it_is_to_the_server(static_host, page):
    page.add_init_script(EMBEDDINGS)
    page.goto(static_host)
    wait_until_ready(page)
    random = np.random.default_rng(0)
    pixels = np.asarray(photo("coffee").resize((1800, 1200)), float) + random.normal(0, 18, (1200, 1800, 1))
    out = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(out, "PNG")
    small = io.BytesIO()
    Image.fromarray(as_seen(Image.open(out), 224)).save(small, "PNG")
    chooser = page.locator(".stage input[type=file]")
    for number, content in enumerate((out.getvalue(), small.getvalue()), 1):
        chooser.set_input_files(file("a.png", content, "image/png"))
        page.wait_for_function("(count) => window.embeddings?.length === count", arg=number)
        page.get_by_role("button", name="Put away").click()
    mine, theirs = np.asarray(page.evaluate("embeddings"), float)
    assert mine @ theirs / np.linalg.norm(mine) / np.linalg.norm(theirs) > 0.999

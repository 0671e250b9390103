"""A phone as the camera of a desktop without one: it joins by the QR code, and teaches what the desktop records.

When it goes, the desktop says so, and waits; when it comes back, all goes on.
"""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import Complaints, Server
from tests.browser.layout.test_axe import AXE, violations
from tests.browser.lessons.conftest import Pupil
from tests.browser.rooms.conftest import open_people, read_qr
from tests.support.cameras import jpeg
from tests.support.node import Node
from tests.support.person import Person

pytestmark = pytest.mark.browser

UPRIGHT = {"width": 390, "height": 844}
# A camera that shows what the test shows it, by `show`; every frame is a little different, as a real camera's is.
CAMERA = """
window.picture = null;
window.show = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  window.picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
};
navigator.mediaDevices.enumerateDevices = async () => [{ kind: "videoinput", deviceId: "back", label: "Back" }];
navigator.mediaDevices.getUserMedia = async ({ video }) => {
  window.side = video.facingMode?.ideal;
  const canvas = Object.assign(document.createElement("canvas"), { width: 480, height: 480 });
  const context = canvas.getContext("2d");
  let frame = 0;
  setInterval(() => {
    frame += 1;
    context.fillStyle = "#888";
    context.fillRect(0, 0, 480, 480);
    if (window.picture) context.drawImage(window.picture, -(frame % 7), -(frame % 5), 490, 490);
  }, 40);
  const stream = canvas.captureStream();
  stream.getVideoTracks()[0].getSettings = () => ({ deviceId: "back", facingMode: "environment" });
  return stream;
};
"""
PICTURES = {name: base64.b64encode(jpeg(480, 480, name)).decode() for name in ("cat", "coffee")}


@pytest.fixture
def desktop(server: Server, plain_browser: Browser) -> Iterator[Person]:
    """A desktop without a camera."""
    context = plain_browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(60_000)
    person = Person(context.new_page())
    person.page.goto(server.url)
    yield person
    context.close()


@pytest.fixture
def pocket(plain_browser: Browser) -> Iterator[BrowserContext]:
    """The browser of a phone that has been allowed the camera."""
    context = plain_browser.new_context(
        viewport=UPRIGHT, screen=UPRIGHT, locale="en-GB", has_touch=True, is_mobile=True, device_scale_factor=2
    )
    context.set_default_timeout(60_000)
    context.grant_permissions(["camera"])
    context.add_init_script(CAMERA)
    yield context
    context.close()


def invite(page: Page) -> Locator:
    """Open the sheet, on a project that works alone, and make a room of it."""
    page.get_by_role("button", name="Use a phone").click()
    sheet = page.get_by_role("dialog", name="A phone as the camera")
    expect(sheet).to_contain_text("the server gets the numbers of its examples, and no pictures")
    sheet.get_by_role("button", name="Share as room").click()
    expect(sheet.locator(".qr")).to_be_visible()
    expect(sheet.get_by_role("status").last).to_contain_text("Waiting for the phone")
    return sheet


def open_phone(pocket: BrowserContext, address: str, sees: str) -> Page:
    phone = pocket.new_page()
    phone.goto(address)
    expect(phone.locator("video")).to_be_visible()
    show(phone, sees)
    return phone


def show(phone: Page, name: str) -> None:
    phone.evaluate("(picture) => show(picture)", PICTURES[name])


def check_barriers(page: Page) -> None:
    page.evaluate(AXE.read_text("utf-8"))
    for scheme in ("light", "dark"):
        # A colour that is still on its way to the other theme's is neither.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        assert violations(page) == [], scheme


def record(desktop: Person, phone: Page, name: str, examples: int = 6) -> None:
    desktop.hold_button(name).hover()
    desktop.page.mouse.down()
    expect(phone.get_by_role("heading", level=1)).to_have_text(f"Recording: {name}")
    desktop.page.wait_for_function(
        """([name, wanted]) => {
          const card = [...document.querySelectorAll("article")].find((a) => a.getAttribute("aria-label") === name);
          return parseInt(card.querySelector(".class-count").textContent) >= wanted;
        }""",
        arg=[name, examples],
        polling=20,
    )
    desktop.page.mouse.up()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ready: record on the computer")


def test_a_phone_teaches_what_the_desktop_records_goes_and_comes_back(
    desktop: Person, pocket: BrowserContext, reader: Node
):
    complaints = Complaints(desktop.page)
    sheet = invite(desktop.page)
    address = read_qr(reader, sheet.locator(".qr"))
    assert "?room=" in address
    assert "#camera=" in address
    phone = open_phone(pocket, address, "cat")
    expect(sheet).to_have_count(0)
    stage = desktop.page.locator(".stage")
    expect(stage).to_have_attribute("data-state", "phone")
    expect(stage).to_contain_text("The phone is the camera")
    expect(desktop.page.locator(".phone-controls").get_by_role("button", name="Pause")).to_be_focused()
    assert phone.evaluate("side") == "environment"
    expect(phone.locator("main")).to_contain_text("Only numbers leave this phone, and no pictures.")
    expect(phone.locator("article, nav, input, .top-bar")).to_have_count(0)

    desktop.add_class("Cat")
    desktop.add_class("Coffee")
    record(desktop, phone, "Cat")
    show(phone, "coffee")
    record(desktop, phone, "Coffee")
    for name in ("Cat", "Coffee", "Cat"):
        show(phone, name.lower())
        expect(desktop.verdict).to_have_text(name)
        expect(phone.locator("main")).to_contain_text(f"The computer sees: {name}")

    desktop.page.get_by_role("button", name="Presenter view").click()
    bar = desktop.page.locator(".presenter-bar")
    expect(bar.get_by_role("button", name="Start camera")).to_have_count(0)
    bar.get_by_role("button", name="Pause").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("The computer isn’t looking just now")
    bar.get_by_role("button", name="Go on").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ready: record on the computer")
    bar.get_by_role("button", name="End presenting").click()

    phone.close()
    expect(stage).to_contain_text("The phone is away")
    before = desktop.count("Coffee")
    desktop.hold_button("Coffee").hover()
    desktop.page.mouse.down()
    expect(desktop.card("Coffee")).to_contain_text("Starting")
    assert desktop.count("Coffee") == before
    again = open_phone(pocket, address, "coffee")
    expect(stage).to_contain_text("The phone is the camera")
    expect(desktop.card("Coffee").locator("[data-recording=true]")).to_have_count(1)
    desktop.page.mouse.up()
    expect(desktop.verdict).to_have_text("Coffee")
    assert desktop.count("Coffee") > before

    desktop.page.reload()
    expect(stage).to_contain_text("The phone is the camera")
    expect(desktop.verdict).to_have_text("Coffee")

    desktop.page.get_by_role("button", name="Phone off").click()
    expect(stage).to_have_attribute("data-state", "off")
    expect(again.get_by_role("heading", level=1)).to_have_text("The computer isn’t looking just now")
    assert complaints.messages == []


def test_small_pictures_come_along_once_the_room_shows_pictures(desktop: Person, pocket: BrowserContext, reader: Node):
    sheet = invite(desktop.page)
    phone = open_phone(pocket, read_qr(reader, sheet.locator(".qr")), "cat")
    expect(desktop.page.locator(".stage img")).to_have_count(0)
    switch = "Show everyone the pictures of all examples"
    open_people(desktop.page).get_by_label(switch).check()
    desktop.page.keyboard.press("Escape")
    picture = desktop.page.locator(".stage img.still")
    expect(picture).to_be_visible()
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0
    expect(phone.locator("main")).to_contain_text("Numbers and small pictures leave this phone")
    pupil = Pupil(desktop.page)
    pupil.begin("4. Pixels against network")
    pupil.expect_step(1, "Start camera")
    pupil.go_on()
    pupil.expect_step(2, "Make a class for each")
    expect(pupil.card.get_by_role("button", name="Try with an example")).to_have_count(0)
    desktop.add_class("Cat")
    record(desktop, phone, "Cat", 3)
    pictures = desktop.card("Cat").locator("button.thumbnail img")
    expect(pictures).to_have_count(desktop.count("Cat"))
    assert pictures.first.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 0

    desktop.add_class("Coffee")
    show(phone, "coffee")
    record(desktop, phone, "Coffee", 3)
    # The lesson compares the phone's pictures by their pixels, too.
    pupil.go_to("4-pixels-against-network", 4)
    nearest = desktop.page.locator(".way-row").first.locator("li").first
    expect(nearest.locator("bdi")).to_have_text("Coffee")
    pupil.expect_waiting()
    show(phone, "cat")
    expect(nearest.locator("bdi")).to_have_text("Cat")
    pupil.expect_done()

    open_people(desktop.page).get_by_label(switch).uncheck()
    desktop.page.keyboard.press("Escape")
    expect(picture).to_have_count(0)
    expect(phone.locator("main")).to_contain_text("Only numbers leave this phone, and no pictures.")


def test_the_phone_can_use_the_whole_page_and_a_closed_room_is_said(
    desktop: Person, pocket: BrowserContext, reader: Node
):
    sheet = invite(desktop.page)
    address = read_qr(reader, sheet.locator(".qr"))
    check_barriers(desktop.page)
    phone = open_phone(pocket, address, "cat")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ready: record on the computer")
    check_barriers(desktop.page)
    check_barriers(phone)
    for size in (UPRIGHT, {"width": 844, "height": 390}):
        phone.set_viewport_size(size)  # type: ignore[arg-type]
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        picture = phone.locator(".camera-page-stage").bounding_box()
        assert picture
        assert abs(picture["width"] - picture["height"]) <= 1
        assert 0 <= picture["y"] <= picture["y"] + picture["height"] <= size["height"]
        assert picture["width"] > 330
    phone.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    phone.get_by_role("link", name="Use the whole page").click()
    expect(phone.locator(".top-bar")).to_be_visible()
    assert "#" not in phone.url
    assert "?room=" in phone.url
    phone.goto(address)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ready: record on the computer")
    people = open_people(desktop.page)
    people.get_by_role("button", name="Close the room").click()
    people.get_by_role("button", name="Close it").click()
    expect(phone.get_by_role("alert")).to_contain_text("closed")

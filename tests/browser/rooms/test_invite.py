"""How others come into a room: by the sheet that invites them, its link and its QR code, over https too."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Playwright, Route, expect

from server.classroom.addresses import lan_address
from tests.browser.conftest import ROOT, SHOWN_AGAIN, TAUGHT, Server, seeing
from tests.browser.rooms.conftest import open_sheet, read_qr
from tests.support.boxes import wait_until_drawn
from tests.support.cameras import wait_until_ready
from tests.support.film import Film
from tests.support.node import Node
from tests.support.person import Person, touch
from tests.support.server import until

pytestmark = pytest.mark.browser

#: What is too small for a finger.
TARGET = 44


def test_a_second_device_joins_by_the_sheets_qr_code_and_takes_an_animal(
    server: Server, browser: Browser, context: BrowserContext, page: Page, owner: Person, reader: Node
):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = page.locator("button.room strong").inner_text()
    owner.let_all_change_everything()
    sheet = open_sheet(page)
    link = f"{server.url}?room={code}"
    expect(sheet.locator(".share-room strong")).to_have_text(code)
    expect(sheet.get_by_label("Link", exact=True)).to_have_value(link)
    # This server listens to this computer only, and the sheet says what to do.
    expect(sheet.get_by_role("alert")).to_contain_text("works on this computer only")
    expect(sheet.get_by_role("alert")).to_contain_text("make classroom")
    expect(sheet).to_contain_text("1 device is in the room now")
    sheet.get_by_role("button", name="Copy link").click()
    expect(sheet).to_contain_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == link

    phone_context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", has_touch=True, is_mobile=True
    )
    phone = phone_context.new_page()
    phone.goto(read_qr(reader, sheet.locator(".qr")))
    expect(phone.locator(".notice-bar")).to_contain_text(f"You are in room {code} now")
    expect(sheet).to_contain_text("2 devices are in the room now")
    phone.get_by_role("button", name="Say who you are").click()
    dialog = phone.get_by_role("dialog", name="Say who you are")
    animals = dialog.locator(".animals button.small")
    # The dialog is there before what is in it.
    expect(animals.first).to_be_visible()
    before = animals.all_inner_texts()
    dialog.get_by_role("button", name="Show other animals").click()
    expect(animals.first).not_to_have_text(before[0])
    assert not set(animals.all_inner_texts()) & set(before)
    animal = animals.nth(1).inner_text().split()[-1]
    animals.nth(1).click()
    expect(dialog.get_by_label("Your name (optional)")).to_have_value(animal)
    phone.keyboard.press("Escape")
    # Nothing is asked of whoever has said it.
    expect(phone.get_by_role("button", name="Say who you are")).to_have_count(0)

    page.keyboard.press("Escape")
    phone.locator(".phone-tabs").get_by_role("button", name="Classes").click()
    guest = Person(phone)
    guest.card("Cat").get_by_role("button", name="Delete the class Cat").click()
    expect(page.get_by_role("status").filter(has_text=f"{animal} deleted “Cat”")).to_be_visible()
    phone_context.close()


def test_the_link_is_the_first_address_that_the_server_tells_and_the_others_can_be_chosen(
    server: Server, page: Page, reader: Node
):
    urls = ["https://192.168.1.20:8443/", "http://192.168.1.20:8000/"]

    def answer(route: Route) -> None:
        route.fulfill(json={"ok": True, "addresses": [{"url": url, "kind": "lan"} for url in urls]})

    page.route("**/api/addresses", answer)
    page.goto(server.url)
    code = Person(page).share()
    sheet = open_sheet(page)
    expect(sheet.get_by_role("alert")).to_have_count(0)
    for url in urls:
        sheet.get_by_label("Address").select_option(url.rstrip("/"))
        expect(sheet.get_by_label("Link", exact=True)).to_have_value(f"{url}?room={code}")
        assert read_qr(reader, sheet.locator(".qr")) == f"{url}?room={code}"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (820, 1180), (390, 844), (844, 390), (320, 640)])
def test_the_sheet_fits_and_can_be_shown_large(server: Server, browser: Browser, width: int, height: int, reader: Node):
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{server.url}?room=RIVER-APPLE-SEVEN")
    page.get_by_role("button", name="Make room RIVER-APPLE-SEVEN").click()
    sheet = open_sheet(page)
    expect_inside(page, sheet)
    large = sheet.get_by_role("button", name="Show large")
    large.click()
    expect(large).to_have_attribute("aria-pressed", "true")
    expect_inside(page, sheet)
    assert sheet.evaluate("(sheet) => sheet.scrollHeight - sheet.clientHeight") <= 0, (
        "it must be seen without scrolling"
    )
    assert read_qr(reader, sheet.locator(".qr")) == f"{server.url}?room=RIVER-APPLE-SEVEN"
    box = sheet.locator(".qr").bounding_box()
    assert box
    assert box["width"] >= 0.4 * min(width, height), "as large as the window lets it be"
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    context.close()


def expect_inside(page: Page, sheet: Locator) -> None:
    """Nothing sticks out at the sides, and what is pressed is large enough."""
    wait_until_drawn(page)
    assert sheet.evaluate("(sheet) => sheet.scrollWidth - sheet.clientWidth") <= 0
    size = page.viewport_size
    assert size
    for part in sheet.locator(".share-room strong span, button:visible, input, .qr").all():
        box = part.bounding_box()
        assert box
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= size["width"] + 0.5, part
    for button in sheet.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TARGET - 0.5, button


@pytest.fixture
def classroom() -> Iterator[Server]:
    """A server for the devices of its network, by https, with the certificate that it makes."""
    made = Server(ROOT / "web" / "dist", "--https", host="0.0.0.0")  # noqa: S104
    made.url = f"https://{lan_address() or '127.0.0.1'}:{made.port}/"
    made.start()
    yield made
    made.kill()


def key_of(server: Server) -> str:
    """The hash by which a browser can be told to trust the server's certificate, and no other."""
    certificate = x509.load_pem_x509_certificate((Path(server.data) / "classroom" / "server.pem").read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def test_a_phone_joins_by_the_qr_codes_link_over_https_and_teaches(
    classroom: Server, playwright: Playwright, browser: Browser, chrome: str, film: Film, reader: Node
):
    stranger = browser.new_page()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        stranger.goto(classroom.url)
    stranger.close()
    trust = f"--ignore-certificate-errors-spki-list={key_of(classroom)}"
    with seeing(playwright, chrome, film, trust) as trusting:
        page = trusting.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        teacher = Person(page)
        page.goto(classroom.url)
        teacher.add_class("Cat")
        code = teacher.share()
        sheet = open_sheet(page)
        link = read_qr(reader, sheet.locator(".qr"))
        assert link == f"{classroom.url}?room={code}"
        page.keyboard.press("Escape")

        phone = trusting.new_context(**playwright.devices["Pixel 7"], locale="en-GB").new_page()
        phone.goto(link)
        pupil = Person(phone)
        expect(phone.locator(".notice-bar")).to_contain_text(f"You are in room {code} now")
        tabs = phone.locator(".phone-tabs")
        tabs.get_by_role("button", name="Camera").tap()
        phone.get_by_role("button", name="Start camera").first.tap()
        wait_until_ready(phone)
        tabs.get_by_role("button", name="Classes").tap()
        pupil.wait_for_scene(TAUGHT["cat"])
        let_go = touch(pupil.hold_button("Cat"))
        phone.wait_for_function(
            "() => parseInt(document.querySelector('article .class-count').textContent) >= 2", polling=20
        )
        assert pupil.scene() == TAUGHT["cat"], "the film went on"
        let_go()
        counts = [person.card("Cat").locator(".class-count") for person in (teacher, pupil)]
        expect(counts[0]).not_to_have_text("0 examples")
        # The last ones may still be on their way.
        until(lambda: counts[0].inner_text() == counts[1].inner_text(), "both pages have as many examples")
        # What the phone taught, the teacher's page knows.
        teacher.add_class("Rocket")
        teacher.start_camera()
        teacher.record("Rocket", TAUGHT["rocket"], 4)
        phone.close()
        teacher.sees("Cat", SHOWN_AGAIN["cat"])

"""The page alone, refused, narrow, hostile: what a person meets besides the story."""

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import FLAGS, NO_SERVER, ROOT, Complaints, Server, seeing
from tests.support.film import Film, write_photos
from tests.support.person import Person
from tests.support.server import ServerProcess, until

pytestmark = pytest.mark.browser

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    return write_photos(tmp_path_factory.mktemp("photos"), ("cat", "coffee", "rocket"), 6)


def test_any_file_host_will_do_and_a_reload_keeps_everything(static_host: str, page: Page, photos):
    complaints = Complaints(page)
    person = Person(page)
    page.goto(static_host)
    for name, paths in photos.items():
        person.add_class(name.title())
        person.upload(name.title(), paths[:5])
    expect(person.badge).to_contain_text("Browser")
    page.reload()
    for name, paths in photos.items():
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Use a photo").click()
        chooser.value.set_files(paths[5])
        expect(person.verdict).to_have_text(name.title())
        page.get_by_role("button", name="Put away").click()
    # Looking for a server once is all that may fail here.
    assert complaints.but_for(NO_SERVER) == []


def test_a_refused_camera_says_what_to_do(playwright: Playwright, chrome: str, server: Server):
    browser = playwright.chromium.launch(
        executable_path=chrome, args=[*FLAGS, "--use-fake-device-for-media-stream", "--deny-permission-prompts"]
    )
    page = browser.new_page()
    page.goto(server.url)
    Person(page).start_camera()
    expect(page.get_by_role("heading", name="The camera is not allowed")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    browser.close()


def test_hostile_names_are_text_and_nothing_else(server: Server, page: Page, photos):
    complaints = Complaints(page)
    person = Person(page)
    page.goto(server.url)
    names = ["<img src=x onerror=alert(1)>", "__proto__", "constructor", "7", "日本", "🦊🦊🦊"]
    for name in names:
        person.add_class(name)
    for i, name in enumerate(names):
        person.upload(name, photos["cat"][i % 3 : i % 3 + 2])
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Use a photo").click()
    chooser.value.set_files(photos["cat"][0])
    # Both have the same picture.
    expect(person.verdict).to_have_text(f"{names[0]}, or {names[3]}?")
    assert page.locator("img[src=x]").count() == 0
    field = person.card("7").get_by_label("Class name")
    for bad, words in (("x" * 41, "41 characters"), ("   ", "Give the class a name")):
        field.fill(bad)
        field.press("Enter")
        expect(person.card("7").get_by_role("alert")).to_contain_text(words)
        field.press("Escape")
    assert complaints.messages == []


#: Keeps one name, and types the next before the page is painted again.
TYPE_ON = """async (field) => {
  const type = (text) => {
    const prototype = Object.getPrototypeOf(field);
    Object.getOwnPropertyDescriptor(prototype, "value").set.call(field, text);
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  };
  const afterTasks = () => new Promise((resolve) => setTimeout(resolve));
  field.focus();
  type("Owl");
  await afterTasks();
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  await null;
  type("Owls");
  for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
  return field.value;
}"""


def test_what_is_typed_just_after_a_name_was_kept_stays(server: Server, page: Page):
    page.goto(server.url)
    person = Person(page)
    fields = [person.add_class("Cat").get_by_label("Class name"), person.open_projects().locator(".project-name")]
    for field in fields:
        assert field.evaluate(TYPE_ON) == "Owls"


def test_a_file_that_is_no_picture_is_named_and_the_others_are_taken(server: Server, page: Page, photos, tmp_path):
    person = Person(page)
    page.goto(server.url)
    person.add_class("Cat")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 no picture at all")
    with page.expect_file_chooser() as chooser:
        person.card("Cat").get_by_role("button", name="Upload pictures of Cat").click()
    chooser.value.set_files([photos["cat"][0], broken, photos["cat"][1]])
    expect(person.card("Cat").locator(".class-count")).to_have_text("2 examples")
    expect(page.get_by_text("broken.jpg")).to_be_visible()


def test_a_second_device_joins_by_the_rooms_link_and_both_teach(server: Server, browser: Browser, page: Page, photos):
    first = Person(page)
    page.goto(server.url)
    for name in ("cat", "coffee", "rocket"):
        first.add_class(name.title())
        first.upload(name.title(), photos[name])
    code = first.share()
    expect(first.badge).to_contain_text("Server")
    expect(first.badge).not_to_contain_text("Sending")

    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    second = Person(context.new_page())
    second.page.goto(f"{server.url}?room={code}")
    for name in ("Cat", "Coffee", "Rocket"):
        expect(second.card(name).locator(".class-count")).to_have_text("6 examples")
    expect(second.badge).to_contain_text("Server")
    expect(second.badge).not_to_contain_text("Catching up")
    second.upload("Cat", photos["cat"][:2])
    expect(first.card("Cat").locator(".class-count")).to_have_text("8 examples")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (820, 1180), (390, 844)])
def test_no_barrier_that_axe_finds(browser: Browser, server: Server, photos, scheme, width, height):
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale="en-GB",
        reduced_motion="reduce",  # colours that are on their way would be measured too
    )
    page = context.new_page()
    page.set_default_timeout(90_000)
    person = Person(page)
    page.goto(server.url)

    def violations() -> list[str]:
        page.evaluate(AXE.read_text("utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = page.evaluate("(tags) => axe.run({ runOnly: tags })", tags)["violations"]
        return [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]

    expect(page.get_by_role("button", name="Start camera").first).to_be_visible()
    assert violations() == []
    if width <= 700:
        page.get_by_role("navigation").get_by_role("button", name="Classes").click()
    for name in ("cat", "coffee"):
        person.add_class(name.title())
        person.upload(name.title(), photos[name][:2])
    assert violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    context.close()


@pytest.fixture
def classroom(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server as `make classroom` starts it, with an authority that nobody knows."""
    dist = ROOT / "web" / "dist"
    options = ("--host", "0.0.0.0", "--https", "--data", str(tmp_path), "--page", str(dist))  # noqa: S104
    with contextlib.closing(ServerProcess(*options)) as server:
        yield server


def sees_its_camera(page: Page) -> None:
    """The camera is allowed, which it is to secure pages only, and its picture comes."""
    assert page.evaluate("isSecureContext")
    Person(page).start_camera()
    until(lambda: page.evaluate("document.querySelector('video')?.videoWidth > 0"), "the camera's picture")


def test_a_phone_that_trusts_the_authority_has_camera_and_kept_page(
    playwright: Playwright, chrome: str, film: Film, classroom: ServerProcess, tmp_path: Path
):
    certificate = x509.load_pem_x509_certificate((tmp_path / "classroom" / "server.pem").read_bytes())
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trusted = base64.b64encode(hashlib.sha256(key).digest()).decode()
    with seeing(playwright, chrome, film, f"--ignore-certificate-errors-spki-list={trusted}") as browser:
        page = browser.new_context(**playwright.devices["Pixel 7"], locale="en-GB").new_page()
        complaints = Complaints(page)
        page.goto(classroom.url)
        sees_its_camera(page)
        assert page.evaluate("navigator.serviceWorker.ready.then((kept) => kept.active !== null)")
        assert complaints.messages == []


def test_a_phone_whose_person_passes_the_warning_has_its_camera(
    playwright: Playwright, chrome: str, film: Film, classroom: ServerProcess
):
    with seeing(playwright, chrome, film) as browser:
        page = browser.new_context(**playwright.devices["Pixel 7"], locale="en-GB").new_page()
        with pytest.raises(PlaywrightError, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(classroom.url)
        page.get_by_role("button", name="Advanced").click()
        page.get_by_role("link", name="Proceed to").click()
        expect(page).to_have_title("Show & Tell")
        sees_its_camera(page)

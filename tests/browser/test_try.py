"""Try photos in a real browser: a dropped folder, corrections, the table, and pictures from other servers."""

import csv
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NO_SERVER, Complaints, Server
from tests.browser.layout.test_axe import AXE, violations
from tests.browser.projects.test_exchange import drop_folder, import_folder
from tests.support.film import photo, varied
from tests.support.person import Person

pytestmark = pytest.mark.browser

THINGS = ("cat", "coffee", "rocket")


def write_photos(folder: Path, seed: int, count: int) -> Path:
    """Write photos of each thing, in a folder of its own."""
    for thing in THINGS:
        random = np.random.default_rng(seed)
        (folder / thing).mkdir(parents=True)
        for i in range(count):
            varied(photo(thing), random).save(folder / thing / f"{i}.jpg", "JPEG")
    return folder


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_photos(tmp_path_factory.mktemp("examples") / "things", 1, 4)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve photos in three folders, and one more that is none."""
    folder = write_photos(tmp_path_factory.mktemp("tried") / "trip", 9, 4)
    (folder / "cat" / "broken.jpg").write_bytes(b"no picture")
    return folder


def teach(page: Page, url: str, examples: Path) -> None:
    import_folder(page, url, examples, 12)


def open_view(page: Page) -> Locator:
    page.get_by_role("button", name="Try photos").first.click()
    view = page.get_by_role("dialog", name="Try photos")
    expect(view.get_by_role("button", name="Choose photos")).to_be_visible()
    return view


def drop(page: Page, view: Locator, folder: Path) -> None:
    drop_folder(page, "dialog.try", folder)
    expect(view.get_by_text("12 photos:")).to_be_visible()


def tile(view: Locator, name: str) -> Locator:
    return view.locator(".try-tile").filter(has=view.page.locator(f".try-name[title='{name}']"))


def test_a_folder_is_answered_corrected_undone_and_saved(
    static_host: str, page: Page, examples: Path, tried: Path, tmp_path: Path
):
    complaints = Complaints(page)
    person = Person(page)
    teach(page, static_host, examples)
    view = open_view(page)
    drop(page, view, tried)
    expect(view.get_by_role("alert").filter(has_text="broken.jpg is not a picture")).to_be_visible()
    for thing in THINGS:
        for i in range(4):
            expect(tile(view, f"trip/{thing}/{i}.jpg").locator(".try-verdict bdi").first).to_have_text(thing)
    # Nothing was taught.
    assert [person.count(thing) for thing in THINGS] == [4, 4, 4]

    # Why: three neighbours with their pictures, and the heat map while it is looked at.
    one = tile(view, "trip/rocket/2.jpg")
    expect(one.locator(".try-neighbours img")).to_have_count(3)
    expect(one.locator("canvas")).to_have_count(0)
    one.locator(".try-picture").focus()
    expect(one.locator("canvas")).to_be_visible()
    expect(one.get_by_text("Hottest now:")).to_be_attached()
    view.get_by_role("button", name="Choose photos").focus()
    expect(one.locator("canvas")).to_have_count(0)

    # One click corrects, and teaches; undo takes it back. All by keyboard.
    one.get_by_role("button", name="Correct trip/rocket/2.jpg").focus()
    page.keyboard.press("Enter")
    choice = page.get_by_role("dialog", name="What is it?")
    choice.get_by_role("button", name="coffee").focus()
    page.keyboard.press("Enter")
    expect(one.locator(".try-correct")).to_contain_text("Now an example of coffee")
    expect(person.card("coffee").locator(".class-count")).to_have_text("5 examples")
    page.keyboard.press("Control+z")
    expect(person.card("coffee").locator(".class-count")).to_have_text("4 examples")
    expect(one.locator(".try-correct")).to_have_text("Correct")
    page.keyboard.press("Control+Shift+z")
    expect(one.locator(".try-correct")).to_contain_text("Now an example of coffee")

    view.locator(".try-tools select").first.select_option("Corrected")
    expect(view.locator(".try-tile")).to_have_count(1)
    view.locator(".try-tools select").first.select_option("cat")
    expect(view.locator(".try-tile")).to_have_count(4)
    view.locator(".try-tools select").first.select_option("All photos")
    view.locator(".try-tools select").last.select_option("By name")
    expect(view.locator(".try-name").first).to_have_text("trip/cat/0.jpg")
    with page.expect_download() as download:
        view.get_by_role("button", name="Save as table (CSV)").click()
    download.value.save_as(tmp_path / "tried.csv")
    with (tmp_path / "tried.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["answer"]) for row in rows] == [
        (f"trip/{thing}/{i}.jpg", thing) for thing in THINGS for i in range(4)
    ]
    assert [row["corrected to"] for row in rows] == [
        "coffee" if row["name"] == "trip/rocket/2.jpg" else "" for row in rows
    ]
    for row in rows:
        shares = [float(row[column]) for column in (*THINGS, "Something else")]
        assert sum(shares) == pytest.approx(1, abs=0.001)
        assert float(row["distance"]) >= 0
    view.get_by_role("button", name="Clear all").click()
    expect(view.locator(".try-tile")).to_have_count(0)
    assert complaints.but_for(NO_SERVER) == []


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_no_barrier_and_nothing_cut_off(
    static_host: str, page: Page, examples: Path, tried: Path, size: tuple[int, int]
):
    teach(page, static_host, examples)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if size[0] <= 700:
        page.locator(".phone-tabs button").nth(1).click()
    view = open_view(page)
    drop(page, view, tried)
    view.get_by_role("button", name="Use addresses").click()
    page.evaluate(AXE.read_text("utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        view.locator(".try-picture").nth(1).focus()
        assert violations(page) == []
    assert view.evaluate("(view) => view.querySelector('.try-body').scrollWidth <= view.clientWidth")
    small = view.locator("button:visible").evaluate_all(
        "(all) => all.filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
    )
    assert small == []
    view.locator(".try-correct").first.click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    # The view stays open, and the focus is where it was.
    expect(view.locator(".try-correct").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(view).to_be_hidden()


class Handler(SimpleHTTPRequestHandler):
    """Another server, which lets other pages have what is below /open/ only."""

    asked: list[str]

    def end_headers(self) -> None:
        self.asked.append(f"{self.command} {self.path} {self.headers.get('Referer')} {self.headers.get('Cookie')}")
        if self.path.startswith("/open/"):
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def elsewhere(tmp_path: Path, tried: Path) -> Iterator[tuple[str, list[str]]]:
    (tmp_path / "open").symlink_to(tried)
    (tmp_path / "closed").symlink_to(tried)
    asked: list[str] = []
    kind = type("Kind", (Handler,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_addresses_are_fetched_where_their_server_allows_it(
    server: Server, page: Page, examples: Path, elsewhere: tuple[str, list[str]]
):
    host, asked = elsewhere
    teach(page, server.url, examples)
    view = open_view(page)
    view.get_by_role("button", name="Use addresses").click()
    view.get_by_label("Addresses of pictures").fill(
        f"{host}/open/coffee/1.jpg\n{host}/closed/cat/1.jpg\n{host}/open/none.jpg\nfile:///etc/passwd\n"
        f"{host}/open/cat/broken.jpg"
    )
    view.get_by_role("button", name="Fetch them").click()
    expect(view.get_by_text("1 photo:")).to_be_visible()
    expect(view.locator(".try-verdict bdi").first).to_have_text("coffee")
    failed = view.get_by_role("alert").locator("li")
    expect(failed).to_have_count(4)
    plain = host.removeprefix("http://")
    expect(failed.nth(0)).to_contain_text(f"{plain} does not let other pages have its pictures, or can’t be reached")
    expect(failed.nth(0)).to_contain_text("save it to your device, and drop it here")
    expect(failed.nth(1)).to_contain_text(f"none.jpg is not there, says the server {plain}: 404")
    expect(failed.nth(2)).to_contain_text("“file:///etc/passwd” is not the address of a picture")
    expect(failed.nth(3)).to_contain_text("broken.jpg is not a picture")
    assert {line.split(" ", 1)[1].split(" ", 1)[1] for line in asked} == {"None None"}
    # Kept by the browser, the worker has its policy still.
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()
    view = open_view(page)
    view.get_by_role("button", name="Use addresses").click()
    view.get_by_label("Addresses of pictures").fill(f"{host}/open/rocket/1.jpg")
    view.get_by_role("button", name="Fetch them").click()
    expect(view.locator(".try-verdict bdi").first).to_have_text("rocket")
    # Only that worker has a policy that allows it. The page itself may talk to this device alone, for its actions.
    far = host.replace("127.0.0.1", "127.0.0.2")
    fetching = """(url) => new Promise((resolve) => {
      addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), { once: true });
      fetch(url).then(() => resolve("came"), () => setTimeout(resolve, 1000, "refused by nobody"));
    })"""
    assert page.evaluate(fetching, f"{far}/open/cat/1.jpg") == "connect-src"
    assert page.evaluate(fetching, f"{host}/open/cat/1.jpg") == "came"


def test_what_is_dropped_on_the_stage_is_never_passed_over_in_silence(
    static_host: str, page: Page, examples: Path, tried: Path
):
    person = Person(page)
    page.goto(static_host)
    expect(page.locator(".classes-empty")).to_be_visible()
    # Pictures of one folder, and no class yet: they are the first.
    drop_folder(page, ".stage", examples / "cat")
    expect(page.locator(".classes article .class-count")).to_have_text("4 examples")
    # Folders: they ask, as everywhere.
    drop_folder(page, ".stage", examples)
    dialog = page.get_by_role("dialog", name="Import")
    expect(dialog.get_by_text("Make 3 classes from these folders?")).to_be_visible()
    dialog.get_by_role("button", name="Add to this project").click()
    expect(dialog.get_by_text("12 examples are in.")).to_be_visible()
    dialog.get_by_role("button", name="Close").last.click()
    person.expect_count("coffee", 4)
    # Several, and classes to tell apart: they are tried.
    drop_folder(page, ".stage", tried / "rocket")
    view = page.get_by_role("dialog", name="Try photos")
    expect(view.get_by_text("4 photos:")).to_be_visible()
    expect(view.locator(".try-tile")).to_have_count(4)

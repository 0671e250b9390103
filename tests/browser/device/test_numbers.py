"""A backend that computes wrong numbers is found by the golden pictures, left out, and named."""

import json
from pathlib import Path
from struct import pack

import pytest
from playwright.sync_api import Page, expect

from tests.browser.device.conftest import remember
from tests.support.cameras import wait_until_ready

pytestmark = pytest.mark.browser

# A constant of WebAssembly's code: f32.const, and its four bytes.
SIX = b"\x43" + pack("<f", 6.0)
FIVE = b"\x43" + pack("<f", 5.0)


def details(page: Page) -> str:
    """The badge's details."""
    page.locator("button.badge").click()
    shown = page.locator(".engine-details")
    expect(shown.locator("dl")).to_be_visible()
    text = shown.inner_text()
    page.keyboard.press("Escape")
    return text


def break_clamp(dist: Path, name: str) -> None:
    """Have a variant of WebAssembly cut activations off at 5 instead of 6: the bug of a kernel."""
    (path,) = dist.glob(f"assets/{name}-*.wasm")
    content = path.read_bytes()
    assert SIX in content
    path.write_bytes(content.replace(SIX, FIVE))


def test_the_badge_says_how_near_the_numbers_are_to_the_models_own(served, page):
    served.start()
    page.goto(served.url)
    wait_until_ready(page)
    text = details(page)
    assert "Same numbers as the model" in text
    assert "0.9999" in text or "1.00000" in text, text
    assert "Left out" not in text


@pytest.mark.parametrize("remembered", [False, True])
def test_a_backend_with_a_wrong_kernel_is_left_out_and_the_next_one_answers(served, dist, page, remembered):
    if remembered:
        page.add_init_script(remember("wasm-threads"))
    break_clamp(dist, "tfjs-backend-wasm-threaded-simd")
    served.start()
    page.goto(served.url)
    wait_until_ready(page)
    lines = details(page).splitlines()
    assert lines[lines.index("Runs on") + 1] == "wasm"
    left_out = lines[lines.index("Left out") + 1]
    assert left_out.startswith("wasm-threads: wrong numbers, 0."), left_out
    assert page.locator("[role=alert]").all_inner_texts() == [""] * page.locator("[role=alert]").count()


def test_where_every_backend_is_wrong_the_page_says_so_and_does_not_answer(served, dist, page):
    manifest = json.loads((dist / "model" / "manifest.json").read_text("utf-8"))
    path = dist / "model" / manifest["golden"]["name"]
    content = bytearray(path.read_bytes())
    embeddings = 3 * manifest["golden"]["pictures"] * manifest["golden"]["side"] ** 2
    # The second picture gets the embedding of the first: so would a backend that always gives the same numbers.
    half = 4 * manifest["dimension"]
    content[embeddings + half :] = content[embeddings : embeddings + half]
    path.write_bytes(content)
    served.start()
    page.goto(served.url)
    shown = page.get_by_text("The model’s numbers come out wrong on this device: wasm-threads, wasm").first
    expect(shown).to_be_visible()
    expect(page.get_by_text("try another browser").first).to_be_visible()


def test_a_model_without_golden_pictures_works_and_says_that_it_is_not_checked(served, dist, page):
    path = dist / "model" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["golden"]
    path.write_text(json.dumps({**manifest, "format": 3}), "utf-8")
    served.start()
    page.goto(served.url)
    wait_until_ready(page)
    assert "not checked" in details(page)

"""What the tests with a browser stand on: a film that is cut while the fake camera shows it, and Chromium's flags."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from playwright.sync_api import Browser, Playwright

from tests.browser.conftest import FEATURES_OFF, seeing
from tests.support.film import HEIGHT, PICTURES_PER_SECOND, SLICE_PICTURES, STRIP_FIRST, STRIP_STEP, WIDTH, Film
from tests.support.person import SCENE, Person

#: Seconds of each scene.
SECONDS: Final = (2, 1, 3)
FRAME_BYTES: Final = len(b"FRAME\n") + WIDTH * HEIGHT * 3 // 2


@dataclass(frozen=True)
class Plain:
    """A grey picture, for some seconds."""

    seconds: int

    def pictures(self, number: int) -> Iterator[Image.Image]:
        for _ in range(self.seconds * PICTURES_PER_SECOND):
            yield Image.new("RGB", (WIDTH, HEIGHT), (128, 128, 128))


@pytest.fixture
def film(tmp_path: Path) -> Film:
    return Film(tmp_path / "film.y4m", [Plain(seconds) for seconds in SECONDS])


def places(film: Film) -> list[tuple[int, int]]:
    """The scene and the slice of each frame in the file."""
    header, frames = film.path.read_bytes().split(b"\n", 1)
    assert header.startswith(b"YUV4MPEG2 ")
    assert len(frames) % FRAME_BYTES == 0
    rows = [frames[start + len(b"FRAME\n") :][:WIDTH] for start in range(0, len(frames), FRAME_BYTES)]
    return [((row[8] - STRIP_FIRST) // STRIP_STEP, (row[-8] - STRIP_FIRST) // STRIP_STEP) for row in rows]


def test_a_scene_begins_half_a_second_to_a_second_after_the_cut(film: Film):
    uncut = places(film)
    assert uncut[:6] == [(0, 0)] * 5 + [(0, 1)]
    assert [uncut.count((scene, 0)) for scene in range(3)] == [SLICE_PICTURES] * 3
    for scene, now in ((2, (0, 1)), (0, (0, 3)), (1, (2, 5)), (0, (1, 0))):
        begins = places(film).index(now) + 2 * SLICE_PICTURES
        film.cut_to(scene, now)
        cut = places(film)
        begins %= len(cut)
        # From there on it is the film as it was.
        start = uncut.index((scene, 0))
        assert cut[begins:] + cut[:begins] == uncut[start:] + uncut[:start], (scene, now)


@pytest.mark.browser
def test_the_camera_sees_the_cut(playwright: Playwright, chrome: str, static_host: str, film: Film):
    with seeing(playwright, chrome, film) as browser:
        page = browser.new_page(locale="en-GB")
        person = Person(page)
        page.goto(static_host)
        person.start_camera()
        for scene in (1, 0, 2, 1):
            # That the scene has begun is what this waits for; asked again, it may be over on a busy machine.
            person.wait_for_scene(scene)
            # It goes on from there.
            page.wait_for_function(f"() => ({SCENE})() === {(scene + 1) % 3}", polling=50)


@pytest.mark.browser
def test_the_features_that_are_off_are_playwrights_and_ours(plain_browser: Browser):
    command = plain_browser.new_browser_cdp_session().send("SystemInfo.getInfo")["commandLine"]
    playwrights, heeded = (names.split(",") for names in re.findall(r"--disable-features=(\S+)", command))
    assert heeded == FEATURES_OFF
    assert set(playwrights) <= set(heeded)

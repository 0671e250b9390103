"""Held once: three things are taught in one pose each. Turned, moved and before another background they are named.

What was not taught is unknown. Held twice before one wall, they are still named before another background, and things
that look alike after one recording are told apart.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import NO_SERVER, Complaints, hosting, seeing
from tests.support.film import Film, write_photos
from tests.support.held import Held, Pose
from tests.support.person import Answers, Person, read_answers

pytestmark = pytest.mark.browser

TAUGHT: Final = ("cat", "coffee", "motorcycle")
CHANGED: Final = {
    "turned": [Held(thing, Pose(turn=-40), Pose(turn=40), seconds=3) for thing in TAUGHT],
    "moved": [Held(thing, Pose(size=0.6, x=-0.2, y=-0.2), Pose(size=0.6, x=0.2, y=0.2), seconds=3) for thing in TAUGHT],
    "before something else": [
        Held(thing, background=behind, seconds=3)
        for thing, behind in zip(TAUGHT, ("brick", "grass", "gravel"), strict=True)
    ],
}
UNTAUGHT: Final = [Held(thing, Pose(turn=-20), Pose(turn=20), seconds=3) for thing in ("rocket", "astronaut")]
#: Cut out in the same shape and before the same wall, they are nearer to each other (a cosine distance of 0.5) than
#: photos of different things usually are. The model's limit comes from such photos.
TOO_NEAR: Final = pytest.mark.xfail(reason="the motorcycle is nearer than the model's limit", strict=True)
ASKED: Final = [*(held for scenes in CHANGED.values() for held in scenes), *UNTAUGHT]
FIRST: Final = [Held(thing, seconds=6) for thing in TAUGHT]
#: Before the wall of the first recording: such a second one shows little that is new.
SECOND: Final = [Held(thing, Pose(turn=-20), Pose(turn=20), seconds=6) for thing in TAUGHT]
#: A thing must be named in this share of the answers.
NAMED: Final = 0.85
#: What was not taught must be unknown in this share of the answers.
UNKNOWN: Final = 0.95


@pytest.fixture(scope="module")
def answers(playwright: Playwright, chrome: str, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What the page answers after one recording of each thing, by scene."""
    return teach_and_ask(playwright, chrome, tmp_path_factory.mktemp("once"), ASKED, [FIRST])


def teach_and_ask(
    playwright: Playwright, chrome: str, folder: Path, asked: Sequence[Held], lessons: Sequence[Sequence[Held]]
) -> Answers:
    """Record the things of TAUGHT once in each lesson. Return, for each scene, certainty and winner of each answer."""
    # What is taught is at the end of the film: then it begins again, with what is asked about.
    film = Film(folder / "held.y4m", [*asked, *(held for lesson in lessons for held in lesson)])
    with hosting(folder) as address, seeing(playwright, chrome, film) as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.set_default_timeout(120_000)
        complaints = Complaints(page)
        person = Person(page)
        page.goto(address)
        person.start_camera()
        for name in TAUGHT:
            person.add_class(name.title())
        scene = len(asked)
        for lesson in lessons:
            for held in lesson:
                person.record(held.thing.title(), scene)
                scene += 1
        seen = read_answers(page, len(asked))
        # A static host has no server to find.
        assert complaints.but_for(NO_SERVER) == []
    film.remove()
    return seen


def is_named(answer: tuple[str, str], held: Held) -> bool:
    certainty, winner = answer
    return certainty != "unknown" and winner == held.thing.title()


@pytest.mark.parametrize("change", CHANGED)
def test_a_thing_that_was_held_once_is_named(change: str, answers: Answers):
    right = [is_named(answer, held) for held in CHANGED[change] for answer in answers[ASKED.index(held)]]
    assert sum(right) / len(right) >= NAMED, answers


@pytest.mark.parametrize(
    "held",
    [pytest.param(held, id=held.thing, marks=[TOO_NEAR] if held.thing == "astronaut" else []) for held in UNTAUGHT],
)
def test_what_was_not_taught_is_unknown(held: Held, answers: Answers):
    unknown = [certainty == "unknown" for certainty, _ in answers[ASKED.index(held)]]
    assert sum(unknown) / len(unknown) >= UNKNOWN, answers[ASKED.index(held)]


def test_a_second_recording_before_the_same_wall_spoils_nothing(playwright: Playwright, chrome: str, tmp_path: Path):
    known = CHANGED["before something else"]
    seen = teach_and_ask(playwright, chrome, tmp_path, [*known, *UNTAUGHT], [FIRST, SECOND])
    right = [is_named(answer, held) for held, frames in zip(known, seen, strict=False) for answer in frames]
    assert sum(right) / len(right) >= NAMED, seen
    # With a second recording the adapted metric counts: the astronaut is no longer taken for a motorcycle.
    for held, frames in zip(UNTAUGHT, seen[len(known) :], strict=True):
        unknown = [certainty == "unknown" for certainty, _ in frames]
        assert sum(unknown) / len(unknown) >= UNKNOWN, (held, frames)


@pytest.fixture
def person(static_host: str, page: Page, photos: dict[str, list[Path]]) -> Person:
    """Taught two things by three photos each."""
    made = Person(page)
    page.goto(static_host)
    for name in ("Cat", "Coffee"):
        made.add_class(name)
        made.upload(name, photos[name.lower()][:3])
    return made


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, list[Path]]:
    return write_photos(tmp_path, ["cat", "coffee", "rocket"], 4)


def ask(person: Person, photo: Path, verdict: str) -> None:
    put_away = person.page.get_by_role("button", name="Put away")
    if put_away.is_visible():
        put_away.click()
    person.page.locator("section.camera input[type=file]").first.set_input_files(photo)
    expect(person.verdict).to_have_text(verdict)


def test_i_don_t_know_says_what_to_do(person: Person, photos: dict[str, list[Path]]):
    page = person.page
    ask(person, photos["cat"][3], "Cat")
    expect(page.locator(".neighbour-vote")).to_have_count(3)
    ask(person, photos["rocket"][0], "I don’t know")
    # Neighbours that are too far away have no vote.
    expect(page.locator(".neighbour-picture")).to_have_count(3)
    expect(page.locator(".neighbour-vote")).to_have_count(0)
    advice = re.compile("^Something new\\? Add a class, and upload this picture there. If it is C")
    expect(page.locator(".answer .verdict-note")).to_have_text(advice)
    page.set_viewport_size({"width": 390, "height": 844})
    for tab in ("Classes", "Why"):
        page.get_by_role("button", name=tab, exact=True).click()
        expect(page.locator(".small-answer .verdict-note")).to_have_text(advice)
        expect(page.locator(".small-answer .verdict-note")).to_be_in_viewport(ratio=1)


def test_by_hand_the_limit_begins_where_the_answer_stays(person: Person, photos: dict[str, list[Path]]):
    words = person.page.locator(".unknown-words")
    for name, verdict in (("rocket", "I don’t know"), ("cat", "Cat")):
        ask(person, photos[name][3], verdict)
        expect(words).to_contain_text("With everything counted in, the strangeness of this picture is")
        person.page.locator(".unknown input[value=hand]").check()
        expect(words).to_contain_text("By the nearest example alone, the strangeness of this picture is")
        expect(person.verdict).to_have_text(verdict)
        person.page.locator(".unknown input[value=auto]").check()

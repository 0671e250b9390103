"""Held once: three things are taught in one pose each. Turned, moved and before another background they are named.

What was not taught is unknown.
"""

from typing import Final

import pytest
from playwright.sync_api import Playwright

from server.contract.constants import SMOOTHED_FRAMES
from tests.browser.conftest import Complaints, hosting, seeing
from tests.support.film import write_film
from tests.support.held import Held, Pose
from tests.support.person import SCENE, Person

pytestmark = pytest.mark.browser

TAUGHT: Final = ("cat", "coffee", "motorcycle")
CHANGED: Final = {
    "turned": [Held(thing, Pose(turn=-40), Pose(turn=40)) for thing in TAUGHT],
    "moved": [Held(thing, Pose(size=0.6, x=-0.2, y=-0.2), Pose(size=0.6, x=0.2, y=0.2)) for thing in TAUGHT],
    "before something else": [
        Held(thing, background=behind) for thing, behind in zip(TAUGHT, ("brick", "grass", "gravel"), strict=True)
    ],
}
UNTAUGHT: Final = [Held(thing, Pose(turn=-20), Pose(turn=20)) for thing in ("rocket", "astronaut")]
#: Cut out in the same shape and before the same wall, they are nearer to each other (a cosine distance of 0.5) than
#: photos of different things usually are. The model's limit comes from such photos.
TOO_NEAR: Final = pytest.mark.xfail(reason="the motorcycle is nearer than the model's limit", strict=True)
#: The film begins with what is asked about: while it runs for the first time, page and model are loaded.
ASKED: Final = [*(held for scenes in CHANGED.values() for held in scenes), *UNTAUGHT]
SCENES: Final = [*ASKED, *(Held(thing, seconds=3) for thing in TAUGHT)]
#: A thing must be named in this share of the frames.
NAMED: Final = 0.85
#: What was not taught must be unknown in this share of the frames.
UNKNOWN: Final = 0.95
#: After a cut, answers of so many frames are of both scenes: the mean's, and the one that was on its way.
MIXED: Final = SMOOTHED_FRAMES
#: A busy machine answers few frames: then the film is watched once more, until there are so many of each scene.
FEWEST: Final = 5
MAX_ROUNDS: Final = 6

# What the page answers at every frame of the first scenes: [scene, certainty, the row that wins]. A frame is known by
# its neighbours' distances, which no two frames share.
READ = f"""async ([scenes, mixed, fewest, maxRounds]) => {{
  const scene = {SCENE};
  const frames = [];
  const hasAll = () => Array.from({{ length: scenes }}, (_, i) => frames.filter(([at]) => at === i).length)
    .every((count) => count >= fewest);
  while (scene() !== 0) await new Promise(requestAnimationFrame);
  let [current, count, before, rounds] = [-1, 0, "", 0];
  while (true) {{
    await new Promise(requestAnimationFrame);
    const now = scene();
    if (now !== current) {{
      // The film has come to what was taught: this round is over.
      if (now >= scenes && current < scenes && (hasAll() || ++rounds === maxRounds)) return frames;
      [current, count] = [now, 0];
    }}
    const distances = [...document.querySelectorAll(".neighbour-distance")].map((each) => each.textContent).join();
    if (distances === before) continue;
    before = distances;
    count += 1;
    if (count <= mixed || now >= scenes) continue;
    const card = document.querySelector(".answer");
    const winner = card.querySelector(".bar-row[data-wins=true]").firstChild.textContent;
    frames.push([current, card.dataset.certainty, winner]);
  }}
}}"""


@pytest.fixture(scope="module")
def answers(
    playwright: Playwright, chrome: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[int, list[tuple[str, str]]]:
    """What the page answered at each frame of each scene: certainty, and the row that won."""
    folder = tmp_path_factory.mktemp("film")
    write_film(folder / "held.mjpeg", SCENES)
    with hosting(folder) as address, seeing(playwright, chrome, folder / "held.mjpeg") as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page.set_default_timeout(120_000)
        complaints = Complaints(page)
        person = Person(page)
        page.goto(address)
        person.start_camera()
        for name in TAUGHT:
            person.add_class(name.title())
        for scene, name in enumerate(TAUGHT, len(ASKED)):
            person.record(name.title(), scene)
        frames = page.evaluate(READ, [len(ASKED), MIXED, FEWEST, MAX_ROUNDS])
        # A static host has no server to find.
        assert complaints.but_for("Failed to load resource") == []
    seen = {
        scene: [(certainty, winner) for at, certainty, winner in frames if at == scene] for scene in range(len(ASKED))
    }
    for scene, answered in seen.items():
        assert len(answered) >= FEWEST, f"{len(answered)} frames of {ASKED[scene]}: the machine is too busy"
    return seen


@pytest.mark.parametrize("change", CHANGED)
def test_a_thing_that_was_held_once_is_named(change: str, answers: dict[int, list[tuple[str, str]]]):
    right = [
        certainty != "unknown" and winner == held.thing.title()
        for held in CHANGED[change]
        for certainty, winner in answers[ASKED.index(held)]
    ]
    assert sum(right) / len(right) >= NAMED, answers


@pytest.mark.parametrize(
    "held",
    [pytest.param(held, id=held.thing, marks=[TOO_NEAR] if held.thing == "astronaut" else []) for held in UNTAUGHT],
)
def test_what_was_not_taught_is_unknown(held: Held, answers: dict[int, list[tuple[str, str]]]):
    unknown = [certainty == "unknown" for certainty, _ in answers[ASKED.index(held)]]
    assert sum(unknown) / len(unknown) >= UNKNOWN, answers[ASKED.index(held)]

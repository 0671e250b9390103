"""What a person does on the page, and sees there, in a person's words."""

import contextlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PageTimeoutError

from server.contract.constants import SMOOTHED_FRAMES
from tests.support.film import STRIP_FIRST, STRIP_STEP, Film

# The scene that the camera sees and how many slices of it are over, by the brightness of the strips at its edges. Video
# has 219 levels for 255.
PLACE = f"""() => {{
  const video = document.querySelector("video");
  if (!video || !video.videoWidth) return [-1, -1];
  const canvas = new OffscreenCanvas(16, 8);
  const context = canvas.getContext("2d");
  context.drawImage(video, 8, video.videoHeight / 2, 8, 8, 0, 0, 8, 8);
  context.drawImage(video, video.videoWidth - 16, video.videoHeight / 2, 8, 8, 8, 0, 8, 8);
  const colours = context.getImageData(0, 4, 16, 1).data;
  return [4, 12].map((x) => Math.round(((colours[4 * x + 1] * 219) / 255 + 16 - {STRIP_FIRST}) / {STRIP_STEP}));
}}"""
SCENE = f"() => ({PLACE})()[0]"
#: A film is cut again where the scene's first slice was missed on a busy machine.
CUT_AGAIN_MS: Final = 3_000
#: A scene lasts seven seconds. What it shows must be named before the last half second, however slow the machine is.
SEEN_MS: Final = 6_500
CUTS: Final = 20

#: Of each scene: certainty and winner of each answer.
Answers = list[list[tuple[str, str]]]
#: After a cut, answers of so many frames are of both scenes: the mean's, and the one that was on its way. Each of them
#: moves the bars; bars that stand still for so long are of one scene.
MIXED: Final = SMOOTHED_FRAMES
MIXED_MS: Final = 2_000
#: A busy machine answers seldom: then the film is watched once more, until there are so many answers of each scene.
FEWEST: Final = 5
MAX_ROUNDS: Final = 6

# What the page shows in the first scenes: [scene, certainty, the row that wins], each time that an answer changes its
# bars, which are drawn for each answer, or its neighbours' distances, about five times a second.
READ = f"""async ([scenes, mixed, mixedMs, fewest, maxRounds]) => {{
  const scene = {SCENE};
  const frames = [];
  const hasAll = () => Array.from({{ length: scenes }}, (_, i) => frames.filter(([at]) => at === i).length)
    .every((count) => count >= fewest);
  while (scene() !== 0) await new Promise(requestAnimationFrame);
  let [current, since, moves, rounds] = [-1, 0, 0, 0];
  let [bars, distances] = ["", ""];
  while (true) {{
    await new Promise(requestAnimationFrame);
    const now = scene();
    if (now !== current) {{
      // The film has come to what was taught: this round is over.
      if (now >= scenes && current < scenes && (hasAll() || ++rounds === maxRounds)) return frames;
      [current, since, moves] = [now, performance.now(), 0];
    }}
    const [barsBefore, distancesBefore] = [bars, distances];
    bars = [...document.querySelectorAll(".answer .bar")].map((bar) => bar.style.getPropertyValue("--rest")).join();
    distances = [...document.querySelectorAll(".neighbour-distance")].map((each) => each.textContent).join();
    if (bars !== barsBefore) moves += 1;
    if (bars === barsBefore && distances === distancesBefore) continue;
    const isMixed = moves <= mixed && performance.now() - since < mixedMs;
    if (isMixed || now >= scenes) continue;
    const card = document.querySelector(".answer");
    const winner = card.querySelector(".bar-row[data-wins=true]").firstChild.textContent;
    frames.push([current, card.dataset.certainty, winner]);
  }}
}}"""


class Person:
    """Somebody in front of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.verdict = page.get_by_role("region", name="Answer").locator(".verdict")
        self.badge = page.locator("button.badge")

    def start_camera(self) -> None:
        self.page.get_by_role("button", name="Start camera").first.click()

    def add_class(self, name: str) -> Locator:
        # Until the kept project is open, the button does nothing.
        expect(self.page.locator(".classes-empty, .classes article").first).to_be_attached()
        self.page.get_by_role("button", name="Add class").first.click()
        field = self.page.locator(":focus")
        expect(field).to_have_attribute("aria-label", "Class name")
        field.fill(name)
        # Not on the element: a class of the room may come at this moment, and draw the card anew.
        self.page.keyboard.press("Enter")
        return self.card(name)

    def open_projects(self) -> Locator:
        """Open the project menu, and wait until it lists the projects."""
        menu = self.page.get_by_role("dialog", name="Projects")
        if not menu.is_visible():
            self.page.locator("button.project-button").click()
        expect(menu.locator(".project-menu[aria-busy=false]")).to_be_visible()
        expect(menu.locator(".storage")).to_be_attached()
        return menu

    def close_projects(self) -> None:
        menu = self.page.get_by_role("dialog", name="Projects")
        menu.get_by_role("button", name="Close").click()
        expect(menu).to_be_hidden()

    def share(self) -> str:
        """Make a room of the open project, and return its code."""
        self.open_projects().get_by_role("button", name="Share as room").click()
        code = self.page.locator("button.room strong")
        expect(code).to_be_visible()
        self.close_projects()
        return code.inner_text()

    def let_all_change_everything(self) -> None:
        """As the owner of the room."""
        self.page.locator("button.room").click()
        self.page.get_by_role("tab", name="Who is here").click()
        self.page.get_by_label("Add, and change everything").check()
        expect(self.page.get_by_label("Add, and change everything")).to_be_checked()
        self.page.keyboard.press("Escape")

    def card(self, name: str) -> Locator:
        return self.page.get_by_role("article", name=name, exact=True)

    def hold_button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=f"Hold to record {name}", exact=True)

    def scene(self) -> int:
        """The number of the film's scene that the camera sees now."""
        return int(self.page.evaluate(SCENE))

    def wait_for_scene(self, number: int) -> None:
        """Until the camera sees a scene begin: a film that we can cut is cut there."""
        browser = self.page.context.browser
        film = Film.seen_by.get(browser) if browser else None
        begins = f"(number) => ((at) => at[0] === number && at[1] === 0)(({PLACE})())"
        if film is None:
            self.page.wait_for_function(begins, arg=number, polling=50)
            return
        for _ in range(CUTS):
            scene, slices = self.page.wait_for_function(
                f"() => ((at) => at[0] >= 0 && at)(({PLACE})())", polling=50
            ).json_value()
            if (scene, slices) != (number, 0):
                film.cut_to(number, (scene, slices))
            with contextlib.suppress(PageTimeoutError):
                self.page.wait_for_function(begins, arg=number, polling=50, timeout=CUT_AGAIN_MS)
                return
        raise AssertionError(f"scene {number} was not seen to begin: the machine is too busy")

    def count(self, name: str) -> int:
        text = self.card(name).locator(".class-count").inner_text()
        return int(text.split()[0].replace(",", ""))

    def expect_count(self, name: str, count: int) -> None:
        words = f"{count:,} example" if count == 1 else f"{count:,} examples"
        expect(self.card(name).locator(".class-count")).to_have_text(words)

    def upload(self, name: str, paths: Sequence[Path]) -> None:
        """Add pictures to a class, and wait until they are examples."""
        before = self.count(name)
        with self.page.expect_file_chooser() as chooser:
            self.card(name).get_by_role("button", name=f"Upload pictures of {name}").click()
        chooser.value.set_files(paths)
        self.expect_count(name, before + len(paths))

    def record(self, name: str, scene: int, examples: int = 8) -> None:
        """Hold the button while the camera sees the scene, until there are so many more examples."""
        # Until the model is there, a hold records nothing.
        expect(self.page.locator(".model-progress")).to_have_count(0)
        before = self.count(name)
        # Moving there takes its time; the scene is for the recording. What stands above may have grown meanwhile.
        self.hold_button(name).hover()
        self.wait_for_scene(scene)
        self.hold_button(name).hover()
        self.page.mouse.down()
        self.page.wait_for_function(
            """([name, wanted]) => {
              const card = [...document.querySelectorAll("article")].find((a) => a.getAttribute("aria-label") === name);
              return parseInt(card.querySelector(".class-count").textContent) >= wanted;
            }""",
            arg=[name, before + examples],
            polling=20,
        )
        self.page.mouse.up()
        # The frame that was on its way still counts; then the recording is one step to undo.
        expect(self.page.get_by_role("status").filter(has_text=f"examples of {name}")).to_be_visible()
        assert self.scene() == scene, "the film went on while the class was recorded: record fewer examples"

    def sees(self, name: str, scene: int) -> None:
        """While the camera sees the scene, the page says this name."""
        expect(self.page.locator(".model-progress")).to_have_count(0)
        self.wait_for_scene(scene)
        expect(self.verdict).to_have_text(name, timeout=SEEN_MS)
        assert self.scene() == scene, f"{name} was said only after the film had gone on"


def touch(button: Locator, seconds: float | None = None) -> Callable[[], None]:
    """Hold a button by a finger; returns what lets go.

    seconds: the events say that the finger was on it that long, however long a busy browser takes to handle them.
    """
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger = button.page.context.new_cdp_session(button.page)
    began = time.time()
    stamps = ({}, {}) if seconds is None else ({"timestamp": began}, {"timestamp": began + seconds})
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at], **stamps[0]})

    def let_go() -> None:
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [], **stamps[1]})

    return let_go


def read_answers(page: Page, scenes: int) -> Answers:
    """Watch the film's first scenes, and return what the page answers to them.

    A later scene must follow them.

    Raises:
        AssertionError: There are fewer than FEWEST answers to a scene.
    """
    frames = page.evaluate(READ, [scenes, MIXED, MIXED_MS, FEWEST, MAX_ROUNDS])
    seen = [[(certainty, winner) for at, certainty, winner in frames if at == scene] for scene in range(scenes)]
    for scene, answered in enumerate(seen):
        assert len(answered) >= FEWEST, f"{len(answered)} answers to scene {scene}: the machine is too busy"
    return seen

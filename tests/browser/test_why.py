"""How it decides: three things are taught, and the page shows why it tells them apart, with a server and without."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from tests.browser.conftest import NO_SERVER, Complaints, seeing
from tests.support.film import Film, Scene
from tests.support.person import Person

pytestmark = pytest.mark.browser

CORNER = (-1, -1)
SCENES = [
    *(Scene(name, 0, 7) for name in ("cat", "coffee", "rocket", "astronaut")),
    Scene("coffee", 1, 7, CORNER),
]
CAT, COFFEE, ROCKET, ASTRONAUT, COFFEE_IN_CORNER = range(len(SCENES))

# Where the heat map is most opaque, the middle of it, from -1, left or up, to 1, right or down, of the middle square.
PEAK = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let alpha = 0;
  for (let i = 3; i < data.length; i += 4) alpha = Math.max(alpha, data[i]);
  let [n, x, y] = [0, 0, 0];
  for (let i = 3; i < data.length; i += 4) {
    if (data[i] < alpha - 2) continue;
    n += 1;
    x += ((i - 3) / 4) % width;
    y += Math.floor((i - 3) / 4 / width);
  }
  return { alpha, x: (x / n - width / 2) / (height / 2), y: (y / n - height / 2) / (height / 2) };
}"""

# The peaks of the next sixty repaints.
PEAKS = f"""async (canvas) => {{
  const peaks = [];
  while (peaks.length < 60) {{
    await new Promise(requestAnimationFrame);
    peaks.push(({PEAK})(canvas));
  }}
  return peaks;
}}"""

# Whose points the live dot, in the colour of a class, is nearest to: that class's number; null where there is no dot.
NEAREST_TO_DOT = """([points, dot, slot]) => {
  const centre = (canvas, slot) => {
    const probe = new OffscreenCanvas(1, 1).getContext("2d");
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--c${slot}`).trim();
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let [n, x, y] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const off = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b);
      if (data[i + 3] < 250 || off > 12) continue;
      n += 1;
      x += (i / 4) % canvas.width;
      y += Math.floor(i / 4 / canvas.width);
    }
    return n === 0 ? null : [x / n, y / n];
  };
  const at = centre(dot, slot);
  if (!at) return null;
  const apart = [0, 1, 2].map((of) => Math.hypot(at[0] - centre(points, of)[0], at[1] - centre(points, of)[1]));
  return apart.indexOf(Math.min(...apart));
}"""

# The same at the next repaints.
NEAREST_TO_DOTS = f"""async (given) => {{
  const nearest = [];
  while (nearest.length < 20) {{
    await new Promise(requestAnimationFrame);
    nearest.push(({NEAREST_TO_DOT})(given));
  }}
  return nearest;
}}"""

# The confusion matrix has so many examples in its rows.
ROWS_ADD_UP = """(wanted) => {
  const cells = [...document.querySelectorAll(".matrix-cell")].map((cell) => Number(cell.textContent));
  return cells.length === 9 && wanted.every((sum, i) => cells[3 * i] + cells[3 * i + 1] + cells[3 * i + 2] === sum);
}"""


@pytest.fixture(scope="module")
def film_of_corners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Film]:
    written = Film(tmp_path_factory.mktemp("film") / "why.y4m", SCENES)
    yield written
    written.remove()


@pytest.fixture(scope="module")
def watching(playwright: Playwright, chrome: str, film_of_corners: Film) -> Iterator[Browser]:
    with seeing(playwright, chrome, film_of_corners) as browser:
        yield browser


@pytest.fixture
def page(watching: Browser) -> Iterator[Page]:
    context = watching.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["server", "browser alone"])
def address(request: pytest.FixtureRequest) -> str:
    if request.param == "server":
        return request.getfixturevalue("server").url
    return request.getfixturevalue("static_host")


def open_tab(page: Page, name: str) -> Locator:
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("tabpanel", name=name, exact=True)


def counts(page: Page) -> list[list[int]]:
    """The confusion matrix: a row a class that was shown, a column a class that was answered."""
    cells = page.locator(".matrix-cell")
    expect(cells).to_have_count(9)
    numbers = [int(text) for text in cells.all_inner_texts()]
    return [numbers[row : row + 3] for row in (0, 3, 6)]


def test_three_things_are_told_apart_and_the_page_shows_why(address: str, page: Page):
    complaints = Complaints(page)
    person = Person(page)
    page.goto(address)
    person.start_camera()
    for name in ("Cat", "Coffee", "Rocket"):
        person.add_class(name)
    for scene, name in enumerate(("Cat", "Coffee", "Rocket")):
        person.record(name, scene, examples=10)
    taught = [person.count(name) for name in ("Cat", "Coffee", "Rocket")]

    # What was never taught is unknown, by the distance that was found automatically; what was taught is not.
    person.sees("I don’t know", ASTRONAUT)
    person.sees("Rocket", ROCKET)

    # Moving k changes the strip at once.
    panel = open_tab(page, "Neighbours")
    strip = page.get_by_role("region", name="Why").locator(".neighbour:not(.blank)")
    expect(strip).to_have_count(3)
    panel.get_by_label("Neighbours asked").fill("7")
    expect(strip).to_have_count(7)

    # The live dot lies among its class: it glides there from where it was.
    panel = open_tab(page, "Map")
    points, dot = panel.locator("canvas").nth(0), panel.locator("canvas").nth(1)
    for scene, slot in ((CAT, 0), (COFFEE, 1), (ROCKET, 2)):
        person.wait_for_scene(scene)
        given = [points.element_handle(), dot.element_handle(), slot]
        page.wait_for_function(
            f"(given) => ({NEAREST_TO_DOT})(given) === given[2]", arg=given, polling=50, timeout=4_500
        )
        assert set(page.evaluate(NEAREST_TO_DOTS, given)) == {slot}
        assert person.scene() == scene, "the film went on meanwhile"

    # The heat map's peak lies on the object in the corner.
    panel = open_tab(page, "Heat map")
    panel.get_by_label("What made it similar").check(force=True)
    person.wait_for_scene(COFFEE_IN_CORNER)
    heat = page.locator("canvas.heat")
    # The last frame of the scene before may still be shown.
    expect(panel.get_by_text(re.compile("top (left|right), for Coffee"))).to_be_visible(timeout=4_500)
    peaks = heat.evaluate(PEAKS)
    assert person.scene() == COFFEE_IN_CORNER, "the film went on meanwhile"
    assert all(peak["alpha"] > 100 for peak in peaks), peaks
    on_it = [peak for peak in peaks if -0.97 < peak["x"] < -0.06 and -0.97 < peak["y"] < -0.06]
    assert len(on_it) >= 0.9 * len(peaks), peaks
    panel.get_by_label("Nowhere").check(force=True)

    # A cell of the confusion matrix opens its pictures; moving one to another class changes the matrix.
    panel = open_tab(page, "Test")
    expect(panel.locator(".matrix-cell").first).to_be_visible()
    expect(panel.get_by_role("progressbar")).to_have_count(0)
    before = counts(page)
    assert [sum(row) for row in before] == taught
    assert before[0][0] == taught[0], "every cat is taken for a cat"
    panel.get_by_role("button", name="Cat").and_(panel.locator(".matrix-cell")).first.click()
    popup = page.get_by_role("dialog")
    expect(popup.locator("img")).to_have_count(before[0][0])
    popup.locator("button.thumbnail").first.click()
    page.get_by_role("dialog").last.get_by_role("button", name="Coffee").click()
    expect(person.card("Coffee").locator(".class-count")).to_have_text(f"{taught[1] + 1} examples")
    page.keyboard.press("Escape")
    # Taken from one class and put into the other: figures may come in between.
    page.wait_for_function(ROWS_ADD_UP, arg=[taught[0] - 1, taught[1] + 1, taught[2]])
    assert counts(page) != before
    assert complaints.but_for(NO_SERVER) == []

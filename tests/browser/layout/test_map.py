"""The map by hand: pictures, the glow, dragging, the lasso, the keyboard, zoom; in every theme and language."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server
from tests.support.person import Person

pytestmark = pytest.mark.browser

Place = tuple[float, float]

#: Where the first class's colour is, from edge to edge, in px of the window.
EXTENT = """() => {
  const canvas = document.querySelector(".map-plot canvas");
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--c0").trim();
  probe.fillRect(0, 0, 1, 1);
  const colour = probe.getImageData(0, 0, 1, 1).data;
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const found = [width, height, 0, 0];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++)
    if ([0, 1, 2].every((c) => Math.abs(data[4 * (y * width + x) + c] - colour[c]) < 4))
      found.splice(0, 4, Math.min(found[0], x), Math.min(found[1], y), Math.max(found[2], x), Math.max(found[3], y));
  const box = canvas.getBoundingClientRect();
  return found.map((each, i) => each * (box.width / width) + (i % 2 ? box.top : box.left));
}"""
#: A place in the window where an example of a class is drawn as a point: all pixels around it have the class's colour.
POINT = """(slot) => {
  const canvas = document.querySelector(".map-plot canvas");
  if (!canvas) return null;
  const probe = new OffscreenCanvas(1, 1).getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--c${slot}`).trim();
  probe.fillRect(0, 0, 1, 1);
  const colour = probe.getImageData(0, 0, 1, 1).data;
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const is = (x, y) => [0, 1, 2].every((c) => Math.abs(data[4 * (y * width + x) + c] - colour[c]) < 4)
    && data[4 * (y * width + x) + 3] > 250;
  for (let y = 4; y < height - 4; y++) for (let x = 4; x < width - 4; x++)
    if ([[0, 0], [-2, 0], [2, 0], [0, -2], [0, 2]].every(([dx, dy]) => is(x + dx, y + dy))) {
      const box = canvas.getBoundingClientRect();
      return [box.left + (x * box.width) / width, box.top + ((y + 2) * box.height) / height];
    }
  return null;
}"""

#: How many colours a canvas shows, in 16 steps of each.
COLOURS = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 250) seen.add(((data[i] >> 4) << 8) | ((data[i + 1] >> 4) << 4) | (data[i + 2] >> 4));
  return seen.size;
}"""

#: How many pixels are painted, and the mean of their colours.
PAINTED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < 40) continue;
    count += 1;
    for (const c of [0, 1, 2]) sum[c] += data[i + c];
  }
  return [count, ...sum.map((each) => Math.round(each / count))];
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    made = Server()
    made.start()
    yield made.url
    made.kill()


def wait_until_still(page: Page) -> None:
    """Wait until the points stand where they will stay.

    They move when the plot gets another size, too, and some time after an undo: their new places are found beside.
    """
    page.wait_for_function(
        f"""async () => {{
          const places = [];
          for (let i = 0; i < 4; i++) {{
            places.push(JSON.stringify([({EXTENT})(), ...[0, 1, 2].map({POINT})]));
            await new Promise((resolve) => setTimeout(resolve, 400));
          }}
          return new Set(places).size === 1;
        }}"""
    )


def open_map(page: Page, address: str) -> Person:
    """Open the sample's map, with its question answered."""
    page.goto(address)
    page.locator(".classes-empty").get_by_role("button", name="Try with an example").click()
    expect(page.locator("section.answer")).to_have_attribute("data-certainty", "sure")
    page.get_by_role("tab", name="Map", exact=True).click()
    expect(page.locator(".map-legend li")).to_have_count(4)
    page.wait_for_function(f"() => [0, 1, 2].every(({POINT}))")
    wait_until_still(page)
    return Person(page)


@pytest.fixture(scope="module")
def opened(plain_browser: Browser, address: str) -> Iterator[Person]:
    context = plain_browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce", color_scheme="light"
    )
    context.set_default_timeout(60_000)
    yield open_map(context.new_page(), address)
    context.close()


@pytest.fixture
def person(opened: Person) -> Iterator[Person]:
    """In front of the map; afterwards it is as it was."""
    yield opened
    page = opened.page
    page.locator(".decide-body").evaluate("(body) => body.scrollTo(0, 0)")
    page.locator(".map-plot").focus()
    page.keyboard.press("Escape")
    for tool in page.locator(".map-tools [aria-pressed=true]").all():
        tool.click()
    while page.get_by_role("button", name="Zoom out").get_attribute("aria-disabled") is None:
        page.get_by_role("button", name="Zoom out").click()
    while counts(opened) != (12, 12, 12):
        page.keyboard.press("Control+z")
    page.mouse.move(5, 5)


def counts(person: Person) -> tuple[int, ...]:
    return tuple(person.count(name) for name in ("Cat", "Coffee", "Rocket"))


def expect_counts(person: Person, *expected: int) -> None:
    for name, count in zip(("Cat", "Coffee", "Rocket"), expected, strict=True):
        person.expect_count(name, count)


def point_of(page: Page, slot: int) -> Place:
    # The one that is pointed at may cover others.
    page.mouse.move(5, 5)
    x, y = page.wait_for_function(POINT, arg=slot).json_value()
    return x, y


def middle_of(target: Locator) -> Place:
    box = target.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def lift(page: Page, slot: int) -> None:
    """Press the mouse on an example, and begin to drag it."""
    wait_until_still(page)
    x, y = point_of(page, slot)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y + 12, steps=3)
    expect(page.locator(".map-carried img")).to_be_visible()


def lasso_cats(page: Page) -> None:
    """With Shift, around the cloud of the first class."""
    wait_until_still(page)
    box = page.locator(".map-plot").bounding_box()
    assert box
    left, top, right, bottom = page.evaluate(EXTENT)
    left, right = max(left - 12, box["x"] + 2), right + 12
    top, bottom = max(top - 12, box["y"] + 2), bottom + 12
    page.keyboard.down("Shift")
    page.mouse.move(left, top)
    page.mouse.down()
    for corner in ((right, top), (right, bottom), (left, bottom)):
        page.mouse.move(*corner, steps=4)
    page.mouse.up()
    page.keyboard.up("Shift")


def test_the_neighbours_that_vote_glow_in_their_colour(person: Person):
    count, red, green, blue = person.page.locator("canvas.map-glow").evaluate(PAINTED)
    assert count > 300
    assert red > 2 * green
    assert red > 2 * blue


def test_examples_are_pictures_when_they_are_wanted(person: Person):
    page = person.page
    canvas = page.locator(".map-plot canvas").first
    before = canvas.evaluate(COLOURS)
    tool = page.get_by_role("button", name="Show pictures")
    tool.click()
    expect(tool).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("radio", name="Pictures", exact=True)).to_be_checked()
    page.wait_for_function(
        f"([canvas, least]) => ({COLOURS})(canvas) > least", arg=[canvas.element_handle(), 3 * before]
    )
    page.get_by_role("radio", name="Points", exact=True).check()
    expect(tool).to_have_attribute("aria-pressed", "false")
    page.wait_for_function(f"([canvas, count]) => ({COLOURS})(canvas) === count", arg=[canvas.element_handle(), before])


@pytest.mark.parametrize("target", [".map-legend [data-slot='1']", ".map-drop[data-slot='1']"], ids=["legend", "chip"])
def test_an_example_is_dragged_to_another_class(person: Person, target: str):
    page = person.page
    lift(page, 0)
    # Its own class is no target.
    expect(page.locator("[data-drop]")).to_have_count(4)
    expect(page.locator("[data-slot='0'][data-drop]")).to_have_count(0)
    page.mouse.move(*middle_of(page.locator(target)), steps=5)
    expect(page.locator(target)).to_have_attribute("data-over", "true")
    page.mouse.up()
    expect_counts(person, 11, 13, 12)
    expect(page.get_by_role("status").filter(has_text="Coffee").first).to_be_visible()
    expect(page.locator(".map-carried, .map-drops")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect_counts(person, 12, 12, 12)


def test_a_drag_that_ends_elsewhere_or_with_escape_changes_nothing(person: Person):
    page = person.page
    # Another class's cloud says nothing: the map puts similar ones near each other, right or wrong.
    other = point_of(page, 2)
    lift(page, 1)
    page.mouse.move(*other, steps=5)
    page.mouse.up()
    expect(page.locator(".map-carried")).to_have_count(0)
    lift(page, 1)
    page.mouse.move(*middle_of(page.locator(".map-drop[data-slot='0']")), steps=5)
    page.keyboard.press("Escape")
    expect(page.locator(".map-carried")).to_have_count(0)
    page.mouse.up()
    expect_counts(person, 12, 12, 12)
    # A click opens the menu, as before.
    page.mouse.click(*point_of(page, 1))
    expect(page.get_by_role("dialog", name="Example of Coffee")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_lasso_moves_many_in_one_step(person: Person):
    page = person.page
    lasso_cats(page)
    bar = page.get_by_role("group", name="Selected examples")
    expect(bar.locator("b")).to_have_text("12 examples selected")
    expect(page.get_by_role("status").filter(has_text="12 examples selected")).to_be_attached()
    bar.get_by_role("button", name="Move 12 to…").click()
    page.get_by_role("dialog", name="Move 12 to…").get_by_role("button", name="Rocket").click()
    expect_counts(person, 0, 12, 24)
    expect(bar).to_have_count(0)
    expect(page.locator(".map-plot")).to_be_focused()
    page.keyboard.press("Control+z")
    expect_counts(person, 12, 12, 12)
    # The tool does so without Shift, around a part of them; its clicks select, too.
    page.get_by_role("button", name="Lasso", exact=False).click()
    x, y = point_of(page, 2)
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    for dx, dy in ((40, -40), (40, 40), (-40, 40)):
        page.mouse.move(x + dx, y + dy, steps=3)
    page.mouse.up()
    selected = int(bar.locator("b").inner_text().split()[0])
    assert 1 <= selected <= 12
    page.mouse.click(*point_of(page, 0))
    expect(bar.locator("b")).to_contain_text(f"{selected + 1} examples")
    bar.get_by_role("button", name="Delete").click()
    page.wait_for_function("() => !document.querySelector('.map-bar')")
    assert sum(counts(person)) == 36 - selected - 1
    page.keyboard.press("Control+z")
    expect_counts(person, 12, 12, 12)


def test_all_that_are_selected_are_dragged_together(person: Person):
    page = person.page
    lasso_cats(page)
    # The bar has come, and with it the plot's own size.
    expect(page.get_by_role("group", name="Selected examples").locator("b")).to_have_text("12 examples selected")
    lift(page, 0)
    expect(page.locator(".map-carried b")).to_have_text("12")
    page.mouse.move(*middle_of(page.locator(".map-drop[data-slot='1']")), steps=5)
    page.mouse.up()
    expect_counts(person, 0, 24, 12)
    page.keyboard.press("Control+z")
    expect_counts(person, 12, 12, 12)


def test_the_keyboard_selects_and_moves(person: Person):
    page = person.page
    page.locator(".map-plot").focus()
    page.keyboard.press("Space")
    bar = page.get_by_role("group", name="Selected examples")
    expect(bar.locator("b")).to_have_text("1 example selected")
    page.keyboard.press("Space")
    expect(bar).to_have_count(0)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(bar.locator("b")).to_have_text("2 examples selected")
    expect(page.get_by_role("status").filter(has_text=", selected")).to_be_attached()
    # Escape clears; then again, and on to the bar.
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(".map-bar :focus").count():
            break
    expect(bar.get_by_role("button", name="Move 1 to…")).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Move 1 to…")
    dialog.get_by_role("button", name="Rocket").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => !document.querySelector('.map-bar')")
    person.expect_count("Rocket", 13)
    expect(page.locator(".map-plot")).to_be_focused()
    page.keyboard.press("Control+z")
    expect_counts(person, 12, 12, 12)


def test_the_map_is_magnified_and_moved(person: Person):
    page = person.page
    smaller = page.get_by_role("button", name="Zoom out")
    expect(smaller).to_have_attribute("aria-disabled", "true")
    wait_until_still(page)
    before = point_of(page, 0)
    plot = page.locator(".map-plot")
    scrolled = page.locator(".decide-body").evaluate("(body) => body.scrollTop")
    page.mouse.move(*before)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    expect(plot).to_have_attribute("data-zoomed", "true")
    assert page.locator(".decide-body").evaluate("(body) => body.scrollTop") == scrolled
    # What the wheel was on is still there, to drag and to click.
    page.mouse.move(*before)
    expect(page.locator(".map-tip bdi")).to_have_text("Cat")
    # The background moves it.
    glow = page.locator(".map-plot canvas").first
    painted = glow.evaluate(PAINTED)
    box = plot.bounding_box()
    assert box
    x, y = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.75
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y - 60, steps=4)
    page.mouse.up()
    page.wait_for_function(
        f"([canvas, before]) => ({PAINTED})(canvas).join() !== before",
        arg=[glow.element_handle(), ",".join(map(str, painted))],
    )
    expect(page.get_by_role("dialog")).to_have_count(0)
    plot.focus()
    for _ in range(3):
        page.keyboard.press("-")
    expect(smaller).to_have_attribute("aria-disabled", "true")
    assert point_of(page, 0) == pytest.approx(before, abs=1)

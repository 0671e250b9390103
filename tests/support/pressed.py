"""What was pressed on a page, and what opened and closed: to be told where a press did nothing."""

from playwright.sync_api import BrowserContext, Page

LISTEN = """
window.pressed = [];
const tell = (...what) => {
  pressed.push(`${Math.round(performance.now())} ${what.join(" ")}`);
  if (pressed.length > 60) pressed.shift();
};
const nameOf = (target) => {
  if (!(target instanceof Element)) return String(target);
  const words = target.textContent.trim().slice(0, 20);
  return `${target.tagName}.${target.getAttribute("class") ?? ""} "${words}" y=${target.getBoundingClientRect().y}`;
};
for (const type of ["pointerdown", "pointerup", "pointercancel", "click"])
  addEventListener(type, (event) => tell(type, event.clientX, event.clientY, nameOf(event.target)), true);
for (const type of ["keydown", "cancel", "close", "scroll", "resize", "pagehide"])
  addEventListener(type, (event) => tell(type, event.key ?? "", nameOf(event.target)), true);
const showModal = HTMLDialogElement.prototype.showModal;
HTMLDialogElement.prototype.showModal = function () {
  tell("showModal", nameOf(this));
  showModal.call(this);
};
"""


def listen(context: BrowserContext) -> None:
    context.add_init_script(LISTEN)


def tell(page: Page) -> str:
    """The last of what was pressed, opened and closed, and what is open."""
    lines: list[str] = page.evaluate("() => pressed")
    shown: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('dialog')].map((each) => each.outerHTML.slice(0, 1500))"
    )
    return "\n".join([*lines, "in the page:", *shown])

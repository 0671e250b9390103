"""Boxes on a page as a person sees them: what is cut off, what lies over what, what is out of sight."""

from playwright.sync_api import Page

# A control's box is what its scrolling ancestors and the window leave of it.
LIBRARY = """
const CONTROLS = "button, a[href], input, select, textarea, summary, [role=slider], [role=application]";
// Below an open dialog nothing can be reached.
const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
const root = dialog ?? document.body;
const seen = (element) => {
  if (!element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) return null;
  const own = element.getBoundingClientRect();
  let box = { left: Math.max(own.left, 0), top: Math.max(own.top, 0),
    right: Math.min(own.right, innerWidth), bottom: Math.min(own.bottom, innerHeight) };
  for (let at = element.parentElement; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.clipPath !== "none") return null;
    if (style.overflowX === "visible" && style.overflowY === "visible") continue;
    const clip = at.getBoundingClientRect();
    box = { left: Math.max(box.left, clip.left), top: Math.max(box.top, clip.top),
      right: Math.min(box.right, clip.right), bottom: Math.min(box.bottom, clip.bottom) };
    // What is around it does not clip a dialog.
    if (at === dialog) break;
  }
  return box.right - box.left > 1 && box.bottom - box.top > 1 ? box : null;
};
const shares = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
const isHidden = (element) => element.closest(".visually-hidden, [aria-hidden=true] .visually-hidden") !== null
  || getComputedStyle(element).clipPath !== "none";
const nameOf = (element) => {
  const what = element.getAttribute("aria-label") || element.textContent.trim().slice(0, 40);
  return `${element.tagName.toLowerCase()}.${element.className} "${what}"`;
};
const controls = () => [...root.querySelectorAll(CONTROLS)]
  .filter((element) => !element.disabled && !isHidden(element))
  .map((element) => ({ element, box: seen(element) }))
  .filter(({ box }) => box !== null);
// What stays while the rest scrolls below it.
const stays = (element) => {
  for (let at = element; at && at !== root; at = at.parentElement)
    if (getComputedStyle(at).position === "sticky") return true;
  return false;
};
// A link among words is as high as they are. Chromium calls a button that is "inline" an "inline-block".
const isInSentence = (element) => getComputedStyle(element).display === "inline"
  || (element.matches("p > button.link") && getComputedStyle(element).display === "inline-block");
const scrollsSideways = (element) => {
  for (let at = element.parentElement; at; at = at.parentElement)
    if (at.scrollWidth > at.clientWidth + 1 && ["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
  return false;
};
"""

FAULTS = """() => {
  const faults = [];
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} wide in ${innerWidth}`);
  if (scrollHeight > innerHeight) faults.push(`the page is ${scrollHeight} high in ${innerHeight}`);
  if (dialog) {
    const { left, top, right, bottom } = dialog.getBoundingClientRect();
    if (left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1)
      faults.push(`the dialog ends outside the window: ${[left, top, right, bottom].map(Math.round)}`);
    if (dialog.scrollWidth > dialog.clientWidth + 1)
      faults.push(`the dialog is ${dialog.scrollWidth} wide in ${dialog.clientWidth}`);
  }
  const all = controls();
  for (const { element } of all) {
    const own = element.getBoundingClientRect();
    if ((own.right > innerWidth + 1 || own.left < -1) && !scrollsSideways(element))
      faults.push(`beside the window: ${nameOf(element)}`);
    if (element.tagName === "BUTTON" && element.scrollWidth > element.clientWidth + 1)
      faults.push(`wider than its button: ${nameOf(element)}`);
    if (element.tagName === "BUTTON" && element.scrollHeight > element.clientHeight + 1)
      faults.push(`higher than its button: ${nameOf(element)}`);
    if (element.tagName === "TEXTAREA" && element.scrollHeight > element.clientHeight + 2)
      faults.push(`cut off: ${nameOf(element)} ${element.value}`);
  }
  for (const [place, one] of all.entries())
    for (const other of all.slice(place + 1))
      if (shares(one.box, other.box) && !one.element.contains(other.element) && !other.element.contains(one.element)
          && stays(one.element) === stays(other.element))
        faults.push(`over each other: ${nameOf(one.element)} and ${nameOf(other.element)}`);
  for (const element of root.querySelectorAll("*")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!hasText || isHidden(element) || !seen(element)) continue;
    const style = getComputedStyle(element);
    const isCut = (style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1)
      || (style.overflowY !== "visible" && element.scrollHeight > element.clientHeight + 2);
    if (isCut && !["auto", "scroll"].includes(style.overflowY) && element.tagName !== "SELECT")
      faults.push(`cut off: ${nameOf(element)}`);
    if (style.textOverflow === "ellipsis" && element.scrollWidth > element.clientWidth)
      faults.push(`…: ${nameOf(element)}`);
  }
  return [...new Set(faults)];
}"""

COVERED = """() => {
  const toasts = [...document.querySelectorAll(".toast")].map(seen).filter((box) => box !== null);
  return controls().filter(({ element }) => !element.closest(".toasts"))
    .filter(({ box }) => toasts.some((toast) => shares(toast, box)))
    .map(({ element }) => nameOf(element));
}"""

SMALL = """(least) => controls()
  .filter(({ element }) => !isInSentence(element))
  .map(({ element }) => element.type === "radio" ? element.closest("label") ?? element : element)
  .filter((element) => Math.round(element.offsetHeight) < least || Math.round(element.offsetWidth) < 24)
  .map((element) => `${nameOf(element)} ${element.offsetWidth} x ${element.offsetHeight}`)"""


# A popup that grew is placed anew before the page is next drawn: what is measured is what a person has seen drawn.
DRAWN = "for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);"


def wait_until_drawn(page: Page) -> None:
    """Until what has changed is in its place."""
    page.evaluate(f"async () => {{ {DRAWN} }}")


def ask(page: Page, question: str, argument: object = None) -> list[str]:
    return list(page.evaluate(f"async (argument) => {{ {DRAWN} {LIBRARY} return ({question})(argument); }}", argument))


def faults(page: Page) -> list[str]:
    """What is cut off, beside the window, over something else, or makes the page scroll."""
    return ask(page, FAULTS)


def covered_by_messages(page: Page) -> list[str]:
    """Controls that a message lies over."""
    return ask(page, COVERED)


def too_small(page: Page, least_px: int = 44) -> list[str]:
    """Controls that a finger misses."""
    return ask(page, SMALL, least_px)


def in_sight(page: Page, selector: str, least_px: int = 0) -> bool:
    """Whether the first such element is seen whole, or, with least_px, so much of its height."""
    seen = page.evaluate(
        f"""async ([selector, least]) => {{
          {DRAWN}
          {LIBRARY}
          const element = document.querySelector(selector);
          const box = element && seen(element);
          if (!box) return false;
          const own = element.getBoundingClientRect();
          const whole = box.bottom - box.top >= own.height - 1 && box.right - box.left >= own.width - 1;
          return least ? box.bottom - box.top >= least : whole;
        }}""",
        [selector, least_px],
    )
    return bool(seen)

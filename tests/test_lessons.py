"""The classroom lessons: true to the page's words, and built beside the page with nothing that its headers forbid."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "docs" / "lessons").glob("*.md"))
PAGE = ROOT / "web" / "dist"
WORDS = json.loads((ROOT / "web" / "src" / "i18n" / "messages" / "en.json").read_text("utf-8"))


def texts() -> list[str]:
    """Every text that the page can show in English; what is filled in is left as {name}."""
    return [
        text for message in WORDS.values() for text in ([message] if isinstance(message, str) else message.values())
    ]


def is_shown(words: str) -> bool:
    """Whether the page shows these words as a whole."""
    patterns = [re.split(r"\{\w+\}", text) for text in texts()]
    return any(re.fullmatch(".+".join(map(re.escape, parts)), words) for parts in patterns if "".join(parts).strip())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_bold_words_stand_on_the_page(lesson):
    """What a lesson prints in bold, a pupil looks for on the page."""
    bold = [re.sub(r"\s+", " ", words) for words in re.findall(r"\*\*(.+?)\*\*", lesson.read_text("utf-8"), re.DOTALL)]
    assert bold, f"{lesson.name} names nothing on the page"
    assert [words for words in bold if not is_shown(words)] == [], "messages/en.json has other words"


def test_bold_words__are_compared_as_a_whole():
    assert is_shown("Add class")
    assert is_shown("12 examples")
    assert not is_shown("add class")
    assert not is_shown("class")


class Outline(HTMLParser):
    """A page's title and heading, what it loads and links to, and what the page's headers would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.text: dict[str, str] = {}
        self.addresses: list[str] = []
        self.refused: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values: dict[str, Any] = dict(attrs)
        self._inside.append(tag)
        self.addresses += [values[name] for name in ("href", "src") if name in values]
        if tag in ("style", "iframe", "object", "embed", "base", "form") or (tag == "script" and "src" not in values):
            self.refused.append(tag)
        self.refused += [name for name in values if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.text[self._inside[-1]] = self.text.get(self._inside[-1], "") + data


def outline(html: str) -> Outline:
    made = Outline()
    made.feed(html)
    made.close()
    return made


def test_outline__sees_what_is_forbidden():
    bad = '<p style="x" onclick="y"></p><style></style><script>1</script><script src="a.js"></script>'
    assert outline(bad).refused == ["style", "onclick", "style", "script"]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_built_beside_the_page(lesson):
    assert (PAGE / "index.html").is_file(), "This test looks at the built page: run `make setup`, which builds it"
    name = "index.html" if lesson.stem == "README" else f"{lesson.stem}.html"
    page = outline((PAGE / "lessons" / name).read_text("utf-8"))
    title = lesson.read_text("utf-8").splitlines()[0].removeprefix("# ")
    assert page.text["title"] == f"{title} – Show & Tell"
    assert page.text["h1"] == title
    assert page.refused == []
    assert "../index.html" in page.addresses
    for address in page.addresses:
        assert not re.match(r"[a-z]+:|/", address), f"{address} is not relative"
        assert (PAGE / "lessons" / address.split("#")[0]).is_file(), f"{name} points to {address}"
    assert "url(" not in (PAGE / "lessons" / "lessons.css").read_text("utf-8")

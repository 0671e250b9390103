"""The classroom lessons: true to the page's words, and built beside the page with nothing that its headers forbid."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "lessons"
LESSONS = sorted(FOLDER.rglob("*.md"))
PAGE = ROOT / "web" / "dist"
MESSAGES = {
    path.stem: json.loads(path.read_text("utf-8"))
    for path in sorted((ROOT / "web" / "src" / "i18n" / "messages").glob("*.json"))
}


#: What a translation has as often as the English text: headings, steps, points, rows of tables, questions.
SHAPE = (r"^#+ ", r"^\d+\. ", r"^- ", r"^\|", r"^>$")
#: What the page looks for in a step. What may stand there is in web/src/lessons/checks.js; the build refuses all else.
MARK = r"<!-- check: (.+?) -->"


def language_of(lesson: Path) -> str:
    """English lessons lie in the folder itself, others in a folder of their language."""
    return "en" if lesson.parent == FOLDER else lesson.parent.name


def name_of(lesson: Path) -> str:
    return lesson.relative_to(FOLDER).with_suffix("").as_posix()


def texts(language: str) -> list[str]:
    """Every text that the page can show in a language; what is filled in is left as {name}."""
    return [
        text
        for message in MESSAGES[language].values()
        for text in ([message] if isinstance(message, str) else message.values())
    ]


def is_shown(words: str, language: str = "en") -> bool:
    """Whether the page shows these words as a whole."""
    patterns = [re.split(r"\{\w+\}", text) for text in texts(language)]
    return any(re.fullmatch(".+".join(map(re.escape, parts)), words) for parts in patterns if "".join(parts).strip())


@pytest.mark.parametrize("lesson", LESSONS, ids=name_of)
def test_bold_words_stand_on_the_page(lesson):
    """What a lesson prints in bold, a pupil looks for on the page."""
    language = language_of(lesson)
    # In Chinese a line ends between any two characters, without a space.
    joint = "" if language == "zh" else " "
    bold = [
        re.sub(r"[ \n]+", joint, words) if "\n" in words else words
        for words in re.findall(r"\*\*(.+?)\*\*", lesson.read_text("utf-8"), re.DOTALL)
    ]
    assert bold, f"{lesson.name} names nothing on the page"
    others = [words for words in bold if not is_shown(words, language)]
    assert others == [], f"messages/{language}.json has other words"


@pytest.mark.parametrize("language", MESSAGES)
def test_every_language_of_the_page_has_every_lesson(language):
    here = {lesson.name: lesson.read_text("utf-8") for lesson in LESSONS if language_of(lesson) == language}
    english = {lesson.name: lesson.read_text("utf-8") for lesson in LESSONS if language_of(lesson) == "en"}
    assert here.keys() == english.keys()
    for name, text in here.items():
        # The same headings, steps, rows of tables, questions and names of things on the page.
        shape = [len(re.findall(mark, text, re.MULTILINE)) for mark in SHAPE]
        assert shape == [len(re.findall(mark, english[name], re.MULTILINE)) for mark in SHAPE], f"{language}/{name}"
        assert re.findall(MARK, text) == re.findall(MARK, english[name]), f"{language}/{name} notices something else"


@pytest.mark.parametrize("lesson", [lesson for lesson in LESSONS if lesson.stem != "README"], ids=name_of)
def test_marks_stand_in_one_part_at_the_end_of_its_steps(lesson):
    """Else the page would not find the steps, or would show half a mark."""
    text = lesson.read_text("utf-8")
    parts = [part for part in re.split(r"(?m)^(?=## )", text) if re.search(MARK, part)]
    if language_of(lesson) == "en":
        assert len(parts) == 1
    for part in parts:
        steps = re.split(r"(?m)^(?=\d+\. )", part)[1:]
        assert sum(map(ends_in_mark, steps)) == len(re.findall(MARK, part)) == text.count("<!--")


def ends_in_mark(step: str) -> bool:
    """Whether a step has a mark, with nothing after it; what follows an empty line is no longer the step."""
    step = re.split(r"\n\s*\n", step)[0]
    return step.count("<!--") == 1 and re.search(rf"{MARK}\s*\Z", step) is not None


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("1. Look. <!-- check: camera -->\n", True),
        ("1. Look\n   at it.\n   <!-- check: k 5 15 -->\n\nWhat to see: it.\n", True),
        ("1. Look. <!-- check: camera --> Then listen.\n", False),
        ("1. Look. <!-- check: camera -->\n   Then listen.\n\nWhat to see: it.\n", False),
        ("1. Look. <!-- check: camera --> Listen. <!-- check: unknown -->\n", False),
        ("1. Look.\n\n<!-- check: camera -->\n", False),
        ("1. Look.\n", False),
    ],
)
def test_ends_in_mark(step: str, expected: bool):
    assert ends_in_mark(step) is expected


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


@pytest.mark.parametrize("lesson", LESSONS, ids=name_of)
def test_a_lesson_is_built_beside_the_page(lesson):
    assert (PAGE / "index.html").is_file(), "This test looks at the built page: run `make setup`, which builds it"
    name = "index.html" if lesson.stem == "README" else f"{lesson.stem}.html"
    file = PAGE / "lessons" / lesson.relative_to(FOLDER).parent / name
    page = outline(file.read_text("utf-8"))
    title = lesson.read_text("utf-8").splitlines()[0].removeprefix("# ")
    assert page.text["title"] == f"{title} – Show & Tell"
    assert page.text["h1"] == title
    assert page.refused == []
    assert (file.parent / page.addresses[0]).is_file()
    assert ("../" if language_of(lesson) == "en" else "../../") + "index.html" in page.addresses
    for address in page.addresses:
        assert not re.match(r"[a-z]+:|/", address), f"{address} is not relative"
        assert (file.parent / address.split("#")[0]).is_file(), f"{name} points to {address}"
    if lesson.stem != "README" and re.search(MARK, lesson.read_text("utf-8")):
        steps = json.loads(file.with_suffix(".json").read_text("utf-8"))
        assert steps["title"] == title
        # What it links to is below the page's folder, too.
        sheet = outline(file.with_name(f"{lesson.stem}-sheet.html").read_text("utf-8"))
        assert sheet.refused == []
        for address in sheet.addresses:
            assert (file.parent / address.split("#")[0]).is_file(), f"the sheet of {name} points to {address}"
    assert "url(" not in (PAGE / "lessons" / "lessons.css").read_text("utf-8")

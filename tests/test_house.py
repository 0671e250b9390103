"""The house: imports run one way, old names are gone, the contract's numbers stand once, and the map of it is true."""

import io
import json
import re
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHECK = ROOT / "scripts" / "check_rooms.py"
ARCHITECTURE = ROOT / "docs" / "architecture.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
CODE = sorted(
    path
    for folder in ("server", "photos", "convert", "toolchain", "bench", "web/src", "web/tests", "tests")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".js", ".jsx", ".mjs") and path != Path(__file__)
)
PRODUCT = [path for path in CODE if path.is_relative_to(ROOT / "server") or path.is_relative_to(ROOT / "web" / "src")]

#: Names of the old dialect. As identifiers only: some of them are words of English.
OLD_NAMES = frozenset(
    {
        "askHolding",
        "takeIn",
        "hear",
        "patiently",
        "nap",
        "Beside",
        "Made",
        "its",
        "said",
        "doubt",
        "meet",
        "Study",
        "Studies",
    }
    | {"Studies", "mirror", "Mirror", "Studying", "Examiner", "Coaching", "Bench", "RoomFigures", "History"}
)


def check(root: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, str(CHECK), str(root)], capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources, to be spoiled."""
    for folder in ("server", "photos", "toolchain", "web/src"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_check_rooms__passes_as_it_is():
    done = check(ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("module", "line", "rooms"),
    [
        ("web/src/knn/checks.js", 'import { createState } from "../app/session.js";', "room knn -> room app"),
        ("web/src/sync/pacer.js", '/** @typedef {import("../ui/page.jsx").Page} Page */', "room sync -> room ui"),
        ("web/src/ui/widgets/choice.jsx", 'import("../decide/decide-card.jsx");', "room ui/widgets -> room ui/decide"),
        (
            "web/src/project/undo/undo-stack.js",
            'new URL("../../capture/embed.worker.js", import.meta.url);',
            "room project -> room capture",
        ),
        ("server/knn/distance.py", "from server.rooms.room import Room", "room knn -> room rooms"),
        ("server/contract/limits.py", "import server.api.events", "room contract -> room api"),
        ("server/rooms/rooms.py", "from server.api import commands", "room rooms -> room api"),
        ("toolchain/tables.py", "from toolchain.cli import main", "room tables -> room cli"),
        ("photos/reader.py", "from toolchain import errors", "room photos -> room toolchain"),
        ("server/knn/distance.py", "import photos.reader", "room server -> room photos"),
    ],
)
def test_check_rooms__fails_on_an_upward_import(copy, module, line, rooms):
    path = copy / module
    path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    done = check(copy)
    assert done.returncode == 1
    assert f"upward import: {rooms}" in done.stderr


@pytest.mark.parametrize(
    ("modules", "lines", "room"),
    [
        (
            ("web/src/sync/pacer.js", "web/src/sync/revisions.js"),
            ('import "./revisions.js";', 'import "./pacer.js";'),
            "room sync",
        ),
        (
            ("server/knn/checks.py", "server/knn/draws.py"),
            ("import server.knn.draws", "from server.knn import checks"),
            "room knn",
        ),
    ],
)
def test_check_rooms__fails_on_a_cycle(copy, modules, lines, room):
    for module, line in zip(modules, lines, strict=True):
        path = copy / module
        path.write_text(path.read_text("utf-8") + f"\n{line}\n", "utf-8")
    done = check(copy)
    assert done.returncode == 1
    assert f"cycle: {room}, among" in done.stderr


def test_check_rooms__fails_on_a_module_in_no_room_and_on_one_that_is_too_long(copy):
    (copy / "web" / "src" / "helpers.js").write_text("export {};\n")
    (copy / "server" / "knn" / "long.py").write_text("x = 1\n" * 401)
    done = check(copy)
    assert done.returncode == 1
    assert "web/src/helpers.js is in no room" in done.stderr
    assert "server/knn/long.py has 401 lines" in done.stderr


def identifiers(path: Path) -> set[str]:
    """The names in a file's code, without its comments and texts."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return {
            token.string
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type == tokenize.NAME
        }
    pattern = r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    code = re.sub(pattern, " ", text, flags=re.DOTALL)
    if path.suffix == ".jsx":
        code = re.sub(r">[^<>{}]*<", "><", code)  # what stands between tags is text
    return set(re.findall(r"[A-Za-z_$][\w$]*", code))


def test_no_old_name_is_left():
    left = {path.relative_to(ROOT).as_posix(): sorted(identifiers(path) & OLD_NAMES) for path in CODE}
    left.pop("web/src/ui/widgets/icons.jsx")  # the mirror there is the camera's picture, turned about
    assert {path: names for path, names in left.items() if names} == {}


def test_the_contracts_numbers_stand_once():
    """As literals, in the code of the product: 1e-9, 1e-12 and the counts that nothing else has by chance."""
    literals = re.compile(r"(?<![\w.])(?:1e-0?9|1e-12|3_?000|1_?024|2654435761|1664525|1013904223)(?![\w.])")
    allowed = {
        ("server/settings.py", "1024"),  # bytes
        ("server/listening.py", "1024"),  # a port
        ("web/src/capture/pictures.js", "1024"),  # bytes
        ("web/src/app/browser/tabs.js", "3000"),  # milliseconds
        ("web/src/app/browser/heartbeat-lock.js", "3000"),
        ("web/src/app/server-link.js", "3000"),
        ("web/src/sync/connection.js", "3000"),
        ("web/src/i18n/language.js", "3000"),
        ("server/knn/search.py", "1e-12"),  # a bound of rounding errors
        ("web/src/knn/search.js", "1e-12"),
    }
    left = {
        (path.relative_to(ROOT).as_posix(), literal)
        for path in PRODUCT
        for literal in literals.findall(path.read_text("utf-8"))
    }
    assert left - allowed == set()
    constants = json.loads((ROOT / "contract" / "constants.json").read_text("utf-8"))
    assert [constants[name] for name in ("tie", "maxTested", "maxFitted", "maxNeighbours", "maxUnadapted")] == [
        1e-9,
        3000,
        1024,
        30,
        32,
    ]


def rooms_in(heading: str) -> list[str]:
    """The rooms that a list of docs/architecture.md names, from top to bottom."""
    text = ARCHITECTURE.read_text("utf-8").split(f"### {heading}\n", 1)[1]
    block = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert block
    return [line.split()[0].rstrip("/") for line in block[1].splitlines() if line.strip()]


def test_architecture__lists_the_rooms_that_are_checked():
    namespace: dict[str, object] = {"__name__": "check_rooms"}
    exec(compile(CHECK.read_text("utf-8"), str(CHECK), "exec"), namespace)  # noqa: S102 - our own script
    assert rooms_in("Rooms of the page") == list(namespace["PAGE_ROOMS"])
    assert rooms_in("Rooms of the server") == list(namespace["SERVER_ROOMS"])
    assert rooms_in("Rooms of the toolchain") == list(namespace["TOOLCHAIN_ROOMS"])


@pytest.mark.parametrize("document", [ARCHITECTURE, GLOSSARY], ids=lambda path: path.name)
def test_every_file_that_is_named_is_there(document):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+)`", document.read_text("utf-8"))
    assert named
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []


def test_glossary__names_what_the_code_names():
    """Every identifier that the glossary gives for a term is in the code."""
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.*?) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    assert len(rows) >= 50
    names = set().union(*(identifiers(path) for path in PRODUCT))
    missing = [
        (term, name) for term, code in rows for name in re.findall(r"`([A-Za-z_][\w]*)`", code) if name not in names
    ]
    assert missing == []

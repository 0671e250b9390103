"""Check that imports run one way: ``python scripts/check_rooms.py [root]``.

``make lint`` fails on an upward import, on a cycle, and on a folder or a module that is too large. A room is a folder
of sources. The lists below name the rooms from top to bottom: a module may import from its own room and from the rooms
below it. Type imports in JSDoc, dynamic imports and workers count too. ``docs/architecture.md`` explains the rooms and
shows the same lists; ``tests/test_house.py`` compares them.
"""

import ast
import re
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

PAGE_ROOMS: Final = (
    "main",
    "standalone",
    "phone",
    "ui",
    "ui/top",
    "ui/projects",
    "ui/try",
    "ui/review",
    "ui/lessons",
    "ui/decide",
    "ui/answer",
    "ui/classes",
    "ui/camera",
    "ui/hands",
    "ui/examples",
    "ui/actions",
    "ui/simple",
    "ui/widgets",
    "ui/context",
    "app",
    "offline",
    "actions",
    "advice",
    "explain",
    "lessons",
    "evaluation",
    "sync",
    "capture",
    "workers",
    "exchange",
    "project",
    "knn",
    "state",
    "contract",
    "i18n",
    "remembered",
)
SERVER_ROOMS: Final = (
    "__main__",
    "process",
    "app",
    "api",
    "operations",
    "transport",
    "rooms",
    "store",
    "exchange",
    "evaluation",
    "knn",
    "desktop",
    "listening",
    "classroom",
    "settings",
    "system",
    "contract",
)
TOOLCHAIN_ROOMS: Final = (
    "__main__",
    "demo",
    "cli",
    "commands",
    "lessons",
    "collecting",
    "reviewing",
    "predicting",
    "measuring",
    "training",
    "explaining",
    "models",
    "cleaning",
    "scale",
    "embedding",
    "report",
    "tables",
    "processes",
    "progress",
    "output",
    "errors",
)
#: Python's packages, from top to bottom: a package imports from those below it.
PACKAGES: Final = ("bench", "toolchain", "convert", "photos", "show_and_tell", "server")
MAX_LINES: Final = 400
MAX_FILES: Final = 25
#: Folders that hold one small file a thing, and may hold more of them.
UNLIMITED_FOLDERS: Final = ("web/src/ui/widgets", "web/src/i18n/messages")
SOURCE_FOLDERS: Final = (*PACKAGES, "web/src", "web/tests", "web/scripts", "tests", "scripts")
SOURCE_SUFFIXES: Final = (".py", ".js", ".jsx", ".mjs", ".css")

JS_IMPORT: Final = re.compile(
    r"""(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\bnew\s+URL\(\s*)["'](\.{1,2}/[^"']+\.(?:js|jsx))["']"""
)

Graph = dict[str, set[str]]


def page_graph(root: Path) -> Graph:
    """Return which modules of ``web/src`` each of them imports, as paths relative to that folder."""
    folder = (root / "web" / "src").resolve()
    modules = {
        path: path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".js", ".jsx")
    }
    graph: Graph = {}
    for path, module in modules.items():
        targets = {(path.parent / target).resolve() for target in JS_IMPORT.findall(path.read_text("utf-8"))}
        graph[module] = {modules[target] for target in targets if target in modules and target != path}
    return graph


def python_graph(root: Path, packages: Sequence[str]) -> Graph:
    """Return which modules of some packages import each other.

    Modules are paths relative to their package where there is one, and to ``root`` where there are several.
    """
    base = root / packages[0] if len(packages) == 1 else root
    folders = [root / package for package in packages]
    modules = {
        module_name(path, folder): path.relative_to(base).as_posix()
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
    }
    graph: Graph = {}
    for name, path in modules.items():
        targets = python_imports(ast.parse((base / path).read_text("utf-8")), set(modules))
        graph[path] = {modules[target] for target in targets if target != name}
    return graph


def module_name(path: Path, folder: Path) -> str:
    """Return a file's dotted name, e.g. ``server.knn.distance``; a package's ``__init__.py`` has the package's."""
    parts = path.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def python_imports(tree: ast.Module, modules: set[str]) -> Iterator[str]:
    """Yield which of the modules, given by their dotted names, a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                if submodule in modules:
                    yield submodule
                elif node.module in modules:
                    yield node.module


def room_of(module: str, rooms: tuple[str, ...]) -> str | None:
    """Return the room of a module, given as a path relative to the sources; None where no list names it."""
    stem = module.rsplit(".", 1)[0] if "/" not in module else module
    if stem == "__init__":
        return None
    parts = stem.split("/")
    for length in range(len(parts), 0, -1):
        room = "/".join(parts[:length])
        if room in rooms:
            return room
    return None


def upward_imports(graph: Graph, rooms: tuple[str, ...], folder: str) -> Iterator[str]:
    """Yield one line for every import that runs up the list, and for every module in no room."""
    for module, imported in sorted(graph.items()):
        room = room_of(module, rooms)
        if room is None:
            if not module.endswith("__init__.py"):
                yield f"{folder}/{module} is in no room; expected one of {', '.join(rooms)}"
            continue
        for target in sorted(imported):
            target_room = room_of(target, rooms)
            if target_room is not None and rooms.index(target_room) < rooms.index(room):
                yield f"upward import: room {room} -> room {target_room}, in {folder}/{module} -> {folder}/{target}"


def cycles(graph: Graph, rooms: tuple[str, ...], folder: str) -> Iterator[str]:
    """Yield one line for every group of modules that import each other in a circle."""
    for group in strongly_connected(graph):
        if len(group) > 1:
            names = sorted({str(room_of(module, rooms)) for module in group})
            files = ", ".join(f"{folder}/{module}" for module in sorted(group))
            yield f"cycle: room {' and room '.join(names)}, among {files}"


def strongly_connected(graph: Graph) -> list[list[str]]:
    """Return the strongly connected components of a graph (Tarjan, 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in sorted(graph.get(node, ())):
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            place = stack.index(node)
            components.append(stack[place:])
            del stack[place:]

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return components


def sources(root: Path) -> list[Path]:
    """Return all source files of the project, without what is installed or built."""
    return [
        path
        for folder in SOURCE_FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in SOURCE_SUFFIXES and "node_modules" not in path.parts
    ]


def too_large(root: Path) -> Iterator[str]:
    """Yield one line for every module and every folder that is too large."""
    counts: dict[Path, int] = {}
    for path in sources(root):
        counts[path.parent] = counts.get(path.parent, 0) + 1
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MAX_LINES:
            yield f"too long: {path.relative_to(root)} has {lines} lines; {MAX_LINES} at most were expected"
    for folder, count in counts.items():
        name = folder.relative_to(root).as_posix()
        if count > MAX_FILES and name not in UNLIMITED_FOLDERS:
            yield f"too full: {name} has {count} files; {MAX_FILES} at most were expected"


def problems(root: Path) -> list[str]:
    """Return what is wrong, a line each; none where all is well."""
    lines: list[str] = []
    for graph, rooms, folder in (
        (page_graph(root), PAGE_ROOMS, "web/src"),
        (python_graph(root, ["server"]), SERVER_ROOMS, "server"),
        (python_graph(root, ["toolchain"]), TOOLCHAIN_ROOMS, "toolchain"),
        (python_graph(root, PACKAGES), PACKAGES, "."),
    ):
        lines += upward_imports(graph, rooms, folder)
        lines += cycles(graph, rooms, folder)
    return [*lines, *too_large(root)]


def main() -> int:
    """Print what is wrong, or a summary; return the exit code."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    lines = problems(root)
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        return 1
    files = sources(root)
    median = statistics.median(len(path.read_text("utf-8").splitlines()) for path in files)
    print(f"Rooms: imports run down, no cycles; {len(files)} files, {median:.0f} lines in the middle.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

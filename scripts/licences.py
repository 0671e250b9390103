"""Write the licences of the page's libraries: ``python scripts/licences.py``, after a new library or version.

They go into the wheel, which hands these libraries on. ``tests/install/test_metadata.py`` says when the file is old.
"""

import json
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TARGET: Final = ROOT / "docs" / "licences" / "page.txt"
RULE: Final = "-" * 80
APACHE: Final = "Its text is in Apache-2.0.txt, beside this file.\n"


def shipped(lock: Path) -> dict[str, tuple[str, str]]:
    """Return version and licence of each library that the page is built with, by its folder below ``web/``."""
    packages = json.loads(lock.read_text("utf-8"))["packages"]
    return {
        folder: (entry["version"], entry.get("license", "see below"))
        for folder, entry in sorted(packages.items())
        if folder and not any(entry.get(kind) for kind in ("dev", "optional", "peer", "devOptional"))
    }


def text_of(folder: Path, licence: str) -> str:
    """Return the text of a library's licence.

    Raises:
        SystemExit: Where the library has none, and its licence's text is not known here.
    """
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.stem.lower() in ("license", "licence"):
            return path.read_text("utf-8").strip() + "\n"
    if licence == "Apache-2.0":
        return APACHE
    if licence == "MIT":
        author = json.loads((folder / "package.json").read_text("utf-8")).get("author") or "its authors"
        name = author["name"] if isinstance(author, dict) else author
        return f"By {name}. The text is that of LICENSE, with their name.\n"
    sys.exit(f"{folder} has no text of its licence, {licence}: add it to this script.")


def main() -> None:
    """Write the file."""
    lines = ["The page is built with these libraries.\n"]
    for folder, (version, licence) in shipped(ROOT / "web" / "package-lock.json").items():
        name = folder.rsplit("node_modules/", 1)[1]
        lines.append(f"{RULE}\n{name} {version}, {licence}\n\n{text_of(ROOT / 'web' / folder, licence)}")
    TARGET.write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()

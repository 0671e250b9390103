"""An image project of Teachable Machine.

Its file (.tm) is a zip: manifest.json, and one picture an example whose name is the class, "-!-" and a number. Projects
of its open successor have samples/0_1.png, and the names in metadata.json. Google's own reader is in no package; this
follows programs that read and write such files. The twin is ``web/src/exchange/formats/teachable-machine.js``.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from server.contract.errors import ContractError
from server.exchange.bad_file import bad_file
from server.exchange.content import ProjectContent, picture_kind
from server.exchange.formats.class_pictures import FoundPicture, content_of_pictures
from server.exchange.formats.folders import distinct_names
from server.exchange.formats.opened import Entry, Imported, Opened, Skipped

NAME = "teachableMachine"

_NAMED: Final = re.compile(r"(?:.*/)?([^/]*)-!-[0-9]+\.([a-z0-9]+)", re.I | re.S)
_NUMBERED: Final = re.compile(r"samples/([0-9]{1,4})_[0-9]{1,6}\.(png|jpe?g|webp)", re.I)
_NOT_IN_NAMES: Final = re.compile(r"[/\\\x00-\x1f\x7f]")
_MANIFEST: Final = {
    "type": "image",
    "version": "2.4.10",
    "appdata": {"publishResult": {}, "trainEpochs": 50, "trainBatchSize": 16, "trainLearningRate": 0.001},
}
#: A manifest is some hundred bytes.
_MAX_JSON_BYTES: Final = 1 << 20


def sniff(opened: Opened) -> bool:
    """Return whether a file is one."""
    return any(_NAMED.fullmatch(entry.path) or _NUMBERED.fullmatch(entry.path) for entry in opened.entries or ())


def read(opened: Opened, dimension: int | None = None) -> Imported:
    """Read it. Raises: as ``registry.read_foreign``."""
    entries = opened.entries or ()
    manifest = _read_json(entries, "manifest.json")
    named = [(entry, match) for entry in entries if (match := _NAMED.fullmatch(entry.path))]
    if manifest.get("type") == "audio" or any(match[2].lower() == "zip" for _, match in named):
        raise ContractError("soundProject")
    found = [FoundPicture(match[1], *entry) for entry, match in named] or _numbered(entries)
    skipped: list[Skipped] = []
    return Imported(content_of_pictures(opened.name, found, skipped), skipped)


def entries(content: ProjectContent) -> Iterator[tuple[str, bytes]]:
    """Yield the paths and files of its zip."""
    yield "manifest.json", json.dumps(_MANIFEST, separators=(",", ":")).encode()
    names = names_of(content)
    for each in content.classes:
        pictures = [e.thumbnail for e in content.examples if e.label == each.label and e.thumbnail is not None]
        for number, picture in enumerate(pictures):
            yield f"{names[each.label]}-!-{number}.{picture_kind(picture)}", picture


def names_of(content: ProjectContent) -> dict[str, str]:
    """Return what the classes are called in its zip.

    A slash would be a folder, and a zip's names hold no control characters.
    """
    return distinct_names((each.label for each in content.classes), lambda label: _NOT_IN_NAMES.sub("_", label))


def _numbered(entries: Sequence[Entry]) -> list[FoundPicture]:
    labels = _read_json(entries, "metadata.json").get("labels")
    labels = labels if isinstance(labels, list) else []
    found = [(int(match[1]), entry) for entry in entries if (match := _NUMBERED.fullmatch(entry.path))]
    names = dict(enumerate(labels))
    return [
        FoundPicture(f"Class {index + 1}" if names.get(index) is None else names[index], *entry)
        for index, entry in sorted(found, key=lambda each: each[0])
    ]


def _read_json(entries: Sequence[Entry], path: str) -> dict[str, Any]:
    """Return an object in the zip; an empty one where there is none.

    Raises:
        ContractError: badFile.
    """
    entry = next((each for each in entries if each.path == path), None)
    if entry is None:
        return {}
    if entry.size > _MAX_JSON_BYTES:
        raise bad_file(path, f"≤ {_MAX_JSON_BYTES} B")
    try:
        value = json.loads(entry.read().decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise bad_file(path, "JSON") from None
    return value if isinstance(value, dict) else {}

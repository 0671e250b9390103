"""Which compressed copy of a built file may be sent. Only ``server/api/routes.py`` imports this module.

The build writes ``FILE.br`` and ``FILE.gz`` beside a file, and lists them with their checksums in ``compressed.json``
(``web/scripts/built-files.js``). A copy whose file was changed since is never sent.
"""

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from werkzeug.datastructures import Accept

LIST: Final = "compressed.json"
#: Suffix and Content-Encoding, the smaller one first.
ENCODINGS: Final = (("br", "br"), ("gz", "gzip"))


class CompressedCopies:
    """The compressed copies of the files of a folder.

    Args:
        folder: Of the built page; it may change while the server runs.

    Example:
        >>> CompressedCopies(Path("/nowhere")).choose("index.html", Accept([("br", 1)]))
        (None, None)
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._list: tuple[object, dict[str, Any]] = (None, {})
        self._checksums: dict[Path, tuple[object, str]] = {}

    def choose(self, path: str, accepted: Accept) -> tuple[str | None, str | None]:
        """Return the copy to send, relative to the folder, and its Content-Encoding; (None, None): the file itself.

        Args:
            path: Of a file, relative to the folder, with slashes.
            accepted: The request's Accept-Encoding.
        """
        entry = self._read_list().get(path)
        if not isinstance(entry, dict):
            return None, None
        # `identity` is as good as any other where it is not mentioned; the first of equals is the smallest.
        wanted = sorted(ENCODINGS, key=lambda each: -accepted[each[1]])
        for suffix, encoding in wanted:
            copy = f"{path}.{suffix}"
            if (
                accepted[encoding] > 0
                and entry.get(suffix) is not None
                and self._checksum(self._folder / path) == entry.get("sha256")
                and self._checksum(self._folder / copy) == entry[suffix]
            ):
                return copy, encoding
        return None, None

    def _read_list(self) -> dict[str, Any]:
        path = self._folder / LIST
        state = _state(path)
        if self._list[0] != state or state is None:
            try:
                read = json.loads(path.read_text("utf-8"))
            except (OSError, ValueError):
                read = {}
            self._list = (state, read if isinstance(read, dict) else {})
        return self._list[1]

    def _checksum(self, path: Path) -> str | None:
        """The sha256 of a file, in hex; computed again only where the file has changed."""
        state = _state(path)
        if state is None:
            return None
        known = self._checksums.get(path)
        if known is None or known[0] != state:
            try:
                known = (state, hashlib.sha256(path.read_bytes()).hexdigest())
            except OSError:
                return None
            self._checksums[path] = known
        return known[1]


def _state(path: Path) -> object | None:
    """Something that changes with the file; None where there is none."""
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino

"""What both languages know of the formats: ``contract/formats.json``, which ``docs/formats.md`` shows."""

import json
from typing import Any, Final

from server.contract.errors import CONTRACT

#: By the format's name: title, endings, and what it holds.
FACTS: Final[dict[str, dict[str, Any]]] = json.loads((CONTRACT / "formats.json").read_text("utf-8"))


def holds(name: str, what: str) -> bool:
    """Return whether a format holds "embeddings", "pictures", "ids", "groups", "order" or "classOrder".

    Example:
        >>> holds("csv", "pictures")
        False
    """
    return what in FACTS[name]["holds"]

"""The model's own limit of "I don't know", from the manifest of the model that the page runs.

``server/rooms/insights_room.py`` asks for it. ``convert/`` writes the manifest.
"""

import json
from pathlib import Path
from typing import Final

from server.knn.certainty import UnknownLimit
from server.knn.model import Model

MANIFEST: Final = Path("model") / "manifest.json"


def read_first_limit(page: Path, model: Model | None) -> UnknownLimit:
    """Return the limit of a model before there is evidence; that of no model where the manifest is not its own.

    Args:
        page: The folder of the built page.
        model: The room's; None before the first client.

    Example:
        >>> read_first_limit(Path("no such folder"), Model("mobilenet", 1280)).distance
        0.615
    """
    if model is None:
        return UnknownLimit()
    try:
        manifest = json.loads((page / MANIFEST).read_text("utf-8"))
        return UnknownLimit.of_model(manifest["unknown"] if manifest["id"] == model.id else None, model.dimension)
    except (OSError, ValueError, KeyError, TypeError):
        return UnknownLimit()

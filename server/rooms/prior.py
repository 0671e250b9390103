"""The model's own limit of "I don't know", from the manifest of the model that the page runs.

``server/rooms/insights_room.py`` asks for it. ``convert/`` writes the manifest.
"""

import json
from pathlib import Path
from typing import Final

from server.knn.certainty import UnknownLimit

MANIFEST: Final = Path("model") / "manifest.json"


def read_prior(page: Path, model_id: str | None) -> UnknownLimit:
    """Return the limit of a model before there is evidence; that of no model where the manifest is not its own.

    Args:
        page: The folder of the built page.
        model_id: The room's model; None before the first client.

    Example:
        >>> read_prior(Path("no such folder"), "mobilenet").distance
        0.615
    """
    try:
        manifest = json.loads((page / MANIFEST).read_text("utf-8"))
        return UnknownLimit.of_model(manifest["unknown"] if manifest["id"] == model_id else None)
    except (OSError, ValueError, KeyError, TypeError):
        return UnknownLimit()

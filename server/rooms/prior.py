"""The model's own limit of "I don't know", from the manifest of the model that the page runs.

``server/rooms/insights_room.py`` asks for it. ``convert/`` writes the manifest.
"""

import json
from pathlib import Path
from typing import Final

from server.contract.constants import UNKNOWN_PRIOR
from server.knn.certainty import LARGEST_DISTANCE

MANIFEST: Final = Path("model") / "manifest.json"


def read_prior(page: Path, model_id: str | None) -> float:
    """Return the prior of a model, a cosine distance; UNKNOWN_PRIOR where the manifest names none for it.

    Args:
        page: The folder of the built page.
        model_id: The room's model; None before the first client.

    Example:
        >>> read_prior(Path("no such folder"), "mobilenet")
        0.615
    """
    try:
        manifest = json.loads((page / MANIFEST).read_text("utf-8"))
        prior = manifest["unknown"]["distance"] if manifest["id"] == model_id else UNKNOWN_PRIOR
    except (OSError, ValueError, KeyError, TypeError):
        return UNKNOWN_PRIOR
    is_number = isinstance(prior, (int, float)) and not isinstance(prior, bool)
    return float(prior) if is_number and 0 < prior < LARGEST_DISTANCE else UNKNOWN_PRIOR

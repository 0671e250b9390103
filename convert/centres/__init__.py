"""The centres of the backbones, as ``python -m bench.centre`` found them. See "Centre" in contract/README.md.

No picture can be made of them again: each comes of the means of some thousand embeddings.
"""

import json
from pathlib import Path
from typing import Any, Final

_FOLDER: Final = Path(__file__).resolve().parent


def centre_of(backbone: str, alpha: float | None) -> dict[str, Any] | None:
    """The centre of a backbone's embeddings, at every size and in every precision; None where nobody measured it.

    Args:
        backbone: What `--backbone` calls it.
        alpha: Its width, where there are several.
    """
    path = _FOLDER / f"{backbone if alpha is None else f'{backbone}-{alpha:g}'}.json"
    if not path.is_file():
        return None
    centre: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return centre

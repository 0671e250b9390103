"""What an earlier run answered: a small file beside the report, so that a second run does only what is new.

Answers are known by the photo's content, as long as model, network, threshold and options are the same. A file that is
damaged, or that something else wrote, is as good as none.
"""

import contextlib
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from server.contract.errors import ContractError
from server.exchange.project_json import read_json
from server.exchange.whole_file import whole
from toolchain.embedding.cache import PICTURE_VERSION
from toolchain.embedding.model import EmbeddingModel
from toolchain.explaining.overlay import Box
from toolchain.models.trained import TrainedModel
from toolchain.predicting.kinds import FATES, KINDS
from toolchain.predicting.windows import Found

#: What a run to the end knows, and what one knows that is under way, or was stopped.
STATE: Final = ".predict.json"
PART: Final = ".predict.part.json"
_FORMAT: Final = "show-and-tell-predicted"
#: Raised when the same photo would be answered or explained in another way.
_VERSION: Final = 3
#: It is saved again after so many new photos.
_SAVE_EVERY: Final = 500
_MOST_BYTES: Final = 2**30
_PICTURE: Final = re.compile(r"pictures/[A-Za-z0-9_-]+\.jpg")


class Known:
    """What is known of photos, by the sha256 of their files.

    Args:
        out: The folder of the prediction.
        trained: Who answers. Of a model that is in no folder nothing is kept.
        network: The one that it was trained on.
        options: All else that an answer depends on, as JSON takes it.
    """

    def __init__(self, out: Path, trained: TrainedModel, network: EmbeddingModel, options: Mapping[str, Any]) -> None:
        self._out, self._trained = out, trained
        stated = [_VERSION, PICTURE_VERSION, trained.digest, network.fingerprint, trained.knn.index_kind, dict(options)]
        #: Of all that an answer depends on beside the photo.
        self.key = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
        self._stored = {**self._read(STATE), **self._read(PART)}
        self._used: dict[str, dict[str, Any]] = {}
        self._unsaved = 0

    def get(self, digest: str) -> dict[str, Any] | None:
        """Return the parts of a photo's prediction, by the names of its attributes; None where it has to be made."""
        found = self._used.get(digest) or self._stored.get(digest)
        if found is None:
            return None
        parts = _sound(self._trained, found)
        if parts is None or not all((self._out / name).is_file() for name in parts["pictures"].values()):
            return None
        self._used[digest] = found
        return parts

    def put(self, digest: str, parts: Mapping[str, Any]) -> None:
        """Keep the parts of a photo's prediction, and save now and then."""
        self._used[digest] = dict(parts)
        self._unsaved += 1
        if self._unsaved >= _SAVE_EVERY:
            self._write(PART, {**self._stored, **self._used})

    @contextlib.contextmanager
    def saved_when_stopped(self) -> Iterator[None]:
        """Save what is known so far where a run is stopped, by Ctrl+C or by an error. What a whole run knows stays."""
        try:
            yield
        except BaseException:
            with contextlib.suppress(OSError):
                if self._unsaved:
                    self._write(PART, {**self._stored, **self._used})
            raise

    def save(self) -> None:
        """Save what was used; photos that are gone are forgotten."""
        self._write(STATE, self._used)
        (self._out / PART).unlink(missing_ok=True)

    def _write(self, name: str, photos: Mapping[str, Any]) -> None:
        self._unsaved = 0
        if self._trained.digest:
            stored = {"format": _FORMAT, "version": _VERSION, "key": self.key, "photos": photos}
            with whole(self._out / name) as path:
                path.write_text(json.dumps(stored, ensure_ascii=True, allow_nan=False), "utf-8")

    def _read(self, name: str) -> dict[str, dict[str, Any]]:
        path = self._out / name
        try:
            if not self._trained.digest or path.stat().st_size > _MOST_BYTES:
                return {}
            stored = read_json(path.read_bytes(), name)
        except (OSError, ContractError):
            return {}
        is_ours = (stored.get("format"), stored.get("version"), stored.get("key")) == (_FORMAT, _VERSION, self.key)
        photos = stored.get("photos") if is_ours else None
        if not isinstance(photos, dict):
            return {}
        checked = ((digest, parts, _sound(self._trained, parts)) for digest, parts in photos.items())
        # Of what something else wrote beside no part is written again.
        return {digest: {key: parts[key] for key in sound} for digest, parts, sound in checked if sound}


def _sound(trained: TrainedModel, stored: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the parts of a prediction that was stored; None where it is none."""
    try:
        return _checked(trained, stored)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None


def _checked(trained: TrainedModel, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a prediction that was stored, which anyone may have written.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, OverflowError: It is none.
    """
    label, fate, note = (_text(stored[key]) for key in ("label", "fate", "note"))
    shares = [_number(share) for share in stored["shares"]]
    neighbours = [_whole(row) for row in stored["neighbours"]]
    pictures = {_text(kind): _text(name) for kind, name in stored["pictures"].items()}
    is_sound = (
        label in trained.classes_
        and fate in FATES
        and set(pictures) <= set(KINDS)
        and len(shares) == len(trained.classes_)
        and all(row < len(trained.examples) for row in neighbours)
        and all(_PICTURE.fullmatch(name) for name in pictures.values())
    )
    if not is_sound:
        raise ValueError("of another model")
    return {
        "label": label,
        "score": _number(stored["score"]),
        "shares": shares,
        "fate": fate,
        "novelty": _number(stored["novelty"]),
        "box": None if stored["box"] is None else _box(stored["box"]),
        "pictures": pictures,
        "neighbours": neighbours,
        "found": [
            Found(_text(label), _number(score), _number(novelty), _box(box))
            for label, score, novelty, box in stored["found"]
        ],
        "note": note,
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError("no number")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise TypeError("no whole number")
    return value


def _box(value: Any) -> Box:
    left, top, right, bottom = (_whole(side) for side in value)
    return Box(left, top, right, bottom)

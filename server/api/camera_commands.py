"""The requests of a camera, and of who asks one, as typed commands; see ``commands.py``.

``server/api/events.py`` is the only user.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.api import fields
from server.api.commands import Data, Limits
from server.contract.errors import ContractError
from server.rooms.room import Answer, Room


@dataclass(frozen=True)
class Frame:
    """What a camera sees: an embedding, float32, (d,), and a small picture where the room shows pictures to all."""

    embedding: NDArray[np.float32]
    thumbnail: bytes | None

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "Frame":
        """Return the command. Raises ContractError badEmbedding or badThumbnail."""
        embedding = fields.embedding(attachment)
        return cls(embedding, fields.thumbnail(data.get("thumbnail"), limits["thumbnailBytes"]))

    def run(self, room: Room, sid: str) -> Answer:
        """Pass it on to whoever asked for it; nothing is kept of it."""
        return room.cameras.pass_on(self.embedding, self.thumbnail, sid)


@dataclass(frozen=True)
class AskCamera:
    """Ask the cameras of a key for frames, and tell them what becomes of these; ``key`` is None to ask no more."""

    key: str | None
    view: dict[str, Any]

    @classmethod
    def parse(cls, data: Data, attachment: object, limits: Limits) -> "AskCamera":
        """Return the command. Raises ContractError badRequest, badLabel, emptyLabel or longLabel."""
        key = fields.camera_key(data.get("camera"), "askCamera")
        view: dict[str, Any] = {"label": None, "recording": fields.flag(data, "recording", "askCamera"), "answer": None}
        if data.get("label") is not None:
            view["label"] = fields.seen_label(data["label"], limits["labelCharacters"])
        answer = data.get("answer")
        if answer is not None:
            if not isinstance(answer, dict):
                expected = "an object with label and certainty as answer"
                raise ContractError("badRequest", came=f"askCamera with answer {answer}", expected=expected)
            label = answer.get("label")
            view["answer"] = {
                "label": None if label is None else fields.seen_label(label, limits["labelCharacters"]),
                "certainty": fields.certainty(answer.get("certainty")),
            }
        return cls(key, view)

    def run(self, room: Room, sid: str) -> Answer:
        """Tell the cameras."""
        return room.cameras.ask(self.key, self.view)

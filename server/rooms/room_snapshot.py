"""A room's state as a snapshot that is kept, so that opening a room does not begin with its first fact.

``server/rooms/journal.py`` uses it. A snapshot is JSON; the embeddings stay where their facts brought them, and the
snapshot names them by the numbers of these facts.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import server.knn
from server.knn.model import Model
from server.knn.options import ClassifierSettings, settings_change
from server.rooms.class_styles import Style
from server.rooms.people.access import Access
from server.rooms.room_state import RoomState

#: The version of what a snapshot holds.
VERSION: Final = 1


def take_snapshot(state: RoomState) -> tuple[dict[str, Any], list[int]]:
    """Return a room's state as JSON, and the numbers of the facts that brought its embeddings, in order of arrival."""
    outline = state.knn.outline()
    data = {
        "version": VERSION,
        "epoch": state.epoch,
        "secret": state.secret,
        "ownerHash": state.owner_hash,
        "model": state.model and state.model.as_dict(),
        "settings": state.settings.as_dict(),
        "name": state.name,
        "labels": state.knn.labels(),
        "styles": [state.styles.of(label).as_dict() for label in state.knn.labels()],
        "examples": [list(info) for info in outline],
        "changes": state.change_log.to_json(),
        "restored": state.restored.to_json(),
        "lastChanges": state.last_changes.to_json(),
        "contributors": state.contributors.to_json(),
        "access": state.access.as_dict(),
        "thumbnailsAfter": state.thumbnails_after,
    }
    return data, [state.keys[info.id] for info in outline]


def restore_snapshot(
    state: RoomState, seq: int, data: dict[str, Any], keys: list[int], embeddings: NDArray[np.float32]
) -> None:
    """Give a new state what a snapshot holds.

    Args:
        state: The state.
        seq: The number of the last fact in the snapshot.
        data: What ``take_snapshot`` returned, as JSON.
        keys: The numbers of the facts that brought the embeddings.
        embeddings: float32, (n, d), in that order.

    Raises:
        ValueError: For a snapshot of a newer version.
    """
    if data["version"] != VERSION:
        raise ValueError(f"The snapshot has version {data['version']}; {VERSION} was expected.")
    state.seq = seq
    state.epoch, state.secret, state.owner_hash = data["epoch"], data["secret"], data["ownerHash"]
    state.model = Model(**data["model"]) if data["model"] else None
    state.settings = ClassifierSettings().changed(settings_change(data["settings"]))
    state.name = data["name"]
    names = ("id", "label", "group")
    dataset = {
        "dimension": state.model.dimension if state.model and keys else None,
        "labels": data["labels"],
        "examples": [dict(zip(names, each, strict=True)) for each in data["examples"]],
        "embeddings": embeddings,
    }
    state.knn = server.knn.KNN.from_dataset(dataset)
    for label, style in zip(data["labels"], data["styles"], strict=True):
        state.styles.add(label)
        state.styles.set(label, Style(style["colour"], style["emoji"]))
    state.keys = dict(zip((each[0] for each in data["examples"]), keys, strict=True))
    state.change_log.from_json(data["changes"])
    state.restored.from_json(data["restored"])
    state.last_changes.from_json(data.get("lastChanges", []))
    if "contributors" in data:  # not in the first snapshots, which have no access either
        state.contributors.from_json(data["contributors"])
        state.access = Access(**data["access"])
        state.thumbnails_after = data["thumbnailsAfter"]

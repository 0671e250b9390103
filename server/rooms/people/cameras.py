"""Devices that are a camera only, for somebody else in the room. ``server/rooms/room.py`` owns one.

A key, which both ends know and nobody else, pairs a camera with who asks it. What they tell each other goes through
channels of their own, and nothing of it is kept.
"""

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.knn.checks import as_embedding
from server.rooms.broadcast import Announce, Announcement, Broadcast
from server.rooms.people.members import Members
from server.rooms.room_state import RoomState

Answer = dict[str, Any]


def camera_channel(code: str, key: str) -> str:
    """Return the channel that the cameras of a key hear. No room is called so: a code has no slash."""
    return f"{code}/camera/{key}"


def asker_channel(code: str, key: str) -> str:
    """Return the channel that those hear who ask the cameras of a key."""
    return f"{code}/asker/{key}"


class Cameras:
    """The cameras of one room.

    Args:
        code: The room's.
        lock: The room's.
        state: The room's.
        members: Who is in it.
        announce: Sends one announcement; see ``broadcast.Announce``.

    Example:
        >>> room.enter("phone", Model("tiny", 2), camera="9f86d081884c7d65").role
        'camera'
        >>> room.cameras.pass_on(np.array([1, 0], np.float32), None, "phone")
        {}
    """

    def __init__(self, code: str, lock: threading.Lock, state: RoomState, members: Members, announce: Announce) -> None:
        self._code = code
        self._lock = lock
        self._state = state
        self._members = members
        self._announce = announce

    def pass_on(self, embedding: NDArray[np.float32], thumbnail: bytes | None, sid: str) -> Answer:
        """Pass a frame on to whoever asks this camera.

        Args:
            embedding: float32, (d,).
            thumbnail: A small picture; it is dropped unless the room shows pictures to all.
            sid: The camera's connection.

        Raises:
            ContractError: badRequest for a client that is no camera; dimension, notFinite or zeroVector.
        """
        with self._lock:
            key = self._members.cameras.get(sid)
            if key is None:
                raise ContractError("badRequest", came="frame of a member", expected="join with camera first")
            self._state.check_dimension(embedding)
            frame: Answer = {"camera": self._members.contributor(sid)}
            if thumbnail is not None and self._state.access.thumbnails:
                frame["thumbnail"] = thumbnail
        as_embedding(embedding, None)
        self._send(asker_channel(self._code, key), "cameraFrame", {**frame, "embedding": embedding.tobytes()})
        return {}

    def ask(self, key: str | None, view: Answer) -> Answer:
        """Tell the cameras of a key that somebody asks them, and what becomes of their frames.

        Args:
            key: None: nobody is told.
            view: ``label``, ``recording`` and ``answer``.
        """
        if key is not None:
            with self._lock:
                thumbnails = self._state.access.thumbnails
            self._send(camera_channel(self._code, key), "cameraAsked", {**view, "thumbnails": thumbnails})
        return {}

    def _send(self, channel: str, event: str, data: Answer) -> None:
        Broadcast(channel, self._announce).send(Announcement(event, data))

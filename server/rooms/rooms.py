"""The rooms that are open, by their codes."""

import secrets
import threading
from typing import Final

from server.contract.errors import ContractError
from server.knn.model import Model
from server.rooms.insights import Studies
from server.rooms.room import Announce, Room
from server.rooms.storage import Storage
from server.settings import Settings

# Short, easily said and spelled, hard to mistake for one another.
_WORDS: Final = (
    "APPLE BADGER BANANA BEAVER CACTUS CAMEL CANDLE CARROT CASTLE CHERRY CLOUD COCOA COMET COOKIE CORAL DAISY "
    "DOLPHIN DONKEY DRAGON EAGLE FALCON FERRY FOREST GARDEN GIRAFFE GUITAR HAMMER HARBOR HAZEL HONEY IGLOO "
    "ISLAND JACKET JUNGLE KIWI KOALA LADDER LEMON LION LIZARD MANGO MAPLE MARBLE MEADOW MELON MONKEY MUFFIN "
    "NUTMEG OCEAN OLIVE ORANGE OTTER PANDA PAPAYA PARROT PENCIL PEPPER PIANO PILOT PLANET PUFFIN PUMPKIN "
    "RABBIT RAVEN RIVER ROBOT ROCKET SALMON SILVER SPIDER SUMMER SUNSET TIGER TOMATO TURTLE VIOLET WALNUT "
    "WINTER YOGURT ZEBRA"
)
WORDS: Final = _WORDS.split()
TRIES: Final = 100


class Rooms:
    """The open rooms, up to a limit; beyond it, the one makes way that nobody is in and that was opened longest ago.

    Args:
        settings: For the limits.
        storage: Where rooms are kept.
        announce: Passes a room's news on to its clients.
    """

    def __init__(self, settings: Settings, storage: Storage, announce: Announce) -> None:
        self._settings = settings
        self._storage = storage
        self._announce = announce
        self._studies = Studies()
        self._lock = threading.Lock()
        self._rooms: dict[str, Room] = {}  # least recently opened first

    def __len__(self) -> int:
        return len(self._rooms)

    def create(self) -> Room:
        """Open a new room under a code of its own. Raises ContractError tooManyRooms."""
        with self._lock:
            return self._open(self._free_code())

    def open(self, code: str) -> Room:
        """Return a room, opened if need be: a client that knows its code comes back to it after a restart.

        Raises:
            ContractError: tooManyRooms.
        """
        with self._lock:
            return self._open(code)

    def enter(self, code: str | None, sid: str, model: Model) -> tuple[Room, str]:
        """Let a client into a room, a new one for None; return the room and the client's role there.

        Raises:
            ContractError: tooManyRooms or wrongModel.
        """
        with self._lock:  # so that no room is dropped between opening and entering it
            room = self._open(code or self._free_code())
            return room, room.enter(sid, model)

    def find(self, code: str) -> Room:
        """Return an open room. Raises ContractError noSuchRoom."""
        with self._lock:
            room = self._rooms.get(code)
        if room is None:
            raise ContractError("noSuchRoom", came=code)
        return room

    def _open(self, code: str) -> Room:
        room = self._rooms.pop(code, None)
        if room is None:
            self._make_room()
            room = Room(code, self._settings, self._storage, self._announce, self._studies)
        self._rooms[code] = room
        return room

    def _make_room(self) -> None:
        if len(self._rooms) < self._settings.rooms:
            return
        # A room that nobody is in may go even with examples: its pages keep their own, and send them to its next life.
        # Else a few hundred rooms that were left behind would lock out every newcomer.
        left = [code for code, room in self._rooms.items() if not room.here]
        if not left:
            raise ContractError("tooManyRooms", came=len(self._rooms), expected=self._settings.rooms)
        del self._rooms[next((code for code in left if self._rooms[code].is_idle), left[0])]

    def _free_code(self) -> str:
        for digits in (2, 3, 6):
            for _ in range(TRIES):
                number = 10 ** (digits - 1) + secrets.randbelow(9 * 10 ** (digits - 1))
                code = f"{secrets.choice(WORDS)}-{number}"
                if code not in self._rooms:
                    return code
        raise ContractError("tooManyRooms", came=len(self._rooms), expected=self._settings.rooms)

"""The rooms that are open, by their codes. ``server/app.py`` makes the one ``Rooms``; ``server/api`` uses it."""

import secrets
import threading
from typing import Final

from server.contract.errors import ContractError
from server.knn.model import Model
from server.rooms.broadcast import Announce
from server.rooms.insights_thread import InsightsThread
from server.rooms.members import Member
from server.rooms.room import Room
from server.rooms.storage import Storage
from server.settings import Settings

# Short, easy to say and to spell, and hard to mistake for one another.
_WORDS: Final = (
    "APPLE BADGER BANANA BEAVER CACTUS CAMEL CANDLE CARROT CASTLE CHERRY CLOUD COCOA COMET COOKIE CORAL DAISY "
    "DOLPHIN DONKEY DRAGON EAGLE FALCON FERRY FOREST GARDEN GIRAFFE GUITAR HAMMER HARBOR HAZEL HONEY IGLOO "
    "ISLAND JACKET JUNGLE KIWI KOALA LADDER LEMON LION LIZARD MANGO MAPLE MARBLE MEADOW MELON MONKEY MUFFIN "
    "NUTMEG OCEAN OLIVE ORANGE OTTER PANDA PAPAYA PARROT PENCIL PEPPER PIANO PILOT PLANET PUFFIN PUMPKIN "
    "RABBIT RAVEN RIVER ROBOT ROCKET SALMON SILVER SPIDER SUMMER SUNSET TIGER TOMATO TURTLE VIOLET WALNUT "
    "WINTER YOGURT ZEBRA"
)
WORDS: Final = _WORDS.split()
#: Codes of each length that are tried before longer ones.
TRIES: Final = 100


class Rooms:
    """The open rooms, up to a limit; beyond it, a room that no client is in is closed for a new one.

    Args:
        settings: For the limits.
        storage: Where rooms are kept.
        announce: Sends an announcement to a room's clients; see ``broadcast.Announce``.

    Example:
        The examples of the methods start from these rooms, each from new ones.

        >>> rooms = Rooms(Settings(), MemoryStorage(), lambda *_: None)
        >>> rooms.open("KIWI-42").code
        'KIWI-42'
    """

    def __init__(self, settings: Settings, storage: Storage, announce: Announce) -> None:
        self._settings = settings
        self._storage = storage
        self._announce = announce
        self._insights_thread = InsightsThread()
        self._lock = threading.Lock()
        self._rooms: dict[str, Room] = {}  # least recently opened first

    def __len__(self) -> int:
        return len(self._rooms)

    def create(self) -> Room:
        """Open a new room under a code of its own. Raises ContractError tooManyRooms.

        Example:
            >>> rooms.create().code != "KIWI-42"
            True
        """
        with self._lock:
            return self._open(self._free_code())

    def open(self, code: str) -> Room:
        """Return a room, opened if need be: a client that knows its code comes back to it after a restart.

        Raises:
            ContractError: tooManyRooms.

        Example:
            >>> rooms.open("LIME-10").counts()
            {'countByLabel': {}, 'revision': 0}
        """
        with self._lock:
            return self._open(code)

    def enter(self, code: str | None, sid: str, model: Model, member: Member | None = None) -> tuple[Room, str]:
        """Let a client into a room.

        Args:
            code: The room's, in upper case; None for a new room.
            sid: The client's connection.
            model: The model that its embeddings come from.
            member: Who is at it; None where it does not say.

        Returns:
            The room, and the client's role in it.

        Raises:
            ContractError: tooManyRooms or wrongModel.

        Example:
            >>> room, role = rooms.enter("KIWI-42", "first", Model("tiny", 2))
            >>> role
            'owner'
        """
        with self._lock:  # so that no room is closed between opening and entering it
            room = self._open(code or self._free_code())
            return room, room.enter(sid, model, member)

    def find(self, code: str) -> Room:
        """Return an open room. Raises ContractError noSuchRoom.

        Example:
            >>> rooms.find("KIWI-42").code
            'KIWI-42'
        """
        with self._lock:
            room = self._rooms.get(code)
        if room is None:
            raise ContractError("noSuchRoom", came=code)
        return room

    def _open(self, code: str) -> Room:
        room = self._rooms.pop(code, None)
        if room is None:
            self._close_one_if_full()
            room = Room(code, self._settings, self._storage, self._announce, self._insights_thread)
        self._rooms[code] = room
        return room

    def _close_one_if_full(self) -> None:
        if len(self._rooms) < self._settings.rooms:
            return
        # A room that no client is in may be closed even with examples: its pages keep their own, and send them to its
        # next life. Otherwise a few hundred abandoned rooms would lock out every newcomer.
        empty = [code for code, room in self._rooms.items() if not room.members]
        if not empty:
            raise self._too_many()
        del self._rooms[next((code for code in empty if self._rooms[code].is_idle), empty[0])]

    def _free_code(self) -> str:
        for digits in (2, 3, 6):
            for _ in range(TRIES):
                number = 10 ** (digits - 1) + secrets.randbelow(9 * 10 ** (digits - 1))
                code = f"{secrets.choice(WORDS)}-{number}"
                if code not in self._rooms:
                    return code
        raise self._too_many()

    def _too_many(self) -> ContractError:
        return ContractError("tooManyRooms", came=len(self._rooms), expected=self._settings.rooms)

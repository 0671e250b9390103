"""Who owns a room: whoever has the owner's secret, of which only a hash is kept. ``server/rooms/room.py`` owns one."""

from typing import NamedTuple

from server.contract.errors import ContractError
from server.rooms.journal import Journal
from server.rooms.people.room_secret import hash_of, is_secret_of, new_secret
from server.rooms.room_state import RoomState


class Entry(NamedTuple):
    """How a client comes in: its role ("owner", "member" or "camera"), and the secret made for the owner."""

    role: str
    new_secret: str | None


class Owner:
    """The owner of one room.

    Args:
        code: The room's.
        state: The room's.
        journal: The room's.

    Example:
        The examples of the methods start from a room that has an owner.
    """

    def __init__(self, code: str, state: RoomState, journal: Journal) -> None:
        self._code = code
        self._state = state
        self._journal = journal

    def admit(self, secret: str | None, is_kept: bool = False) -> Entry:
        """Return how a client comes in; the first one owns the room. Called with the room's lock.

        Args:
            secret: The owner's, where the client has one; a room without an owner takes it.
            is_kept: Whether a new owner is kept at once, and not with the room's first change.

        Raises:
            ContractError: wrongSecret.
        """
        if self._state.owner_hash:
            if secret and not is_secret_of(secret, self._state.owner_hash):
                raise ContractError("wrongSecret", came=self._code)
            return Entry("owner" if secret else "member", None)
        new = None if secret else new_secret()
        self._journal.choose_owner(secret or str(new), is_kept)
        return Entry("owner", new)

    def claim(self, is_kept: bool = False) -> str | None:
        """Make a secret for the owner of a room that has none yet, and return it; None where there is an owner.

        Args:
            is_kept: As for ``admit``: whoever made a room before they join it finds it again as theirs.

        Example:
            >>> room.owner.claim() is None
            True
        """
        with self._journal.command():
            return self.admit(None, is_kept).new_secret

    @property
    def is_chosen(self) -> bool:
        """Whether the room has one."""
        return bool(self._state.owner_hash)

    def has(self, secret: str | None) -> bool:
        """Say whether a secret is the owner's.

        Example:
            >>> room.owner.has(None), room.owner.has("a guess")
            (False, False)
        """
        return is_secret_of(secret or "", self._state.owner_hash)

    def check_secret(self, secret: str | None, *, of_owner: bool = False) -> None:
        """Check that somebody may read the room, or replace its content.

        Args:
            secret: The room's, or its owner's.
            of_owner: Whether it must be the owner's.

        Raises:
            ContractError: wrongSecret.

        Example:
            >>> room.owner.check_secret(room.snapshot()["secret"])
        """
        if not self.has(secret) and (of_owner or not is_secret_of(secret or "", hash_of(self._state.secret))):
            raise ContractError("wrongSecret", came=self._code)

"""How much a room takes: the server's settings as checks. Only ``server/rooms/room.py`` uses them."""

from server.contract.errors import ContractError
from server.rooms.room_state import RoomState
from server.settings import Settings


class RoomLimits:
    """The limits of one room.

    Args:
        settings: The server's.

    Example:
        >>> RoomLimits(Settings(classes_per_room=2)).check_sizes(classes=2, examples=10)
    """

    def __init__(self, settings: Settings) -> None:
        self._label_characters = settings.label_characters
        self._classes = settings.classes_per_room
        self._examples = settings.examples_per_room

    def check_label(self, label: str) -> None:
        """Raise ContractError longLabel for a label with too many characters."""
        if len(label) > self._label_characters:
            raise ContractError("longLabel", came=len(label), expected=self._label_characters)

    def check_capacity(self, state: RoomState, label: str, examples: int = 0) -> None:
        """Check that a room can take a class of this label, and so many more examples.

        Raises:
            ContractError: tooManyExamples or tooManyClasses, with what the room holds already.
        """
        classes = state.knn.num_labels + (not state.has_label(label))
        self.check_sizes(classes, state.knn.count + examples, came=-1)

    def check_sizes(self, classes: int, examples: int, came: int = 0) -> None:
        """Check what the room would hold.

        Args:
            classes: The number of classes.
            examples: The number of examples.
            came: Added to the number in an error: -1 names what the room holds already.

        Raises:
            ContractError: tooManyExamples or tooManyClasses.
        """
        if examples > self._examples:
            raise ContractError("tooManyExamples", came=examples + came, expected=self._examples)
        if classes > self._classes:
            raise ContractError("tooManyClasses", came=classes + came, expected=self._classes)

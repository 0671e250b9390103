"""How a room's classes look: a colour and an emoji each. ``server/rooms/room_state.py`` owns one."""

from typing import NamedTuple, TypedDict

from server.contract.limits import LIMITS


class Style(NamedTuple):
    """A class's colour, from 0 on, and its emoji; None where it has none."""

    colour: int
    emoji: str | None = None

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the style as it travels."""
        return {"colour": self.colour, "emoji": self.emoji}


class StyleChange(TypedDict, total=False):
    """What of a style changes."""

    colour: int
    emoji: str | None


class ClassStyles:
    """The style of every class. Every class has one, so that all clients show the same.

    Example:
        >>> styles = ClassStyles()
        >>> styles.add("cat", 3, "🐱")
        >>> styles.add("dog")
        >>> styles.of("dog")
        Style(colour=0, emoji=None)
        >>> styles.free_colour(wish=3), styles.free_colour(wish=7)
        (1, 7)
    """

    def __init__(self) -> None:
        self._styles: dict[str, Style] = {}

    def of(self, label: str) -> Style:
        """Return the style of an existing class."""
        return self._styles[label]

    def free_colour(self, wish: int | None = None) -> int:
        """Return the wish if no class has that colour, else the lowest that is free; any where all are used."""
        used = {style.colour for style in self._styles.values()}
        if wish is not None and wish not in used:
            return wish
        free = (colour for colour in range(LIMITS["colours"]) if colour not in used)
        # A server may be set to take more classes than there are colours.
        return next(free, len(self._styles) % LIMITS["colours"])

    def add(self, label: str, colour: int | None = None, emoji: str | None = None) -> None:
        """Give a new class its style; without a colour, the lowest that is free. An existing class keeps its own."""
        if label not in self._styles:
            self._styles[label] = Style(self.free_colour() if colour is None else colour, emoji)

    def set(self, label: str, style: Style) -> None:
        """Give an existing class another style."""
        self._styles[label] = style

    def rename(self, old: str, new: str) -> None:
        """Move a style to a class's new label; onto an existing class, that one keeps its own."""
        self._styles.setdefault(new, self._styles.pop(old))

    def remove(self, label: str | None) -> None:
        """Forget the style of a class; None for all classes."""
        if label is None:
            self._styles.clear()
        else:
            del self._styles[label]

"""Whether text is one emoji, or any other single character that a person sees.

Anything may import this module. The twin is ``web/src/contract/emoji.js``.
"""

import unicodedata
from typing import Final

from server.contract.limits import LIMITS

JOINER: Final = 0x200D
FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)
SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
#: They spell the flags of regions.
TAGS: Final = range(0xE0020, 0xE0080)


def is_emoji(text: str) -> bool:
    """Say whether text is one visible character of at most ``emojiCharacters`` code points.

    Code points that belong together count as one: a family, a flag, a letter with its accents.

    Example:
        >>> is_emoji("🐱"), is_emoji("🇫🇷"), is_emoji("🐱🐶"), is_emoji(" ")
        (True, True, False, False)
    """
    points = [ord(character) for character in text]
    if not 1 <= len(points) <= LIMITS["emojiCharacters"] or not _is_base(points[0]):
        return False
    place = 2 if len(points) > 1 and all(point in FLAG_LETTERS for point in points[:2]) else 1
    while place < len(points):
        if points[place] == JOINER:
            place += 1
            if place == len(points) or not _is_base(points[place]):
                return False
        elif not _belongs_to_the_last(points[place]):
            return False
        place += 1
    return True


def _is_base(point: int) -> bool:
    """Say whether a code point can begin a character: it is visible, and no mark."""
    category = unicodedata.category(chr(point))
    return category not in ("Cc", "Cf", "Cs") and category[0] not in "ZM"


def _belongs_to_the_last(point: int) -> bool:
    return point in SKIN_TONES or point in TAGS or unicodedata.category(chr(point)).startswith("M")

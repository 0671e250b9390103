"""Makes the codes of new rooms: three words and a number, like OCEAN-TULIP-ROBOT-427.

``docs/decisions/025-codes.md`` says why they are these words. ``server/rooms/rooms.py`` uses it.
"""

import secrets
from pathlib import Path
from typing import Final

#: The words, in capitals. Any two of them differ in two letters and in two sounds.
WORDS: Final = tuple(
    word
    for line in Path(__file__).with_name("words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.upper().split()
)
WORDS_A_CODE: Final = 3
#: The number has three digits: the first is not 0, which would get lost in speech.
NUMBERS: Final = range(100, 1000)


def new_room_code() -> str:
    """Return a code, drawn by chance from more than 2 to the power of 40.

    Example:
        >>> len(new_room_code().split("-"))
        4
    """
    words: list[str] = []
    while len(words) < WORDS_A_CODE:
        word = secrets.choice(WORDS)
        if word not in words:
            words.append(word)
    return "-".join([*words, str(secrets.choice(NUMBERS))])
